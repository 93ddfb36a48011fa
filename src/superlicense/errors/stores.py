"""Errors of stores. A block that raises one of them has changed nothing."""

from __future__ import annotations

from typing import ClassVar

from superlicense.errors.base import SuperlicenseError, escaped_problem


class StoreError(SuperlicenseError):
    """A failed store operation; the block it was raised in changed nothing.

    Attributes:
        detail: Details from the store, in English.
    """

    code = "store_error"
    problem: ClassVar[str] = "the store failed"

    def __init__(self, detail: str = "") -> None:
        """Initialize with the *detail* from the store."""
        self.detail = escaped_problem(detail)
        super().__init__(f"{self.problem}: {self.detail}" if detail else self.problem)


class StoreUnavailableError(StoreError):
    """The store cannot be reached or read."""

    code = "store_unavailable"
    problem = "the store is unavailable"


class StoreUnusableError(StoreUnavailableError):
    """The store answers, and cannot be used as it is: rights, credentials, or damaged records.

    Waiting does not help, so there is no grace as in an outage; see `Policy.stale_grace`.
    """

    code = "store_unusable"
    problem = "the store cannot be used as it is"


class StoreBusyError(StoreError):
    """Waiting for other writers exceeded `Policy.write_patience`."""

    code = "store_busy"
    problem = "timed out waiting for other writers"


class StoreFullError(StoreError):
    """The store has no space left."""

    code = "store_full"
    problem = "the store is full"


class TamperedStoreError(StoreError):
    """The store was modified from outside the library and accepts no writes.

    Also raised for a write without a seal key to a sealed store.
    """

    code = "store_tampered"
    problem = "the store has been tampered with"


class StoreNewerError(StoreError):
    """The store holds what a newer version of the library has written, as its seals show; update the library."""

    code = "store_newer"
    problem = "the store was written by a newer version"


class StoreOutdatedError(StoreError):
    """The store lacks what this version writes: run ``migrate`` once no older version is in use."""

    code = "store_outdated"
    problem = "the store was made by an older version; run migrate"


class ConflictError(StoreError):
    """Another writer changed the store between reading and writing."""

    code = "store_conflict"
    problem = "another writer changed the store"

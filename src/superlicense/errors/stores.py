"""What stores raise. Whatever raised it has changed nothing."""

from __future__ import annotations

from typing import ClassVar

from superlicense.errors.base import SuperlicenseError


class StoreError(SuperlicenseError):
    """What a store raises; the block it was raised in changed nothing.

    Attributes:
        detail: What the store knows of it, in English.
    """

    code = "store_error"
    problem: ClassVar[str] = "the store failed"

    def __init__(self, detail: str = "") -> None:
        """Say what happened, with the *detail* that the store knows."""
        super().__init__(f"{self.problem}: {detail}" if detail else self.problem)
        self.detail = detail


class StoreUnavailableError(StoreError):
    """The store cannot be reached or read."""

    code = "store_unavailable"
    problem = "the store is unavailable"


class StoreBusyError(StoreError):
    """The time to wait for other writers (`Policy.write_patience`) is spent."""

    code = "store_busy"
    problem = "other writers kept the store busy"


class StoreFullError(StoreError):
    """There is no room left to write."""

    code = "store_full"
    problem = "the store is full"


class TamperedStoreError(StoreError):
    """Somebody else has written to the store; nothing is written upon it.

    Also raised where a store is sealed, and whoever writes has no seal key.
    """

    code = "store_tampered"
    problem = "the store is tampered with"


class ConflictError(StoreError):
    """The store was changed by somebody else between reading and writing."""

    code = "store_conflict"
    problem = "the store was changed meanwhile"

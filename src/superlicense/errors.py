"""The errors of the library: one family, one stable code each.

Rule 1: every error that bad data can cause derives from `SuperlicenseError`;
no `KeyError`, `ValueError` or driver error escapes a public call.

Rule 2: the facts are attributes, the class writes the message, and ``path``
says which field is wrong. Messages escape control characters and quote at most
64 characters of what was given (documents.md, "Errors").

Rule 3: a `RefusedError` is a business "no" to a command and carries the same
reasons as a `Decision`; every other class reports broken input or a broken
store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from superlicense.model.decision import Decision, Reason

__all__ = [
    "ConflictError",
    "DeniedError",
    "InvalidValueError",
    "MalformedPackageError",
    "MalformedPrincipalError",
    "PackageConflictError",
    "PackageRollbackError",
    "RefusedError",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreUnavailableError",
    "SuperlicenseError",
    "UnknownLicenseError",
    "UnknownTimeZoneError",
    "WriteOutOfOrderError",
]

_QUOTED_CHARACTERS = 64


def quoted(value: object) -> str:
    r"""Show *value* in a message: escaped, and at most 64 characters of it.

    >>> quoted("a\nb")
    "'a\\nb'"
    """
    text = value if isinstance(value, str) else repr(value)
    cut = text[:_QUOTED_CHARACTERS]
    shown = ascii(cut) if isinstance(value, str) else cut.encode("unicode_escape").decode("ascii")
    return f"{shown}…" if len(text) > _QUOTED_CHARACTERS else shown


class SuperlicenseError(Exception):
    """Base of the family.

    Attributes:
        code: Stable lower-case word, documented, never reused.
    """

    code: str = "superlicense_error"


class InvalidValueError(SuperlicenseError):
    """A value that its field cannot hold.

    Attributes:
        path: The field, and what it lies in (``licenses[2].quantity``).
        value: What was given.
        problem: What is wrong with it, in English.
    """

    code = "invalid_value"

    def __init__(self, path: str, value: object, problem: str) -> None:
        """Say that *value* cannot stand at *path*, because of *problem*."""
        super().__init__(f"{path}: {problem}, got {quoted(value)}")
        self.path = path
        self.value = value
        self.problem = problem

    def within(self, parent: str) -> InvalidValueError:
        """Give the same error with its path made longer at the front."""
        return type(self)(f"{parent}.{self.path}", self.value, self.problem)


class UnknownTimeZoneError(SuperlicenseError):
    """A time zone name that neither the system nor python-dateutil knows.

    Attributes:
        name: The name that was asked for.
    """

    code = "unknown_time_zone"

    def __init__(self, name: str) -> None:
        """Say that there is no zone *name*."""
        super().__init__(f"time_zone: no time zone is called {quoted(name)}")
        self.name = name
        self.path = "time_zone"


class RefusedError(SuperlicenseError):
    """A command that may not be carried out; nothing has changed.

    Attributes:
        reasons: Every reason, never empty.
        code: The code of the first reason.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        """Refuse for all *reasons*."""
        self.reasons = tuple(reasons)
        self.code = str(self.reasons[0].code)
        super().__init__("; ".join(str(reason) for reason in self.reasons))


class DeniedError(RefusedError):
    """What `gate.require_login` and `gate.require_feature` raise for a "no".

    Attributes:
        decision: The whole answer.
    """

    def __init__(self, decision: Decision) -> None:
        """Deny with the reasons of *decision*."""
        super().__init__(decision.reasons)
        self.decision = decision


class UnknownLicenseError(RefusedError):
    """A license that no package in force has.

    Attributes:
        license: Its name, ``owner.module``.
    """

    @property
    def license(self) -> str:
        """The name that no package has."""
        return str(self.reasons[0].params["license"])


class PackageRollbackError(RefusedError):
    """A package with a lower issue than one that was installed before."""


class PackageConflictError(RefusedError):
    """A package with the issue of an installed one, and other contents."""


_REFUSALS: dict[str, type[RefusedError]] = {
    "unknown_license": UnknownLicenseError,
    "package_rollback": PackageRollbackError,
    "package_conflict": PackageConflictError,
}


def refusal(reasons: Iterable[Reason]) -> RefusedError:
    """Make the refusal for *reasons*, of the class that the first one's code has."""
    every = tuple(reasons)
    return _REFUSALS.get(str(every[0].code), RefusedError)(every)


class WriteOutOfOrderError(SuperlicenseError):
    """An explicit instant of a write outside [newest recorded, now].

    Attributes:
        at: The instant that was given.
        earliest: The newest recorded instant; facts are appended in order.
        latest: Now; nothing of a fact lies in the future.
    """

    code = "write_out_of_order"

    def __init__(self, at: datetime, *, earliest: datetime, latest: datetime) -> None:
        """Say that *at* lies before *earliest* or after *latest*."""
        super().__init__(
            f"at: a write lies between {earliest.isoformat()} and {latest.isoformat()}, not at {at.isoformat()}"
        )
        self.at = at
        self.earliest = earliest
        self.latest = latest
        self.path = "at"


class _MalformedError(SuperlicenseError):
    """A document that is not what it should be.

    Attributes:
        path: Where in the document, empty for the whole.
        problem: What is wrong there, in English.
    """

    subject: ClassVar[str]

    def __init__(self, path: str, problem: str) -> None:
        """Say what the *problem* is and where."""
        super().__init__(f"{self.subject}{f' at {path}' if path else ''}: {problem}")
        self.path = path
        self.problem = problem


class MalformedPackageError(_MalformedError):
    """A license package that cannot be read."""

    code = "malformed_package"
    subject = "license package"


class MalformedPrincipalError(_MalformedError):
    """A principal payload that cannot be read."""

    code = "malformed_principal"
    subject = "principal"


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


class ConflictError(StoreError):
    """The store was changed by somebody else between reading and writing."""

    code = "store_conflict"
    problem = "the store was changed meanwhile"

"""Values that their field cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError, quoted

if TYPE_CHECKING:
    from datetime import datetime


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

"""Invalid values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense.errors.base import SuperlicenseError, escaped_path, escaped_problem, quoted

if TYPE_CHECKING:
    from datetime import datetime


class InvalidValueError(SuperlicenseError):
    """A value that is invalid for its field.

    Attributes:
        path: Path of the field (``licenses[2].quantity``).
        value: The invalid value.
        problem: What is wrong with it, in English.
    """

    code = "invalid_value"

    def __init__(self, path: str, value: object, problem: str) -> None:
        """Initialize from the *path* of the field, its *value* and the *problem*."""
        self.path = escaped_path(path)
        self.value = value
        self.problem = escaped_problem(problem)
        super().__init__(f"{self.path}: {self.problem}, got {quoted(value)}")

    def within(self, parent: str) -> InvalidValueError:
        """Return the same error with *parent* prefixed to its path."""
        return type(self)(f"{parent}.{self.path}", self.value, self.problem)


class UnknownTimeZoneError(SuperlicenseError):
    """A time zone name that neither the system nor python-dateutil knows.

    Attributes:
        name: The unknown name.
    """

    code = "unknown_time_zone"

    def __init__(self, name: str) -> None:
        """Initialize from the unknown *name*."""
        super().__init__(f"time_zone: unknown time zone {quoted(name)}")
        self.name = name
        self.path = "time_zone"


class WriteOutOfOrderError(SuperlicenseError):
    """An explicit instant of a write that is not between the latest record and now.

    Attributes:
        at: The instant given.
        earliest: The latest recorded instant; facts are appended in order.
        latest: The current instant; facts do not lie in the future.
    """

    code = "write_out_of_order"

    def __init__(self, at: datetime, *, earliest: datetime, latest: datetime) -> None:
        """Initialize from the instant given and the range that is allowed."""
        super().__init__(f"at: must be between {earliest.isoformat()} and {latest.isoformat()}, got {at.isoformat()}")
        self.at = at
        self.earliest = earliest
        self.latest = latest
        self.path = "at"

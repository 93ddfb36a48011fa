"""Fields: typed reading of one object of a payload, with the path in every error.

Rule 1: every field is asked for by name and kind, and what nobody asked for is
refused at the end, so a payload says nothing that its reader does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from superlicense.errors import InvalidValueError, SuperlicenseError

__all__ = ["Fields", "Malformed", "instant_text"]

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

Malformed = Callable[[str, str], SuperlicenseError]
"""Makes the error of one kind of document from a path and a problem."""

_INSTANT = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_YEARS = range(2000, 2200)


class Fields:
    """The fields of one object, taken out one by one."""

    __slots__ = ("_left", "_path", "_refusal")

    def __init__(self, fields: object, path: str, refusal: Malformed) -> None:
        """Begin to read *fields*, an object at *path*."""
        self._path = path
        self._refusal = refusal
        if not isinstance(fields, dict):
            raise refusal(path, "must be an object")
        self._left: dict[str, object] = dict(fields)

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the document because of one field."""
        raise self._refusal(self._at(name), problem)

    def _take(self, name: str) -> object:
        if name not in self._left:
            self.refuse(name, "is missing")
        return self._left.pop(name)

    def text(self, name: str) -> str:
        """Take a text."""
        value = self._take(name)
        if not isinstance(value, str):
            self.refuse(name, "must be a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Take a text or null."""
        return self._unless_null(name, self.text)

    def integer(self, name: str) -> int:
        """Take an integer."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "must be an integer")
        return value

    def integer_or_none(self, name: str) -> int | None:
        """Take an integer or null."""
        return self._unless_null(name, self.integer)

    def boolean(self, name: str) -> bool:
        """Take true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            self.refuse(name, "must be true or false")
        return value

    def instant(self, name: str) -> datetime:
        """Take an instant, exactly ``YYYY-MM-DDTHH:MM:SSZ`` of the years 2000 to 2199."""
        at = _instant_of(self.text(name))
        if at is None:
            self.refuse(name, "must be an instant YYYY-MM-DDTHH:MM:SSZ of the years 2000 to 2199")
        return at

    def instant_or_none(self, name: str) -> datetime | None:
        """Take an instant or null."""
        return self._unless_null(name, self.instant)

    def _unless_null(self, name: str, take: Callable[[str], T]) -> T | None:
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return take(name)

    def word(self, name: str, words: type[E]) -> E:
        """Take a member of *words*."""
        value = self.text(name)
        try:
            return words(value)
        except ValueError:
            self.refuse(name, f"must be one of {', '.join(words)}")

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts."""
        found = []
        for value in self.items(name):
            if not isinstance(value, str):
                self.refuse(name, "must be a list of texts")
            found.append(value)
        return tuple(found)

    def items(self, name: str) -> list[object]:
        """Take a list of anything."""
        value = self._take(name)
        if not isinstance(value, list):
            self.refuse(name, "must be a list")
        return value

    def within(self, name: str) -> Fields:
        """Take an object."""
        return Fields(self._take(name), self._at(name), self._refusal)

    def entries(self, name: str) -> Mapping[str, object]:
        """Take an object whose names are data."""
        value = self._take(name)
        if not isinstance(value, dict):
            self.refuse(name, "must be an object")
        return value

    def expect(self, name: str, value: object) -> None:
        """Take a field that has to be *value*."""
        taken = self._take(name)
        if taken != value or type(taken) is not type(value):  # true equals 1
            self.refuse(name, f"must be {value!r}")

    def end(self) -> None:
        """Refuse what nobody has asked for."""
        for name in self._left:
            self.refuse(name, "is unknown")

    def build(self, make: Callable[[], T]) -> T:
        """Make a noun of what was taken, its refusals being this document's."""
        try:
            return make()
        except InvalidValueError as error:
            raise self._refusal(self._at(error.path), error.problem) from error


def _instant_of(text: str) -> datetime | None:
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def instant_text(path: str, at: datetime | None, refusal: Malformed) -> str | None:
    """Write an instant as documents have it, null for `None`."""
    if at is None:
        return None
    if at.year not in _YEARS or at.microsecond:
        raise refusal(path, f"{at.isoformat()} is no whole second of the years 2000 to 2199")
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")

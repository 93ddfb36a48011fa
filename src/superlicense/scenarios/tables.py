"""TOML tables read field by field, so that a message names the field, and no field is overlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, cast

from superlicense.errors import InvalidValueError

__all__ = ["Table"]

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Table:
    """One table of a scenario file.

    Every field is taken once; `finish` refuses what nothing has taken.

    Attributes:
        path: Where the table stands in its file, ``scenarios[3].ask``.
    """

    __slots__ = ("_left", "path")

    def __init__(self, value: object, path: str) -> None:
        """Read *value*, which stands at *path*.

        Raises:
            InvalidValueError: it is not a table.
        """
        if not isinstance(value, Mapping):
            raise InvalidValueError(path or "file", value, "must be a table")
        self._left = dict(value)
        self.path = path

    def at(self, name: str) -> str:
        """Return the path of the field *name*."""
        return f"{self.path}.{name}" if self.path else name

    def __contains__(self, name: str) -> bool:
        """Return whether the field *name* is there and has not been taken."""
        return name in self._left

    def take(self, name: str, kind: type[T], what: str) -> T | None:
        """Return and remove the field *name*, `None` if it is not there.

        Raises:
            InvalidValueError: it is not *what*.
        """
        if name not in self._left:
            return None
        value = self._left.pop(name)
        # `True` is an int to Python, and a flag to everybody else.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise InvalidValueError(self.at(name), value, f"must be {what}")
        return value

    def required(self, name: str, value: T | None) -> T:
        """Return *value*, that of the field *name*.

        Raises:
            InvalidValueError: the field is missing.
        """
        if value is None:
            raise InvalidValueError(self.at(name), None, "is missing")
        return value

    def text(self, name: str) -> str | None:
        """Return and remove a string."""
        return self.take(name, str, "a string")

    def number(self, name: str) -> int | None:
        """Return and remove an integer."""
        return self.take(name, int, "an integer")

    def flag(self, name: str) -> bool | None:
        """Return and remove a boolean."""
        return self.take(name, bool, "true or false")

    def instant(self, name: str) -> datetime | None:
        """Return and remove an instant.

        Raises:
            InvalidValueError: it says no offset from UTC.
        """
        value = self.take(name, datetime, "a date and time with an offset, such as 2026-11-24T09:00:00Z")
        if value is not None and value.utcoffset() is None:
            raise InvalidValueError(self.at(name), value, "must have an offset from UTC")
        return value

    def member(self, name: str, kind: type[E]) -> E | None:
        """Return and remove the value of a member of the enum *kind*."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return kind(value)
        except ValueError as error:
            raise InvalidValueError(self.at(name), value, f"must be one of {', '.join(kind)}") from error

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return and remove an array of strings."""
        values = self.array(name)
        if values is None:
            return None
        for place, value in enumerate(values):
            if not isinstance(value, str):
                raise InvalidValueError(f"{self.at(name)}[{place}]", value, "must be a string")
        return tuple(cast("list[str]", values))

    def array(self, name: str) -> list[object] | None:
        """Return and remove an array."""
        return cast("list[object] | None", self.take(name, list, "an array"))

    def table(self, name: str) -> Table | None:
        """Return and remove a table."""
        return Table(self._left.pop(name), self.at(name)) if name in self._left else None

    def tables(self, name: str) -> tuple[Table, ...]:
        """Return and remove an array of tables; empty where it is not there."""
        values = self.array(name) or []
        return tuple(Table(value, f"{self.at(name)}[{place}]") for place, value in enumerate(values))

    def named_tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """Return and remove a table of tables, by their names."""
        outer = self.table(name)
        for key, value in outer.rest().items() if outer is not None else ():
            yield key, Table(value, f"{self.at(name)}.{key}")

    def rest(self) -> dict[str, object]:
        """Return and remove every field that is left, as it is."""
        left, self._left = self._left, {}
        return left

    def finish(self) -> None:
        """Refuse a field that nothing has taken.

        Raises:
            InvalidValueError: there is one.
        """
        for name, value in self._left.items():
            raise InvalidValueError(self.at(name), value, "is not a field of this table")

    def build(self, make: Callable[..., T], **fields: object) -> T:
        """Call *make* with those of *fields* that are given, once nothing else is left.

        Raises:
            InvalidValueError: a field is left over, or *make* refuses one; with its path.
        """
        self.finish()
        try:
            return make(**{name: value for name, value in fields.items() if value is not None})
        except InvalidValueError as error:
            raise error.within(self.path) if self.path else error from error

"""JSON fields: a payload of the vendor, its fields taken by name, each of the kind that it must have.

Rule 1: keys that differ only in case are duplicates.

Rule 2: a number with a point or an exponent is not an integer. It may stand in
a field that is not read.

Source: documents.md, "Numbers from outside".
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

from superlicense.codec.file_bytes import bytes_of_file
from superlicense.codec.strict_json import JsonReader
from superlicense.errors import MalformedPrincipalError
from superlicense.interop.superoffice import words

__all__ = ["Fraction", "PrincipalFields", "read_fields", "read_list", "vendor_json"]


class Fraction:
    """Stands for a number with a point or an exponent, which no field of ours holds."""

    def __init__(self, text: str) -> None:
        """Forget *text*."""


_READER: Final = JsonReader(
    MalformedPrincipalError,
    size=2 * 1024 * 1024,
    depth=32,
    digits=28,
    fraction=Fraction,
    fold_case=True,
)


def read_fields(data: bytes) -> PrincipalFields:
    """Read one JSON object in UTF-8, with or without a byte order mark.

    Raises:
        MalformedPrincipalError: *data* is not such an object.
        InvalidValueError: *data* is not bytes.
    """
    return PrincipalFields(vendor_json(_READER, data), "")


def read_list(data: bytes) -> list[PrincipalFields]:
    """Read one JSON list of objects, as `read_fields` reads one object."""
    listed = vendor_json(_READER, data)
    if not isinstance(listed, list):
        raise MalformedPrincipalError("", "must be a list")
    return [PrincipalFields(value, f"[{place}]") for place, value in enumerate(listed)]


def vendor_json(reader: JsonReader, data: bytes) -> Any:  # noqa: ANN401 - whatever JSON stands for
    """Read JSON by *reader*; a byte order mark before it is ignored.

    Raises:
        SuperlicenseError: as the reader does.
        InvalidValueError: *data* is not bytes.
    """
    return reader.read(bytes_of_file(data, "data"))


class PrincipalFields:
    """An object whose fields are taken by name, in any case; null is as good as left out.

    Attributes:
        path: Where it is in the payload, empty for the whole.
    """

    def __init__(self, value: object, path: str) -> None:
        """Read the object at *path*.

        Raises:
            MalformedPrincipalError: *value* is not an object.
        """
        if not isinstance(value, dict):
            raise MalformedPrincipalError(path, "must be an object")
        self._fields: dict[str, object] = value
        self.path = path

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the payload because of one field."""
        raise MalformedPrincipalError(f"{self.path}.{name}" if self.path else name, problem)

    def take(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind asked for, or None
        """Return and remove a field of one kind; `None` where it is left out or null."""
        value = self._fields.get(name.lower())
        if value is not None and type(value) is not kind:
            self.refuse(name, f"must be {_KINDS[kind]}")
        return value

    def objects(self, name: str, *, required: bool = True) -> list[PrincipalFields]:
        """Return and remove a list of objects, counted from 0 in their paths."""
        listed = self.take(name, list)
        if listed is None and required:
            self.refuse(name, "is missing")
        path = f"{self.path}.{name}" if self.path else name
        return [PrincipalFields(value, f"{path}[{place}]") for place, value in enumerate(listed or ())]

    def quantity(self, name: str) -> int | None:
        """Return and remove a quantity of the vendor; `None` where it is left out."""
        number = self.take(name, int)
        try:
            return None if number is None else words.quantity(str(number))
        except words.WordError as error:
            self.refuse(name, str(error))

    def text(self, name: str) -> str:
        """Return and remove a string, empty where it is left out."""
        return str(self.take(name, str) or "")

    def required(self, name: str) -> str:
        """Return and remove a required string."""
        text = self.text(name)
        if not text:
            self.refuse(name, "is missing")
        return text

    def word(self, name: str) -> str:
        """Return and remove a word that the vendor writes as its name or its number; empty where it is left out."""
        value = self._fields.get(name.lower())
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.refuse(name, "must be a name or a number")
        return str(value)


_KINDS: Final = {str: "a string", int: "an integer", bool: "true or false", list: "a list"}

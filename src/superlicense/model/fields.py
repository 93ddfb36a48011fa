"""Converters and validators for the fields of nouns.

A converter never raises: it passes on what it cannot convert, because only the
validator knows the name of the field for the error message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from superlicense.errors import InvalidValueError
from superlicense.model.frozen_map import FrozenMap

if TYPE_CHECKING:
    from attrs import Attribute


Validator = Callable[[Any, "Attribute[Any]", Any], None]
M = TypeVar("M", bound=StrEnum)

# The vendor's widest text column (ModuleLicense.extraInfo, domain table 237).
MAX_TEXT_LENGTH = 3999
MAX_ID_LENGTH = 254
# documents.md, "Numbers from outside": license quantity.
MAX_QUANTITY = 10**9
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)


def utc(value: datetime | None) -> datetime | None:
    """Convert an aware datetime to UTC; return everything else unchanged."""
    if isinstance(value, datetime) and value.tzinfo is not UTC and value.utcoffset() is not None:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return value.replace(tzinfo=None)
    return value


def utc_required(value: datetime) -> datetime:
    """Convert as `utc` does, for a required field."""
    return utc(value) or value


def strings(value: Iterable[str]) -> tuple[str, ...]:
    """Convert an iterable of strings to a tuple; a single string becomes a tuple of one.

    What is not iterable is left to the validator.
    """
    if isinstance(value, str):
        return (value,)
    given: object = value
    return tuple(value) if isinstance(given, Iterable) else value  # type: ignore[return-value]  # refused by the validator


def mapping(value: Mapping[str, Any]) -> FrozenMap[Any]:
    """Convert a mapping to a `FrozenMap`."""
    return value if isinstance(value, FrozenMap) else FrozenMap(value)


def uuid_text(value: str | None) -> str | None:
    """Convert a UUID to lower case, so that it is written in one way only; return everything else unchanged."""
    lower = value.lower() if isinstance(value, str) else None
    return lower if lower is not None and _UUID.fullmatch(lower) else value


def member(kind: type[M], name: str, value: object, problem: str) -> M:
    """Return the member of *kind* that *value*, an argument called *name*, is or names.

    Raises:
        InvalidValueError: it is not a string, or there is no such member.
    """
    if not isinstance(value, str):
        raise InvalidValueError(name, value, problem)
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidValueError(name, value, problem) from error


def aware(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for an aware datetime."""
    del instance
    if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
        raise InvalidValueError(attribute.name, value, "must be a datetime with a time zone")


def text(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for a string of at most 3,999 characters that can be encoded as UTF-8."""
    del instance
    if not isinstance(value, str):
        raise InvalidValueError(attribute.name, value, "must be a string")
    if len(value) > MAX_TEXT_LENGTH:
        raise InvalidValueError(attribute.name, value, f"must be at most {MAX_TEXT_LENGTH} characters long")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidValueError(attribute.name, value, "must not contain lone surrogates")


def identifier(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for a printable string of 1 to 254 characters without surrounding whitespace."""
    text(instance, attribute, value)
    assert isinstance(value, str)  # noqa: S101 - checked by `text`; narrows the type
    if not value or len(value) > MAX_ID_LENGTH:
        raise InvalidValueError(attribute.name, value, f"must be 1 to {MAX_ID_LENGTH} characters long")
    if not value.isprintable() or value != value.strip():
        raise InvalidValueError(attribute.name, value, "must be printable, without surrounding whitespace")


def uuid(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for a UUID in its text form, in lower case."""
    del instance
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise InvalidValueError(attribute.name, value, "must be a UUID")


def identifiers(instance: object, attribute: Attribute[Any], value: Iterable[object]) -> None:
    """Check for a tuple whose every item is an `identifier`."""
    if type(value) is not tuple:
        raise InvalidValueError(attribute.name, value, "must be a list of strings")
    for item in value:
        identifier(instance, attribute, item)


def str_to_str(instance: object, attribute: Attribute[Any], value: Mapping[object, object]) -> None:
    """Check that keys and values are strings, of any length."""
    del instance
    for key, item in value.items():
        if not isinstance(key, str) or not isinstance(item, str):
            raise InvalidValueError(attribute.name, item, "must map str to str")


def integer(minimum: int, maximum: int | None = None) -> Validator:
    """Return a validator for integers from *minimum* to *maximum*, both inclusive."""

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        del instance
        # Not a subclass, which may compare as it likes; a bool is one, too.
        if type(value) is not int:
            raise InvalidValueError(attribute.name, value, "must be an integer")
        if value < minimum or (maximum is not None and value > maximum):
            most = "" if maximum is None else f" and at most {maximum}"
            raise InvalidValueError(attribute.name, value, f"must be at least {minimum}{most}")

    return check


def instance_of(kind: type[object]) -> Validator:
    """Return a validator for instances of exactly one class."""

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        del instance
        if type(value) is not kind:
            raise InvalidValueError(attribute.name, value, f"must be a {kind.__name__}")

    return check


def each_instance_of(kind: type[object]) -> Validator:
    """Return a validator for collections whose items are instances of exactly one class."""
    check_item = instance_of(kind)

    def check(instance: object, attribute: Attribute[Any], value: Iterable[object]) -> None:
        for item in value:
            check_item(instance, attribute, item)

    return check


def optional(check: Validator) -> Validator:
    """Return a validator that accepts `None` and applies *check* to everything else."""

    def check_unless_none(instance: object, attribute: Attribute[Any], value: object) -> None:
        if value is not None:
            check(instance, attribute, value)

    return check_unless_none

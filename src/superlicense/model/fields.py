"""Converters and validators of the nouns' fields.

A converter never refuses: what it cannot read it leaves for the validator,
because only a validator knows the name of the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from superlicense.errors import InvalidValueError
from superlicense.model.frozen_map import FrozenMap

if TYPE_CHECKING:
    from attrs import Attribute


Validator = Callable[[Any, "Attribute[Any]", Any], None]

# The vendor's widest text column (ModuleLicense.extraInfo, domain table 237).
MAX_TEXT_LENGTH = 3999
MAX_ID_LENGTH = 254
# documents.md, "Numbers from outside": license quantity.
MAX_QUANTITY = 10**9


def utc(value: datetime | None) -> datetime | None:
    """Move an aware instant to UTC; leave everything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not UTC and value.utcoffset() is not None:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return value.replace(tzinfo=None)
    return value


def utc_required(value: datetime) -> datetime:
    """Do what `utc` does, for a field that is never empty."""
    return utc(value) or value


def strings(value: Iterable[str]) -> tuple[str, ...]:
    """Freeze a sequence of texts; a lone text is no sequence."""
    return (value,) if isinstance(value, str) else tuple(value)


def mapping(value: Mapping[str, Any]) -> FrozenMap[Any]:
    """Freeze a mapping."""
    return value if isinstance(value, FrozenMap) else FrozenMap(value)


def aware(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not an aware instant."""
    del instance
    if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
        raise InvalidValueError(attribute.name, value, "must be a datetime with a time zone")


def text(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not a text of at most 3,999 characters that UTF-8 can hold."""
    del instance
    if not isinstance(value, str):
        raise InvalidValueError(attribute.name, value, "must be a text")
    if len(value) > MAX_TEXT_LENGTH:
        raise InvalidValueError(attribute.name, value, f"must be at most {MAX_TEXT_LENGTH} characters long")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidValueError(attribute.name, value, "must not hold lone surrogates")


def identifier(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not a printable text of 1 to 254 characters without space around it."""
    text(instance, attribute, value)
    assert isinstance(value, str)  # noqa: S101 - `text` has just said so; this is for the type checker
    if not value or len(value) > MAX_ID_LENGTH:
        raise InvalidValueError(attribute.name, value, f"must be 1 to {MAX_ID_LENGTH} characters long")
    if not value.isprintable() or value != value.strip():
        raise InvalidValueError(attribute.name, value, "must be printable, without space around it")


def identifiers(instance: object, attribute: Attribute[Any], value: Iterable[object]) -> None:
    """Refuse a sequence that holds anything but identifiers."""
    for item in value:
        identifier(instance, attribute, item)


def str_to_str(instance: object, attribute: Attribute[Any], value: Mapping[object, object]) -> None:
    """Refuse a mapping that holds anything but texts, of any length."""
    del instance
    for key, said in value.items():
        if not isinstance(key, str) or not isinstance(said, str):
            raise InvalidValueError(attribute.name, said, "must be texts by text")


def integer(least: int, greatest: int | None = None) -> Validator:
    """Make a validator of whole numbers from *least* to *greatest*, both inclusive."""

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        del instance
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValueError(attribute.name, value, "must be a whole number")
        if value < least or (greatest is not None and value > greatest):
            most = "" if greatest is None else f" and at most {greatest}"
            raise InvalidValueError(attribute.name, value, f"must be at least {least}{most}")

    return check


def instance_of(kind: type[object]) -> Validator:
    """Make a validator of the members of one class."""

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        del instance
        if type(value) is not kind:
            raise InvalidValueError(attribute.name, value, f"must be a {kind.__name__}")

    return check


def each_instance_of(kind: type[object]) -> Validator:
    """Make a validator of collections whose items are of one class."""
    check_item = instance_of(kind)

    def check(instance: object, attribute: Attribute[Any], value: Iterable[object]) -> None:
        for item in value:
            check_item(instance, attribute, item)

    return check


def optional(check: Validator) -> Validator:
    """Make a validator that lets `None` pass, and asks *check* of everything else."""

    def check_unless_none(instance: object, attribute: Attribute[Any], value: object) -> None:
        if value is not None:
            check(instance, attribute, value)

    return check_unless_none

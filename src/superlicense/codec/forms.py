"""Forms: how each kind of value is written, and read with the place that errors name."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, NoReturn

from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.model.license import LicenseName
from superlicense.model.month import Month

__all__ = [
    "BYTES_OR_NONE",
    "FLAG",
    "INSTANT",
    "INSTANT_OR_NONE",
    "MONEY",
    "MONTH",
    "NAME",
    "TEXT",
    "TEXTS",
    "TEXT_OR_NONE",
    "UNMODELED",
    "WHOLE",
    "WHOLE_OR_NONE",
    "Codec",
    "decoded",
    "each",
    "encoded",
    "instant_text",
    "maybe",
    "noun_codec",
    "parsed",
    "read_instant",
    "within",
    "word",
]

_INSTANT_PATTERN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
# More digits than any amount has: 2^63 blocks at the dearest price.
_MONEY_PATTERN: Final = re.compile(r"-?\d{1,80}(\.\d{1,9})?", re.ASCII)


class Codec(NamedTuple):
    """How one kind of value is written, and read from a place that errors name."""

    dump: Callable[[Any], object]
    load: Callable[[object, str], Any]


def _refuse(path: str, problem: str) -> NoReturn:
    raise StoreUnavailableError(f"a record is corrupt{f' at {path}' if path else ''}: {problem}")


def _same(value: object) -> object:
    return value


def _plain(kind: type[object], words: str) -> Codec:
    """Make the form of what JSON has itself."""

    def load(value: object, path: str) -> object:
        if type(value) is not kind:
            _refuse(path, f"must be {words}")
        return value

    return Codec(_same, load)


TEXT: Final = _plain(str, "a text")
WHOLE: Final = _plain(int, "a whole number")
FLAG: Final = _plain(bool, "true or false")


def maybe(form: Codec) -> Codec:
    """Make the form of what may be `None`."""
    return Codec(
        lambda value: None if value is None else form.dump(value),
        lambda value, path: None if value is None else form.load(value, path),
    )


def each(form: Codec) -> Codec:
    """Make the form of a tuple; *form* is that of each item."""

    def load(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _refuse(path, "must be a list")
        return tuple(form.load(one, f"{path}[{place}]") for place, one in enumerate(value))

    return Codec(lambda value: [form.dump(one) for one in value], load)


def _read(form: Codec, kind: Callable[[Any], Any]) -> Codec:
    """Make the form of what is more than what is written: *kind* reads it."""

    def load(value: object, path: str) -> object:
        written = form.load(value, path)
        try:
            return kind(written)
        except (ValueError, InvalidValueError) as error:
            _refuse(path, str(error))

    return Codec(form.dump, load)


def word(words: type[StrEnum]) -> Codec:
    """Make the form of a member of *words*."""
    return parsed(words)


def parsed(parse: Callable[[str], Any]) -> Codec:
    """Make the form of what *parse* reads from its text."""
    return _read(Codec(str, TEXT.load), parse)


def _load_unmodeled(value: object, path: str) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse(path, "must be an object")
    return {name: TEXT.load(one, f"{path}.{name}") for name, one in value.items()}


def instant_text(at: datetime) -> str:
    """Write an instant as records have it.

    >>> instant_text(datetime(2026, 11, 24, 9, 13, tzinfo=UTC))
    '2026-11-24T09:13:00.000000Z'

    Raises:
        InvalidValueError: *at* is naive.
    """
    if at.utcoffset() is None:
        raise InvalidValueError("at", at, "must be a datetime with a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str) -> datetime:
    """Read what `instant_text` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    instant: datetime = INSTANT.load(text, "")
    return instant


def _parse_instant(text: str) -> datetime:
    if not _INSTANT_PATTERN.fullmatch(text):
        message = "must be an instant YYYY-MM-DDTHH:MM:SS.ffffffZ"
        raise ValueError(message)
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def _parse_money(text: str) -> Decimal:
    if not _MONEY_PATTERN.fullmatch(text):
        message = "must be an amount in digits"
        raise ValueError(message)
    return Decimal(text)


INSTANT: Final = _read(Codec(instant_text, TEXT.load), _parse_instant)
INSTANT_OR_NONE: Final = maybe(INSTANT)
MONEY: Final = _read(Codec(lambda amount: f"{amount:f}", TEXT.load), _parse_money)
MONTH: Final = _read(Codec(str, TEXT.load), Month.parse)
TEXT_OR_NONE: Final = maybe(TEXT)
WHOLE_OR_NONE: Final = maybe(WHOLE)
TEXTS: Final = each(TEXT)
NAME: Final = parsed(LicenseName.parse)
BYTES_OR_NONE: Final = maybe(
    _read(Codec(lambda value: b64encode(value).decode(), TEXT.load), lambda text: b64decode(text, validate=True))
)
UNMODELED: Final = Codec(dict, _load_unmodeled)


def _fields(value: object, path: str, names: Mapping[str, Codec]) -> dict[str, object]:
    """Refuse what is no object with exactly the fields *names*."""
    if not isinstance(value, dict):
        _refuse(path, "must be an object")
    for name in sorted(names.keys() ^ value.keys()):
        _refuse(within(path, name), "is missing" if name in names else "is unknown")
    return value


def within(path: str, name: str) -> str:
    """Give the place of the field *name* of what is at *path*."""
    return f"{path}.{name}" if path else name


def noun_codec(kind: Callable[..., Any], *fields: tuple[Codec, str]) -> Codec:
    """Make the form of a noun from its fields: a form, and the names of those that have it."""
    forms = {name: form for form, names in fields for name in names.split()}

    def dump(noun: object) -> dict[str, object]:
        return {name: form.dump(getattr(noun, name)) for name, form in forms.items()}

    def load(value: object, path: str) -> object:
        written = _fields(value, path, forms)
        found = {name: form.load(written[name], within(path, name)) for name, form in forms.items()}
        try:
            return kind(**found)
        except InvalidValueError as error:
            _refuse(within(path, error.path), error.problem)

    return Codec(dump, load)


def encoded(value: object) -> str:
    """Write JSON in ASCII."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def decoded(text: str) -> object:
    """Read JSON strictly.

    Raises:
        StoreUnavailableError: it is none, or none that `encoded` writes.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        _refuse("", f"is no JSON of ours: {error}")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        message = "a name is there twice"
        raise ValueError(message)
    return fields


def _no_float(text: str) -> NoReturn:
    message = f"{text[:64]} is no integer"
    raise ValueError(message)

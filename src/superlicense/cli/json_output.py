"""JSON output: nouns as plain data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import attrs

from superlicense.messages import message
from superlicense.model.decision import Reason
from superlicense.model.month import Month

__all__ = ["print_json", "to_plain_data"]


def to_plain_data(value: object, language: str = "en") -> Any:  # noqa: ANN401 - plain data of any kind
    """Return *value* as dicts, lists, strings, ints, bools and `None`.

    >>> from superlicense.model.user import User
    >>> to_plain_data({"user": User(id="anna", groups=("sales",))})["user"]["groups"]
    ['sales']

    Instants are ISO 8601 in UTC and end in ``Z``; decimals are strings, so that no
    digit is lost. A reason also has its message in *language*. Bytes are omitted.
    """
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {str(key): to_plain_data(one, language) for key, one in value.items()}
    fields = _fields(value, language)
    if fields is not None:
        return to_plain_data(fields, language)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [to_plain_data(one, language) for one in value]
    return _text(value)


def _fields(value: object, language: str) -> dict[str, object] | None:
    """Return the fields of a noun; `None` if *value* is not a noun."""
    if isinstance(value, Month):
        return None
    if isinstance(value, Reason):
        return {"code": value.code, "params": value.params, "message": message(value, language)}
    if not attrs.has(type(value)):
        return None
    held = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}  # type: ignore[arg-type]  # `has`
    return {name: one for name, one in held.items() if not isinstance(one, bytes)}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def print_json(value: object, language: str = "en") -> None:
    """Print *value* on one line; characters that the stream cannot encode are escaped."""
    data = to_plain_data(value, language)
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data)
    print(text)

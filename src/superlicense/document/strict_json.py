"""Strict JSON: one text for one value, so that bytes can be compared and signed.

Rule 1: what a reader could understand in two ways is refused: duplicate keys,
floats, NaN, numbers of more than 16 digits, and nesting that is too deep, the
last before anything is parsed.

Rule 2: canonical is what the writer writes. A canonical reader encodes again
and compares.

Source: documents.md, "Canonical JSON payload".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Final, NoReturn

from superlicense.errors import MalformedJsonError, NotCanonicalError

__all__ = ["SHOWN", "decode", "decode_canonical", "encode"]

SHOWN: Final = 64
"""How many characters of what was given a message shows (documents.md, "Errors")."""

_MOST_DIGITS: Final = 16
_PAYLOAD_DEPTH: Final = 6
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def encode(fields: Mapping[str, object]) -> bytes:
    r"""Write an object as canonical JSON: sorted keys, no spaces, UTF-8.

    >>> encode({"b": 1, "a": "ø"})
    b'{"a":"\xc3\xb8","b":1}'

    Raises:
        MalformedJsonError: a text holds half of a surrogate pair, which UTF-8
            has no bytes for.
    """
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise MalformedJsonError("", "holds a lone surrogate") from error


def decode(data: bytes, *, most_depth: int) -> dict[str, object]:
    """Read one JSON object strictly, in any layout.

    Args:
        data: UTF-8 without a byte order mark.
        most_depth: How deep arrays and objects may nest, the outermost being 1.

    Raises:
        MalformedJsonError: it is no such object.
        TypeError: *data* is no `bytes`.
    """
    _check_bytes(data)
    if data.startswith(_BYTE_ORDER_MARK):
        raise MalformedJsonError("", "begins with a byte order mark")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise MalformedJsonError("", f"is no UTF-8 at byte {error.start}") from error
    # Before the parser, which would recurse into it.
    if not _at_most(most_depth).fullmatch(text):
        raise MalformedJsonError("", f"nests deeper than {most_depth}, or its brackets and quotes do not match")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise MalformedJsonError("", f"{error.msg} at character {error.pos}") from error
    if not isinstance(value, dict):
        raise MalformedJsonError("", "is no object")
    return value


def decode_canonical(data: bytes) -> dict[str, object]:
    """Read one canonical JSON object.

    Raises:
        MalformedJsonError: it is no strict JSON.
        NotCanonicalError: the writer would have written other bytes.
        TypeError: *data* is no `bytes`.
    """
    fields = decode(data, most_depth=_PAYLOAD_DEPTH)
    if encode(fields) != data:
        raise NotCanonicalError
    return fields


def _check_bytes(data: object) -> None:
    if not isinstance(data, bytes | bytearray):
        message = f"JSON is read from bytes, not from {type(data).__name__}"
        raise TypeError(message)


@cache
def _at_most(depth: int) -> re.Pattern[str]:
    """Make a pattern of what nests at most *depth* deep, whatever else is wrong with it.

    It is written out level by level: one match instead of a loop over every
    token. Each choice is told by its first character and possessive, so the
    time is linear in the length of the text, hostile or not.
    """
    flat = r'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
    inside = rf"(?:{flat})*+"
    for _ in range(depth):
        inside = rf"(?:{flat}|[\[{{]{inside}[\]}}])*+"
    return re.compile(inside, re.DOTALL)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of *pairs*, none of whose keys is there twice."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        ((repeated, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise MalformedJsonError(repeated[:SHOWN], "is there twice")
    return fields


def _integer(text: str) -> int:
    """Read an integer whose digits are few enough to be read at no cost."""
    if len(text.removeprefix("-")) > _MOST_DIGITS:
        raise MalformedJsonError("", f"a number has more than {_MOST_DIGITS} digits")
    return int(text)


def _no_float(text: str) -> NoReturn:
    raise MalformedJsonError("", f"a number is no integer: {text[:SHOWN]}")


def _no_constant(text: str) -> NoReturn:
    raise MalformedJsonError("", f"{text} is no JSON")

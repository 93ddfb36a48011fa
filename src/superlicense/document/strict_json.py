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
from collections.abc import Mapping
from typing import NoReturn

from superlicense.errors import MalformedJsonError, NotCanonicalError

__all__ = ["decode", "decode_canonical", "encode"]

_MOST_DIGITS = 16
_PAYLOAD_DEPTH = 6
# A text, or a bracket outside of one. Possessive, so that nothing is tried twice.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def encode(fields: Mapping[str, object]) -> bytes:
    r"""Write an object as canonical JSON: sorted keys, no spaces, UTF-8.

    >>> encode({"b": 1, "a": "ø"})
    b'{"a":"\xc3\xb8","b":1}'
    """
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def decode(data: bytes, *, most_depth: int) -> dict[str, object]:
    """Read one JSON object strictly, in any layout.

    Args:
        data: UTF-8 without a byte order mark.
        most_depth: How deep arrays and objects may nest, the outermost being 1.

    Raises:
        MalformedJsonError: it is no such object.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise MalformedJsonError("", "begins with a byte order mark")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise MalformedJsonError("", f"is no UTF-8 at byte {error.start}") from error
    _check_depth(text, most_depth)
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
    """
    fields = decode(data, most_depth=_PAYLOAD_DEPTH)
    try:
        again = encode(fields)
    except UnicodeEncodeError as error:
        raise MalformedJsonError("", "holds a lone surrogate") from error
    if again != data:
        raise NotCanonicalError
    return fields


def _check_depth(text: str, most_depth: int) -> None:
    """Refuse deep nesting before the parser, which would recurse into it."""
    depth = 0
    for token in _TOKEN.finditer(text):
        match token[0][0]:
            case "[" | "{":
                depth += 1
                if depth > most_depth:
                    raise MalformedJsonError("", f"nests deeper than {most_depth}")
            case "]" | "}":
                depth -= 1
            case _:  # a whole text: what is in it nests nothing
                pass


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise MalformedJsonError(key, "is there twice")
        fields[key] = value
    return fields


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise MalformedJsonError("", f"a number has more than {_MOST_DIGITS} digits")
    return int(text)


def _no_float(text: str) -> NoReturn:
    raise MalformedJsonError("", f"a number is no integer: {text[:64]}")


def _no_constant(text: str) -> NoReturn:
    raise MalformedJsonError("", f"{text} is no JSON")

"""Payloads: the canonical JSON object that a document signs, of one type and version.

Source: documents.md, "Canonical JSON payload".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from superlicense.codec.codecs import DecodeError
from superlicense.codec.strict_json import JsonReader, Malformed, canonical
from superlicense.errors import MalformedJsonError, NotCanonicalError

__all__ = ["READER", "read_fields", "read_payload", "refusals", "write_payload"]

_VERSION: Final = 1
READER: Final = JsonReader(MalformedJsonError, depth=6, digits=16)
"""Reads a payload in any layout."""


def write_payload(kind: str, fields: Mapping[str, object]) -> bytes:
    """Return the payload of the type *kind* with *fields*."""
    return canonical({"_type": kind, "v": _VERSION, **fields})


def read_fields(payload: bytes) -> dict[str, Any]:
    """Read a payload of any type.

    Raises:
        MalformedJsonError: it is not strict JSON.
        NotCanonicalError: the writer would have written other bytes.
        TypeError: *payload* is not `bytes`.
    """
    fields = READER.read_object(payload)
    if canonical(fields) != payload:
        raise NotCanonicalError
    return fields


def read_payload(kind: str, payload: bytes, malformed: Malformed) -> dict[str, Any]:
    """Read a payload of the type *kind* and return its other fields.

    Raises:
        SuperlicenseError: as `read_fields`; of the class *malformed* for another
            type or version.
    """
    fields = read_fields(payload)
    for name, expected in (("_type", kind), ("v", _VERSION)):
        found = fields.pop(name, None)
        if found != expected or type(found) is not type(expected):  # true equals 1
            raise malformed(name, f"must be {expected!r}")
    return fields


@contextmanager
def refusals(malformed: Malformed) -> Iterator[None]:
    """Turn what a codec refuses in the block into an error of the document."""
    try:
        yield
    except DecodeError as error:
        raise malformed(error.path, error.problem) from error

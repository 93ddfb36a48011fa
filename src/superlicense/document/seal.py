"""Seals: codes of authentication (HMAC) for records, which only the holder of a key can make.

Rule 1: what is sealed is a value of typed parts, each with its length before
it. `None`, a bool, an integer, a string, bytes, an instant, a list and a map have
different encodings, and so have any two values.

Rule 2: every database has a key of its own, derived from one master, so that a
record copied from another database is not valid.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from superlicense.errors import InvalidValueError

__all__ = ["KEY_BYTES", "derive", "encode", "is_seal", "make_seal"]

KEY_BYTES: Final = 32
"""Length of a master key, and of what is derived from it."""

_INFO: Final = b"superlicense/seal/v1\0"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def derive(master: object, stored_key: str) -> bytes:
    """Derive the key of one installation from *master* by HKDF-SHA256.

    Args:
        master: 32 bytes from a cryptographic source, kept outside the database.
        stored_key: The key that an installation is stored under, unique among those of *master*.

    Raises:
        InvalidValueError: *master* is not 32 bytes; the error does not show it.
    """
    if not isinstance(master, bytes) or len(master) != KEY_BYTES:
        raise InvalidValueError("seal_key", type(master).__name__, f"must be {KEY_BYTES} bytes")
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as in `document.keys`
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    info = _INFO + stored_key.encode("utf-8", "surrogatepass")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def make_seal(key: bytes, encoded: bytes) -> bytes:
    """Seal what `encode` has written: HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, encoded, "sha256")


def is_seal(made: bytes, found: bytes | None) -> bool:
    """Return whether *found* is the seal that was *made*, in constant time."""
    return found is not None and hmac.compare_digest(made, found)


def _part(tag: bytes, body: bytes) -> bytes:
    return b"%b%d:%b" % (tag, len(body), body)


@lru_cache(maxsize=1024)
def _name(name: str) -> bytes:
    # The names of fields come again and again.
    return _text(name)


def _text(value: str) -> bytes:
    # A string from a store may hold lone surrogates, and is sealed all the same.
    return _part(b"t", value.encode("utf-8", "surrogatepass"))


def _instant(value: datetime) -> bytes:
    if value.utcoffset() is None:
        raise InvalidValueError("at", value, "must be a datetime with a time zone")
    since = value - _EPOCH
    return b"d%d,%d,%d;" % (since.days, since.seconds, since.microseconds)


def _list(value: Iterable[object]) -> bytes:
    return _part(b"l", b"".join(map(encode, value)))


def _map(value: Mapping[str, object]) -> bytes:
    return _part(b"m", b"".join([_name(name) + encode(value[name]) for name in sorted(value)]))


# By exact type, which is what nearly every value has.
_FORMS: Final[dict[type, Any]] = {
    type(None): lambda _: b"n;",
    bool: lambda value: b"b1;" if value else b"b0;",
    int: lambda value: b"i%d;" % value,
    str: _text,
    bytes: lambda value: _part(b"y", value),
    datetime: _instant,
    tuple: _list,
    list: _list,
    dict: _map,
}


def encode(value: object) -> bytes:
    r"""Encode *value* unambiguously: no other value has the same encoding.

    >>> encode({"id": "anna", "seats": 1, "end": None})
    b'm31:t3:endn;t2:idt4:annat5:seatsi1;'
    >>> encode("1") == encode(1), encode(True) == encode(1), encode(b"a") == encode("a")
    (False, False, False)

    Args:
        value: `None`, a bool, an int, a string, bytes, an aware datetime, a list or
            tuple of such, or a mapping of such by string.

    Raises:
        InvalidValueError: *value* is something else, or a naive datetime.
    """
    form = _FORMS.get(type(value))
    if form is not None:
        written: bytes = form(value)
        return written
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _map(value)
    raise InvalidValueError("value", type(value).__name__, "cannot be sealed")

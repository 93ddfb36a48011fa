"""Keys: Ed25519 signing keys, and public keys that can be trusted.

Rule 1: a weak public key is refused where it enters. `cryptography` would load
one, with which signatures can be forged: encodings that are not canonical, and the
points of small order.

Rule 2: key material never shows in a repr, a log line or an error, and a
private key leaves only as PEM, by `SigningKey.to_pem`.

Source: documents.md, "Keys". `cryptography` is imported where it is needed,
because most hosts never verify anything at start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn

from superlicense.errors import InvalidValueError, MalformedKeyError, WeakKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["PublicKey", "SigningKey"]

_KEY_BYTES: Final = 32
_KEY_ID_PREFIX: Final = b"superlicense/keyid/v1\0ed25519\0"
# The limit of OpenSSL.
_LONGEST_PASSWORD: Final = 1023
# The field of the curve, and the constant d of -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1).
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
# The bit of an encoded point that holds the sign of x; the others are y.
_SIGN_BIT: Final = 1 << 255


def _square_roots(square: int) -> Iterator[int]:
    """Return the square roots modulo p: none, or two (RFC 8032, section 5.1.3)."""
    candidate = pow(square, (_P + 3) // 8, _P)
    for root in (candidate, candidate * pow(2, (_P - 1) // 4, _P) % _P):
        if (root * root - square) % _P == 0:
            yield from (root, _P - root)


@cache
def _small_order_heights() -> frozenset[int]:
    """Compute y of every point whose order divides 8.

    Order 1 has y = 1, order 2 has y = -1, order 4 has y = 0. Twice a point of
    order 8 has y = 0, so x^2 = -y^2, and the curve gives d y^4 + 2 y^2 - 1 = 0.
    """
    squares = ((root - 1) * pow(_D, -1, _P) for root in _square_roots(1 + _D))
    return frozenset({1, _P - 1, 0}.union(*map(_square_roots, squares)))


class _Frozen:
    """A class whose instances cannot be changed."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse; a key stays what it is."""
        message = f"{type(self).__name__} is frozen"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        """Refuse; a key stays what it is."""
        self.__setattr__(name, None)


class PublicKey(_Frozen):
    """A public key that is not weak. Equal keys are equal and hash alike.

    Attributes:
        raw: Its 32 bytes.
        key_id: Its id, 64 lower-case hex digits, computed from the bytes.
    """

    __slots__ = ("_loaded", "key_id", "raw")

    key_id: str
    raw: bytes
    _loaded: Any

    def __init__(self, raw: bytes) -> None:
        """Read a key from its 32 bytes.

        Raises:
            MalformedKeyError: not 32 bytes.
            WeakKeyError: not canonical, or a point of small order.
        """
        if not _has_32_bytes(raw):
            raise MalformedKeyError("a public key has 32 bytes")
        height = int.from_bytes(raw, "little") & ~_SIGN_BIT
        if height >= _P:
            raise WeakKeyError("its encoding is not canonical")
        if height in _small_order_heights():
            raise WeakKeyError("it is a point of small order")
        object.__setattr__(self, "raw", raw)
        object.__setattr__(self, "key_id", hashlib.sha256(_KEY_ID_PREFIX + raw).hexdigest())
        object.__setattr__(self, "_loaded", None)

    @classmethod
    def from_bytes(cls, raw: bytes) -> PublicKey:
        """Read a key from its 32 bytes; errors as of the constructor."""
        return cls(raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether the owner of this key made *signature* over *message*."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see the module docstring

        if self._loaded is None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see the module docstring
                Ed25519PublicKey,
            )

            object.__setattr__(self, "_loaded", Ed25519PublicKey.from_public_bytes(self.raw))
        try:
            self._loaded.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        """Compare by bytes."""
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        """Hash by bytes."""
        return hash(self.raw)

    def __reduce__(self) -> tuple[type[PublicKey], tuple[bytes]]:
        """Pickle and copy by bytes."""
        return (PublicKey, (self.raw,))

    def __repr__(self) -> str:
        """Show the id, which is public."""
        return f"<PublicKey {self.key_id[:16]}…>"


class SigningKey(_Frozen):
    """A private key. It shows nothing of itself but its public half.

    Attributes:
        public: The public key that belongs to it.
    """

    __slots__ = ("_private", "public")

    public: PublicKey
    _private: Ed25519PrivateKey

    def __init__(self, private: Ed25519PrivateKey | PrivateKeyTypes) -> None:
        """Wrap a key object of `cryptography`.

        Raises:
            MalformedKeyError: it is not an Ed25519 private key.
        """
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module docstring

        if not isinstance(private, ed25519.Ed25519PrivateKey):
            raise MalformedKeyError("not an Ed25519 private key")
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "public", PublicKey(private.public_key().public_bytes_raw()))

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module docstring

        return cls(ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Make the key of a 32-byte *seed*; the same seed gives the same key.

        Raises:
            MalformedKeyError: not 32 bytes.
        """
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module docstring

        if not _has_32_bytes(seed):
            raise MalformedKeyError("a seed has 32 bytes")
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> SigningKey:
        """Read a PKCS#8 PEM.

        Raises:
            MalformedKeyError: no PEM of an Ed25519 key, or not with this
                *password*.
        """
        private = _private_key(pem, password)
        if private is None:
            # Raised out here, so that neither its cause nor its context is what
            # the library below said, which may quote the key.
            raise MalformedKeyError("not a PKCS#8 PEM key, or wrong password")
        return cls(private)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """Write a PKCS#8 PEM, encrypted if there is a *password*.

        Raises:
            InvalidValueError: an empty password, or one of more than 1,023 bytes.
        """
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - see the module docstring

        protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            _check_password(password)
            if not 1 <= len(password) <= _LONGEST_PASSWORD:
                raise InvalidValueError("password", len(password), f"must have 1 to {_LONGEST_PASSWORD:,} bytes")
            protection = serialization.BestAvailableEncryption(password)
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    def sign(self, message: bytes) -> bytes:
        """Sign *message*: 64 bytes, the same every time."""
        return self._private.sign(message)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: a private key leaves as PEM only."""
        message = "a SigningKey is not pickled or copied; write it with to_pem"
        raise TypeError(message)

    def __repr__(self) -> str:
        """Show the public id only."""
        return f"<SigningKey of {self.public.key_id[:16]}…>"


def _has_32_bytes(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == _KEY_BYTES


def _private_key(pem: bytes, password: bytes | None) -> PrivateKeyTypes | None:
    """Load a private key of any kind, `None` where that cannot be done."""
    from cryptography.exceptions import (  # noqa: PLC0415 - see the module docstring
        InternalError,
        UnsupportedAlgorithm,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see the module docstring
        load_pem_private_key,
    )

    if password is not None:
        _check_password(password)
    try:
        return load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        # InternalError is what a key of 32 bytes is that says to be of a kind with 57.
        return None


def _check_password(password: object) -> None:
    if not isinstance(password, bytes):
        message = f"a password is bytes, not {type(password).__name__}"
        raise TypeError(message)

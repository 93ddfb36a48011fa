"""Keys: Ed25519 signing keys, and public keys that are worth trusting.

Rule 1: a weak public key is refused where it enters. `cryptography` would load
one, and with it anybody can forge: encodings that are not canonical, and the
points of small order.

Rule 2: key material never shows in a repr, a log line or an error.

Source: documents.md, "Keys". `cryptography` is imported where it is needed,
because most hosts never verify anything at start.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from superlicense.errors import InvalidValueError, MalformedKeyError, WeakKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["PublicKey", "SigningKey"]

_KEY_BYTES = 32
_PREFIX = b"superlicense/keyid/v1\0ed25519\0"
# The field of the curve, and the constant d of -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1).
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


def _root(square: int) -> int | None:
    """Give a square root modulo p, `None` where there is none (RFC 8032, 5.1.3)."""
    candidate = pow(square, (_P + 3) // 8, _P)
    for root in (candidate, candidate * pow(2, (_P - 1) // 4, _P) % _P):
        if root * root % _P == square % _P:
            return root
    return None


@cache
def _small_order_heights() -> frozenset[int]:
    """Compute y of every point whose order divides 8.

    Order 1 has y = 1, order 2 has y = -1, order 4 has y = 0. Twice a point of
    order 8 has y = 0, so x^2 = -y^2, and the curve gives d y^4 + 2 y^2 - 1 = 0.
    """
    heights = {0, 1, _P - 1}
    discriminant = _root(1 + _D)
    for root in () if discriminant is None else (discriminant, -discriminant):
        height = _root((root - 1) * pow(_D, -1, _P) % _P)
        if height is not None:
            heights |= {height, _P - height}
    return frozenset(heights)


class PublicKey:
    """A public key that is not weak. Equal keys are equal and hash alike.

    Attributes:
        raw: Its 32 bytes.
        key_id: Its id, 64 lower-case hex digits, computed from the bytes.
    """

    __slots__ = ("_loaded", "key_id", "raw")

    def __init__(self, raw: object) -> None:
        """Take a key by its 32 bytes.

        Raises:
            MalformedKeyError: not 32 bytes.
            WeakKeyError: not canonical, or a point of small order.
        """
        if not isinstance(raw, bytes) or len(raw) != _KEY_BYTES:
            raise MalformedKeyError("a public key has 32 bytes")
        height = int.from_bytes(raw, "little") & ~(1 << 255)
        if height >= _P:
            raise WeakKeyError("its encoding is not canonical")
        if height in _small_order_heights():
            raise WeakKeyError("it is a point of small order")
        self.raw = raw
        self.key_id = hashlib.sha256(_PREFIX + raw).hexdigest()
        self._loaded: Any = None

    @classmethod
    def from_bytes(cls, raw: bytes) -> PublicKey:
        """Take a key by its 32 bytes; errors as of the constructor."""
        return cls(raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Say whether this key's owner made *signature* over *message*."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see the module docstring

        if self._loaded is None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see the module docstring
                Ed25519PublicKey,
            )

            self._loaded = Ed25519PublicKey.from_public_bytes(self.raw)
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

    def __repr__(self) -> str:
        """Show the id, which is public."""
        return f"<PublicKey {self.key_id[:16]}…>"


class SigningKey:
    """A private key. It shows nothing of itself but its public half.

    Attributes:
        public: The public key that belongs to it.
    """

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        """Wrap a key object of `cryptography`.

        Raises:
            MalformedKeyError: it is no Ed25519 private key.
        """
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module docstring

        if not isinstance(private, ed25519.Ed25519PrivateKey):
            raise MalformedKeyError("it is no Ed25519 private key")
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key."""
        return cls.from_seed(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: object) -> SigningKey:
        """Make the key of a 32-byte *seed*; the same seed gives the same key.

        Raises:
            MalformedKeyError: not 32 bytes.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see the module docstring
            Ed25519PrivateKey,
        )

        if not isinstance(seed, bytes) or len(seed) != _KEY_BYTES:
            raise MalformedKeyError("a seed has 32 bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> SigningKey:
        """Read a PKCS#8 PEM.

        Raises:
            MalformedKeyError: no PEM of an Ed25519 key, or not with this
                *password*.
        """
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see the module docstring
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - see the module docstring
            load_pem_private_key,
        )

        try:
            private = load_pem_private_key(pem, password)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # Without a cause: what the library says may quote the key.
            raise MalformedKeyError("it is no PKCS#8 PEM, or not with this password") from None
        return cls(private)  # type: ignore[arg-type]  # the constructor refuses other kinds

    def to_pem(self, password: bytes | None = None) -> bytes:
        """Write a PKCS#8 PEM, encrypted if there is a *password*.

        Raises:
            InvalidValueError: an empty password, or one of more than 1,023 bytes.
        """
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - see the module docstring

        protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            if not 1 <= len(password) < 1024:  # noqa: PLR2004 - the limit of OpenSSL
                raise InvalidValueError("password", len(password), "must have 1 to 1,023 bytes")
            protection = serialization.BestAvailableEncryption(password)
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    def sign(self, message: bytes) -> bytes:
        """Sign *message*: 64 bytes, the same every time."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        """Show the public id only."""
        return f"<SigningKey of {self.public.key_id[:16]}…>"

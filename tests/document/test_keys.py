from __future__ import annotations

import hashlib
import pickle
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from superlicense.document.keys import PublicKey, SigningKey
from superlicense.errors import InvalidValueError, MalformedKeyError, WeakKeyError
from tests.for_each import for_each

SEED = bytes(range(32))
P = 2**255 - 19
# The well-known points whose order divides 8, y in hex, with either sign bit.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


class TestAPublicKey:
    """What is weak is refused where it enters."""

    @for_each("raw", SMALL_ORDER)
    def test_of_small_order_is_weak(self, raw: str) -> None:
        with pytest.raises(WeakKeyError, match="small order"):
            PublicKey.from_bytes(bytes.fromhex(raw))

    @pytest.mark.parametrize("above", [0, 1, 2, 18])
    @pytest.mark.parametrize("sign", [0, 1])
    def test_that_is_not_canonical_is_weak(self, above: int, sign: int) -> None:
        with pytest.raises(WeakKeyError, match="not canonical"):
            PublicKey.from_bytes((P + above + (sign << 255)).to_bytes(32, "little"))

    def test_just_below_the_field_is_not_refused_for_that(self) -> None:
        assert PublicKey.from_bytes((P - 2).to_bytes(32, "little")).raw

    def test_that_is_weak_would_let_anybody_forge(self) -> None:
        """The guard is needed: the library below loads the key of order 1, and a signature of nothing fits."""
        weak = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(SMALL_ORDER[0]))
        weak.verify(bytes.fromhex(SMALL_ORDER[0]) + bytes(32), b"anything at all")

    @pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 33, "x" * 32])
    def test_has_32_bytes(self, raw: bytes) -> None:
        with pytest.raises(MalformedKeyError, match="32 bytes"):
            PublicKey.from_bytes(raw)

    def test_has_the_id_that_is_written_in_the_format(self) -> None:
        public = SigningKey.from_seed(SEED).public
        assert public.raw.hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
        prefix = b"superlicense/keyid/v1\0ed25519\0"
        assert public.key_id == hashlib.sha256(prefix + public.raw).hexdigest()

    def test_is_compared_by_bytes(self) -> None:
        one, same, other = (SigningKey.from_seed(seed).public for seed in (SEED, SEED, SEED[::-1]))
        assert one == same
        assert len({one, same, other}) == 2
        assert one != other
        assert one != one.raw

    def test_shows_the_beginning_of_its_id(self) -> None:
        public = SigningKey.from_seed(SEED).public
        assert repr(public) == f"<PublicKey {public.key_id[:16]}…>"


class TestASigningKey:
    """It shows nothing of itself but its public half."""

    def test_of_a_seed_is_always_the_same_and_signs_the_same(self) -> None:
        one, same = SigningKey.from_seed(SEED), SigningKey.from_seed(SEED)
        assert one.sign(b"x") == same.sign(b"x")
        assert one.public.verifies(one.sign(b"x"), b"x")
        assert not one.public.verifies(one.sign(b"x"), b"y")

    def test_that_is_new_is_another(self) -> None:
        assert SigningKey.generate().public != SigningKey.generate().public

    @pytest.mark.parametrize("password", [None, b"p", b"p" * 1023])
    def test_goes_through_a_pem(self, password: bytes | None) -> None:
        key = SigningKey.from_seed(SEED)
        pem = key.to_pem(password)
        assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----" if password else b"-----BEGIN PRIVATE KEY-----")
        assert SigningKey.from_pem(pem, password).public == key.public

    @pytest.mark.parametrize("password", [b"", b"p" * 1024])
    def test_takes_passwords_that_protect(self, password: bytes) -> None:
        with pytest.raises(InvalidValueError, match="password"):
            SigningKey.from_seed(SEED).to_pem(password)

    @pytest.mark.parametrize(
        ("pem", "password"),
        [
            (b"no pem", None),
            (SigningKey.from_seed(SEED).to_pem(b"right"), b"wrong"),
            (SigningKey.from_seed(SEED).to_pem(b"right"), None),
            (SigningKey.from_seed(SEED).to_pem(), b"none needed"),
        ],
    )
    def test_is_refused_without_quoting_it(self, pem: bytes, password: bytes | None) -> None:
        with pytest.raises(MalformedKeyError) as refused:
            SigningKey.from_pem(pem, password)
        shown = "".join(traceback.format_exception(refused.value))
        assert refused.value.__cause__ is None
        assert "right" not in shown
        assert SEED.hex() not in shown

    def test_of_another_kind_is_refused(self) -> None:
        other = x25519.X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(MalformedKeyError, match="Ed25519"):
            SigningKey.from_pem(other)

    @pytest.mark.parametrize("seed", [b"", b"x" * 31, "x" * 32])
    def test_needs_a_seed_of_32_bytes(self, seed: bytes) -> None:
        with pytest.raises(MalformedKeyError, match="32 bytes"):
            SigningKey.from_seed(seed)

    def test_shows_its_public_id_only(self) -> None:
        key = SigningKey.from_seed(SEED)
        assert repr(key) == f"<SigningKey of {key.public.key_id[:16]}…>"


class TestKeysAreFrozen:
    """A key stays what it is; a private one leaves as PEM only."""

    @pytest.mark.parametrize(
        "key", [SigningKey.from_seed(SEED), SigningKey.from_seed(SEED).public], ids=["private", "public"]
    )
    def test_cannot_be_changed(self, key: PublicKey | SigningKey) -> None:
        with pytest.raises(AttributeError, match="frozen"):
            key.other = 1
        with pytest.raises(AttributeError, match="frozen"):
            del key.other  # type: ignore[union-attr]  # the defect

    def test_a_public_key_is_copied_by_bytes_and_a_private_one_is_not(self) -> None:
        key = SigningKey.from_seed(SEED)
        assert pickle.loads(pickle.dumps(key.public)) == key.public  # noqa: S301 - our own bytes
        with pytest.raises(TypeError, match="to_pem"):
            pickle.dumps(key)

    def test_a_password_is_bytes(self) -> None:
        key = SigningKey.from_seed(SEED)
        with pytest.raises(TypeError, match="password is bytes"):
            key.to_pem("text")  # type: ignore[arg-type]  # the defect
        with pytest.raises(TypeError, match="password is bytes"):
            SigningKey.from_pem(key.to_pem(), "text")  # type: ignore[arg-type]  # the defect

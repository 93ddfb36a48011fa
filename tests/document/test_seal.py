from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.document.seal import derive, encode, is_seal, make_seal

MASTER = bytes(range(32))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

# No two of these may look alike.
ALL_DIFFERENT: tuple[Any, ...] = (
    None,
    False,
    True,
    0,
    1,
    -1,
    10,
    "",
    "0",
    "1",
    "n;",
    "æ",
    "\ud800",
    b"",
    b"0",
    b"n;",
    NOON,
    NOON + timedelta(microseconds=1),
    NOON.isoformat(),
    [],
    [None],
    [[]],
    ["a", "b"],
    ["ab"],
    ["a", ["b"]],
    {},
    {"": None},
    {"a": None},
    {"a": "b"},
    {"a": {"b": None}},
    {"a": None, "b": None},
)


def values() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes(timezones=st.just(UTC))
    return st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def kind_and_value(value: Any) -> Any:  # noqa: ANN401 - anything that can be sealed
    """Tell apart what Python takes for equal: ``True == 1``."""
    if isinstance(value, list):
        return ("list", tuple(map(kind_and_value, value)))
    if isinstance(value, dict):
        return ("map", tuple((name, kind_and_value(value[name])) for name in sorted(value)))
    return (type(value).__name__, value)


class TestTheEncoding:
    """No two values are written alike."""

    def test_of_different_values_is_different(self) -> None:
        assert len({encode(value) for value in ALL_DIFFERENT}) == len(ALL_DIFFERENT)

    @given(values(), values())
    def test_is_the_same_for_the_same_value_only(self, one: object, other: object) -> None:
        assert (encode(one) == encode(other)) == (kind_and_value(one) == kind_and_value(other))

    def test_does_not_depend_on_the_order_of_fields(self) -> None:
        assert encode({"b": 1, "a": 2}) == encode({"a": 2, "b": 1}) == encode(MappingProxyType({"a": 2, "b": 1}))

    def test_of_an_instant_is_the_same_in_every_zone(self) -> None:
        assert encode(NOON) == encode(NOON.astimezone(timezone(timedelta(hours=2))))

    def test_of_a_name_is_the_one_of_its_text(self) -> None:
        assert encode(sl.LicenseName("superoffice", "user")) == encode("superoffice.user")
        assert encode(("a", sl.UserType.INTERNAL)) == encode(["a", "internal"])

    @pytest.mark.parametrize("value", [1.5, datetime(2026, 1, 1), object(), {1, 2}])  # noqa: DTZ001 - naive on purpose
    def test_refuses_what_cannot_be_sealed(self, value: object) -> None:
        with pytest.raises(sl.InvalidValueError):
            encode(value)


class TestKeys:
    """Every database has a key of its own."""

    def test_a_key_is_the_same_for_the_same_database_only(self) -> None:
        assert derive(MASTER, "one") == derive(MASTER, "one")
        assert len({derive(MASTER, "one"), derive(MASTER, "two"), derive(bytes(32), "one")}) == 3

    def test_a_key_is_the_one_of_hkdf_by_rfc_5869(self) -> None:
        # Computed by hand: extract with a salt of zeros, one round of expand.
        import hmac  # noqa: PLC0415 - the other way to the same key

        extracted = hmac.digest(bytes(32), MASTER, "sha256")
        assert derive(MASTER, "one") == hmac.digest(extracted, b"superlicense/seal/v1\0one\x01", "sha256")

    @pytest.mark.parametrize("master", [b"", b"k" * 31, b"k" * 33, "k" * 32, bytearray(32), None, 32])
    def test_a_master_is_32_bytes_and_never_shown(self, master: object) -> None:
        with pytest.raises(sl.InvalidValueError, match=r"^seal_key: must be 32 bytes") as caught:
            derive(master, "one")
        assert "kkk" not in str(caught.value)
        assert caught.value.value != master


class TestSeals:
    """Only the holder of the key makes one."""

    def test_a_seal_is_the_one_of_its_contents_and_its_key(self) -> None:
        seal = make_seal(MASTER, encode("anna"))
        assert len(seal) == 32
        assert is_seal(seal, make_seal(MASTER, encode("anna")))
        for other in (make_seal(MASTER, encode("bo")), make_seal(bytes(32), encode("anna")), seal[:-1], b"", None):
            assert not is_seal(seal, other)

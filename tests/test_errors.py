from __future__ import annotations

import pytest

import superlicense as sl
from superlicense.errors import (
    DeniedError,
    InvalidValueError,
    MalformedJsonError,
    MalformedKeyError,
    MalformedPackageError,
    RefusedError,
    StoreBusyError,
    SuperlicenseError,
    quoted,
)
from superlicense.errors.base import one_line
from superlicense.messages import message
from superlicense.model.reason import ReasonCode, because


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "'plain'"),
        ("a\nb\x1b", "'a\\nb\\x1b'"),
        ("x" * 65, f"'{'x' * 64}'…"),
        (7, "7"),
        (None, "None"),
    ],
)
def test_messages_escape_and_cut_what_they_quote(value: object, shown: str) -> None:
    assert quoted(value) == shown
    assert shown in str(InvalidValueError("field", value, "is wrong"))


def test_a_path_from_outside_is_escaped_and_cut() -> None:
    error = MalformedJsonError("a\ud800\n" + "x" * 1_000_000, "is there twice")
    assert error.path.startswith("a\\ud800\\nxxx")
    assert len(str(error)) < 400


def test_an_error_within_another_field_has_the_longer_path() -> None:
    error = InvalidValueError("quantity", 0, "must be at least 1").within("licenses[2]")
    assert (error.path, error.code) == ("licenses[2].quantity", "invalid_value")
    assert isinstance(error, SuperlicenseError)


def test_a_store_error_says_what_the_store_knows() -> None:
    assert str(StoreBusyError()) == "timed out waiting for other writers"
    assert str(StoreBusyError("waited")) == "timed out waiting for other writers: waited"


HUGE = 10**5_000
SPOOFED = "anna\x1b]0;title\x07\x9b2J\u202egnp\n" + "x" * 100_000


class Failing:
    """An object that fails whenever somebody looks at it."""

    def __repr__(self) -> str:
        raise ValueError(SPOOFED)


class Pretending(Failing):
    @property  # type: ignore[misc]  # what a proxy does
    def __class__(self) -> type:
        raise ValueError(SPOOFED)


class LyingText(str):
    __slots__ = ()

    def __getitem__(self, place: object) -> str:
        return SPOOFED

    def __len__(self) -> int:
        return 0


class LyingNumber(int):
    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __lt__

    def __repr__(self) -> str:
        raise ValueError(SPOOFED)


HOSTILE = [HUGE, -HUGE, [HUGE], {"a": (HUGE,)}, Failing(), LyingText(SPOOFED), LyingNumber(7), SPOOFED, "\ud800", True]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
class TestNoInputBreaksAMessage:
    """Big integers, failing or lying objects, control characters and lone surrogates are quoted harmlessly."""

    def test_it_is_quoted_in_at_most_64_characters_and_escapes(self, value: object) -> None:
        text = quoted(value)
        assert text.removesuffix("…").isascii()
        assert text.isprintable()
        assert len(text) <= 64 * 10

    def test_it_stands_in_an_error(self, value: object) -> None:
        text = str(InvalidValueError("field", value, "must be something else"))
        assert text.removesuffix("…").isascii()
        assert text.startswith("field: must be something else, got ")

    def test_it_stands_in_a_reason_and_its_message(self, value: object) -> None:
        reason = because(ReasonCode.UNKNOWN_USER, user=value)
        assert str(reason).isprintable()
        assert len(str(reason)) <= 64 * 10 + 30
        assert message(reason).replace("\u00a0", " ").isprintable()

    def test_a_noun_refuses_it_or_keeps_an_integer(self, value: object) -> None:
        with pytest.raises(InvalidValueError):
            sl.ModuleLicense(name="user", scope=sl.LicenseScope.USER, quantity=value)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("kind", [MalformedJsonError, MalformedPackageError, InvalidValueError])
def test_what_a_parser_says_is_escaped_and_cut(kind: type[SuperlicenseError]) -> None:
    arguments = (SPOOFED, SPOOFED) if kind is not InvalidValueError else (SPOOFED, None, SPOOFED)
    for text in (str(kind(*arguments)), str(MalformedKeyError(SPOOFED, SPOOFED)), str(StoreBusyError(SPOOFED))):
        assert text.isprintable()
        assert len(text) < 1_000


def test_a_refusal_names_ten_reasons_and_the_number_of_the_others() -> None:
    reasons = [because(ReasonCode.UNKNOWN_USER, user=f"{number}{SPOOFED}") for number in range(1_000)]
    error = RefusedError(reasons)
    assert str(error).isprintable()
    assert str(error).endswith("; and 990 more")
    assert len(str(error)) < 3_000
    assert len(error.reasons) == 1_000


def test_a_denial_shows_no_raw_name() -> None:
    licensing = sl.Licensing(
        sl.MemoryStore(), sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"), trust=None
    )
    with pytest.raises(DeniedError) as denied:
        licensing.gate.require_feature("anna", SPOOFED)
    assert str(denied.value).isprintable()
    assert len(str(denied.value)) < 1_000


def test_a_reason_keeps_names_of_every_script() -> None:
    reason = because(ReasonCode.OTHER_COMPANY, company="Ærø 東京")
    assert str(reason) == "other_company (company=Ærø 東京)"
    assert one_line("Ærø") == "Ærø"


def test_an_object_that_fails_when_asked_for_its_class_is_quoted_by_its_type() -> None:
    assert quoted(Pretending()) == "<Pretending>"

from __future__ import annotations

import pytest

from superlicense.errors import InvalidValueError, MalformedJsonError, StoreBusyError, SuperlicenseError, quoted


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

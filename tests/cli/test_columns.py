from __future__ import annotations

from superlicense.cli.table import aligned


def test_texts_stand_to_the_left_and_numbers_to_the_right() -> None:
    assert aligned([("a", "1", "x"), ("bcd", "22", "")], right={1}) == ["a      1   x", "bcd   22"]


def test_letters_of_two_columns_count_twice() -> None:
    assert aligned([("東京", "x"), ("abc", "y")]) == ["東京   x", "abc    y"]


def test_there_may_be_no_rows() -> None:
    assert aligned([]) == []

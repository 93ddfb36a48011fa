"""A table that is one test goes red for each of its cases."""

from __future__ import annotations

import pytest

from tests.for_each import for_each


def test_every_case_that_fails_is_listed() -> None:
    @for_each(("number", "square"), [(1, 1), (2, 5), (3, 9), (4, 1)], ids=lambda case: f"case {case[0]}")
    def check(number: int, square: int) -> None:
        assert number * number == square

    with pytest.raises(pytest.fail.Exception) as failed:
        check()
    first, *listed = str(failed.value).splitlines()
    assert first == "2 of 4 cases:"
    assert [line for line in listed if line.startswith("case ")] == [
        "case 2: AssertionError: assert (2 * 2) == 5",
        "case 4: AssertionError: assert (4 * 4) == 1",
    ]


def test_any_error_is_a_failure_and_tables_may_be_nested() -> None:
    tried: list[tuple[str, int]] = []

    @for_each("word", ["a", "b"])
    @for_each("number", [0, 1], ids=["none", "one"])
    def check(word: str, number: int) -> None:
        tried.append((word, number))
        assert 1 // number

    with pytest.raises(pytest.fail.Exception, match=r"none: ZeroDivisionError"):
        check()
    assert tried == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]


@for_each("suffix", [pytest.param(".txt", id="text"), ".md"])
def test_what_is_no_case_is_a_fixture(tmp_path_factory: pytest.TempPathFactory, suffix: str) -> None:
    assert (tmp_path_factory.getbasetemp() / f"a{suffix}").suffix == suffix


def test_a_table_has_cases() -> None:
    with pytest.raises(AssertionError):
        for_each("one", [])

from __future__ import annotations

import os

import pytest

from tests.model_of_the_rules import gate
from tests.model_of_the_rules.comparison import Comparison, Tally, compare
from tests.model_of_the_rules.known_differences import KNOWN_DIFFERENCES, explain

# How many answers are compared, by the profile of the laws; 10^6 by `python -m tests.model_of_the_rules`.
DECISIONS = {"quick": 500, "ci": 10_000, "long": 100_000}
PROFILE = os.environ.get("SUPERLICENSE_LAWS", "quick")


def test_the_library_answers_as_the_model_does_but_for_the_known_differences() -> None:
    tally = compare(DECISIONS[PROFILE], seed=15, explain=explain)

    assert tally.decisions >= DECISIONS[PROFILE]
    assert [str(one) for one in tally.differences] == []


def test_a_known_difference_is_still_there_else_its_row_goes() -> None:
    tally = Tally()
    for known in KNOWN_DIFFERENCES:
        Comparison(known.witness, tally, explain).run()

    assert set(tally.known) >= {known.code for known in KNOWN_DIFFERENCES}


def test_the_codes_of_known_differences_are_unique() -> None:
    codes = [known.code for known in KNOWN_DIFFERENCES]

    assert len(set(codes)) == len(codes)


def test_a_difference_that_is_not_known_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "ALLOWED", "granted")
    tally = compare(300, seed=0, explain=lambda _: [])

    assert tally.differences
    assert "model:" in str(tally.differences[0])

"""The benchmarks are no tests, but they run, and say what they found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figures

ROOT = Path(__file__).parent.parent


def test_a_goal_is_met_or_missed_and_some_figures_have_none() -> None:
    figures = Figures()
    figures.at_most("a login", 2.5, 3)
    figures.at_most("an assignment", 10, 3)
    figures.at_least("an engine", 130, 100)
    figures.flat("a write", 1.31)
    figures.tell("bytes", 1234.5)
    assert [one.met for one in figures.found] == [True, False, True, False, None]
    assert [one.line().split() for one in figures.found] == [
        ["a", "login", "2.50", "at", "most", "3"],
        ["an", "assignment", "10.00", "at", "most", "3", "MISSED"],
        ["an", "engine", "130", "at", "least", "100"],
        ["a", "write", "1.31", "at", "most", "1.3", "MISSED"],
        ["bytes", "1234"],
    ]
    assert figures.found[1].to_dict() == {
        "what": "an assignment",
        "value": 10,
        "goal": "at most",
        "limit": 3,
        "met": False,
    }


@pytest.mark.slow
def test_some_of_them_as_json() -> None:
    # The engines have to give the same answers as the gate, or nothing is measured.
    command = [sys.executable, "-m", "benchmarks", "--only", "engines", "imports", "--json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    told = json.loads(done.stdout)
    assert list(told["figures"]) == ["engines", "imports"]
    assert all(one["value"] > 0 for figures in told["figures"].values() for one in figures)

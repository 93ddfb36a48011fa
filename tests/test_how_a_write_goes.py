"""The page on how a write goes names the functions that are called, in the order in which they are."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest

import superlicense as sl
from superlicense.testing import licensing, user

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "how-a-write-goes.md"
SOURCE = Path(sl.__file__).parent
STEP = re.compile(r"^\| `(?P<name>[\w.]+)` \| `(?P<file>[\w/]+\.py)` \|(?: (?P<mark>sealed)? ?\|)?$", re.MULTILINE)


class Step(NamedTuple):
    name: str
    file: str
    is_sealed: bool


STEPS_TEXT = PAGE.read_text(encoding="utf-8").partition("## 1. ")[2]
STEPS = [Step(one["name"], one["file"], one["mark"] == "sealed") for one in STEP.finditer(STEPS_TEXT)]


def traced(seal_key: bytes | None) -> list[tuple[str, str]]:
    """List the functions of the library that an assignment calls, by name and file."""
    ours = licensing(users=[user("anna")], seal_key=seal_key)
    called: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(f"{SOURCE}"):
            called.append((code.co_qualname, Path(code.co_filename).relative_to(SOURCE).as_posix()))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        ours.seats.assign("anna", "ten-sales", by="admin")
    finally:
        sys.setprofile(before)
    return called


def test_every_row_of_its_tables_is_a_step() -> None:
    assert len(STEPS) == STEPS_TEXT.count("\n| `")
    assert (STEPS[0].name, STEPS[-1].name) == ("Seats.assign", "Snapshot.take")


@pytest.mark.parametrize("seal_key", [None, bytes(32)], ids=["unsealed", "sealed"])
def test_what_the_page_names_is_called_in_that_order(seal_key: bytes | None) -> None:
    called = iter(traced(seal_key))
    wanted = [(step.name, step.file) for step in STEPS if seal_key is not None or not step.is_sealed]
    missing = [step for step in wanted if step not in called]  # an iterator goes on where the one before was found
    assert missing == []


def test_what_is_marked_as_sealed_is_called_only_with_a_seal_key() -> None:
    called = set(traced(None))
    assert [step for step in STEPS if step.is_sealed and (step.name, step.file) in called] == []

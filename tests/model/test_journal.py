from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

import superlicense as sl
from superlicense.model.change import Change

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def entry(kind: sl.EntryKind, month: sl.Month | None = None) -> sl.JournalEntry:
    return sl.JournalEntry(number=1, at=NOON, by="admin", kind=kind, month=month)


def test_there_is_a_kind_for_each_change_and_for_what_is_done_to_months_and_clock() -> None:
    others = {sl.EntryKind.CLOSE_MONTH, sl.EntryKind.SET_TERMS, sl.EntryKind.CLOCK_REBASED}
    kinds = set(sl.EntryKind) - others
    assert {entry(kind).change for kind in kinds} == {change.__name__ for change in get_args(Change)}


def test_an_entry_reads_as_the_change_that_it_records() -> None:
    assert entry(sl.EntryKind.CHANGE_PLAN).change == "ChangePlan"
    assert entry(sl.EntryKind.CLOSE_MONTH, sl.Month(2026, 11)).change == "CloseMonth 2026-11"


@pytest.mark.parametrize("kind", sl.EntryKind)
def test_a_kind_is_named_in_lower_case_after_its_member(kind: sl.EntryKind) -> None:
    assert kind == kind.name.lower()

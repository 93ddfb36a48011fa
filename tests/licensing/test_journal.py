from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import superlicense as sl
from superlicense.model.row import Table
from tests.installation import SALES, SERVICE, START, Clock, person


def told(entries: tuple[sl.JournalEntry, ...]) -> list[tuple[int, str, str]]:
    return [(entry.number, entry.by, entry.change) for entry in entries]


@pytest.fixture
def busy(licensing: sl.Licensing, clock: Clock) -> sl.Licensing:
    """Anna sells, changes to support and leaves; one act an hour."""
    for act in (
        lambda: licensing.seats.assign("anna", SALES, by="admin"),
        lambda: licensing.seats.change_plan("anna", SERVICE, by="boss"),
        lambda: licensing.seats.assign("bo", SALES, by="admin"),
        lambda: licensing.seats.retire("anna", by="boss"),
    ):
        clock.forward(hours=1)
        act()
    return licensing


def test_everything_that_was_done_is_there_in_order(busy: sl.Licensing) -> None:
    assert told(busy.journal.entries()) == [
        (1, "admin", "ActivatePackage"),
        (2, "host", "SaveUser"),
        (3, "host", "SaveUser"),
        (4, "host", "SaveUser"),
        (5, "admin", "Assign"),
        (6, "boss", "ChangePlan"),
        (7, "admin", "Assign"),
        (8, "boss", "Retire"),
    ]


def test_an_entry_says_what_was_before_and_after(busy: sl.Licensing) -> None:
    changed = busy.journal.entries()[5]
    (before,), (after,) = changed.before, changed.after
    assert (before.noun.license, before.end, before.ended_by) == ("superoffice.ten-sales", changed.at, "boss")
    assert (after.noun.license, after.start, after.end) == ("superoffice.ten-service", changed.at, None)
    retired = busy.journal.entries()[7]
    assert {row.table for row in retired.before} == {Table.USERS, Table.ASSIGNMENTS}
    assert [row.noun.retired for row in retired.after] == [True]


def test_entries_are_found_by_time(busy: sl.Licensing) -> None:
    hour = timedelta(hours=1)
    numbers = [entry.number for entry in busy.journal.entries(since=START + hour, until=START + 3 * hour)]
    assert numbers == [5, 6]
    assert [entry.number for entry in busy.journal.entries(until=START + hour)] == [1, 2, 3, 4]
    assert [entry.number for entry in busy.journal.entries(since=START + 4 * hour)] == [8]


def test_entries_are_found_by_user_and_license(busy: sl.Licensing) -> None:
    assert [entry.number for entry in busy.journal.entries(user="anna")] == [2, 5, 6, 8]
    assert [entry.number for entry in busy.journal.entries(license="Ten-Sales")] == [5, 6, 7]
    assert [entry.number for entry in busy.journal.entries(user="anna", license=SALES)] == [5, 6]
    assert busy.journal.entries(user="nobody") == ()
    assert busy.journal.entries(license="nordvik.routes") == ()


def test_reading_goes_on_where_it_stopped(busy: sl.Licensing) -> None:
    assert [entry.number for entry in busy.journal.entries(after=6)] == [7, 8]
    assert [entry.number for entry in busy.journal.entries(after=5, user="anna")] == [6, 8]
    assert busy.journal.entries(after=8) == busy.journal.entries(after=2**62) == ()
    assert busy.journal.entries(after=0) == busy.journal.entries()


def test_what_did_nothing_is_not_there(busy: sl.Licensing) -> None:
    busy.seats.assign("bo", SALES, by="admin")
    busy.users.save(person("bo"))
    with pytest.raises(sl.RefusedError):
        busy.seats.assign("anna", SALES, by="admin")
    assert len(busy.journal.entries()) == 8


def test_what_is_no_question_is_an_error(busy: sl.Licensing) -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001 - naive on purpose
    with pytest.raises(sl.InvalidValueError, match=r"^since: "):
        busy.journal.entries(since=naive)
    with pytest.raises(sl.InvalidValueError, match=r"^until: "):
        busy.journal.entries(until=naive)
    with pytest.raises(sl.InvalidValueError, match=r"^license: "):
        busy.journal.entries(license="a/b")
    for number in (-1, "1", True, 2**63, None):
        with pytest.raises(sl.InvalidValueError, match=r"^after: "):
            busy.journal.entries(after=number)  # type: ignore[arg-type]  # none of them is a number of an entry
    # SQLite cannot look for the first, PostgreSQL not for the second.
    for user in ("\udcff", "\0", "", 7):
        with pytest.raises(sl.InvalidValueError, match=r"^user: "):
            busy.journal.entries(user=user)  # type: ignore[arg-type]  # the last is no text at all

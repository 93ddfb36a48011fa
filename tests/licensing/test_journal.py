from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

import superlicense as sl
from superlicense.adapters.memory_facts import MemoryJournal
from superlicense.codec import EntryRecord, Record
from superlicense.model.row import Table
from superlicense.ports import StoredEntry, StoredRow
from tests.installation import SALES, SERVICE, START, Clock, furnish, person
from tests.licensing.test_seals import ADMIN, Home, unreadable, with_noun


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


def test_a_page_of_the_journal_reads_no_more_than_the_page(busy: sl.Licensing, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = busy.journal
    assert journal.newest() == 8
    assert [entry.number for entry in journal.entries(after=2, before=5)] == [3, 4]
    assert [entry.number for entry in journal.entries(before=3)] == [1, 2]
    assert journal.entries(before=1) == journal.entries(before=0) == ()
    assert len(journal.entries(before=99)) == 8
    assert [entry.number for entry in journal.entries(user="anna", before=6)] == [2, 5]
    for wrong in (-1, True, "3", 2**63):
        with pytest.raises(sl.InvalidValueError):
            journal.entries(before=wrong)  # type: ignore[arg-type]  # what is refused
    read: list[int] = []
    entries = MemoryJournal.entries

    def counted(self: MemoryJournal, **asked: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - of the port
        for entry in entries(self, **asked):
            read.append(entry.number)
            yield entry

    monkeypatch.setattr(MemoryJournal, "entries", counted)
    journal.entries(after=2, before=5)
    assert read == [3, 4, 5]


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


class TestATamperedRow:
    """With a seal key an entry shows no row but the one that was written; others are named."""

    @pytest.fixture
    def home(self, clock: Clock) -> Home:
        home = Home(clock)
        licensing = home.open(trust=None)
        furnish(licensing, "anna", "bo", ADMIN, holders={"anna": SALES})
        clock.forward(hours=1)
        licensing.users.save(sl.User(id="bo", name="Bo B", may_log_in=True))
        licensing.seats.release("anna", SALES, by="admin")
        return home

    def shown(
        self,
        home: Home,
        **query: Any,  # noqa: ANN401 - as of `entries`
    ) -> list[tuple[int, list[int], list[int], tuple[int, ...]]]:
        """Return number, rows before and after, and the tampered ones of each entry."""
        entries = home.open(trust=None).journal.entries(**query)
        return [
            (one.number, [row.sequence for row in one.before], [row.sequence for row in one.after], one.tampered)
            for one in entries
        ]

    ALL: Final = [
        (1, [], [1], ()),
        (2, [], [2], ()),
        (3, [], [3], ()),
        (4, [], [4], ()),
        (5, [], [5], ()),
        (6, [3], [6], ()),
        (7, [5], [], ()),
    ]

    def test_is_none_where_nothing_was_tampered_with(self, home: Home) -> None:
        assert self.shown(home) == self.ALL

    @pytest.mark.parametrize(
        "change",
        [
            lambda row: row._replace(started_by="eve"),
            lambda row: row._replace(seal=bytes(32)),
            lambda row: with_noun(row, administrator=True),
            lambda row: row._replace(record=row.record.blanked()),
            lambda row: row._replace(record=Record("users", text='{"id":"bo","zodiac":1}', form=2)),
            unreadable,
            lambda _: None,
        ],
        ids=["edited", "sealed", "rewritten", "blanked", "newer", "unreadable", "deleted"],
    )
    def test_is_named_by_its_entry_alone(self, home: Home, change: Callable[[StoredRow], StoredRow | None]) -> None:
        home.rewrite(Table.USERS, "bo", change)
        assert self.shown(home) == [*self.ALL[:5], (6, [3], [], (6,)), *self.ALL[6:]]
        assert self.shown(home, user="bo") == [(3, [], [3], ()), (6, [3], [], (6,))]

    def test_that_has_ended_is_named_by_both_its_entries(self, home: Home) -> None:
        ended = home.shelf.ended[Table.ASSIGNMENTS]["anna\nsuperoffice.ten-sales"]
        ended[5] = home.shelf.rows[5] = ended[5]._replace(ended_by="eve")
        expected: list[tuple[int, list[int], list[int], tuple[int, ...]]] = [(5, [], [], (5,)), (7, [], [], (5,))]
        assert self.shown(home, license=SALES) == expected
        assert self.shown(home) == [*self.ALL[:4], expected[0], self.ALL[5], expected[1]]

    def test_that_runs_again_is_named(self, home: Home) -> None:
        row = home.shelf.ended[Table.ASSIGNMENTS].pop("anna\nsuperoffice.ten-sales")[5]
        home.shelf.rows[5] = row._replace(end=None, ended_by=None)
        assert [one for one in self.shown(home) if one[3]] == [(5, [], [], (5,)), (7, [], [], (5,))]

    def test_that_was_replaced_stays_tampered(self, home: Home) -> None:
        home.rewrite(Table.USERS, "bo", lambda row: row._replace(started_by="eve"))
        home.open(trust=None).users.save(sl.User(id="bo"))
        assert self.shown(home, user="bo")[1:] == [(6, [3], [], (6,)), (8, [], [7], (6,))]

    def test_is_not_looked_for_without_a_seal_key(self, home: Home) -> None:
        home.rewrite(Table.USERS, "bo", lambda row: row._replace(started_by="eve"))
        entry = home.open(trust=None, seal_key=None).journal.entries()[5]
        assert (entry.after[0].started_by, entry.tampered) == ("eve", ())
        home.rewrite(Table.USERS, "bo", lambda _: None)
        with pytest.raises(sl.StoreUnavailableError, match="journal entry 6 cannot be read: row 6 is missing"):
            home.open(trust=None, seal_key=None).journal.entries()

    @pytest.mark.parametrize("number", [1, 6])
    def test_may_be_the_entry_itself(self, home: Home, number: int) -> None:
        home.edit_entry(number, record=EntryRecord('{"color":"blue","floor":null,"rows":[]}'))
        with pytest.raises(sl.TamperedStoreError, match=f"journal entry {number}"):
            home.open(trust=None).journal.entries()
        with pytest.raises(sl.StoreNewerError, match=f"journal entry {number}"):
            home.open(trust=None, seal_key=None).journal.entries()

    def test_is_told_in_what_is_exported(self, home: Home) -> None:
        home.rewrite(Table.USERS, "bo", lambda row: row._replace(started_by="eve"))
        told = home.open(trust=None).users.export("bo")["journal"]
        assert [(one["number"], one["tampered"]) for one in told] == [(3, []), (6, [6])]

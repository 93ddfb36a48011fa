"""The promises of `superlicense.ports`, as tests that every store has to pass.

A store's tests are a subclass with a fixture `make_store`, which gives a new,
empty store at every call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from itertools import count
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from superlicense.errors import ConflictError, StoreBusyError, StoreError
from superlicense.model.fact import Row, Table
from superlicense.model.license import LicenseName
from superlicense.model.site import Installation
from superlicense.ports import Mark, Revision, Store, Writing
from tests.stores.samples import (
    BARE_NOUNS,
    FULL_NOUNS,
    NOON,
    NORDVIK,
    SOLVANG,
    after,
    entry,
    row_of,
    seat_row,
    user_row,
)

MakeStore = Callable[[], Store]

AT_ONCE = timedelta(0)


class Boom(Exception):  # noqa: N818 - not an error of the store's, but of whoever uses it
    """Something goes wrong in the middle of a block."""


def write(store: Store, *rows: Row[Any], installation: Installation = NORDVIK) -> Revision:
    """Commit *rows*, those with an end as ends, and give the revision that this made."""
    with store.writing(installation) as view:
        for row in rows:
            if row.end is None:
                view.facts.start(row)
            else:
                view.facts.end(row)
    return view.revision


def write_and_fail(store: Store, *rows: Row[Any]) -> None:
    """Write *rows* and an entry, and raise an error before the block ends."""
    with store.writing(NORDVIK) as view:
        for row in rows:
            if row.end is None:
                view.facts.start(row)
            else:
                view.facts.end(row)
        view.journal.append(entry(view.mark.entries + 1))
        raise Boom


def history(store: Store, table: Table = Table.USERS, installation: Installation = NORDVIK) -> list[Row[Any]]:
    """Give every row of *table*."""
    with store.reading(installation) as view:
        return list(view.facts.history(table))


def in_threads(*tasks: Callable[[], None]) -> None:
    """Run *tasks* at the same time, and raise what one of them raised."""
    raised: list[BaseException] = []
    together = Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        together.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


class StoreContract:
    """What every store promises."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        raise NotImplementedError

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        return make_store()

    # Nothing yet

    def test_a_new_installation_has_nothing(self, store: Store) -> None:
        with store.reading(NORDVIK) as view:
            assert view.revision.number == 0
            assert view.mark == Mark(None, 0, 0)
            assert [list(view.facts.history(table)) for table in Table] == [[] for _ in Table]
            assert list(view.journal.entries()) == []

    # 1. All together or not at all

    def test_what_a_block_writes_is_there_once_it_has_ended(self, store: Store) -> None:
        anna = user_row(1)
        with store.writing(NORDVIK) as view:
            view.facts.start(anna)
            view.journal.append(entry(1, started=(anna,)))
            with store.reading(NORDVIK) as other:
                assert list(other.facts.running(Table.USERS)) == []
                assert list(other.journal.entries()) == []
                assert other.revision.number == 0
        with store.reading(NORDVIK) as other:
            assert list(other.facts.running(Table.USERS)) == [anna]
            assert list(other.journal.entries()) == [entry(1, started=(anna,))]
            assert other.revision == view.revision

    def test_a_block_sees_what_it_has_written_itself(self, store: Store) -> None:
        anna, seat, ended = user_row(1), seat_row(2, "anna"), user_row(1).ended(at=after(1), by="host")
        write(store, anna)
        with store.writing(NORDVIK) as view:
            view.facts.end(ended)
            view.facts.start(seat)
            view.facts.start(user_row(3, "bo"))
            view.journal.append(entry(1))
            assert list(view.facts.running(Table.USERS)) == [user_row(3, "bo")]
            assert list(view.facts.running(Table.ASSIGNMENTS)) == [seat]
            assert list(view.facts.history(Table.USERS)) == [ended, user_row(3, "bo")]
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]
            assert list(view.facts.running_at(Table.USERS, NOON)) == [ended, user_row(3, "bo")]
            assert list(view.journal.entries()) == [entry(1)]
            assert view.mark == Mark(NOON, 1, 0)

    def test_an_error_undoes_the_whole_block(self, store: Store) -> None:
        anna = user_row(1)
        before = write(store, anna)
        with pytest.raises(Boom):
            write_and_fail(store, anna.ended(at=after(1), by="host"), user_row(2, "bo"))
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert view.mark == Mark(NOON, 1, 0)
            assert list(view.facts.history(Table.USERS)) == [anna]
            assert list(view.journal.entries()) == []
        assert write(store, user_row(2, "bo")).number == before.number + 1

    def test_a_conflict_undoes_the_whole_block(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            write(store, user_row(1), user_row(2))
        assert history(store) == []

    # 2. One writer after the other

    def test_no_update_is_lost_and_no_cap_exceeded_by_threads(self, store: Store) -> None:
        cap, writers, attempts = 10, 6, 5
        names = count()

        def assign_while_free() -> None:
            for _ in range(attempts):
                holder = f"user{next(names)}"
                with store.writing(NORDVIK) as view:
                    if len(list(view.facts.running(Table.ASSIGNMENTS))) < cap:
                        sequence = view.mark.sequence + 1
                        view.facts.start(seat_row(sequence, holder))
                    view.journal.append(entry(view.mark.entries + 1))

        in_threads(*[assign_while_free] * writers)
        with store.reading(NORDVIK) as view:
            assert len(list(view.facts.running(Table.ASSIGNMENTS))) == cap
            assert [one.number for one in view.journal.entries()] == list(range(1, writers * attempts + 1))
            assert view.revision.number == writers * attempts
            assert view.mark == Mark(NOON, cap, writers * attempts)

    def test_whoever_waits_longer_than_their_patience_is_told(self, store: Store) -> None:
        inside, done = Event(), Event()

        def keep() -> None:
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(1))
                inside.set()
                done.wait(10)

        def wait() -> None:
            inside.wait(10)
            try:
                with pytest.raises(StoreBusyError), store.writing(NORDVIK, patience=timedelta(seconds=0.05)):
                    pytest.fail("nobody else may write meanwhile")
                with pytest.raises(StoreBusyError), store.writing(NORDVIK, patience=AT_ONCE):
                    pytest.fail("nobody else may write meanwhile")
            finally:
                done.set()

        in_threads(keep, wait)
        assert write(store, user_row(2, "bo")).number == 2

    def test_whoever_has_the_patience_comes_next(self, store: Store) -> None:
        inside = Event()

        def keep() -> None:
            with store.writing(NORDVIK) as view:
                inside.set()
                view.facts.start(user_row(1))

        def wait() -> None:
            inside.wait(10)
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(view.mark.sequence + 1, "bo"))

        in_threads(keep, wait)
        assert [row.key for row in history(store)] == ["anna", "bo"]

    def test_a_thread_that_writes_cannot_begin_to_write(self, store: Store) -> None:
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(1))
            with pytest.raises((ConflictError, StoreBusyError)), store.writing(NORDVIK, patience=AT_ONCE):
                pytest.fail("this thread is writing already")
            view.facts.start(user_row(2, "bo"))
        assert [row.key for row in history(store)] == ["anna", "bo"]

    # 3. What goes in comes out

    @pytest.mark.parametrize(("table", "key", "noun"), [*FULL_NOUNS, *BARE_NOUNS])
    def test_every_noun_comes_out_equal(self, store: Store, table: Table, key: str, noun: Any) -> None:  # noqa: ANN401 - any noun
        row = row_of(table, key, noun, 5, document=b"\x00signed\xff")
        write(store, row)
        with store.reading(NORDVIK) as view:
            (found,) = view.facts.running(table)
            (same,) = view.facts.history(table, key)
        assert found == same == row
        assert type(found.noun) is type(noun)
        assert found.start.tzinfo is UTC
        if table in {Table.PACKAGES, Table.WAITING_PACKAGES}:
            # Not part of equality, so looked at by itself.
            assert list(found.noun.package.unmodeled.items()) == list(noun.package.unmodeled.items())

    def test_an_ended_row_comes_out_with_its_end(self, store: Store) -> None:
        anna = user_row(1)
        ended = anna.ended(at=after(0.000001), by="bo")
        write(store, anna)
        write(store, ended)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]

    def test_entries_come_out_equal(self, store: Store) -> None:
        rows = tuple(row_of(table, key, noun, place) for place, (table, key, noun) in enumerate(FULL_NOUNS, start=1))
        kept = entry(1, at=after(0.123456), ended=(user_row(8).ended(at=after(1), by="bo"),), started=rows)
        with store.writing(NORDVIK) as view:
            view.journal.append(kept)
        with store.reading(NORDVIK) as view:
            assert list(view.journal.entries()) == [kept]

    def test_rows_come_by_start_and_then_by_sequence(self, store: Store) -> None:
        late, early = user_row(1, "late", start=after(2)), user_row(2, "early", start=after(1))
        also_late, also_early = user_row(3, "also late", start=after(2)), user_row(4, "also early", start=after(1))
        in_order = [early, also_early, late, also_late]
        with store.writing(NORDVIK) as view:
            for row in (late, early, also_late, also_early):
                view.facts.start(row)
            assert list(view.facts.running(Table.USERS)) == in_order
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == in_order
            assert list(view.facts.running_at(Table.USERS, after(2))) == in_order
            assert list(view.facts.history(Table.USERS)) == in_order
            assert view.mark == Mark(after(2), 4, 0)

    def test_history_of_a_key_has_every_row_of_it(self, store: Store) -> None:
        first, second = user_row(1), user_row(3, start=after(5), name="Anna Lund")
        write(store, first, user_row(2, "bo"))
        write(store, first.ended(at=after(5), by="host"), second)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.history(Table.USERS, "anna")) == [first.ended(at=after(5), by="host"), second]
            assert list(view.facts.history(Table.USERS, "nobody")) == []
            assert list(view.facts.history(Table.SITES, "anna")) == []

    def test_a_row_holds_from_its_start_until_before_its_end(self, store: Store) -> None:
        first, second = user_row(1, start=after(1)), user_row(2, start=after(3), name="Anna Lund")
        ended = first.ended(at=after(3), by="host")
        write(store, first)
        write(store, ended, second)
        with store.reading(NORDVIK) as view:
            held = {
                seconds: list(view.facts.running_at(Table.USERS, after(seconds)))
                for seconds in (0.999999, 1, 2.999999, 3, 99)
            }
        assert held == {0.999999: [], 1: [ended], 2.999999: [ended], 3: [second], 99: [second]}

    def test_a_row_that_ends_when_it_starts_never_held_and_is_kept(self, store: Store) -> None:
        anna = user_row(1)
        ended = anna.ended(at=NOON, by="host")
        made = write(store, anna, ended)
        assert made.number == 1
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == []
            assert list(view.facts.running_at(Table.USERS, NOON)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]
            assert view.mark == Mark(NOON, 1, 0)

    # 4. Installations never see each other

    def test_installations_never_see_each_other(self, store: Store) -> None:
        anna, other_anna = user_row(1), user_row(1, name="Another Anna")
        with store.writing(NORDVIK) as view:
            view.facts.start(anna)
            view.journal.append(entry(1))
        with store.reading(SOLVANG) as view:
            assert view.revision.number == 0
            assert list(view.facts.history(Table.USERS)) == []
            assert list(view.journal.entries()) == []
        made = write(store, other_anna, installation=SOLVANG)
        assert history(store) == [anna]
        assert history(store, installation=SOLVANG) == [other_anna]
        with store.reading(NORDVIK) as view:
            assert view.rows_since(made) is None

    def test_databases_of_one_serial_number_are_installations_of_their_own(self, store: Store) -> None:
        one, two = (
            Installation(serial_number=NORDVIK.serial_number, company=NORDVIK.company, database_id=name)
            for name in ("one", "two")
        )
        write(store, user_row(1), installation=one)
        assert history(store, installation=two) == []
        assert history(store) == []
        assert len(history(store, installation=one)) == 1

    # Revisions

    def test_every_commit_makes_a_revision_of_its_own(self, store: Store) -> None:
        made = [write(store, user_row(number, f"user{number}")) for number in range(1, 5)]
        assert [one.number for one in made] == [1, 2, 3, 4]
        assert len({one.token for one in made}) == 4

    def test_a_block_that_writes_nothing_makes_no_revision(self, store: Store) -> None:
        before = write(store, user_row(1))
        assert write(store) == before
        with store.reading(NORDVIK) as view:
            assert view.revision == before

    def test_an_entry_alone_makes_a_revision(self, store: Store) -> None:
        before = write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.journal.append(entry(1))
        assert view.revision.number == before.number + 1
        with store.reading(NORDVIK) as view:
            assert view.mark == Mark(NOON, 1, 1)
            assert view.rows_since(before) == ()

    def test_rows_since_a_revision_come_as_they_were_written(self, store: Store) -> None:
        anna, bo = user_row(1), user_row(2, "bo", start=after(1))
        renamed = user_row(3, name="Anna Lund", start=after(2))
        first = write(store, anna)
        second = write(store, bo)
        third = write(store, anna.ended(at=after(2), by="host"), renamed)
        fourth = write(store, renamed.ended(at=after(3), by="host"))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(first) == (
                bo,
                anna.ended(at=after(2), by="host"),
                renamed,
                renamed.ended(at=after(3), by="host"),
            )
            assert view.rows_since(second) == (
                anna.ended(at=after(2), by="host"),
                renamed,
                renamed.ended(at=after(3), by="host"),
            )
            assert view.rows_since(third) == (renamed.ended(at=after(3), by="host"),)
            assert view.rows_since(fourth) == ()

    def test_a_writer_is_told_what_it_has_missed(self, store: Store) -> None:
        first = write(store, user_row(1))
        write(store, user_row(2, "bo"))
        with store.writing(NORDVIK) as view:
            assert view.rows_since(first) == (user_row(2, "bo"),)

    def test_an_unknown_revision_is_not_guessed_at(self, store: Store, make_store: MakeStore) -> None:
        known = write(store, user_row(1))
        other = write(make_store(), user_row(1))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(other) is None
            assert view.rows_since(Revision(known.number, "another")) is None
            assert view.rows_since(Revision(known.number + 1, known.token)) is None
            assert view.rows_since(Revision(-1, "")) is None

    def test_a_revision_that_was_undone_is_never_made(self, store: Store) -> None:
        write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(2, "bo"))
        with store.reading(NORDVIK) as view:
            before = view.revision
        made = write(store, user_row(2, "cy"))
        assert (before.number, made.number) == (1, 2)

    def test_the_heartbeat_is_the_newest_revision_itself(self, store: Store) -> None:
        pulse = store.heartbeat(NORDVIK)
        if pulse is None:
            pytest.skip("this store has no heartbeat")
        with store.reading(NORDVIK) as view:
            assert pulse.revision is view.revision
        with store.writing(NORDVIK) as writing:
            writing.facts.start(user_row(1))
            assert pulse.revision is not None
            assert pulse.revision.number == 0
        assert pulse.revision is writing.revision
        with store.reading(NORDVIK) as view:
            assert pulse.revision is view.revision

    # Conflicts

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(lambda view: view.facts.start(user_row(4)), id="start what runs"),
            pytest.param(lambda view: view.facts.start(user_row(2, "cy")), id="take a sequence again"),
            pytest.param(lambda view: view.facts.start(user_row(1, "cy")), id="take a lower sequence"),
            pytest.param(
                lambda view: view.facts.start(user_row(4, "cy").ended(at=NOON, by="host")), id="start with an end"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(1, "cy").ended(at=NOON, by="host")), id="end what does not run"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(7).ended(at=NOON, by="host")), id="end another row of the key"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(3, "gone").ended(at=NOON, by="host")), id="end what has ended"
            ),
            pytest.param(lambda view: view.facts.end(user_row(1)), id="end without an end"),
            pytest.param(lambda view: view.journal.append(entry(1)), id="write an entry again"),
            pytest.param(lambda view: view.journal.append(entry(3)), id="leave an entry out"),
        ],
    )
    def test_what_does_not_fit_is_a_conflict(self, store: Store, wrong: Callable[[Writing], None]) -> None:
        gone = user_row(3, "gone")
        with store.writing(NORDVIK) as view:
            for row in (user_row(1), user_row(2, "bo"), gone):
                view.facts.start(row)
            view.facts.end(gone.ended(at=after(1), by="host"))
            view.journal.append(entry(1))
        before = history(store)
        with pytest.raises(ConflictError), store.writing(NORDVIK) as view:
            wrong(view)
        assert history(store) == before
        with store.reading(NORDVIK) as reading:
            assert len(list(reading.journal.entries())) == 1
            assert reading.revision.number == 1

    def test_a_key_runs_once_in_each_table(self, store: Store) -> None:
        site = row_of(Table.SITES, "anna", BARE_NOUNS[3][2], 2)
        write(store, user_row(1), site)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.SITES)) == [site]

    def test_a_key_may_start_again_once_it_has_ended(self, store: Store) -> None:
        again = user_row(2, start=after(1))
        write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.facts.end(user_row(1).ended(at=after(1), by="host"))
            view.facts.start(again)
        with store.reading(NORDVIK) as reading:
            assert list(reading.facts.running(Table.USERS)) == [again]

    # The journal

    def test_entries_are_found_by_time_holder_and_license(self, store: Store) -> None:
        anna, seat, other = user_row(1), seat_row(2, "anna"), seat_row(3, "bo", "user")
        kept = [
            entry(1, at=NOON, started=(anna,)),
            entry(2, at=after(1), started=(seat,)),
            entry(3, at=after(2), ended=(seat.ended(at=after(2), by="admin"),), started=(other,)),
            entry(4, at=after(2)),
        ]
        with store.writing(NORDVIK) as view:
            for one in kept:
                view.journal.append(one)
        sales = LicenseName("superoffice", "ten-sales")
        with store.reading(NORDVIK) as reading:
            entries = reading.journal.entries
            assert list(entries()) == kept
            assert list(entries(since=after(1))) == kept[1:]
            assert list(entries(until=after(1))) == kept[:1]
            assert list(entries(since=after(1), until=after(2))) == kept[1:2]
            assert list(entries(holder="anna")) == kept[:3]
            assert list(entries(holder="bo")) == kept[2:3]
            assert list(entries(holder="nobody")) == []
            assert list(entries(license=sales)) == kept[1:3]
            assert list(entries(holder="bo", license=LicenseName("superoffice", "user"))) == kept[2:3]
            # One row of each does not make a row of both.
            assert list(entries(holder="bo", license=sales)) == []

    # Readers

    def test_a_reader_sees_one_state_to_its_end(self, store: Store) -> None:
        write(store, user_row(1))
        inside, written = Event(), Event()
        seen: list[tuple[int, int]] = []

        def read() -> None:
            with store.reading(NORDVIK) as view:
                inside.set()
                # A store may let writers wait for readers, so this may be in vain.
                written.wait(0.2)
                seen.append((view.revision.number, len(list(view.facts.running(Table.USERS)))))

        def change() -> None:
            inside.wait(10)
            write(store, user_row(2, "bo"))
            written.set()

        in_threads(read, change)
        assert seen == [(1, 1)]
        assert len(history(store)) == 2

    def test_errors_of_a_store_are_one_family(self) -> None:
        assert issubclass(ConflictError, StoreError)
        assert issubclass(StoreBusyError, StoreError)

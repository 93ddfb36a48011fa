"""Usage: recorded exactly once, in its own log, waiting only for blocks that have locked the same meter months."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import ClassVar

import pytest

from superlicense.errors import ConflictError, StoreBusyError
from superlicense.model.usage import Crossing
from superlicense.ports import Store
from superlicense.testing.contract.blocks import AT_ONCE, Boom, Contract, in_threads
from superlicense.testing.contract.usage_blocks import (
    add_one,
    counting_one_more,
    open_meter_months,
    record,
    record_and_fail,
    stored_events,
    with_head,
    write_and_fail,
)
from superlicense.testing.samples import NORDVIK, user_row
from superlicense.testing.usage_samples import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    crossing_of,
    head_of,
    meter_month_of,
    usage_month_of,
    usage_row,
)

__all__ = ["UsageLog"]

_A_MOMENT = timedelta(seconds=2)
_ONE_LOCK = "this store has one lock for everything; say has_one_lock = False where that is a defect"


def cross(store: Store, crossings: list[tuple[int, Crossing]]) -> None:
    """Add *crossings* in a block of their own."""
    with_head(store, lambda usage: usage.add_crossings(crossings))


class UsageLog(Contract):
    """Usage is recorded exactly once, apart from everything else.

    Attributes:
        has_one_lock: Whether any writer makes every recording wait, as on SQLite;
            every promise holds there, too. `None` finds out; set `False` where it
            would be a defect.
    """

    has_one_lock: ClassVar[bool | None] = None

    def test_a_new_installation_has_no_usage(self, store: Store) -> None:
        with store.reading(NORDVIK) as view:
            usage = view.usage
            assert usage.head() == head_of()
            assert usage.meter_months() == ()
            assert usage.months() == ()
            assert usage.month_before(NOVEMBER) is None
            assert list(usage.events()) == []
            assert usage.crossings() == ()
            assert usage.statement(NOVEMBER) is None

    # All together or not at all

    def test_a_recording_is_stored_when_its_block_ends(self, store: Store) -> None:
        with store.recording(NORDVIK) as usage:
            assert usage.lock_head() == head_of()
            usage.add_months([usage_month_of(users=1)])
            usage.add_meter_months([meter_month_of()])
            assert usage.add_events([usage_row(1), usage_row(2)])
            usage.save_months([usage_month_of(users=2)])
            usage.save_meter_months([meter_month_of(total=2)])
            usage.add_crossings([(1, crossing_of())])
            usage.add_statement(OCTOBER, b"{}")
            usage.save_head(head_of(OCTOBER, 1, b"seal"))
        with store.reading(NORDVIK) as view:
            assert list(view.usage.events()) == [usage_row(1), usage_row(2)]
            assert view.usage.months() == (usage_month_of(users=2),)
            assert view.usage.meter_months() == (meter_month_of(total=2),)
            assert view.usage.crossings() == ((1, crossing_of()),)
            assert view.usage.statement(OCTOBER) == b"{}"
            assert view.usage.head() == head_of(OCTOBER, 1, b"seal")

    def test_a_recording_sees_what_it_has_written_itself(self, store: Store) -> None:
        record(store, usage_row(1))
        open_meter_months(store, meter_month_of())
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            usage.add_months([usage_month_of(DECEMBER), usage_month_of(users=1)])
            usage.save_months([usage_month_of(users=2)])
            usage.add_meter_months([meter_month_of(DECEMBER)])
            usage.save_meter_months([meter_month_of(total=5)])
            assert usage.add_events([usage_row(2, corrects="1")])
            usage.add_crossings([(1, crossing_of())])
            usage.add_statement(OCTOBER, b"{}")
            usage.save_head(head_of(OCTOBER, 1))
            assert list(usage.events()) == [usage_row(1), usage_row(2, corrects="1")]
            assert usage.find_events([("mailer", "2")]) == {("mailer", "2"): usage_row(2, corrects="1")}
            assert usage.corrections([("mailer", "1")]) == (usage_row(2, corrects="1"),)
            assert usage.months() == (usage_month_of(users=2), usage_month_of(DECEMBER))
            assert usage.month_before(DECEMBER) == usage_month_of(users=2)
            assert usage.meter_months() == (meter_month_of(total=5), meter_month_of(DECEMBER))
            assert usage.lock_meter_months([(NOVEMBER, "mailings")]) == {
                (NOVEMBER, "mailings"): meter_month_of(total=5)
            }
            assert usage.crossings() == ((1, crossing_of()),)
            assert usage.statement(OCTOBER) == b"{}"
            assert usage.head() == usage.lock_head() == head_of(OCTOBER, 1)

    def test_an_error_undoes_the_whole_recording(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())
        with pytest.raises(Boom):
            record_and_fail(store)
        with store.reading(NORDVIK) as view:
            assert list(view.usage.events()) == []
            assert view.usage.months() == ()
            assert view.usage.meter_months() == (meter_month_of(),)
            assert view.usage.crossings() == ()
            assert view.usage.statement(OCTOBER) is None
            assert view.usage.head() == head_of()

    def test_a_writer_commits_facts_and_usage_together(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())
        with pytest.raises(Boom):
            write_and_fail(store)
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(1))
            view.usage.lock_head()
            add_one(view.usage)
        with store.reading(NORDVIK) as seen:
            assert seen.revision == view.revision
            assert seen.revision.number == 1
            assert seen.usage.meter_months() == (meter_month_of(total=1),)

    def test_usage_alone_makes_no_revision(self, store: Store) -> None:
        with store.writing(NORDVIK) as view:
            view.usage.lock_head()
            view.usage.add_meter_months([meter_month_of()])
        record(store, usage_row(1))
        with store.reading(NORDVIK) as seen:
            assert seen.revision.number == 0
            assert seen.usage.meter_months() == (meter_month_of(),)

    # Exactly once

    def test_an_event_is_stored_only_once(self, store: Store) -> None:
        assert record(store, usage_row(1), usage_row(2))
        assert not record(store, usage_row(7, "2", quantity=9), usage_row(3))
        assert not record(store, usage_row(8, "1"))
        assert record(store, usage_row(4, "1", source="another"))
        assert stored_events(store) == [usage_row(1), usage_row(2), usage_row(3), usage_row(4, "1", source="another")]

    def test_threads_that_record_the_same_event_store_it_once(self, store: Store) -> None:
        rows = [usage_row(place) for place in range(1, 21)]
        fresh: list[bool] = []

        def send() -> None:
            fresh.extend(record(store, *reversed(rows[start : start + 5])) for start in range(0, 20, 5))

        in_threads(send, send, send, send)
        assert fresh.count(True) == 4
        assert stored_events(store) == rows

    def test_a_crossing_is_stored_once(self, store: Store) -> None:
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            usage.add_crossings([(1, crossing_of(50)), (2, crossing_of(80))])
            usage.save_head(head_of(None, 2))
        again, out_of_order = [(3, crossing_of(80))], [(2, crossing_of(100))]
        for wrong in (again, out_of_order):
            with pytest.raises(ConflictError):
                cross(store, wrong)
        with store.reading(NORDVIK) as view:
            assert view.usage.crossings(after=1) == ((2, crossing_of(80)),)
            assert view.usage.crossings(most=1) == ((1, crossing_of(50)),)
            assert [view.usage.crossing_number(crossing_of(level).id) for level in (50, 80, 100)] == [1, 2, None]
            assert view.usage.crossings(after=2) == view.usage.crossings(most=0) == ()

    def test_a_statement_is_added_once(self, store: Store) -> None:
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            usage.add_statement(NOVEMBER, b"first")
        with pytest.raises(ConflictError):
            with_head(store, lambda usage: usage.add_statement(NOVEMBER, b"second"))
        with store.reading(NORDVIK) as view:
            assert view.usage.statement(NOVEMBER) == b"first"

    # What waits for what

    def test_no_count_is_lost_by_threads(self, store: Store) -> None:
        open_meter_months(store, meter_month_of(), meter_month_of(meter="forms"))

        def count(meter: str) -> None:
            for _ in range(10):
                with store.recording(NORDVIK) as usage:
                    add_one(usage, meter)

        in_threads(*(lambda meter=meter: count(meter) for meter in ("mailings", "forms") * 3))
        with store.reading(NORDVIK) as view:
            assert [one.noun().total for one in view.usage.meter_months()] == [30, 30]

    def test_a_writer_and_a_recording_of_the_same_meter_months_wait_for_each_other(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())

        def write() -> None:
            for _ in range(10):
                with store.writing(NORDVIK) as view:
                    view.usage.lock_head()
                    (one,) = view.usage.lock_meter_months_since(NOVEMBER)
                    view.usage.save_meter_months([counting_one_more(one)])

        def count() -> None:
            for _ in range(10):
                with store.recording(NORDVIK) as usage:
                    add_one(usage)

        in_threads(write, count, write, count)
        with store.reading(NORDVIK) as view:
            assert [one.noun().total for one in view.usage.meter_months()] == [40]

    def test_a_recording_does_not_wait_for_a_writer_that_has_locked_no_meter_month(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())
        if self.has_one_lock:
            pytest.skip(_ONE_LOCK)

        def count() -> None:
            with store.recording(NORDVIK, patience=_A_MOMENT) as usage:
                usage.lock_head()
                usage.save_meter_months([meter_month_of(total=1)])

        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(1))
            try:
                in_threads(count)
            except StoreBusyError:
                if self.has_one_lock is None:
                    pytest.skip(_ONE_LOCK)
                raise
        with store.reading(NORDVIK) as seen:
            assert seen.usage.meter_months() == (meter_month_of(total=1),)
            assert seen.revision.number == 1

    def test_a_recording_that_waits_longer_than_its_patience_gets_an_error(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())
        inside, done = Event(), Event()

        def hold() -> None:
            with store.recording(NORDVIK) as usage:
                add_one(usage)
                inside.set()
                done.wait(10)

        def wait() -> None:
            inside.wait(10)
            try:
                for patience in (timedelta(seconds=0.05), AT_ONCE):
                    with pytest.raises(StoreBusyError), store.recording(NORDVIK, patience=patience) as usage:
                        add_one(usage)
            finally:
                done.set()

        in_threads(hold, wait)
        with store.reading(NORDVIK) as view:
            assert [one.noun().total for one in view.usage.meter_months()] == [1]

    def test_a_recording_thread_cannot_start_another_recording(self, store: Store) -> None:
        with store.recording(NORDVIK) as usage:
            usage.add_events([usage_row(1)])
            with pytest.raises((ConflictError, StoreBusyError)), store.recording(NORDVIK, patience=AT_ONCE):
                pytest.fail("this thread is recording already")
            usage.add_events([usage_row(2)])
        assert stored_events(store) == [usage_row(1), usage_row(2)]

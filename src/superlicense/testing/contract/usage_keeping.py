"""Usage: what goes in comes out, in order, and only to its own installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import pytest

from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.errors import ConflictError
from superlicense.ports import Store, Usage
from superlicense.testing.contract.blocks import Contract
from superlicense.testing.contract.usage_blocks import (
    open_meter_months,
    record,
    stored_events,
    with_head,
)
from superlicense.testing.samples import NORDVIK, SOLVANG, after
from superlicense.testing.usage_samples import (
    DECEMBER,
    FULL_METER_MONTH,
    FULL_USAGE_MONTH,
    NOVEMBER,
    OCTOBER,
    crossing_of,
    head_of,
    meter_month_of,
    usage_month_of,
    usage_row,
)

__all__ = ["UsageKeeping"]


class UsageKeeping(Contract):
    """Meter months, events, crossings and statements come out as they went in."""

    # What goes in comes out

    def test_meter_months_come_out_equal(self, store: Store) -> None:
        open_meter_months(store, FULL_METER_MONTH, meter_month_of())
        with store.reading(NORDVIK) as view:
            assert view.usage.meter_months() == (FULL_METER_MONTH, meter_month_of())
            stored = view.usage.meter_months()[0]
            assert stored.record.text == FULL_METER_MONTH.record.text
            assert stored.noun() == FULL_METER_MONTH.noun()

    def test_months_come_out_equal(self, store: Store) -> None:
        with_head(store, lambda usage: usage.add_months([FULL_USAGE_MONTH, usage_month_of(DECEMBER)]))
        with store.reading(NORDVIK) as view:
            assert view.usage.months() == (FULL_USAGE_MONTH, usage_month_of(DECEMBER))
            assert view.usage.months()[0].record.text == FULL_USAGE_MONTH.record.text
            assert view.usage.months()[0].noun().ends_at.tzinfo is UTC

    def test_a_record_is_stored_as_it_is(self, store: Store) -> None:
        text = ' {"a_field_of_a_newer_version": "Æ\\u0000", "users":1}'
        month = StoredUsageMonth.of_text(NOVEMBER, closed=False, text=text, seal=b"month")
        meter_month = StoredMeterMonth.of_text(NOVEMBER, "mailings", closed=False, text=text, seal=b"meter month")
        head = StoredUsageHead.of_text(text, b"head")
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            usage.add_months([month])
            usage.add_meter_months([meter_month])
            usage.save_head(head)
        with store.reading(NORDVIK) as view:
            assert [one.record.text for one in view.usage.months()] == [text]
            assert [one.record.text for one in view.usage.meter_months()] == [text]
            assert view.usage.head() == head

    def test_events_come_out_equal(self, store: Store) -> None:
        full = usage_row(
            2**60,
            "id Æ ✓",
            source="kilde",
            meter="lager",
            quantity=10**15,
            month=OCTOBER,
            at=after(-0.000001),
            corrects="another",
            seal=b"\x00\xff",
        )
        record(store, full)
        assert stored_events(store) == [full]
        with store.reading(NORDVIK) as view:
            assert view.usage.find_events([("kilde", "id Æ ✓"), ("kilde", "none")]) == {("kilde", "id Æ ✓"): full}
            assert view.usage.corrections([("kilde", "another")]) == (full,)

    def test_events_come_by_the_month_that_counts_them_and_by_position(self, store: Store) -> None:
        late = usage_row(1, "late", month=OCTOBER, counted_in=DECEMBER)
        october, gauge = usage_row(9, "october", month=OCTOBER, counted_in=OCTOBER), usage_row(4, meter="storage")
        record(store, late, usage_row(3), usage_row(2), october, gauge)
        with store.reading(NORDVIK) as view:
            events = view.usage.events
            assert list(events()) == [october, usage_row(2), usage_row(3), gauge, late]
            assert list(events(month=NOVEMBER)) == [usage_row(2), usage_row(3), gauge]
            assert list(events(meter="mailings")) == [october, usage_row(2), usage_row(3), late]
            assert list(events(month=OCTOBER, meter="mailings")) == [october, late]
            assert list(events(month=OCTOBER, meter="storage")) == []

    def test_some_events_are_found_by_when_they_were_used_and_accepted(self, store: Store) -> None:
        used = [usage_row(number, at=after(at)) for number, at in ((1, 5), (2, 3), (3, 2.999999), (4, 4))]
        late = usage_row(2, "late", counted_in=DECEMBER, at=after(4))._replace(recorded_at=after(9))
        others = [usage_row(5, meter="storage"), usage_row(6, month=OCTOBER)]
        new = usage_row(7, at=after(4.5))
        record(store, *used, *others, late)
        with store.recording(NORDVIK) as usage:
            assert usage.add_events([new])

            def found(since: float | None = None, until: float | None = None, accepted: float | None = None) -> object:
                asked = {"since": since, "until": until, "recorded_after": accepted}
                bounds = {name: None if at is None else after(at) for name, at in asked.items()}
                return list(usage.some_events(NOVEMBER, "mailings", **bounds))

            every = [*used, new, late]
            assert found() == every
            assert found(since=3, until=5) == [used[1], used[3], new, late]
            assert found(accepted=2) == [*used[2:], new, late]
            assert found(accepted=7) == [late]
            assert found(accepted=9) == []
            assert found(since=4, until=5, accepted=4) == [new, late]

    def test_meter_months_come_by_month_and_meter(self, store: Store) -> None:
        every = [meter_month_of(month, meter) for month in (OCTOBER, NOVEMBER, DECEMBER) for meter in ("a", "b")]
        open_meter_months(store, *reversed(every))
        with store.reading(NORDVIK) as view:
            assert list(view.usage.meter_months()) == every
            assert list(view.usage.meter_months(since=NOVEMBER)) == every[2:]
            assert list(view.usage.meter_months(until=NOVEMBER)) == every[:4]
            assert list(view.usage.meter_months(since=NOVEMBER, until=NOVEMBER)) == every[2:4]
            before = view.usage.meter_month_before
            assert [before(month, "b") for month in (OCTOBER, NOVEMBER, DECEMBER.next())] == [None, every[1], every[5]]
            assert before(DECEMBER, "c") is None
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            assert list(usage.lock_meter_months_since(NOVEMBER)) == every[2:]
            assert usage.lock_meter_months([(DECEMBER, "b"), (DECEMBER, "c")]) == {(DECEMBER, "b"): every[-1]}

    def test_months_come_in_order(self, store: Store) -> None:
        every = [usage_month_of(month) for month in (OCTOBER, NOVEMBER, DECEMBER)]
        with_head(store, lambda usage: usage.add_months(every[::-1]))
        with store.reading(NORDVIK) as view:
            months = view.usage.months
            assert list(months()) == every
            assert list(months(since=NOVEMBER)) == every[1:]
            assert list(months(until=NOVEMBER)) == every[:2]
            assert list(months(since=NOVEMBER, until=NOVEMBER)) == every[1:2]
            before = view.usage.month_before
            assert [before(month) for month in (OCTOBER, NOVEMBER, DECEMBER, DECEMBER.next())] == [None, *every]

    def test_installations_never_see_each_others_usage(self, store: Store) -> None:
        open_meter_months(store, meter_month_of())
        record(store, usage_row(1))
        open_meter_months(store, meter_month_of(total=9), installation=SOLVANG)
        assert record(store, usage_row(1, quantity=7), installation=SOLVANG)
        with store.recording(NORDVIK) as usage:
            usage.lock_head()
            usage.add_months([usage_month_of()])
            usage.add_crossings([(1, crossing_of())])
            usage.add_statement(NOVEMBER, b"{}")
            usage.save_head(head_of(NOVEMBER, 1))
        assert stored_events(store) == [usage_row(1)]
        assert stored_events(store, SOLVANG) == [usage_row(1, quantity=7)]
        with store.reading(SOLVANG) as view:
            assert view.usage.meter_months() == (meter_month_of(total=9),)
            assert view.usage.months() == ()
            assert view.usage.month_before(DECEMBER) is None
            assert view.usage.crossings() == ()
            assert view.usage.statement(NOVEMBER) is None
            assert view.usage.head() == head_of()

    # Conflicts

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(lambda usage: usage.add_meter_months([meter_month_of()]), id="add what is there"),
            pytest.param(lambda usage: usage.save_meter_months([meter_month_of(DECEMBER)]), id="save what is missing"),
            pytest.param(
                lambda usage: usage.save_meter_months([meter_month_of(OCTOBER, total=1)]), id="save what is closed"
            ),
        ],
    )
    def test_meter_months_that_do_not_fit_are_a_conflict(self, store: Store, wrong: Callable[[Usage], None]) -> None:
        open_meter_months(store, meter_month_of(), meter_month_of(OCTOBER, closed=True))
        with pytest.raises(ConflictError):
            with_head(store, wrong)
        with store.reading(NORDVIK) as view:
            assert view.usage.meter_months() == (meter_month_of(OCTOBER, closed=True), meter_month_of())

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(lambda usage: usage.add_months([usage_month_of()]), id="add what is there"),
            pytest.param(lambda usage: usage.save_months([usage_month_of(DECEMBER)]), id="save what is missing"),
            pytest.param(lambda usage: usage.save_months([usage_month_of(OCTOBER, users=1)]), id="save what is closed"),
        ],
    )
    def test_months_that_do_not_fit_are_a_conflict(self, store: Store, wrong: Callable[[Usage], None]) -> None:
        kept = (usage_month_of(OCTOBER, closed=True), usage_month_of())
        with_head(store, lambda usage: usage.add_months(kept))
        with pytest.raises(ConflictError):
            with_head(store, wrong)
        with store.reading(NORDVIK) as view:
            assert view.usage.months() == kept

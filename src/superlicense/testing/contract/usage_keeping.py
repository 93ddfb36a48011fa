"""Usage: stored data comes out equal, in order, and for its own installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import pytest

from superlicense.errors import ConflictError
from superlicense.model.meter_month import UsageHead
from superlicense.ports import Store, Usage
from superlicense.testing.contract.blocks import Contract
from superlicense.testing.contract.usage_blocks import (
    kept,
    opened,
    record,
    with_head,
)
from superlicense.testing.samples import NORDVIK, SOLVANG, after
from superlicense.testing.usage_samples import (
    DECEMBER,
    FULL_METER_MONTH,
    NOVEMBER,
    OCTOBER,
    crossing_of,
    meter_month,
    usage_row,
)

__all__ = ["UsageKeeping"]


class UsageKeeping(Contract):
    """Meter months, usage events, crossings and statements come out equal."""

    # Round trips

    def test_books_come_out_equal(self, store: Store) -> None:
        opened(store, FULL_METER_MONTH, meter_month())
        with store.reading(NORDVIK) as view:
            assert view.usage.books() == (FULL_METER_MONTH, meter_month())
            assert view.usage.books()[0].ends_at.tzinfo is UTC

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
        assert kept(store) == [full]
        with store.reading(NORDVIK) as view:
            assert view.usage.find([("kilde", "id Æ ✓"), ("kilde", "none")]) == {("kilde", "id Æ ✓"): full}
            assert view.usage.corrections([("kilde", "another")]) == (full,)

    def test_events_come_by_the_month_they_are_booked_in_and_by_place(self, store: Store) -> None:
        late = usage_row(1, "late", month=OCTOBER, booked=DECEMBER)
        october, gauge = usage_row(9, "october", month=OCTOBER, booked=OCTOBER), usage_row(4, meter="storage")
        record(store, late, usage_row(3), usage_row(2), october, gauge)
        with store.reading(NORDVIK) as view:
            events = view.usage.events
            assert list(events()) == [october, usage_row(2), usage_row(3), gauge, late]
            assert list(events(month=NOVEMBER)) == [usage_row(2), usage_row(3), gauge]
            assert list(events(meter="mailings")) == [october, usage_row(2), usage_row(3), late]
            assert list(events(month=OCTOBER, meter="mailings")) == [october, late]
            assert list(events(month=OCTOBER, meter="storage")) == []

    def test_books_come_by_month_and_meter(self, store: Store) -> None:
        every = [meter_month(month, meter) for month in (OCTOBER, NOVEMBER, DECEMBER) for meter in ("a", "b")]
        opened(store, *reversed(every))
        with store.reading(NORDVIK) as view:
            assert list(view.usage.books()) == every
            assert list(view.usage.books(since=NOVEMBER)) == every[2:]
            assert list(view.usage.books(until=NOVEMBER)) == every[:4]
            assert list(view.usage.books(since=NOVEMBER, until=NOVEMBER)) == every[2:4]
            assert list(view.usage.books_before(DECEMBER)) == every[2:4]
            assert view.usage.books_before(OCTOBER) == ()
        with store.recording(NORDVIK) as usage:
            usage.take_head()
            assert list(usage.take_since(NOVEMBER)) == every[2:]
            assert usage.take([(DECEMBER, "b"), (DECEMBER, "c")]) == {(DECEMBER, "b"): every[-1]}

    def test_installations_never_see_each_others_usage(self, store: Store) -> None:
        opened(store, meter_month())
        record(store, usage_row(1))
        opened(store, meter_month(users=9), installation=SOLVANG)
        assert record(store, usage_row(1, quantity=7), installation=SOLVANG)
        with store.recording(NORDVIK) as usage:
            usage.take_head()
            usage.cross([(1, crossing_of())])
            usage.freeze(NOVEMBER, b"{}")
            usage.save_head(UsageHead(NOVEMBER, 1))
        assert kept(store) == [usage_row(1)]
        assert kept(store, SOLVANG) == [usage_row(1, quantity=7)]
        with store.reading(SOLVANG) as view:
            assert view.usage.books() == (meter_month(users=9),)
            assert view.usage.crossings() == ()
            assert view.usage.statement(NOVEMBER) is None
            assert view.usage.head() == UsageHead()

    # Conflicts

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(lambda usage: usage.open([meter_month()]), id="open what is open"),
            pytest.param(lambda usage: usage.save([meter_month(DECEMBER)]), id="save what is not there"),
            pytest.param(lambda usage: usage.save([meter_month(OCTOBER, total=1)]), id="save what is closed"),
        ],
    )
    def test_books_that_do_not_fit_are_a_conflict(self, store: Store, wrong: Callable[[Usage], None]) -> None:
        opened(store, meter_month(), meter_month(OCTOBER)._replace(closed=True))
        with pytest.raises(ConflictError):
            with_head(store, wrong)
        with store.reading(NORDVIK) as view:
            assert view.usage.books() == (meter_month(OCTOBER)._replace(closed=True), meter_month())

"""Meter months: their state as text, bounded caches, and recordings that commit in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.licensing.metering.meter_state import NO_STATE, MeterState, MonthTotal, read_state, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.model.meter_month import UsageRow
from superlicense.ports import Usage
from superlicense.rules.metering.gauges import DayReadings
from superlicense.testing.usage_samples import meter_month_of, usage_month_of
from tests.installation import INSTALLATION, START, Clock, open_licensing

OCTOBER, NOVEMBER = sl.Month(2026, 10), sl.Month(2026, 11)
GAUGE = MeterState(
    carried=3,
    days=(DayReadings(day=2, newest=(START, "a", "b"), value=5, peak=7, at_start=True),),
    late={OCTOBER: MonthTotal(4, 2)},
)


@pytest.mark.parametrize(
    "state",
    [NO_STATE, GAUGE, MeterState(days=()), MeterState(late={OCTOBER: MonthTotal(1)})],
    ids=["none", "a gauge", "a gauge without a reading", "something late"],
)
def test_a_state_comes_out_as_it_went_in(state: MeterState) -> None:
    text = write_state(state)
    assert read_state(text) is state  # what this process has written is not read again
    assert read_state(str(text)) == state
    assert (write_state(state) == "") is (state == NO_STATE)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"gauge":[]}',
        '{"gauge":[0,[]]}',
        '{"gauge":["0"]}',
        '{"gauge":[0,[1,"x","a","b",0,0,true]]}',
        '{"gauge":[0,[1,1000000000000000000000,"a","b",0,0,true]]}',
        '{"gauge":[0,[1,1,"a","b",0,0,1]]}',
        '{"gauge":[0,[1,1,"a","b","0",0,true]]}',
        '{"late":[["2026-13",1,1]]}',
        '{"late":[["2026-10",1]]}',
        '{"late":5}',
    ],
)
def test_a_corrupt_state_is_a_store_that_cannot_be_read(text: str) -> None:
    with pytest.raises(sl.StoreUnavailableError):
        read_state(text)


def test_what_is_remembered_of_months_and_thresholds_is_bounded() -> None:
    totals = MeterTotals([evolve(meters.MAILINGS, included_per_user=2)], UTC, sl.Policy())
    month = sl.Month(2000, 1)
    for users in range(1_100):
        one = usage_month_of(month, users=users).noun()
        assert totals.span(one).start == month.start(UTC)
        assert totals.threshold(meter_month_of(month).noun(), one) == 2 * users
        month = month.next()
    assert totals.span(usage_month_of(NOVEMBER).noun()).days == NOVEMBER.days(UTC)


def test_a_check_of_the_day_holds_inside_the_hosts_transaction_too() -> None:
    totals = MeterTotals([meters.MAILINGS], UTC, sl.Policy())
    assert totals.needs_check(START)
    totals.checked(START, usage_month_of(NOVEMBER).noun())
    inside = totals.in_transaction()
    tomorrow = START + timedelta(days=1)
    assert [one.needs_check(at) for one in (totals, inside) for at in (START, tomorrow)] == [False, True] * 2
    inside.dated_back(START - timedelta(microseconds=1))
    assert (totals.needs_check(START), inside.needs_check(START)) == (False, True)


class Overtaken(sl.MemoryStore):
    """A store in which another recording has stored the same event first, this many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    @contextmanager
    def recording(  # type: ignore[override]  # another kind of block
        self, installation: sl.Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> Iterator[Usage]:
        with super().recording(installation, patience=patience) as usage:
            add_events = usage.add_events

            def add_late(rows: Sequence[UsageRow]) -> bool:
                if rows and self.times:
                    self.times -= 1
                    return False
                return add_events(rows)

            relay: Any = _Relay(usage, add_late)
            yield relay


class _Relay:
    def __init__(self, usage: Usage, add_events: object) -> None:
        self._usage = usage
        self.add_events = add_events

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is not late
        return getattr(self._usage, name)


EVENT = sl.UsageEvent(source="mailer", id="a", meter="mailings", quantity=1, at=START)


def test_a_recording_that_was_overtaken_is_tried_again() -> None:
    licensing = open_licensing(Overtaken(3), clock=Clock())
    assert [str(one.status) for one in licensing.meters.record([EVENT])] == ["accepted"]
    assert licensing.meters.usage(NOVEMBER)[3].used == 1


def test_a_recording_that_is_always_overtaken_raises() -> None:
    policy = sl.Policy(write_patience=timedelta(seconds=0.01))
    licensing = open_licensing(Overtaken(10**9), clock=Clock(), policy=policy)
    with pytest.raises(sl.StoreBusyError):
        licensing.meters.record([EVENT])
    assert licensing.meters.usage(NOVEMBER)[3].used == 0


def test_a_month_that_was_deleted_is_opened_again() -> None:
    store = sl.MemoryStore()
    open_licensing(store, clock=Clock()).meters.record([EVENT])
    stored = store._find(INSTALLATION.key).usage  # noqa: SLF001 - behind the store's back
    stored.months.clear()
    fresh = open_licensing(store, clock=Clock())
    fresh.meters.record([evolve(EVENT, id="b")])
    assert (list(stored.months), fresh.meters.usage(NOVEMBER)[3].used) == ([NOVEMBER], 2)


def test_a_reading_from_before_a_month_that_is_not_open_passes_through_it() -> None:
    clock = Clock()
    licensing = open_licensing(clock=clock)
    storage = {"source": "disk", "meter": "storage"}
    clock.now = sl.Month(2027, 1).start(UTC)
    licensing.meters.record([sl.UsageEvent(id="a", quantity=5, at=clock.now, **storage)])
    licensing.meters.record([sl.UsageEvent(id="b", quantity=7, at=START, **storage)])
    used = [licensing.meters.usage(month)[4].used for month in ("2026-10", "2026-11", "2026-12", "2027-01")]
    assert used == [0, 7, 7, 5]

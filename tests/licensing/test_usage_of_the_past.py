"""Usage as recorded by an instant of the past: stored totals without what came after, and no other event is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.ports import Reading
from tests.installation import Clock
from tests.licensing.metered import DECEMBER, DISK, JANUARY, MAILS, NOVEMBER, Open, sent, stored, used

STARTS = NOVEMBER.start(UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PEAK = evolve(DISK, aggregation=sl.Aggregation.PEAK)


class CountsEvents(sl.MemoryStore):
    """A store that counts the events it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = 0

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Reading]:  # type: ignore[override]  # another kind of block
        with super().reading(installation) as view:
            yield _CountedView(view, self)  # type: ignore[misc,unused-ignore]  # it passes everything on


class _CountedView:
    def __init__(self, view: Any, store: CountsEvents) -> None:  # noqa: ANN401 - passed on
        self._view = view
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is not counted
        return getattr(self._view, name)

    @property
    def usage(self) -> Any:  # noqa: ANN401 - that of the store
        return _CountedUsage(self._view.usage, self._store)


class _CountedUsage:
    def __init__(self, usage: Any, store: CountsEvents) -> None:  # noqa: ANN401 - passed on
        self._usage = usage
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is not counted
        found = getattr(self._usage, name)
        return self._counted(found) if name in {"events", "some_events"} else found

    def _counted(self, find: Any) -> Any:  # noqa: ANN401 - a method
        def counted(*which: object, **bounds: object) -> Iterator[object]:
            for row in find(*which, **bounds):
                self._store.shown += 1
                yield row

        return counted


@pytest.fixture
def store() -> CountsEvents:
    """A store that counts."""
    return CountsEvents()


@pytest.fixture
def filled(opened: Open, clock: Clock, store: CountsEvents) -> sl.Licensing:
    """An installation with a hundred events and a reading every hour of ten days, and nothing after these."""
    clock.now = STARTS + 10 * DAY
    firm = opened(meters=[MAILS, PEAK])
    firm.meters.record([sent(1, STARTS + number * HOUR) for number in range(100)])
    firm.meters.record([stored(number, STARTS + number * HOUR) for number in range(240)])
    store.shown = 0
    return firm


def test_reads_no_event_where_nothing_was_recorded_after(
    filled: sl.Licensing, clock: Clock, store: CountsEvents
) -> None:
    at = clock.now
    clock.forward(hours=1)
    assert used(filled, at=at) == {"mailings": 100, "storage": 239}
    assert store.shown == 0


def test_reads_what_was_recorded_after_and_the_days_of_gauges_that_this_concerns(
    filled: sl.Licensing, clock: Clock, store: CountsEvents
) -> None:
    at = clock.now
    clock.forward(hours=1)
    filled.meters.record([sent(7, STARTS), sent(9, STARTS + DAY), stored(1_000, STARTS + 5 * DAY + HOUR / 2)])
    assert used(filled) == {"mailings": 116, "storage": 1_000}
    store.shown = 0
    assert used(filled, at=at) == {"mailings": 100, "storage": 239}
    # Two events, one reading, and the day of that reading with its 25.
    assert store.shown == 2 + 1 + 25


def test_takes_back_corrections(opened: Open, clock: Clock) -> None:
    firm, at = opened(meters=[MAILS, PEAK]), clock.now
    firm.meters.record([sent(10, name="a"), sent(20, name="b"), stored(50, name="c")])
    instants = []
    for correction in (
        sent(1, name="a/1", corrects="a"),
        sent(2, name="a/2", corrects="a"),
        sent(0, name="b/1", corrects="b"),
        stored(0, name="c/1", corrects="c"),
        stored(9, name="c/2", corrects="c"),
    ):
        instants.append(clock.now)
        clock.forward(hours=1)
        firm.meters.record([evolve(correction, at=at)])
    found = [tuple(used(firm, at=instant).values()) for instant in [*instants, clock.now]]
    assert found == [(30, 50), (21, 50), (22, 50), (2, 50), (2, 0), (2, 9)]


def test_knows_what_was_carried_into_a_month_by_then(opened: Open, clock: Clock) -> None:
    firm = opened(meters=[DISK])
    firm.meters.record([stored(5)])
    clock.now = JANUARY.start(UTC) + DAY
    firm.meters.check(by="nightly")
    firm.meters.close(NOVEMBER, by="billing")
    before = clock.now
    clock.forward(hours=1)
    firm.meters.record([stored(8, DECEMBER.start(UTC) - HOUR)])  # late for November, which is closed
    between = clock.now
    clock.forward(hours=1)
    firm.meters.record([stored(3, DECEMBER.start(UTC) + HOUR)])
    months = (NOVEMBER, DECEMBER, JANUARY)
    found = [[used(firm, month, at=at)["storage"] for month in months] for at in (before, between, clock.now)]
    assert found == [[5, 5, 5], [5, 8, 8], [5, 3, 3]]


def test_follows_a_meter_that_was_another_kind_before(opened: Open, clock: Clock) -> None:
    counted = evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM)
    opened(meters=[counted]).meters.record([stored(5), stored(6)])
    clock.now = DECEMBER.start(UTC) + DAY
    firm = opened(meters=[DISK])
    firm.meters.record([stored(4, clock.now)])
    at = clock.now
    clock.forward(hours=1)
    firm.meters.record([stored(7, clock.now)])
    assert [used(firm, month, at=at)["storage"] for month in (NOVEMBER, DECEMBER)] == [11, 4]
    assert used(firm, DECEMBER, at=at - HOUR)["storage"] == 0

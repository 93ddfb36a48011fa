"""A changed time zone: it counts from the first untouched month, and everything that shows a month agrees on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import INSTALLATION, SALES, Clock, open_licensing
from tests.licensing.metered import DECEMBER, DISK, JANUARY, MAILS, MICROSECOND, NOVEMBER, sent, stored, with_users

MEAN = evolve(DISK, aggregation=sl.Aggregation.MEAN_OF_DAILY_PEAKS)
METERS = [MAILS, MEAN]
ZONES = [
    ("Europe/Copenhagen", "UTC"),
    ("UTC", "Europe/Copenhagen"),
    ("Australia/Lord_Howe", "Pacific/Chatham"),
    ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
    ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
    ("America/St_Johns", "Pacific/Apia"),
]


class Moved:
    """An installation that opened November in one zone, and an instance that is configured for another."""

    def __init__(self, then: str, now: str) -> None:
        self.clock, store = Clock(NOVEMBER.start(UTC) + timedelta(days=13)), sl.MemoryStore()
        self.old, self.new = (
            open_licensing(store, evolve(INSTALLATION, time_zone=zone), clock=self.clock, meters=METERS)
            for zone in (then, now)
        )
        with_users(self.old, "anna", "bo")
        self.ends = NOVEMBER.end(ZoneInfo(then))
        self.zone = ZoneInfo(now)

    def agree(self, month: sl.Month) -> None:
        """Assert that both instances say the same of *month* on every page."""
        found = []
        for one in (self.old, self.new):
            usage = one.meters.usage(month)
            lines = [line for line in one.meters.statement(month).lines if line.kind is sl.LineKind.USAGE]
            screen = one.screens.metered_services(month)
            assert [(line.used, line.threshold) for line in lines] == [(each.used, each.threshold) for each in usage]
            assert [(each.used, each.threshold) for each in screen.services] == [
                (each.used, each.threshold) for each in usage
            ]
            assert (screen.starts_at, screen.ends_at) == one.meters.bounds(month)
            days = one.meters.days(month)
            assert sum(day.used for day in days if day.meter == "mailings") == usage[0].used
            found.append((usage, one.meters.statement(month), one.meters.bounds(month), days))
        assert found[0] == found[1]


@pytest.fixture(params=ZONES, ids="→".join)
def moved(request: pytest.FixtureRequest) -> Moved:
    """An installation whose zone was changed in November."""
    return Moved(*request.param)


def test_a_touched_month_keeps_its_bounds_for_every_instance(moved: Moved) -> None:
    moved.clock.now = moved.ends - MICROSECOND
    first = moved.ends - timedelta(days=3)
    moved.new.meters.record([stored(30, first), sent(1, first), sent(2, moved.ends - MICROSECOND)])
    moved.agree(NOVEMBER)
    assert moved.new.meters.usage(NOVEMBER)[0].used == 3
    assert moved.new.meters.month_of(moved.clock.now) == NOVEMBER
    assert moved.new.screens.metered_services().month == "2026-11"
    with pytest.raises(sl.MonthNotOverError):
        moved.new.meters.close(NOVEMBER, by="billing")


def test_the_next_month_begins_where_it_ends(moved: Moved) -> None:
    moved.clock.now = moved.ends
    receipts = moved.new.meters.record([sent(1, moved.ends - MICROSECOND), sent(2, moved.ends), stored(60, moved.ends)])
    assert {str(one.status) for one in receipts} == {"accepted"}
    moved.old.meters.record([sent(4, moved.ends - MICROSECOND), sent(8, moved.ends)])
    for month, mails in ((NOVEMBER, 5), (DECEMBER, 10)):
        moved.agree(month)
        assert moved.new.meters.usage(month)[0].used == mails
    assert moved.new.meters.bounds(DECEMBER) == (moved.ends, DECEMBER.end(moved.zone))
    closed = moved.old.meters.close(NOVEMBER, by="billing")
    assert closed.time_zone == moved.old.installation.time_zone
    assert moved.new.meters.statement(DECEMBER).time_zone == moved.new.installation.time_zone
    moved.agree(NOVEMBER)
    moved.agree(DECEMBER)


def test_users_count_in_the_month_by_its_stored_bounds(moved: Moved) -> None:
    moved.clock.now = moved.ends - MICROSECOND
    moved.new.seats.assign("cy", SALES, by="admin")
    moved.clock.now = moved.ends
    moved.new.seats.release("anna", SALES, by="admin")
    assert [one.meters.usage(NOVEMBER)[0].users for one in (moved.old, moved.new)] == [3, 3]
    assert [one.meters.usage(DECEMBER)[0].users for one in (moved.old, moved.new)] == [2, 2]
    moved.agree(DECEMBER)
    assert moved.new.verify_store().findings == ()


def test_days_of_a_gauge_are_those_of_the_zone_of_the_month(moved: Moved) -> None:
    moved.clock.now = moved.ends
    moved.new.meters.record([stored(60, moved.ends - timedelta(days=2))])
    moved.new.meters.record([stored(90, moved.ends)])
    moved.clock.now = DECEMBER.end(moved.zone)
    moved.agree(NOVEMBER)
    moved.agree(DECEMBER)
    days = [day for day in moved.old.meters.days(DECEMBER) if day.meter == "storage"]
    assert {day.used for day in days} == {90}
    assert days[-1].day.isoformat() == "2026-12-31"
    # Two of the thirty days have the new value.
    assert moved.old.meters.usage(NOVEMBER)[1].used == round(60 * 2 / 30)
    past = moved.new.meters.usage(NOVEMBER, at=moved.ends)
    assert [one.used for one in past] == [one.used for one in moved.new.meters.usage(NOVEMBER)]


def test_late_usage_finds_the_closed_month_by_its_bounds(moved: Moved) -> None:
    moved.clock.now = moved.ends
    moved.old.meters.record([sent(300, moved.ends - MICROSECOND)])
    moved.old.meters.close(NOVEMBER, by="billing")
    moved.new.meters.record([sent(7, moved.ends - MICROSECOND), sent(1, moved.ends)])
    moved.agree(NOVEMBER)
    assert [(str(line.month), line.used) for line in moved.new.meters.statement(DECEMBER).lines] == [
        ("2026-12", 1),
        ("2026-12", 0),
        ("2026-11", 7),
    ]
    moved.agree(DECEMBER)


def test_terms_differ_until_the_next_month(moved: Moved) -> None:
    assert moved.old.meters.terms_differ() == ()
    assert moved.new.meters.terms_differ() == ("mailings", "storage")
    moved.clock.now = moved.ends
    moved.new.meters.check(by="nightly")
    assert moved.new.meters.terms_differ() == ()
    assert moved.old.meters.terms_differ() == ("mailings", "storage")


def test_whoever_touches_a_month_first_gives_it_its_zone() -> None:
    moved = Moved("UTC", "Europe/Copenhagen")
    moved.clock.now = moved.ends
    moved.old.meters.check(by="nightly")
    assert moved.new.meters.bounds(DECEMBER) == (DECEMBER.start(UTC), DECEMBER.end(UTC))
    # One hour of the first of January in Copenhagen is still December, which was touched in UTC.
    assert moved.new.meters.month_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == DECEMBER
    assert moved.new.meters.bounds(JANUARY) == (DECEMBER.end(UTC), JANUARY.end(ZoneInfo("Europe/Copenhagen")))


def test_a_fast_recording_learns_the_bounds_before_it_counts() -> None:
    moved = Moved("UTC", "Europe/Copenhagen")
    at = NOVEMBER.end(UTC) - timedelta(minutes=30)  # December in Copenhagen
    moved.clock.now = NOVEMBER.end(UTC) + timedelta(days=1)
    moved.old.meters.record([sent(1, moved.clock.now)])
    fresh = open_licensing(
        moved.old._engine.store,  # noqa: SLF001 - a process that knows nothing yet
        evolve(INSTALLATION, time_zone="Europe/Copenhagen"),
        clock=moved.clock,
        meters=METERS,
    )
    fresh.meters.record([sent(5, at)])
    fresh.meters.record([sent(6, at)])
    assert [fresh.meters.usage(month)[0].used for month in (NOVEMBER, DECEMBER)] == [11, 1]


def test_a_month_that_was_closed_untouched_is_of_the_zone_of_the_next_one() -> None:
    moved = Moved("Pacific/Kiritimati", "Pacific/Pago_Pago")
    october = NOVEMBER.previous()
    zone = ZoneInfo("Pacific/Kiritimati")
    moved.clock.now = moved.ends
    moved.old.meters.close(NOVEMBER, by="billing")
    assert (
        moved.new.meters.bounds(october) == moved.old.meters.bounds(october) == (october.start(zone), october.end(zone))
    )
    moved.new.meters.record([stored(30, october.start(zone) + timedelta(days=30)), sent(1, october.start(zone))])
    moved.agree(DECEMBER)
    moved.agree(october)
    adjusted = [(line.meter, line.used) for line in moved.new.meters.statement(DECEMBER).lines if line.month == october]
    assert adjusted == [("mailings", 1), ("storage", 1)]  # 30 on one day of 31

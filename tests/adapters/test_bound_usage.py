"""Usage recorded inside a transaction of the host's, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from tests.adapters.service import Service, order
from tests.installation import SALES, START

NOVEMBER = sl.Month(2026, 11)


def sent(name: str, quantity: int = 5) -> sl.UsageEvent:
    return sl.UsageEvent(source="shop", id=name, meter="form_submissions", quantity=quantity, at=START)


def used(licensing: sl.Licensing) -> int:
    return {one.meter: one.used for one in licensing.meters.usage(NOVEMBER)}["form_submissions"]


def statuses(receipts: tuple[sl.Receipt, ...]) -> list[str]:
    return [str(one.status) for one in receipts]


class TestBoundUsage:
    """What is sold and what is metered become true together."""

    def test_the_hosts_commit_makes_both_true(self, service: Service) -> None:
        with service.engine.begin() as connection:
            order(connection, "one")
            with service.licensing.bound_to(connection) as inside:
                assert statuses(inside.meters.record([sent("one")])) == ["accepted"]
                assert statuses(inside.meters.record([sent("one"), sent("two", 1)])) == ["duplicate", "accepted"]
                inside.seats.assign("anna", SALES, by="admin")
                assert used(inside) == 6
        assert service.orders() == ["one"]
        assert used(service.another()) == 6
        assert [one.level for one in service.licensing.meters.crossings()] == [100]

    def test_the_hosts_rollback_undoes_both(self, service: Service) -> None:
        service.licensing.meters.record([sent("one")])
        with service.engine.connect() as connection:
            with service.licensing.bound_to(connection) as inside:
                inside.meters.record([sent("two"), sent("three")])
                assert used(inside) == 15
            order(connection, "one")
            connection.rollback()
        assert service.orders() == []
        assert used(service.another()) == 5
        assert statuses(service.licensing.meters.record([sent("two")])) == ["accepted"]

    def test_a_month_that_is_rolled_back_leaves_no_bounds_behind(self, service: Service) -> None:
        elsewhere = service.another(zone="Pacific/Kiritimati")
        service.clock.now = datetime(2026, 12, 31, 20, tzinfo=UTC)
        december, last = START + timedelta(days=10), datetime(2026, 12, 31, 12, tzinfo=UTC)
        with service.engine.connect() as connection:
            with service.licensing.bound_to(connection) as inside:
                inside.meters.record([evolve(sent("one"), at=december)])
                inside.meters.record([evolve(sent("two"), at=last)])
            connection.rollback()
        elsewhere.meters.record([evolve(sent("three"), at=december)])
        # In Kiritimati it is January, and December was opened there.
        service.licensing.meters.record([evolve(sent("four", 7), at=last)])
        found = [one.meters.usage("2026-12") for one in (service.licensing, elsewhere)]
        assert [{one.meter: one.used for one in usage}["form_submissions"] for usage in found] == [5, 5]

    def test_a_closed_door_records_nothing(self, service: Service) -> None:
        with service.engine.begin() as connection:
            with service.licensing.bound_to(connection) as inside:
                pass
            with pytest.raises(sl.StoreUnavailableError):
                inside.meters.record([sent("one")])
        assert used(service.licensing) == 0


class TestCursor:
    """What is no place to read on from is refused before a database is asked."""

    @pytest.mark.parametrize("after", ["nothing", "", "\ud800", "a\x00b", 5, b"mailings/2026-11/50", ["a"]])
    def test_what_is_no_crossing_is_refused(self, service: Service, after: object) -> None:
        with pytest.raises(sl.InvalidValueError, match="after"):
            service.licensing.meters.crossings(after)  # type: ignore[arg-type]  # that is what is wrong

    def test_all_of_them_may_be_less_than_was_asked_for(self, service: Service) -> None:
        service.licensing.meters.record([sent("one")])
        for most in (2**31, 10**30):
            assert [one.level for one in service.licensing.meters.crossings(most=most)] == [100]

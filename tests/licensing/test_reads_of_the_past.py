"""Every question takes an instant: what it does not take, and the answers of meters as recorded by then."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import superlicense as sl
from tests.installation import SALES, START, WEB, Clock
from tests.licensing.metered import DECEMBER, DISK, MAILS, NOVEMBER, Open, sent, stored

DAY = timedelta(days=1)
FACADES = ("gate", "seats", "users", "sites", "packages", "meters", "limits", "notices", "screens")
WITHOUT = {
    "gate.explain_change": "has two instants, `then` and `now`",
    "users.export": "writes out all that is stored, whenever it held",
    "users.forgotten": "names those whose names are gone for good",
    "packages.preview": "previews what `activate` would do now",
    "packages.preview_unsigned": "previews what `adopt_unsigned` would do now",
    "packages.preview_waiting": "previews what `activate` would do now",
    "packages.compare": "compares two packages, whatever is stored",
    "packages.fetch": "asks the host's source now",
    "meters.record": "usage has the instants of its events",
    "meters.try_record": "tries what `record` would do now",
    "meters.check": "records what is due now",
    "meters.bounds": "months never change once they are touched",
    "meters.terms_differ": "compares with the terms that the host passes now",
    "screens.activation": "shows a preview",
}


@pytest.mark.parametrize("facade", FACADES)
def test_every_question_takes_an_instant(licensing: sl.Licensing, facade: str) -> None:
    part = getattr(licensing, facade)
    methods = {
        name: inspect.signature(getattr(part, name)).parameters for name in dir(part) if not name.startswith("_")
    }
    missing = {f"{facade}.{name}" for name, parameters in methods.items() if "at" not in parameters}
    assert missing == {name for name in WITHOUT if name.startswith(f"{facade}.")}


class TestStatement:
    """It is the one that was shown then."""

    def test_is_a_draft_before_the_month_was_closed(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[MAILS, DISK])
        firm.meters.record([sent(300), stored(7)])
        draft, then = firm.meters.statement(NOVEMBER), clock.now
        clock.now = DECEMBER.start(UTC) + DAY
        firm.meters.record([sent(50, NOVEMBER.start(UTC))])
        closed = firm.meters.close(NOVEMBER, by="billing")
        closed_at = clock.now
        clock.forward(hours=1)
        assert firm.meters.statement(NOVEMBER, at=then) == draft
        assert draft.lines[0].used == 300
        assert not draft.closed
        before = firm.meters.statement("2026-11", at=closed_at - timedelta(microseconds=1))
        assert (before.closed, before.lines[0].used) == (False, 300)
        for at in (closed_at, clock.now, clock.now + DAY):
            assert firm.meters.statement(NOVEMBER, at=at) == closed

    def test_has_the_adjustments_that_were_known_then(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[MAILS])
        firm.meters.record([sent(300)])
        clock.now = DECEMBER.start(UTC) + DAY
        firm.meters.close(NOVEMBER, by="billing")
        drafts: dict[datetime, sl.Statement] = {}
        for name in "abc":
            clock.forward(hours=1)
            firm.meters.record([sent(10, START, name=name)])
            drafts[clock.now] = firm.meters.statement(DECEMBER)
        clock.forward(hours=1)
        assert {at: firm.meters.statement(DECEMBER, at=at) for at in drafts} == drafts
        assert [one.lines[1].used for one in drafts.values()] == [10, 20, 30]
        (only,) = firm.meters.statement(DECEMBER, at=min(drafts) - timedelta(microseconds=1)).lines
        assert (only.kind, only.used) == (sl.LineKind.USAGE, 0)

    def test_of_an_instant_without_a_zone_is_an_error(self, licensing: sl.Licensing) -> None:
        naive = START.replace(tzinfo=None)
        meters = licensing.meters
        questions: list[Callable[..., object]] = [meters.statement, meters.events, meters.days]
        for question in questions:
            with pytest.raises(sl.InvalidValueError, match=r"^at: "):
                question(NOVEMBER, at=naive)
        with pytest.raises(sl.InvalidValueError, match=r"^at: "):
            meters.crossings(at=naive)


class TestRecords:
    """Events, days and crossings that had been recorded by then."""

    @pytest.fixture
    def instants(self, opened: Open, clock: Clock) -> tuple[sl.Licensing, list[datetime]]:
        firm, found = opened(meters=[MAILS, DISK]), []
        for name, quantity in (("a", 150), ("b", 100), ("c", 900)):
            firm.meters.record([sent(quantity, START, name=name), stored(quantity, START, name=f"disk {name}")])
            found.append(clock.now)
            clock.forward(hours=30)
        return firm, found

    def test_events(self, instants: tuple[sl.Licensing, list[datetime]]) -> None:
        firm, at = instants
        names = [[event.id for event in firm.meters.events(NOVEMBER, meter="mailings", at=when)] for when in at]
        assert names == [["a"], ["a", "b"], ["a", "b", "c"]]
        assert [event.id for event in firm.meters.events(NOVEMBER, "mailings", at=at[-1] + 90 * DAY)] == ["a", "b", "c"]

    def test_crossings(self, instants: tuple[sl.Licensing, list[datetime]]) -> None:
        firm, at = instants
        found = [[one.level for one in firm.meters.crossings(at=when) if one.meter == "storage"] for when in at]
        assert found == [[], [], [50, 80]]
        assert firm.meters.crossings(at=START - DAY) == ()
        assert len(firm.meters.crossings(at=at[0], most=1)) == 1

    def test_days(self, instants: tuple[sl.Licensing, list[datetime]]) -> None:
        firm, at = instants
        found = [
            [one.used for one in firm.meters.days(NOVEMBER, at=when) if one.used and one.meter == "mailings"]
            for when in at
        ]
        assert found == [[150], [250], [1150]]
        assert {one.day.day for one in firm.meters.days(NOVEMBER, at=at[0])} == set(range(1, 25))
        gauge = [[one.used for one in firm.meters.days(NOVEMBER, at=when) if one.meter == "storage"][-1] for when in at]
        assert gauge == [150, 100, 900]

    def test_of_a_closed_month_are_those_of_its_statement(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[MAILS, DISK])
        firm.meters.record([sent(300, name="in time"), stored(7)])
        clock.now = DECEMBER.start(UTC) + DAY
        firm.meters.close(NOVEMBER, by="billing")
        firm.meters.record([sent(10, START, name="late"), stored(9, START)])
        then = clock.now
        clock.forward(hours=1)
        for at in (None, then, clock.now):
            days = firm.meters.days(NOVEMBER, at=at)
            assert sum(one.used for one in days if one.meter == "mailings") == 300
            assert [one.used for one in days if one.meter == "storage"][-1] == 7
            names = [event.id for event in firm.meters.events(NOVEMBER, meter="mailings", at=at)]
            assert names == ["in time", "late"]


class TestGate:
    """Remedies and claims of another instant."""

    def test_remedies_of_a_day_after_the_expiry_renew(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.remedies("anna", WEB) == ()
        stopped = START + 3_000 * DAY
        (remedy,) = licensing.gate.remedies("anna", WEB, at=stopped, limit=1)
        assert [type(step).__name__ for step in remedy.steps] == ["Renewal"]

    def test_claims_of_a_past_instant(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        then = clock.now
        clock.forward(hours=1)
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.gate.claims("anna")["clients"]["web"] == "denied"
        claims = licensing.gate.claims("anna", ttl=60, at=then)
        assert (claims["clients"]["web"], claims["exp"]) == ("allowed", int(then.timestamp()) + 60)
        assert json.loads(json.dumps(claims)) == claims

    @pytest.mark.parametrize("prices", [5, "dear", [SALES], b"x"])
    def test_prices_are_a_mapping(self, licensing: sl.Licensing, prices: Any) -> None:  # noqa: ANN401 - wrong on purpose
        with pytest.raises(sl.InvalidValueError, match=r"^prices: "):
            licensing.gate.remedies("anna", WEB, prices=prices)
        assert licensing.gate.remedies("anna", WEB, prices={SALES: Decimal(1)}, limit=0) == ()


class TestACloseThatWasDatedBack:
    """From the instant on that it was dated to, the month has what its statement has."""

    def test_is_told_alike_by_usage_statement_and_days(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[MAILS, DISK])
        firm.meters.record([sent(300), stored(7)])
        closed_at = DECEMBER.start(UTC) + DAY
        clock.now = closed_at + DAY
        firm.meters.record([sent(50, NOVEMBER.start(UTC))])
        firm.meters.close(NOVEMBER, by="billing", at=closed_at)
        clock.forward(hours=1)
        for at, mails in ((closed_at - timedelta(microseconds=1), 300), (closed_at, 350), (clock.now, 350)):
            (usage,) = [one.used for one in firm.meters.usage(NOVEMBER, at=at) if one.meter == MAILS.code]
            (line,) = [one.used for one in firm.meters.statement(NOVEMBER, at=at).lines if one.meter == MAILS.code]
            days = sum(one.used for one in firm.meters.days(NOVEMBER, at=at) if one.meter == MAILS.code)
            assert (usage, line, days) == (mails, mails, mails)

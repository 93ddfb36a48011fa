"""What if: a hypothesis answers as the installation does after really doing it, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.catalog import plans
from superlicense.testing import issuing
from tests.installation import (
    EDIT,
    EXPIRES_AT,
    SALES,
    SERVICE,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    CountingStore,
    codes,
    furnish,
    module,
    open_licensing,
    package,
    partner_package,
    person,
)
from tests.licensing.metered import DISK, MAILS, NOVEMBER, sent
from tests.pages import key_value_store

NAMES = ("anna", "bo", "cy")
LICENSES = (SALES, SERVICE, "user", "web", "t1", "t2", "quote-cal", "windows", "visible-for")
HOLDERS = st.sampled_from([*NAMES, "dora"])
CHANGES = st.lists(
    st.one_of(
        st.builds(sl.Assign, license=st.sampled_from(LICENSES), holder=HOLDERS),
        st.builds(sl.Release, license=st.sampled_from(LICENSES), holder=HOLDERS),
        st.builds(sl.ChangePlan, license=st.sampled_from((SALES, SERVICE)), holder=HOLDERS),
        st.builds(sl.Retire, user=HOLDERS),
        st.builds(person, HOLDERS, may_log_in=st.booleans()).map(lambda user: sl.SaveUser(user=user)),
        st.just(sl.StartEvent(event=sl.SystemEvent(id="moving", kind=sl.EventKind.NO_LOGIN, started_at=START))),
    ),
    max_size=6,
)


def answers(one: Any) -> Iterator[Any]:  # noqa: ANN401 - the installation, or a hypothesis
    """Ask everything that both can answer."""
    for user in (*NAMES, "dora"):
        yield from (one.gate.login(user, client) for client in sl.Client)
        yield one.gate.feature(user, "quote", EDIT)
        yield one.gate.administer(user)
        yield one.gate.holds(user, "web")
        yield one.gate.abilities(user)
        yield one.gate.claims(user)
        yield one.gate.remedies(user, WEB)
        yield one.seats.held_by(user)
        yield one.screens.user(user)
        yield one.screens.status(user)
    yield one.gate.has_system("quote")
    yield one.gate.who(WEB)
    yield from (one.seats.usage(license) for license in LICENSES)
    yield one.seats.low()
    yield one.seats.redundant()
    yield one.screens.owner()
    yield one.screens.user_licenses()
    yield one.screens.metered_services()
    statement = one.statement if isinstance(one, sl.Hypothesis) else one.meters.statement
    yield from map(statement, ("2026-10", "2026-11", "2026-12"))


def opened(store: sl.Store) -> sl.Licensing:
    """Open an installation of three users, one of whom holds a plan, with usage in its meters."""
    licensing = open_licensing(store, meters=(MAILS, DISK))
    furnish(licensing, *NAMES, person("dora", administrator=True), seats=2, holders={"anna": SALES})
    licensing.meters.record([sent(250)])
    return licensing


class TestAHypothesis:
    """It answers as the installation does after the changes were really made."""

    @pytest.mark.slow
    @given(changes=CHANGES)
    def test_answers_like_the_installation_afterwards(self, changes: list[sl.Change]) -> None:
        licensing = opened(sl.MemoryStore())
        supposed = licensing.what_if(changes)
        refused = {one.place for one in supposed.refusals}
        done = [change for place, change in enumerate(changes) if place not in refused]
        before = list(answers(licensing))
        expected = list(answers(supposed))
        assert list(answers(licensing)) == before
        licensing.apply(done, by="host")
        assert list(answers(licensing)) == expected

    def test_writes_nothing_and_reads_usage_only_for_a_statement(self, tmp_path: Path) -> None:
        licensing = opened(key_value_store(tmp_path / "store"))
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        supposed = licensing.what_if([sl.Assign(license=SALES, holder="bo")], [sl.Purchase(SALES, 5)])
        list(answers(supposed))
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
        assert not {"apply", "assign", "release", "save", "record", "close"} & {
            name for part in (supposed, supposed.gate, supposed.seats, supposed.screens) for name in dir(part)
        }

    def test_asks_the_store_for_a_statement_and_for_nothing_else(self) -> None:
        store = CountingStore(sl.MemoryStore())
        licensing = opened(store)
        writes = store.writes
        supposed = licensing.what_if([sl.Assign(license=SALES, holder="bo")])
        reads = store.reads
        assert supposed.gate.login("bo", WEB)
        assert supposed.seats.usage(SALES).holders == ("anna", "bo")
        assert (store.reads, store.writes) == (reads, writes)
        assert supposed.statement(NOVEMBER).tally.users == 2
        assert (store.reads, store.writes) == (reads + 1, writes)

    def test_is_about_any_instant_from_its_own_on(self, licensing: sl.Licensing) -> None:
        supposed = licensing.what_if([sl.Assign(license=SALES, holder="anna")], at=EXPIRES_AT)
        assert supposed.at == EXPIRES_AT
        assert supposed.gate.login("anna", WEB).warnings[0].code == "package_in_grace"
        assert supposed.gate.login("anna", WEB, at=STOPS_AT).outcome is sl.Outcome.READ_ONLY
        with pytest.raises(sl.InvalidValueError, match="before the instant of the hypothesis"):
            supposed.gate.login("anna", WEB, at=START)

    def test_can_begin_in_the_past(self, licensing: sl.Licensing, clock: Clock) -> None:
        clock.forward(days=1)
        licensing.seats.assign("anna", SALES, by="admin")
        clock.forward(days=1)
        assert not licensing.what_if(at=START).gate.login("anna", WEB)
        assert licensing.what_if([sl.Assign(license=SERVICE, holder="anna")], at=START).refusals == ()

    @pytest.mark.parametrize("days", [0, 10, 40, 100])
    def test_opens_a_month_that_nothing_has_touched(self, days: int) -> None:
        clock = Clock()
        licensing = open_licensing(clock=clock, meters=(MAILS, DISK))
        furnish(licensing, *NAMES, holders={"anna": SALES})
        licensing.meters.record([sent(250)])
        clock.forward(days=days)
        months = ("2026-10", "2026-11", "2026-12", "2027-01", "2027-03")
        changes = [sl.Assign(license=SALES, holder=name) for name in ("bo", "cy")]
        supposed = licensing.what_if(changes)
        expected = [(supposed.statement(month), supposed.screens.metered_services(month)) for month in months]
        licensing.apply(changes, by="admin")
        really = [(licensing.meters.statement(month), licensing.screens.metered_services(month)) for month in months]
        assert expected == really

    def test_lists_what_was_refused_with_every_reason(self, licensing: sl.Licensing) -> None:
        changes = [sl.Assign(license="web", holder="nobody"), sl.Assign(license=SALES, holder="anna")]
        purchases = (sl.Purchase("nordvik.route-planner"), sl.Renewal("nordvik", START))
        supposed = licensing.what_if(changes, purchases)
        assert [(one.place, one.reasons[0].code) for one in supposed.refusals] == [
            (0, "no_package"),
            (1, "no_package"),
            (0, "unknown_user"),
        ]
        assert supposed.gate.login("anna", WEB)
        told = supposed.to_dict(language="da")
        assert told["at"] == "2026-11-24T09:00:00Z"
        assert told["refusals"][2]["change"] == "Assign"
        assert told["refusals"][2]["reasons"][0]["text"] == "Brugeren nobody findes ikke."
        assert "text" in supposed.to_dict(words=sl.message)["refusals"][0]["reasons"][0]

    def test_takes_only_changes_and_purchases(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError, match="changes"):
            licensing.what_if(["retire"])  # type: ignore[list-item]  # the test
        with pytest.raises(sl.InvalidValueError, match="purchases"):
            licensing.what_if(purchases=[sl.Retire(user="anna")])  # type: ignore[list-item]  # the test

    def test_respects_the_hosts_veto(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock, seat_veto=lambda *_: "open requests")
        furnish(licensing, "anna", holders={"anna": SALES})
        (refused,) = licensing.what_if([sl.ChangePlan(holder="anna", license=SERVICE)]).refusals
        assert refused.reasons[0].code == "release_vetoed"

    def test_calls_hooks(self, clock: Clock) -> None:
        seen: list[str] = []

        class Seeing:
            def before(self, call: sl.Call) -> None:
                seen.append(call.name)

            def after(self, call: sl.Call, result: object) -> None:
                """Ignore it."""

            def error(self, call: sl.Call, error: BaseException) -> None:
                """Ignore it."""

        licensing = open_licensing(clock=clock, hooks=[Seeing()])
        licensing.what_if()
        licensing.gate.remedies("anna", WEB)
        licensing.gate.who(WEB)
        licensing.gate.abilities("anna")
        licensing.gate.claims("anna")
        assert seen == ["what_if", "gate.remedies", "gate.who", "gate.abilities", "gate.claims"]


class TestAPurchase:
    """It adds to the package in force, and a plan is bought with what it grants."""

    def test_of_a_plan_answers_like_a_larger_package(self, clock: Clock) -> None:
        rows = package(seats=1).licenses
        limited = [evolve(row, unrestricted=False) if row.scope is sl.LicenseScope.USER else row for row in rows]
        licensing = open_licensing(clock=clock)
        licensing.packages.adopt_unsigned(evolve(package(), licenses=limited), by="admin")
        licensing.users.sync([person(name) for name in NAMES])
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.what_if([sl.Assign(license=SALES, holder="bo")]).refusals
        supposed = licensing.what_if([sl.Assign(license=SALES, holder="bo")], [sl.Purchase(SALES, 1)])
        assert supposed.refusals == ()
        assert supposed.gate.login("bo", WEB).allowed
        assert [supposed.seats.usage(name).total for name in (SALES, "user", "web", "t2", "t1")] == [2, 2, 2, 2, 1]

    def test_of_what_the_package_lacks_is_a_new_row(self, licensing: sl.Licensing) -> None:
        supposed = licensing.what_if(
            [sl.Assign(license="ten-marketing", holder="anna")],
            [
                sl.Purchase("ten-marketing", 2),
                sl.Purchase("sale"),
                sl.Purchase("saint-cal", 3),
                sl.Purchase("brand-new-cal"),
            ],
        )
        assert supposed.refusals == ()
        assert supposed.seats.usage("ten-marketing").total == 2
        assert supposed.gate.has_system("sale")
        assert supposed.gate.holds("anna", "ten-marketing")
        (sold, *_) = plans.sold_as("ten-marketing")
        assert all(supposed.gate.holds("anna", grant) for grant in sold.grants)
        assert supposed.seats.usage("saint-cal").total == 3
        assert supposed.seats.usage("brand-new-cal").total == 1

    def test_brings_the_seats_of_those_who_hold_it_through_a_plan(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock)
        rows = [row for row in package().licenses if row.name.module != "web"]
        licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="admin")
        licensing.users.save(person("anna"))
        licensing.seats.assign("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB)
        supposed = licensing.what_if(purchases=[sl.Purchase("web", 4)])
        assert supposed.gate.login("anna", WEB)
        usage = supposed.seats.usage("web")
        assert (usage.in_use, usage.total, usage.holders) == (1, 4, ("anna",))

    def test_is_part_of_a_package_that_is_activated(self, clock: Clock) -> None:
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(seats=2), issue=1, issued_at=START)
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person(name) for name in NAMES])
        for name in NAMES[:2]:
            licensing.seats.assign(name, SALES, by="admin")
        smaller = evolve(package(seats=1), issue=2, issued_at=START)
        change = sl.ActivatePackage(package=smaller)
        (refused,) = licensing.what_if([change]).refusals
        assert refused.reasons[0].code == "seats_exceed_total"
        supposed = licensing.what_if([change], [sl.Purchase(SALES, 1), sl.Renewal("superoffice", STOPS_AT)])
        assert supposed.refusals == ()
        assert supposed.seats.usage(SALES).total == 2
        assert supposed.gate.login("anna", WEB, at=EXPIRES_AT).warnings[0].code == "package_expires"

    def test_is_of_the_owner_that_sells_it(self, licensing: sl.Licensing) -> None:
        licensing.packages.adopt_unsigned(partner_package(module("nordvik.routes", 1)), by="admin")
        bought = [sl.Purchase("Nordvik.routes", 2), sl.Purchase(SALES, 1), sl.Purchase("nordvik.maps", 1)]
        supposed = licensing.what_if(purchases=bought)
        assert supposed.refusals == ()
        assert [supposed.seats.usage(name).total for name in ("nordvik.routes", SALES)] == [3, 4]
        assert supposed.gate.has_system("nordvik.maps")

    def test_is_capped_where_numbers_end(self, licensing: sl.Licensing) -> None:
        supposed = licensing.what_if(purchases=[sl.Purchase(SALES, 10**9), sl.Purchase("windows", 5)])
        assert supposed.seats.usage(SALES).total == 10**9
        assert supposed.seats.usage("windows").total is None

    @pytest.mark.parametrize("quantity", [0, -1, True, Decimal(1)])
    def test_is_of_one_seat_or_more(self, quantity: Any) -> None:  # noqa: ANN401 - the test
        with pytest.raises(sl.InvalidValueError, match="quantity"):
            sl.Purchase(SALES, quantity)


class TestARenewal:
    """It moves the end of a package; warnings and grace keep their distance."""

    def test_moves_all_dates(self, licensing: sl.Licensing) -> None:
        until = EXPIRES_AT + timedelta(days=365)
        supposed = licensing.what_if(purchases=[sl.Renewal("SUPEROFFICE", until)])
        licensing.seats.assign("anna", SALES, by="admin")
        login = licensing.what_if(purchases=[sl.Renewal("superoffice", until)]).gate.login
        assert login("anna", WEB, at=STOPS_AT).warnings == ()
        assert login("anna", WEB).valid_until == until - (EXPIRES_AT - WARNS_AT)
        assert login("anna", WEB, at=until).warnings[0].params["stops_at"] == until + (STOPS_AT - EXPIRES_AT)
        assert not supposed.gate.login("anna", WEB)

    def test_ends_a_package_that_never_did(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock)
        for validity in (sl.Validity(), sl.Validity(warns_at=STOPS_AT)):
            licensing.packages.adopt_unsigned(evolve(package(), validity=validity), by="admin")
            supposed = licensing.what_if(purchases=[sl.Renewal("superoffice", EXPIRES_AT)])
            assert codes(supposed.gate.login("anna", WEB, at=EXPIRES_AT))[0] == "package_stopped"
            assert "package_stopped" not in codes(supposed.gate.login("anna", WEB))

    @pytest.mark.parametrize(("owner", "until"), [("super.office", START), (7, START), ("superoffice", None)])
    def test_is_of_an_owner_and_an_instant(self, owner: Any, until: Any) -> None:  # noqa: ANN401 - the test
        with pytest.raises(sl.InvalidValueError):
            sl.Renewal(owner, until)

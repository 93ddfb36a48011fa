from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import SALES, SERVICE, START, Clock, module, package, partner_package, person, price_list


def reasons_of(error: sl.RefusedError) -> list[tuple[str, str | None]]:
    return [(str(reason.code), reason.params.get("license")) for reason in error.reasons]


class TestAssign:
    def test_the_running_assignment_comes_back(self, licensing: sl.Licensing) -> None:
        assert licensing.seats.assign("anna", SALES, by="admin", comment="new in sales") == sl.Assignment(
            license=sl.LicenseName("superoffice", SALES),
            holder="anna",
            start=START,
            assigned_by="admin",
            comment="new in sales",
        )

    def test_what_is_held_stays_as_it_is(self, licensing: sl.Licensing, clock: Clock) -> None:
        first = licensing.seats.assign("anna", SALES, by="admin")
        before = licensing.revision()
        clock.forward(hours=1)
        assert licensing.seats.assign("anna", "SUPEROFFICE.Ten-Sales", by="somebody") == first
        assert licensing.revision() == before
        assert len(licensing.journal.entries(license=SALES)) == 1

    def test_the_last_seat_is_the_last(self, licensing: sl.Licensing) -> None:
        for name in ("anna", "bo", "cy"):
            licensing.seats.assign(name, SALES, by="admin")
        licensing.users.save(person("dora"))
        before = licensing.revision()
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("dora", SALES, by="admin")
        assert reasons_of(caught.value) == [("no_seat_left", "superoffice.ten-sales")]
        assert licensing.revision() == before
        assert licensing.seats.held_by("dora") == ()

    def test_a_hidden_license_that_is_used_up_refuses_the_plan(self, licensing: sl.Licensing) -> None:
        for name in ("anna", "bo"):
            licensing.seats.assign(name, SERVICE, by="admin")
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("cy", SERVICE, by="admin")
        (reason,) = caught.value.reasons
        assert reason.params["license"] == "superoffice.ej-sim-client"
        assert reason.params["through"] == "superoffice.ten-service"

    def test_every_reason_is_given(self, licensing: sl.Licensing) -> None:
        licensing.seats.retire("bo", by="admin")
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("bo", "visible-for", by="admin")
        assert caught.value.code == "user_retired"
        assert [code for code, _ in reasons_of(caught.value)] == ["user_retired", "prerequisite_missing"]

    def test_a_second_plan_is_refused_with_the_way_out(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("anna", SERVICE, by="admin")
        assert caught.value.code == "one_plan_only"
        assert caught.value.reasons[0].params["hint"] == "change_plan"

    def test_nobody_sells_that(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.UnknownLicenseError) as caught:
            licensing.seats.assign("anna", "nordvik.routes", by="admin")
        assert caught.value.license == "nordvik.routes"

    def test_an_unknown_user_holds_nothing(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("nobody", SALES, by="admin")
        assert caught.value.code == "unknown_user"

    def test_a_site_holds_site_licenses(self, licensing: sl.Licensing) -> None:
        licensing.sites.save(sl.Site(id="aarhus", name="Århus"))
        for site in ("central", "aarhus"):
            assert licensing.seats.assign(site, "reporter-studio", by="admin").holder == site
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("anna", "reporter-studio", by="admin")
        assert caught.value.code == "unknown_site"


class TestRelease:
    def test_a_released_seat_is_free(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.seats.held_by("anna") == ()
        assert licensing.seats.usage(SALES).free == 3

    def test_what_is_not_held_stays_so(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        licensing.seats.release("anna", SALES, by="admin")
        licensing.seats.release("nobody", "nordvik.routes", by="admin")
        assert licensing.revision() == before

    def test_a_dependant_keeps_its_parent(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", "visible-for", by="admin")
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.release("anna", SALES, by="admin")
        assert caught.value.code == "prerequisite_of"
        licensing.seats.release("anna", SALES, by="admin", cascade=True)
        assert licensing.seats.held_by("anna") == ()


class TestChangePlan:
    def test_both_happen_at_once(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", "visible-for", by="admin")
        before = licensing.revision()
        clock.forward(hours=1)
        changed = licensing.seats.change_plan("anna", SERVICE, by="boss")
        assert (changed.license, changed.start, changed.assigned_by) == ("superoffice.ten-service", clock.now, "boss")
        assert [held.license.module for held in licensing.seats.held_by("anna")] == ["visible-for", SERVICE]
        assert licensing.revision().number == before.number + 1

    def test_without_a_plan_it_is_an_assignment(self, licensing: sl.Licensing) -> None:
        assert licensing.seats.change_plan("anna", SALES, by="admin").holder == "anna"

    def test_the_same_plan_again_changes_nothing(self, licensing: sl.Licensing) -> None:
        first = licensing.seats.assign("anna", SALES, by="admin")
        before = licensing.revision()
        assert licensing.seats.change_plan("anna", SALES, by="boss") == first
        assert licensing.revision() == before

    def test_a_refused_change_leaves_the_old_plan(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        with pytest.raises(sl.RefusedError):
            licensing.seats.change_plan("anna", "user", by="admin")
        with pytest.raises(sl.UnknownLicenseError):
            licensing.seats.change_plan("anna", "ten-marketing", by="admin")
        assert licensing.gate.holds("anna", SALES)


class TestRetire:
    def test_every_license_ends(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", "visible-for", by="admin")
        licensing.seats.retire("anna", by="admin")
        assert licensing.seats.held_by("anna") == ()
        anna = licensing.users.find("anna")
        assert anna is not None
        assert anna.retired

    def test_twice_is_once(self, licensing: sl.Licensing) -> None:
        licensing.seats.retire("anna", by="admin")
        before = licensing.revision()
        licensing.seats.retire("anna", by="admin")
        assert licensing.revision() == before

    def test_nobody_has_that_id(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.retire("nobody", by="admin")
        assert caught.value.code == "unknown_user"


class TestUsage:
    def test_people_are_counted_not_rows(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("bo", SERVICE, by="admin")
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", "user", by="admin")
        usage = licensing.seats.usage("user")
        assert (usage.in_use, usage.total, usage.free, usage.holders) == (2, None, None, ("anna", "bo"))

    def test_an_unknown_license_is_an_error_here(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.UnknownLicenseError):
            licensing.seats.usage("nordvik.routes")

    def test_it_is_asked_of_the_past_too(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        then = clock.now
        clock.forward(days=1)
        licensing.seats.assign("bo", SALES, by="admin")
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.seats.usage(SALES, at=then).holders == ("anna",)
        assert licensing.seats.usage(SALES, at=clock.now - timedelta(microseconds=1)).holders == ("anna",)
        assert licensing.seats.usage(SALES, at=clock.now).holders == ("bo",)
        assert licensing.seats.usage(SALES).holders == ("bo",)
        assert [held.holder for held in licensing.seats.held_by("anna", at=then)] == ["anna"]


class TestPlanMoves:
    def test_a_package_may_bring_moves_and_releases(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("bo", SERVICE, by="admin")
        rows = tuple(row for row in price_list() if row.name.module not in {SALES, SERVICE})
        new = package(licenses=(*rows, evolve(price_list()[4], name=sl.LicenseName.parse("ten-all"))))
        with pytest.raises(sl.RefusedError) as caught:
            licensing.packages.adopt_unsigned(new, by="admin")
        assert caught.value.code == "held_license_gone"
        licensing.packages.adopt_unsigned(
            new,
            by="admin",
            plan_moves=(
                sl.PlanMove(
                    holder="anna",
                    old=sl.LicenseName.parse(SALES),
                    new=sl.LicenseName.parse("ten-all"),
                ),
            ),
            releases=(sl.Release(license=sl.LicenseName.parse(SERVICE), holder="bo"),),
        )
        assert [held.license.module for held in licensing.seats.held_by("anna")] == ["ten-all"]
        assert licensing.seats.held_by("bo") == ()


@pytest.mark.parametrize("by", ["", " ", " admin", "admin\n", "a\x00b", "\ud800", "x" * 255, None, 7, b"admin", []])
class TestBy:
    """Whoever writes says who they are, in printable letters."""

    def test_nobody_writes_without_a_name(self, licensing: sl.Licensing, by: Any) -> None:  # noqa: ANN401 - anything
        before = licensing.revision()
        for write in (
            lambda: licensing.seats.assign("anna", SALES, by=by),
            lambda: licensing.seats.release("anna", SALES, by=by),
            lambda: licensing.seats.change_plan("anna", SALES, by=by),
            lambda: licensing.seats.retire("anna", by=by),
            lambda: licensing.users.save(person("anna"), by=by),
            lambda: licensing.users.sync([person("anna")], by=by),
            lambda: licensing.sites.save(sl.Site(id="aarhus", name="Århus"), by=by),
            lambda: licensing.notices.start(sl.EventKind.NO_LOGIN, by=by),
            lambda: licensing.notices.end("no such event", by=by),
            lambda: licensing.packages.adopt_unsigned(package(), by=by),
            lambda: licensing.apply([], by=by),
        ):
            with pytest.raises(sl.InvalidValueError) as caught:
                write()
            assert caught.value.path == "by"
        assert licensing.revision() == before


@pytest.mark.parametrize("bad", ["", " anna", "an\nna", "x" * 255, None, 7, []])
def test_what_is_no_id_is_an_error(licensing: sl.Licensing, bad: Any) -> None:  # noqa: ANN401 - anything
    for write in (
        lambda: licensing.seats.assign(bad, SALES, by="admin"),
        lambda: licensing.seats.release(bad, SALES, by="admin"),
        lambda: licensing.seats.change_plan(bad, SALES, by="admin"),
        lambda: licensing.seats.retire(bad, by="admin"),
        lambda: licensing.notices.end(bad, by="admin"),
    ):
        with pytest.raises(sl.InvalidValueError):
            write()


def test_modules_of_others_are_assigned_by_their_full_name(licensing: sl.Licensing) -> None:
    licensing.packages.adopt_unsigned(partner_package(module("nordvik.routes", 1)), by="admin")
    assert licensing.seats.assign("anna", "Nordvik.Routes", by="admin").license == "nordvik.routes"
    assert licensing.gate.holds("anna", "nordvik.routes")

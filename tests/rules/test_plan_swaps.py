from __future__ import annotations

import pytest

from superlicense.model.change import ActivatePackage, PlanMove, Release
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.user import UserType
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.plan_moves import Proposal, propose
from superlicense.rules.step import Step
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system


def office(*users: str) -> Office:
    """Open an office where everybody holds Standard."""
    return Office(
        activation(
            package(plan("standard", "user", "web"), hidden("user"), hidden("web"), module("extra", prerequisite="web"))
        ),
        *(person(user) for user in users),
        *(assign(user, "standard") for user in users),
    )


def proposed(place: Office, *rows: ModuleLicense, kept: tuple[str, ...] = (), issue: int = 2) -> list[tuple[str, str]]:
    """Propose moves for a new package of *rows*; *kept* may not be moved."""
    moves = proposal_of(place, package(*rows, issue=issue), kept).moves
    return [(move.holder, move.new.module) for move in moves]


def proposal_of(place: Office, written: LicensePackage, kept: tuple[str, ...] = ()) -> Proposal:
    """Propose what would unblock *written*."""
    activated, _ = enact(Step(place.world, place.at, "admin", {}), ActivatePackage(package=written))
    return propose(place.world, activated, written, lambda holder, _: holder not in kept)


USERS = (hidden("user"), hidden("web"))


class TestProposals:
    """As many people move as a plan has too few seats for, and no more."""

    def test_move_everybody_when_a_plan_is_gone(self) -> None:
        place = office("anna", "bo")
        assert proposed(place, plan("premium", "user", "web"), *USERS) == [("anna", "premium"), ("bo", "premium")]

    def test_move_those_who_came_last_when_a_plan_shrinks(self) -> None:
        place = office("anna", "bo", "cy")
        rows = (plan("standard", "user", "web", quantity=1), plan("premium", "user", "web"), *USERS)
        assert proposed(place, *rows) == [("bo", "premium"), ("cy", "premium")]

    def test_move_nobody_when_all_fit(self) -> None:
        assert proposed(office("anna"), plan("standard", "user", "web"), plan("premium", "user"), *USERS) == []

    def test_prefer_the_plan_that_takes_the_least(self) -> None:
        rows = (plan("a-lesser", "user"), plan("full", "user", "web"), *USERS)
        assert proposed(office("anna"), *rows) == [("anna", "full")]

    def test_prefer_the_user_who_loses_the_least(self) -> None:
        place = office("anna", "bo")
        place.do(assign("anna", "extra"))
        rows = (
            plan("standard", "user", "web", quantity=1),
            plan("lesser", "user"),
            *USERS,
            module("extra", prerequisite="web"),
        )
        # Anna's extra needs what the lesser plan lacks.
        assert proposed(place, *rows) == [("bo", "lesser")]

    def test_fill_no_plan_beyond_its_seats_hidden_ones_included(self) -> None:
        place = office("anna", "bo", "cy")
        rows = (plan("premium", "user", "gold"), *USERS, hidden("gold", 2))
        assert len(proposed(place, *rows)) == 2
        rows = (plan("premium", "user", quantity=1), plan("other", "user", quantity=1), *USERS)
        assert sorted(new for _, new in proposed(place, *rows)) == ["other", "premium"]

    def test_ask_somebody_to_take_another_plan_for_one_who_has_no_choice(self) -> None:
        place = office("anna", "bo")
        # Bo comes first and both fit both, but only one plan is open to an external user.
        place.do(person("anna", type=UserType.EXTERNAL))
        rows = (
            plan("a", "user", "web", quantity=1),
            plan("b", "user", "web", quantity=1, allowed_user_types=[UserType.INTERNAL]),
            *USERS,
        )
        assert proposed(place, *rows) == [("anna", "a"), ("bo", "b")]

    def test_leave_somebody_who_finds_no_place_even_so(self) -> None:
        place = office("anna", "bo")
        rows = (plan("a", "user", "web", quantity=1), *USERS)
        assert proposed(place, *rows) == [("bo", "a")]

    def test_honor_user_types_the_host_and_hidden_plans(self) -> None:
        place = office("anna", "bo")
        typed = (plan("premium", "user", allowed_user_types=[UserType.SYSTEM]), *USERS)
        assert proposed(place, *typed) == []
        assert proposed(place, plan("premium", "user"), *USERS, kept=("anna",)) == [("bo", "premium")]

    def test_do_not_touch_what_is_no_plan(self) -> None:
        place = Office(activation(package(module("extra"), site("audience"))), person("anna"), assign("anna", "extra"))
        place.do(assign("central", "audience"))
        assert proposed(place, plan("premium")) == []

    def test_do_not_take_a_seat_from_somebody_for_one_whom_it_would_not_help(self) -> None:
        place = Office(
            activation(package(plan("standard", "user"), hidden("user"), module("gold"))),
            *(person(user) for user in ("anna", "bo")),
            *(assign(user, "standard") for user in ("anna", "bo")),
            assign("bo", "gold"),
        )
        # Only Bo has the one gold license that the premium plan grants.
        rows = (plan("premium", "user", "gold"), hidden("user"), module("gold", 1))
        assert proposed(place, *rows) == [("bo", "premium")]

    def test_move_to_the_seat_of_a_suite(self) -> None:
        place = office("anna", "bo")
        place.do(person("bo", may_log_in=False))
        rows = (system("suite2"), plan("suite-user", "user", "web"), *USERS)
        proposal = proposal_of(place, package(*rows, issue=2))
        # Bo may not log in, and so is given no seat.
        assert proposal.moves == (PlanMove(holder="anna", old="standard", new="suite-user"),)
        assert proposal.releases == (Release(holder="bo", license="standard"),)
        place.do(activation(package(*rows, issue=2), moves=proposal.moves, releases=proposal.releases))
        assert place.holdings() == {"anna": ["suite-user"]}

    def test_move_to_the_seat_of_a_suite_that_keeps_the_plans_for_others(self) -> None:
        place = office("anna", "bo")
        place.do(person("bo", may_log_in=False))
        rows = (system("suite2"), plan("suite-user", "user", "web"), plan("standard", "user"), *USERS)
        assert proposed(place, *rows) == [("anna", "suite-user")]
        assert proposal_of(place, package(*rows, issue=2)).releases == ()

    def test_move_to_a_plan_when_the_suite_ends_and_something_needs_it(self) -> None:
        place = Office(
            activation(package(system("suite2"), plan("suite-user", "user"), hidden("user"), module("extra"))),
            person("anna"),
            assign("anna", "extra"),
        )
        place.do(
            activation(
                package(
                    system("suite2"),
                    plan("suite-user", "user"),
                    hidden("user"),
                    module("extra", prerequisite="user"),
                    issue=2,
                )
            )
        )
        rows = (plan("standard", "user"), hidden("user"), module("extra", prerequisite="user"))
        assert proposed(place, *rows, issue=3) == [("anna", "standard")]

    def test_free_a_hidden_license_alone(self) -> None:
        place = office("anna", "bo")
        rows = (plan("standard", "user", "web"), plan("lesser", "user"), hidden("user"), hidden("web", 1))
        assert proposed(place, *rows) == [("bo", "lesser")]

    def test_choose_the_one_move_that_frees_everything(self) -> None:
        place = office("anna", "bo", "cy")
        rows = (
            plan("standard", "user", "web", quantity=2),
            plan("full", "user", "web"),
            plan("lesser", "user"),
            hidden("user"),
            hidden("web", 2),
        )
        # A move to the full plan would take less away, and leave the web license short.
        assert proposed(place, *rows) == [("cy", "lesser")]

    def test_move_nobody_to_what_a_granted_license_forbids(self) -> None:
        place = office("anna")
        place.do(person("anna", type=UserType.EXTERNAL))
        rows = (
            plan("full", "user", "web"),
            plan("lesser", "user"),
            hidden("user"),
            hidden("web", allowed_user_types=[UserType.INTERNAL]),
        )
        assert proposed(place, *rows) == [("anna", "lesser")]

    def test_merge_what_became_a_plan_with_the_plan_that_is_held(self) -> None:
        place = office("anna")
        place.do(assign("anna", "extra"))
        rows = (plan("standard", "user", "web"), plan("extra"), *USERS)
        assert proposed(place, *rows) == [("anna", "standard")]


@pytest.mark.parametrize("name", ["suite-user"])
def test_the_seat_of_a_suite_is_never_moved_away(name: str) -> None:
    rows = (system("suite2"), plan(name, "user"), hidden("user"))
    place = Office(activation(package(*rows)), person("anna"), person("bo"))
    fewer = (system("suite2"), plan(name, "user", quantity=1), plan("other", "user"), hidden("user"))
    assert proposed(place, *fewer) == []
    assert LicenseName.parse(name) in place.world.held_by("anna")

"""One plan of each owner to a user, whatever kind of change would add another one."""

from __future__ import annotations

import pytest

from superlicense.model.change import Assign, Change, ChangePlan, PlanMove, Release, Retire
from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode, because
from superlicense.model.user import UserType
from superlicense.rules.seats.plans import two_plans
from superlicense.rules.step import Step
from superlicense.rules.world_update import apply_rows
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, system

BASE = (system("server"), hidden("user"), plan("ten-sales", "user"), plan("ten-service", "user"), module("helper"))
SUITE = (*BASE, system("suite2"), plan("suite-user", "user"))
RETYPED = (*BASE[:-1], plan("helper"))
ACME = package(plan("acme.basic"), module("acme.extra"), owner="acme")


@pytest.fixture
def office() -> Office:
    """Anna has Sales and an extra, Bo has nothing."""
    return Office(
        activation(package(*BASE)),
        activation(ACME),
        *(person("anna"), person("bo")),
        *(assign("anna", "ten-sales"), assign("anna", "helper"), assign("anna", "acme.basic")),
    )


def second(name: str, held: str, hint: str = "change_plan") -> object:
    return because(
        ReasonCode.ONE_PLAN_ONLY, license=f"superoffice.{name}", held=f"superoffice.{held}", hint=hint, holder="anna"
    )


class TestNoChangeAddsOne:
    """Each kind of change that could."""

    def test_a_suite_that_comes_in(self, office: Office) -> None:
        assert office.refuses(activation(package(*SUITE, issue=2))) == (second("suite-user", "ten-sales", "release"),)
        move = PlanMove(holder="anna", old="ten-sales", new="suite-user")
        office.do(activation(package(*SUITE, issue=2), moves=[move]))
        assert office.holdings() == {"anna": ["helper", "acme.basic", "suite-user"], "bo": ["suite-user"]}

    def test_a_license_that_becomes_a_plan(self, office: Office) -> None:
        assert office.refuses(activation(package(*RETYPED, issue=2))) == (second("helper", "ten-sales"),)
        release = Release(holder="anna", license="helper")
        office.do(activation(package(*RETYPED, issue=2), releases=[release]))

    def test_of_another_owner(self, office: Office) -> None:
        office.do(assign("anna", "acme.extra"))
        (reason,) = office.refuses(activation(package(plan("acme.basic"), plan("acme.extra"), owner="acme", issue=2)))
        assert (reason.params["license"], reason.params["held"]) == ("acme.extra", "acme.basic")

    def test_a_plan_move(self, office: Office) -> None:
        move = PlanMove(holder="anna", old="helper", new="ten-service")
        assert office.refuses(activation(package(*BASE, issue=2), moves=[move])) == (
            second("ten-service", "ten-sales"),
        )

    def test_somebody_who_gets_a_seat_of_the_suite_by_being_saved(self) -> None:
        office = Office(
            activation(package(*SUITE)), person("anna", type=UserType.EXTERNAL), assign("anna", "ten-sales")
        )
        (reason,) = office.refuses(person("anna"))
        assert reason == because(
            ReasonCode.ONE_PLAN_ONLY, license="superoffice.suite-user", held="superoffice.ten-sales", hint="release"
        )
        office.do(Release(holder="anna", license="ten-sales"), person("anna"))
        assert office.holdings() == {"anna": ["suite-user"]}

    def test_an_assignment(self, office: Office) -> None:
        (reason,) = office.refuses(assign("anna", "ten-service"))
        assert reason.code is ReasonCode.ONE_PLAN_ONLY

    def test_whatever_rule_forgets_to_ask(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("superlicense.rules.seats.assigning.assign_refusals", lambda *_: ())
        (reason,) = office.refuses(assign("anna", "ten-service"))
        assert reason.code is ReasonCode.ONE_PLAN_ONLY

    def test_each_user_is_named_once(self, office: Office) -> None:
        office.do(assign("bo", "ten-sales"), assign("bo", "helper"))
        reasons = office.refuses(activation(package(*RETYPED, issue=2)))
        assert [reason.params["holder"] for reason in reasons] == ["anna", "bo"]

    def test_users_who_hold_the_same_are_each_named(self, office: Office) -> None:
        office.do(assign("bo", "ten-sales"), assign("bo", "helper"), assign("bo", "acme.basic"))
        assert office.world.held_by("bo") == office.world.held_by("anna")
        reasons = office.refuses(activation(package(*RETYPED, issue=2)))
        assert [reason.params["holder"] for reason in reasons] == ["anna", "bo"]

    def test_plans_of_two_owners_are_one_of_each(self, office: Office) -> None:
        assert two_plans(office.world) == {}


class TestTwoOfThem:
    """A user who has two from an older version: they are reported, and nothing is locked."""

    @pytest.fixture
    def old(self, office: Office) -> Office:
        step = Step(office.world, office.at, "an older version", {})
        step.swap("anna", (), (LicenseName.parse("ten-service"),))
        office.world = apply_rows(office.world, step.rows)
        return office

    def test_it_is_reported(self, old: Office) -> None:
        assert two_plans(old.world) == {"superoffice": ("anna",)}

    @pytest.mark.parametrize(
        "change",
        [
            Release(holder="anna", license="ten-sales"),
            Release(holder="anna", license="helper"),
            Assign(holder="bo", license="ten-sales"),
            Assign(holder="anna", license="acme.extra"),
            person("anna", name="Anna Lund"),
            Retire(user="anna"),
            activation(package(*BASE, system("windows"), issue=2)),
            activation(package(*SUITE, issue=2), moves=[PlanMove(holder="anna", old="ten-service", new="suite-user")]),
        ],
        ids=[
            "release one",
            "release another license",
            "assign to others",
            "assign another license",
            "save",
            "retire",
            "activate",
            "move to the Suite",
        ],
    )
    def test_every_change_that_adds_none_is_allowed(self, old: Office, change: Change) -> None:
        assert old.do(change).rows

    @pytest.mark.parametrize("name", ["ten-sales", "ten-service"])
    def test_changing_to_a_plan_that_is_held_changes_nothing(self, old: Office, name: str) -> None:
        applied = old.attempt(ChangePlan(holder="anna", license=name))
        assert (applied.rows, applied.refusals) == ((), ())

    def test_changing_to_another_leaves_that_one(self, old: Office) -> None:
        old.do(activation(package(*BASE, plan("ten-complete", "user"), issue=2)))
        old.do(ChangePlan(holder="anna", license="ten-complete"))
        assert two_plans(old.world) == {}

    @pytest.mark.parametrize("rows", [SUITE, RETYPED], ids=["the Suite", "another row"])
    def test_a_third_is_refused(self, old: Office, rows: tuple[ModuleLicense, ...]) -> None:
        (reason,) = old.refuses(activation(package(*rows, issue=2)))
        assert reason.code is ReasonCode.ONE_PLAN_ONLY


def test_where_a_policy_brings_in_the_suite_the_next_save_is_refused() -> None:
    rows = (*BASE, plan("suite-user", "user"))
    office = Office(activation(package(*rows)), person("anna"), policy=Policy(rule_set=RuleSet.MODULE_BASED))
    office.do(assign("anna", "ten-sales"))
    suite = Office(policy=Policy(rule_set=RuleSet.SUITE))
    suite.world = apply_rows(suite.world, office.rows)
    assert suite.refuses(person("anna", name="Anna Lund"))[0].code is ReasonCode.ONE_PLAN_ONLY

from __future__ import annotations

from typing import Any

import pytest

from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.row import Table
from superlicense.rules.gate.entitlement import effective, entitlement_of, rule_set_of
from superlicense.rules.gate.requirement import LicenseSource
from tests.for_each import for_each
from tests.rules.scene import NOW, Scene, web_scene


@for_each(
    ("sold", "expected"),
    [
        (("system:server",), RuleSet.LEGACY),
        (("user", "plan:superlicense-sales-pro"), RuleSet.LEGACY),
        (("plan:ten-sales",), RuleSet.MODULE_BASED),
        (("plan:ten-sales", "plan:superlicense-no-selection"), RuleSet.MODULE_BASED),
        (("t1",), RuleSet.MODULE_BASED),
        (("t2", "plan:superlicense-complete"), RuleSet.MODULE_BASED),
        *((("plan:ten-sales", "t2", f"system:suite{tier}"), RuleSet.SUITE) for tier in ("", "1", "2", "3", "4", "5")),
        (("t1", "plan:suite-user"), RuleSet.SUITE),
    ],
)
def test_the_rule_set_is_detected_from_the_package(sold: tuple[str, ...], expected: RuleSet) -> None:
    assert rule_set_of(Scene().sells(*sold).world) is expected


def test_the_rule_set_is_the_policys_where_it_says_one() -> None:
    forced = Policy(rule_set=RuleSet.LEGACY)
    assert rule_set_of(Scene(policy=forced).sells("system:suite").world) is RuleSet.LEGACY
    assert rule_set_of(Scene(policy=forced).world) is RuleSet.LEGACY
    assert rule_set_of(Scene().world) is None


def test_a_partners_package_decides_no_rule_set() -> None:
    assert rule_set_of(Scene().sells("system:server").sells("t1", owner="acme").world) is RuleSet.LEGACY


def test_a_plan_gives_all_it_grants_that_is_sold_and_fit_for_a_user() -> None:
    world = (
        Scene()
        .sells("plan:ten-sales=user,web,not-sold,server,ten-other", "user", "web", "system:server", "plan:ten-other")
        .world
    )
    assert effective(world, [LicenseName.parse("ten-sales")]) == {
        "superoffice.ten-sales": (),
        "superoffice.user": ("superoffice.ten-sales",),
        "superoffice.web": ("superoffice.ten-sales",),
    }


def test_a_plan_gives_whatever_was_assigned_before_it() -> None:
    world = Scene().sells("web", "plan:ten-sales=user", "user").gives("anna", "gone", "web", "ten-sales").world
    assert effective(world, world.held_by("anna"))["superoffice.user"] == ("superoffice.ten-sales",)


def test_what_is_held_directly_says_so_though_a_plan_grants_it_too() -> None:
    world = Scene().sells("plan:ten-sales=user", "plan:ten-service=user", "user").world
    held = [LicenseName.parse(name) for name in ("ten-sales", "ten-service")]
    assert effective(world, held)["superoffice.user"] == ("superoffice.ten-sales", "superoffice.ten-service")
    assert effective(world, [*held, LicenseName.parse("user")])["superoffice.user"] == ()


def test_sources_say_scope_package_and_plan() -> None:
    world = web_scene().world
    held = entitlement_of(world, "anna", "central", NOW)
    through = ("superoffice.ten-sales",)
    assert held.find("superoffice.web") == LicenseSource(
        scope=LicenseScope.USER, package="superoffice", through=through
    )
    assert held.find("superoffice.server") == LicenseSource(scope=LicenseScope.SYSTEM, package="superoffice")
    assert held.find("superoffice.nothing") is None


def test_a_site_license_reaches_the_users_of_the_site_that_holds_it() -> None:
    world = Scene().sells("site:audience").gives("oslo", "audience").world
    assert entitlement_of(world, "anna", "oslo", NOW).find("superoffice.audience") is not None
    assert entitlement_of(world, "anna", "central", NOW).find("superoffice.audience") is None


class TestAPackageThatIsNotWhole:
    """It grants nothing then; only the stopped package of SUPEROFFICE still does."""

    @pytest.mark.parametrize("owner", ["superoffice", "acme"])
    @pytest.mark.parametrize("wrong", [{"company": "Vestby A/S"}, {"serial_number": "1010000022"}])
    def test_of_another_installation_grants_nothing(self, owner: str, wrong: dict[str, Any]) -> None:
        world = Scene().sells("system:routes", "routes-cal", owner=owner, **wrong).gives("anna", f"{owner}.routes-cal")
        held = entitlement_of(world.world, "anna", "central", NOW)
        assert [held.find(f"{owner}.{module}") for module in ("routes", "routes-cal")] == [None, None]

    @pytest.mark.parametrize("owner", ["superoffice", "acme"])
    def test_stopped_grants_only_where_it_is_superoffices(self, owner: str) -> None:
        wrong: dict[str, Any] = {"validity": Validity(expires_at=NOW)}
        world = Scene().sells("system:routes", "routes-cal", owner=owner, **wrong).gives("anna", f"{owner}.routes-cal")
        held = entitlement_of(world.world, "anna", "central", NOW)
        for module in ("routes", "routes-cal"):
            assert (held.find(f"{owner}.{module}") is not None) is (owner == "superoffice")

    @pytest.mark.parametrize("owner", ["superoffice", "acme"])
    def test_is_also_one_that_somebody_else_wrote(self, owner: str) -> None:
        world = Scene().sells("system:routes", owner=owner).tampered((Table.PACKAGES, owner)).world
        source = entitlement_of(world, "anna", "central", NOW).find(f"{owner}.routes")
        assert source is None


def test_what_is_held_and_no_longer_sold_stays_listed_and_is_not_granted() -> None:
    world = Scene().sells("user").gives("anna", "gone", "acme.gone").world
    assert effective(world, world.held_by("anna")) == {"superoffice.gone": (), "acme.gone": ()}
    assert entitlement_of(world, "anna", "central", NOW).user_licenses == {}


def test_a_site_license_that_a_plan_grants_or_a_user_holds_reaches_nobody() -> None:
    world = Scene().sells("plan:ten-sales=audience", "site:audience").gives("anna", "ten-sales", "audience").world
    assert entitlement_of(world, "anna", "central", NOW).find("superoffice.audience") is None


def test_what_a_site_has_been_given_is_not_of_a_user_by_the_same_name() -> None:
    world = Scene().sells("web", "site:audience").gives("oslo", "audience", "web").world
    assert entitlement_of(world, "anna", "oslo", NOW).find("superoffice.web") is None
    assert entitlement_of(world, "oslo", "central", NOW).find("superoffice.audience") is None

from __future__ import annotations

import pytest

from superlicense.model.decision import RuleSet
from superlicense.model.fact import Table
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.rules.entitlement import effective, entitlement_of, rule_set_of
from superlicense.rules.grants import has_system, user_grants
from superlicense.rules.requirement import Source
from tests.rules.scene import ANNA, NOW, STOPS_AT, Scene, web_scene


@pytest.mark.parametrize(
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


def test_what_is_held_directly_says_so_though_a_plan_grants_it_too() -> None:
    world = Scene().sells("plan:ten-sales=user", "plan:ten-service=user", "user").world
    held = [LicenseName.parse(name) for name in ("ten-sales", "ten-service")]
    assert effective(world, held)["superoffice.user"] == ("superoffice.ten-sales", "superoffice.ten-service")
    assert effective(world, [*held, LicenseName.parse("user")])["superoffice.user"] == ()


def test_sources_say_scope_package_and_plan() -> None:
    world = web_scene().world
    held = entitlement_of(world, "anna", "central", NOW)
    through = ("superoffice.ten-sales",)
    assert held.find("superoffice.web") == Source(scope=LicenseScope.USER, package="superoffice", through=through)
    assert held.find("superoffice.server") == Source(scope=LicenseScope.SYSTEM, package="superoffice")
    assert held.find("superoffice.nothing") is None


def test_a_site_license_reaches_the_users_of_the_site_that_holds_it() -> None:
    world = Scene().sells("site:audience").gives("oslo", "audience").world
    assert entitlement_of(world, "anna", "oslo", NOW).find("superoffice.audience") is not None
    assert entitlement_of(world, "anna", "central", NOW).find("superoffice.audience") is None


class TestWhatIsGranted:
    """The plain answers, for hosts that gate with them."""

    def test_a_user_license_is_its_holders_and_a_system_license_the_installations(self) -> None:
        world = web_scene().world
        grants = user_grants(world, ANNA, NOW)
        assert {"superoffice.ten-sales", "superoffice.web", "superoffice.quote-cal"} <= grants
        assert "superoffice.server" not in grants
        assert has_system(world, LicenseName.parse("server"), NOW)
        assert not has_system(world, LicenseName.parse("web"), NOW)
        assert not has_system(world, LicenseName.parse("sale"), NOW)

    def test_a_stopped_package_of_superoffice_still_grants(self) -> None:
        world = web_scene().world
        assert "superoffice.web" in user_grants(world, ANNA, STOPS_AT)
        assert has_system(world, LicenseName.parse("server"), STOPS_AT)

    def test_a_stopped_partner_grants_nothing(self) -> None:
        scene = web_scene().sells("system:routes", "routes-cal", owner="acme", validity=Validity(expires_at=NOW))
        world = scene.gives("anna", "acme.routes-cal").world
        before = NOW.replace(year=2025)
        assert "acme.routes-cal" in user_grants(world, ANNA, before)
        assert has_system(world, LicenseName("acme", "routes"), before)
        assert "acme.routes-cal" not in user_grants(world, ANNA, NOW)
        assert not has_system(world, LicenseName("acme", "routes"), NOW)

    @pytest.mark.parametrize("owner", ["superoffice", "acme"])
    def test_a_broken_package_grants_nothing(self, owner: str) -> None:
        scene = web_scene().sells("system:routes", "routes-cal", owner="acme").gives("anna", "acme.routes-cal")
        world = scene.tampered((Table.PACKAGES, owner)).world
        names = {"superoffice": ("superoffice.web", "superoffice.server"), "acme": ("acme.routes-cal", "acme.routes")}
        for other, (held, system) in names.items():
            assert (held in user_grants(world, ANNA, NOW)) is (other != owner)
            assert has_system(world, LicenseName.parse(system), NOW) is (other != owner)

    def test_nobody_unknown_or_tampered_with_is_granted_anything(self) -> None:
        assert user_grants(web_scene().world, None, NOW) == frozenset()
        assert user_grants(web_scene().tampered((Table.USERS, "anna")).world, ANNA, NOW) == frozenset()

    def test_markers_are_system_licenses(self) -> None:
        world = Scene().sells("system:sales-t2").world
        assert world.packages["superoffice"].noun.package.licenses[0].kind is LicenseKind.MODULE
        assert has_system(world, LicenseName.parse("sales-t2"), NOW)

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from superlicense.model.decision import Access, Outcome, Question, ReasonCode, Topic, because
from superlicense.model.fact import Table
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.features import feature, unknown_feature
from tests.rules.scene import ANNA, DATES, EXPIRES_AT, NOW, STOPS_AT, Scene, web_scene

VIEW, EDIT = Access.VIEW, Access.EDIT
CAL_MISSING = because(ReasonCode.LICENSE_MISSING, license="superoffice.quote-cal", scope=LicenseScope.USER)


def asked(world: World, name: str, access: Access = EDIT, user: User | None = ANNA) -> tuple[Outcome, tuple[str, ...]]:
    decision = feature(world, user, LicenseName.parse(name), access, NOW)
    assert decision.asked == Question(topic=Topic.FEATURE, subject=str(LicenseName.parse(name)), access=access)
    return decision.outcome, tuple(reason.code for reason in decision.reasons)


def tenant(*held: str) -> Scene:
    return Scene().sells("system:quote", "quote-cal", "sale-cal").knows(ANNA).gives("anna", *held)


class TestAPairOfLicenses:
    """The system license shows, the user license edits."""

    def test_with_both_she_edits(self) -> None:
        assert asked(tenant("quote-cal").world, "quote") == (Outcome.ALLOWED, ())

    @pytest.mark.parametrize(("access", "granted"), [(VIEW, True), (EDIT, False)])
    def test_with_the_system_license_alone_she_views(self, access: Access, *, granted: bool) -> None:
        decision = feature(tenant().world, ANNA, LicenseName.parse("quote"), access, NOW)
        assert (decision.outcome, decision.reasons) == (Outcome.READ_ONLY, (CAL_MISSING,))
        assert decision.allowed is granted

    def test_with_the_user_license_alone_she_gets_nothing(self) -> None:
        world = tenant("sale-cal").world
        assert asked(world, "sale", VIEW) == (Outcome.DENIED, ("license_missing",))

    def test_with_neither_she_gets_nothing(self) -> None:
        assert asked(Scene().sells("system:server").knows(ANNA).world, "quote") == (
            Outcome.DENIED,
            ("license_missing",),
        )

    def test_through_a_plan_it_is_the_same(self) -> None:
        assert asked(web_scene().world, "quote") == (Outcome.ALLOWED, ())

    def test_has_a_user_license_of_another_name_where_the_catalog_says_so(self) -> None:
        scene = Scene().sells("system:guide-sale", "guide-cal").knows(ANNA)
        assert asked(scene.world, "guide-sale")[0] is Outcome.READ_ONLY
        assert asked(scene.gives("anna", "guide-cal").world, "guide-sale")[0] is Outcome.ALLOWED

    def test_is_one_license_where_the_catalog_knows_no_second(self) -> None:
        assert asked(Scene().sells("system:document").knows(ANNA).world, "document") == (Outcome.ALLOWED, ())

    def test_of_a_site_is_shown_where_the_site_holds_it(self) -> None:
        scene = Scene().sells("site:reporter-studio", "reporter-studio-user").knows(ANNA)
        assert asked(scene.world, "reporter-studio", VIEW)[0] is Outcome.DENIED
        assert asked(scene.gives("central", "reporter-studio").world, "reporter-studio", VIEW)[0] is Outcome.READ_ONLY


class TestWhatIsNoFeature:
    """Unknown is denied, never an error."""

    def test_a_name_that_nobody_sells(self) -> None:
        assert asked(tenant().world, "qoute") == (Outcome.DENIED, ("unknown_feature",))

    def test_a_user_license_even_of_its_holder(self) -> None:
        assert asked(tenant("quote-cal").world, "quote-cal") == (Outcome.DENIED, ("license_missing",))

    def test_a_text_that_is_no_name(self) -> None:
        decision = unknown_feature(tenant().world, "what?", VIEW)
        assert (decision.outcome, decision.reasons) == (
            Outcome.DENIED,
            (because(ReasonCode.UNKNOWN_FEATURE, feature="what?"),),
        )


class TestWhoAsks:
    """Known, not retired, not tampered with; the login is not asked again."""

    def test_an_unknown_user_is_denied(self) -> None:
        assert asked(tenant().world, "quote", user=None) == (Outcome.DENIED, ("unknown_user",))

    def test_a_former_employee_is_denied(self) -> None:
        assert asked(tenant("quote-cal").world, "quote", user=evolve(ANNA, retired=True)) == (
            Outcome.DENIED,
            ("user_retired",),
        )

    def test_somebody_tampered_with_is_denied(self) -> None:
        world = tenant("quote-cal").tampered((Table.USERS, "anna")).world
        assert asked(world, "quote") == (Outcome.DENIED, ("tampered",))

    def test_somebody_without_login_rights_is_answered(self) -> None:
        assert asked(tenant("quote-cal").world, "quote", user=evolve(ANNA, may_log_in=False)) == (Outcome.ALLOWED, ())


class TestThePackage:
    """Its absence, its dates and its state count."""

    def test_without_one_nothing_is_granted(self) -> None:
        assert asked(Scene().knows(ANNA).world, "quote") == (Outcome.DENIED, ("no_package",))

    def test_made_out_to_others_grants_nothing(self) -> None:
        assert asked(web_scene(company="Vestby A/S").world, "quote") == (Outcome.DENIED, ("other_company",))

    def test_in_grace_warns(self) -> None:
        decision = feature(web_scene().world, ANNA, LicenseName.parse("quote"), EDIT, EXPIRES_AT)
        assert decision.outcome is Outcome.ALLOWED
        assert [warning.code for warning in decision.warnings] == [ReasonCode.PACKAGE_IN_GRACE]

    @pytest.mark.parametrize(
        ("policy", "outcome"), [(Outcome.READ_ONLY, Outcome.READ_ONLY), (Outcome.DENIED, Outcome.DENIED)]
    )
    def test_stopped_makes_everything_read_only_or_what_the_policy_says(
        self, policy: Outcome, outcome: Outcome
    ) -> None:
        world = web_scene(policy=Policy(after_grace=policy)).world
        decision = feature(world, ANNA, LicenseName.parse("quote"), EDIT, STOPS_AT)
        assert (decision.outcome, [reason.code for reason in decision.reasons]) == (
            outcome,
            [ReasonCode.PACKAGE_STOPPED],
        )
        assert not decision.allowed

    def test_stopped_serves_nobody_who_is_no_employee(self) -> None:
        robot = evolve(ANNA, type=UserType.SYSTEM)
        assert feature(web_scene().world, robot, LicenseName.parse("quote"), VIEW, STOPS_AT).outcome is Outcome.DENIED


class TestAPartnersFeature:
    """It hangs on the partner's package, and on SUPEROFFICE's."""

    def scene(self, **fields: Any) -> Scene:  # noqa: ANN401 - fields of the package
        return web_scene().sells("system:routes", "routes-cal", owner="acme", **fields).gives("anna", "acme.routes-cal")

    def test_is_a_pair_like_any_other(self) -> None:
        assert asked(self.scene().world, "acme.routes") == (Outcome.ALLOWED, ())

    def test_goes_with_a_stopped_partner_while_the_rest_stays(self) -> None:
        world = self.scene(validity=Validity(expires_at=NOW)).world
        assert asked(world, "acme.routes") == (Outcome.DENIED, ("package_stopped",))
        assert asked(world, "quote") == (Outcome.ALLOWED, ())

    def test_goes_with_a_broken_partner(self) -> None:
        assert asked(self.scene(company="Vestby A/S").world, "acme.routes") == (Outcome.DENIED, ("other_company",))

    def test_of_a_partner_who_is_not_there(self) -> None:
        assert asked(web_scene().world, "acme.routes") == (Outcome.DENIED, ("no_package",))

    def test_that_the_partner_does_not_sell_is_missing_not_unknown(self) -> None:
        assert asked(self.scene().world, "acme.ferries") == (Outcome.DENIED, ("license_missing",))

    def test_is_read_only_when_superoffice_is_stopped(self) -> None:
        decision = feature(self.scene().world, ANNA, LicenseName.parse("acme.routes"), EDIT, STOPS_AT)
        assert decision.outcome is Outcome.READ_ONLY

    def test_needs_superoffices_package(self) -> None:
        scene = Scene().sells("system:routes", owner="acme", validity=DATES).knows(ANNA)
        assert asked(scene.world, "acme.routes", VIEW) == (Outcome.DENIED, ("no_package",))

"""Plans: what is sold, and what is known of what it grants."""

from collections import Counter
from itertools import product

import pytest

from superlicense.catalog import module_table, modules, plans
from superlicense.catalog.plans import CatalogPlan, Solution, Tier, Versions
from superlicense.catalog.rows import Source
from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense


def plan(title: str) -> CatalogPlan:
    found = plans.find(title)
    assert found is not None
    return found


def test_every_plan_has_a_title_of_its_own() -> None:
    assert len({one.title for one in plans.PLANS}) == len(plans.PLANS) == 7 + 26 + 1
    assert len(set(plans.PLANS)) == len(plans.PLANS)


def test_every_plan_is_sold_as_a_plan_and_every_plan_license_is_sold() -> None:
    sold = {name for name, row in module_table.ALL.items() if row.kind is LicenseKind.PLAN}
    assert {one.name for one in plans.PLANS} == sold


def test_every_grant_is_a_user_license_of_the_table_and_granted_once() -> None:
    for one in plans.PLANS:
        assert len(set(one.grants)) == len(one.grants)
        for name in one.grants:
            row = module_table.ALL[name]
            assert (row.scope, row.kind) == (LicenseScope.USER, LicenseKind.MODULE)


def test_every_plan_makes_a_license() -> None:
    for one in plans.PLANS:
        drafted = ModuleLicense(name=one.name, scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants=one.grants)
        assert drafted.grants == one.grants


def test_every_plan_but_the_parking_place_grants_the_login() -> None:
    for one in plans.PLANS:
        granted = {modules.USER, modules.WEB} & set(one.grants)
        assert granted == (set() if one.title == "(No Selection)" else {modules.USER, modules.WEB})


def test_confidential_activities_are_a_tick_of_their_own() -> None:
    assert not [one for one in plans.PLANS if modules.VISIBLE_FOR in one.grants]


def test_only_published_sets_are_not_provisional() -> None:
    assert [one.title for one in plans.PLANS if not one.provisional] == [
        "(No Selection)",
        "Sales Premium",
        "Sales Premium + Service Premium + Marketing Premium",
    ]


def test_a_derived_set_is_provisional() -> None:
    derived = [one for one in plans.PLANS if Source.DERIVED in one.sources]
    assert len(derived) == 26 - 2 + 1
    assert all(one.provisional for one in derived)


class TestVersions8And9:
    """One tier, a plan per role."""

    def test_the_standard_user_does_not_sell(self) -> None:
        assert not {modules.SALE_CAL, modules.QUOTE_CAL} & set(plan("Standard CRM User").grants)

    @pytest.mark.parametrize(
        ("title", "beyond_standard"),
        [
            ("Sales User", {modules.SALE_CAL, modules.QUOTE_CAL, modules.SELECTION_COMBINED_CAL}),
            ("Marketing User", {modules.SELECTION_COMBINED_CAL, modules.EJ_MOD_SPM_CAL}),
            ("Service User", {modules.EJ_CLIENT}),
        ],
    )
    def test_a_role_adds_to_the_standard_user(self, title: str, beyond_standard: set[LicenseName]) -> None:
        standard = set(plan("Standard CRM User").grants)
        assert set(plan(title).grants) == standard | beyond_standard

    def test_the_complete_user_is_the_union_of_the_roles(self) -> None:
        roles = ("Standard CRM User", "Sales User", "Marketing User", "Service User")
        assert set(plan("Complete CRM User").grants) == {name for role in roles for name in plan(role).grants}

    def test_the_parking_place_grants_nothing(self) -> None:
        assert plan("(No Selection)").grants == ()

    def test_no_plan_grants_a_tier(self) -> None:
        old = [one for one in plans.PLANS if one.versions is Versions.V8_9]
        assert len(old) == 7
        assert not [one for one in old if {modules.T1, modules.T2} & set(one.grants) or one.tiers]


class TestVersions10And11:
    """Three solutions at two tiers: every mix of them."""

    def test_there_are_26_mixes_every_one_that_is_not_empty(self) -> None:
        choices = product((None, Tier.ESSENTIALS, Tier.PREMIUM), repeat=3)
        every = {
            tuple((solution, tier) for solution, tier in zip(Solution, choice, strict=True) if tier)
            for choice in choices
        } - {()}
        assert {one.tiers for one in plans.MIXES} == every
        assert len(plans.MIXES) == len(every) == 26

    def test_a_title_reads_as_its_tiers(self) -> None:
        for one in plans.MIXES:
            assert one.title == " + ".join(f"{solution.title()} {tier.title()}" for solution, tier in one.tiers)

    def test_the_mixes_share_seven_codes(self) -> None:
        assert Counter(one.name.module for one in plans.MIXES) == {
            "ten-sales": 2,
            "ten-service": 2,
            "ten-marketing": 2,
            "ten-salesservice": 4,
            "ten-salesmarketing": 4,
            "ten-servicemarketing": 4,
            "ten-salesservicemarketing": 8,
        }

    def test_the_code_of_a_mix_says_its_solutions(self) -> None:
        for one in plans.MIXES:
            assert plans.solutions_of(one.name) == tuple(solution for solution, _ in one.tiers)

    def test_the_tiers_of_a_mix_are_granted(self) -> None:
        tier_licenses = {Tier.ESSENTIALS: modules.T1, Tier.PREMIUM: modules.T2}
        for one in plans.MIXES:
            granted = {modules.T1, modules.T2} & set(one.grants)
            assert granted == {tier_licenses[tier] for _, tier in one.tiers}

    def test_sales_premium_was_published_with_18_licenses(self) -> None:
        assert len(plan("Sales Premium").grants) == 18
        assert {modules.T2, modules.QUOTE_CAL, modules.TARGET_CAL} <= set(plan("Sales Premium").grants)

    def test_all_premium_was_published_with_22_licenses(self) -> None:
        everything = plan("Sales Premium + Service Premium + Marketing Premium")
        assert len(everything.grants) == 22
        assert set(everything.grants) - set(plan("Sales Premium").grants) == {
            modules.MAIL_MERGE_CAL,
            modules.EJ_CLIENT,
            modules.EJ_MOD_SPM_CAL,
            modules.MKTG_AUTO_CAL,
        }

    def test_the_published_set_of_all_three_is_the_union_of_what_is_known_of_each(self) -> None:
        parts = ("Sales Premium", "Service Premium", "Marketing Premium")
        everything = plan("Sales Premium + Service Premium + Marketing Premium")
        assert set(everything.grants) == {name for part in parts for name in plan(part).grants}

    def test_sales_essentials_has_no_extras(self) -> None:
        extras = {
            modules.PROJECT_CAL,
            modules.DASH_CAL,
            modules.SELECTION_COMBINED_CAL,
            modules.QUOTE_CAL,
            modules.TARGET_CAL,
            modules.GUIDE_CAL,
            modules.STAKEHOLDER_CAL,
            modules.SAINT_CAL,
        }
        assert not extras & set(plan("Sales Essentials").grants)

    def test_quantities_of_hidden_licenses_sum_over_the_plans_as_on_real_screens(self) -> None:
        quantities = {
            "Sales Premium": 21,
            "Service Premium": 15,
            "Sales Premium + Service Premium + Marketing Premium": 20,
            "Marketing Premium": 7,
        }
        sums = Counter[LicenseName]()
        for title, quantity in quantities.items():
            sums.update(dict.fromkeys(plan(title).grants, quantity))

        assert {name.module for name, total in sums.items() if total == 63} == {
            "user",
            "web",
            "t2",
            "saint-cal",
            "project-cal",
            "guide-cal",
            "dash-cal",
            "selection-combined-cal",
        }
        for name in (modules.SALE_CAL, modules.QUOTE_CAL, modules.TARGET_CAL, modules.STAKEHOLDER_CAL):
            assert sums[name] == 21 + 20
        assert sums[modules.EJ_CLIENT] == 15 + 20


def test_a_code_lists_its_plans() -> None:
    assert [one.title for one in plans.sold_as("ten-salesservice")] == [
        "Sales Essentials + Service Essentials",
        "Sales Essentials + Service Premium",
        "Sales Premium + Service Essentials",
        "Sales Premium + Service Premium",
    ]
    assert plans.sold_as("web") == ()


def test_a_title_nobody_sells_is_not_found() -> None:
    assert plans.find("Sales Deluxe") is None


def test_what_is_no_license_name_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        plans.sold_as("what?")

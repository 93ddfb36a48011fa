"""Tiers: what a package's row says of the solutions of a plan."""

import pytest

from superlicense.catalog import modules
from superlicense.catalog.plans import MIXES, CatalogPlan
from superlicense.catalog.tiers import Solution, Tier, TierReason, code_of, solutions_of, tiers_of
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from tests.for_each import for_each


def read(module: str, *grants: LicenseName) -> list[tuple[Solution, Tier, TierReason, tuple[LicenseName, ...]]]:
    row = ModuleLicense(name=module, scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants=grants)
    return [(one.solution, one.tier, one.reason, one.proof) for one in tiers_of(row)]


@for_each(
    ("name", "solutions"),
    [
        ("ten-sales", (Solution.SALES,)),
        ("TEN-SalesService", (Solution.SALES, Solution.SERVICE)),
        ("ten-servicemarketing", (Solution.SERVICE, Solution.MARKETING)),
        ("superlicense-marketing-pro", (Solution.MARKETING,)),
        ("superlicense-complete", tuple(Solution)),
        ("superlicense-contact-manager", ()),
        ("superlicense-no-selection", ()),
        ("suite-user", ()),
        ("quote-cal", ()),
        ("nordvik.ten-sales", ()),
    ],
)
def test_the_code_says_the_solutions(name: str, solutions: tuple[Solution, ...]) -> None:
    assert solutions_of(name) == solutions


def test_with_only_t1_everything_is_essentials() -> None:
    proof = (TierReason.ONLY_T1, (modules.T1,))
    assert read("ten-salesservice", modules.USER, modules.T1) == [
        (Solution.SALES, Tier.ESSENTIALS, *proof),
        (Solution.SERVICE, Tier.ESSENTIALS, *proof),
    ]


def test_with_only_t2_everything_is_premium() -> None:
    proof = (TierReason.ONLY_T2, (modules.T2,))
    assert read("ten-salesmarketing", modules.T2) == [
        (Solution.SALES, Tier.PREMIUM, *proof),
        (Solution.MARKETING, Tier.PREMIUM, *proof),
    ]


def test_with_neither_every_tier_is_unknown() -> None:
    assert read("superlicense-sales-pro", modules.USER, modules.QUOTE_CAL) == [
        (Solution.SALES, Tier.UNKNOWN, TierReason.NO_TIER_GRANTED, ()),
    ]


def test_with_both_an_unambiguous_grant_shows_premium_and_the_last_one_left_is_essentials() -> None:
    both = (modules.T1, modules.T2)
    assert read("ten-salesservice", *both, modules.STAKEHOLDER_CAL, modules.QUOTE_CAL) == [
        (Solution.SALES, Tier.PREMIUM, TierReason.PREMIUM_GRANT, (modules.QUOTE_CAL, modules.STAKEHOLDER_CAL)),
        (Solution.SERVICE, Tier.ESSENTIALS, TierReason.ONLY_ONE_LEFT, (modules.T1,)),
    ]
    assert read("ten-salesmarketing", *both, modules.MKTG_AUTO_CAL) == [
        (Solution.SALES, Tier.ESSENTIALS, TierReason.ONLY_ONE_LEFT, (modules.T1,)),
        (Solution.MARKETING, Tier.PREMIUM, TierReason.PREMIUM_GRANT, (modules.MKTG_AUTO_CAL,)),
    ]


def test_with_both_and_two_left_these_are_unknown() -> None:
    unknown = (Tier.UNKNOWN, TierReason.AMBIGUOUS_GRANTS, ())
    assert read("ten-salesservicemarketing", modules.T1, modules.T2, modules.TARGET_CAL) == [
        (Solution.SALES, Tier.PREMIUM, TierReason.PREMIUM_GRANT, (modules.TARGET_CAL,)),
        (Solution.SERVICE, *unknown),
        (Solution.MARKETING, *unknown),
    ]


@pytest.mark.parametrize("shared", [modules.SALE_CAL, modules.EJ_CLIENT, modules.SAINT_CAL, modules.MKTG_AUTO_CAL])
def test_a_grant_of_several_tiers_or_of_another_solution_proves_nothing(shared: LicenseName) -> None:
    unknown = (Tier.UNKNOWN, TierReason.AMBIGUOUS_GRANTS, ())
    assert read("ten-salesservice", modules.T1, modules.T2, shared) == [
        (Solution.SALES, *unknown),
        (Solution.SERVICE, *unknown),
    ]


def test_a_single_solution_of_both_tiers_is_unknown() -> None:
    assert read("ten-sales", modules.T1, modules.T2) == [
        (Solution.SALES, Tier.UNKNOWN, TierReason.AMBIGUOUS_GRANTS, ()),
    ]


def test_a_plan_without_solutions_has_no_tiers() -> None:
    assert read("suite-user", modules.T1, modules.T2) == []


@for_each("mix", MIXES, ids=lambda mix: mix.title)
def test_what_is_read_from_a_mix_is_right_or_unknown(mix: CatalogPlan) -> None:
    sold = dict(mix.tiers)
    one_tier = len(set(sold.values())) == 1
    for solution, tier, _, _ in read(mix.name.module, *mix.grants):
        assert tier is sold[solution] or (tier is Tier.UNKNOWN and not one_tier)


def test_the_plan_of_several_solutions_is_named_in_their_order() -> None:
    assert code_of([Solution.MARKETING, Solution.SERVICE, Solution.SALES]) == modules.TEN_SALESSERVICEMARKETING

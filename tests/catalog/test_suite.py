"""The Suite: five plans in order, and the way to them."""

from itertools import pairwise

import pytest

from superlicense.catalog import module_table, modules, suite
from superlicense.catalog.suite import CORE, GROWTH, PLUS, STARTER, SUPER, SuitePlan
from superlicense.catalog.tiers import PlanTier, Solution, Tier, TierReason
from superlicense.errors import InvalidValueError
from tests.for_each import for_each

# Why a tier is what it is does not matter to where it leads.
ANY_REASON = TierReason.ONLY_T2


def user_plan(solution: Solution, tier: Tier) -> PlanTier:
    return PlanTier(solution=solution, tier=tier, reason=ANY_REASON)


SALES_ESSENTIALS = user_plan(Solution.SALES, Tier.ESSENTIALS)
SALES_PREMIUM = user_plan(Solution.SALES, Tier.PREMIUM)
SALES_UNKNOWN = user_plan(Solution.SALES, Tier.UNKNOWN)
SERVICE_ESSENTIALS = user_plan(Solution.SERVICE, Tier.ESSENTIALS)
SERVICE_PREMIUM = user_plan(Solution.SERVICE, Tier.PREMIUM)
SERVICE_UNKNOWN = user_plan(Solution.SERVICE, Tier.UNKNOWN)
MARKETING_ESSENTIALS = user_plan(Solution.MARKETING, Tier.ESSENTIALS)
MARKETING_PREMIUM = user_plan(Solution.MARKETING, Tier.PREMIUM)
MARKETING_UNKNOWN = user_plan(Solution.MARKETING, Tier.UNKNOWN)


def test_there_are_five_plans_from_starter_to_super() -> None:
    assert [(one.rank, one.code.module, one.name) for one in suite.PLANS] == [
        (1, "suite1", "Starter"),
        (2, "suite2", "Core"),
        (3, "suite3", "Growth"),
        (4, "suite4", "Plus"),
        (5, "suite5", "Super"),
    ]


def test_the_module_table_has_a_row_for_each_plan() -> None:
    for one in suite.PLANS:
        assert module_table.ALL[one.code].title == f"CRM Suite {one.name}"


def test_plans_are_cumulative() -> None:
    for lower, higher in pairwise(suite.PLANS):
        assert lower < higher
        assert higher.includes(lower)
        assert higher.includes(higher)
        assert not lower.includes(higher)


@pytest.mark.parametrize(
    ("licenses", "plan"),
    [
        ([], None),
        (["server", "ten-sales"], None),
        (["suite", "suite-user"], None),
        (["server", "suite", "suite2", "suite-user"], CORE),
        ([modules.SUITE5], SUPER),
        (["SUPEROFFICE.Suite1"], STARTER),
        (["suite4", "suite2"], PLUS),
        (["nordvik.suite3"], None),
    ],
)
def test_an_installation_has_the_highest_plan_that_its_package_names(
    licenses: list[str], plan: SuitePlan | None
) -> None:
    assert suite.plan_of(licenses) == plan


def test_what_is_no_license_name_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        suite.plan_of(["what?"])


@for_each(
    ("tiers", "plan"),
    [
        ([SALES_ESSENTIALS], CORE),
        ([SERVICE_ESSENTIALS], CORE),
        ([MARKETING_ESSENTIALS], GROWTH),
        ([SALES_PREMIUM], GROWTH),
        ([SERVICE_PREMIUM], GROWTH),
        ([MARKETING_PREMIUM], PLUS),
        # the highest wins
        ([SALES_ESSENTIALS, SERVICE_ESSENTIALS], CORE),
        ([SALES_ESSENTIALS, SERVICE_PREMIUM], GROWTH),
        ([MARKETING_PREMIUM, SALES_ESSENTIALS], PLUS),
        ([SALES_PREMIUM, SERVICE_PREMIUM, MARKETING_PREMIUM], PLUS),
        # nothing to start from
        ([], None),
        # an unknown tier that matters
        ([SALES_UNKNOWN], None),
        ([SALES_PREMIUM, MARKETING_UNKNOWN], None),
        ([SALES_ESSENTIALS, SERVICE_UNKNOWN], None),
        # an unknown tier that does not
        ([SALES_PREMIUM, SERVICE_UNKNOWN], GROWTH),
        ([SALES_UNKNOWN, MARKETING_ESSENTIALS], GROWTH),
        ([SALES_UNKNOWN, SERVICE_UNKNOWN, MARKETING_PREMIUM], PLUS),
    ],
)
def test_plans_per_user_lead_to_a_plan_of_the_suite(tiers: list[PlanTier], plan: SuitePlan | None) -> None:
    assert suite.migrates_to(tiers) == plan


def test_every_plan_per_user_leads_somewhere() -> None:
    assert set(suite.MIGRATION) == {
        (solution, tier) for solution in Solution for tier in (Tier.ESSENTIALS, Tier.PREMIUM)
    }

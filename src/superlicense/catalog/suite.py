"""The CRM Suite of version 12: five plans for a whole installation.

Rule 1: plans are cumulative; each includes everything that lower plans include.

Rule 2: an installation has the highest plan in its package.

Rule 3: a plan limits the number of some things; 0 means not in the plan, `None`
unlimited. Such a limit blocks (`superlicense.rules.limits`).

Rule 4: plans per user are migrated to the highest Suite plan that any of them
maps to.

Source: domain 5, "12 Suite"; the limits domain 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import field, frozen

from superlicense.catalog import modules
from superlicense.catalog.tiers import PlanTier, Solution, Tier
from superlicense.model.license import LicenseName
from superlicense.model.limit import Limit

__all__ = [
    "CORE",
    "GROWTH",
    "LIMITS",
    "MIGRATION",
    "PLANS",
    "PLUS",
    "STARTER",
    "SUPER",
    "SuitePlan",
    "migrates_to",
    "plan_of",
]


@frozen(kw_only=True, order=True)
class SuitePlan:
    """One plan of the Suite; plans are ordered by rank.

    >>> CORE < GROWTH
    True

    Attributes:
        rank: Its rank, 1 for the lowest.
        code: The system license that identifies it in a package.
        name: Display name.
    """

    rank: int
    code: LicenseName = field(order=False)
    name: str = field(order=False)

    def includes(self, other: SuitePlan) -> bool:
        """Return whether this plan includes everything that *other* includes.

        >>> GROWTH.includes(CORE), GROWTH.includes(GROWTH), GROWTH.includes(PLUS)
        (True, True, False)
        """
        return self >= other


STARTER = SuitePlan(rank=1, code=modules.SUITE1, name="Starter")
CORE = SuitePlan(rank=2, code=modules.SUITE2, name="Core")
GROWTH = SuitePlan(rank=3, code=modules.SUITE3, name="Growth")
PLUS = SuitePlan(rank=4, code=modules.SUITE4, name="Plus")
SUPER = SuitePlan(rank=5, code=modules.SUITE5, name="Super")

PLANS = (STARTER, CORE, GROWTH, PLUS, SUPER)
"""All plans, lowest first."""

LIMITS: Mapping[Limit, Mapping[SuitePlan, int | None]] = MappingProxyType(
    {
        Limit.DASHBOARDS: MappingProxyType({STARTER: 3, CORE: None, GROWTH: None, PLUS: None, SUPER: None}),
        Limit.ACTIVE_PROJECTS: MappingProxyType({STARTER: 0, CORE: 100, GROWTH: None, PLUS: None, SUPER: None}),
        Limit.CUSTOM_OBJECTS: MappingProxyType({STARTER: 0, CORE: 0, GROWTH: 15, PLUS: None, SUPER: None}),
        Limit.ACTIVE_FLOWS: MappingProxyType({STARTER: 0, CORE: 0, GROWTH: 0, PLUS: 10, SUPER: None}),
    }
)
"""The maximum of each plan by limit; 0 means not in the plan, `None` unlimited. Source: domain 12, table."""

MIGRATION: Mapping[tuple[Solution, Tier], SuitePlan] = MappingProxyType(
    {
        (Solution.SALES, Tier.ESSENTIALS): CORE,
        (Solution.SERVICE, Tier.ESSENTIALS): CORE,
        (Solution.MARKETING, Tier.ESSENTIALS): GROWTH,
        (Solution.SALES, Tier.PREMIUM): GROWTH,
        (Solution.SERVICE, Tier.PREMIUM): GROWTH,
        (Solution.MARKETING, Tier.PREMIUM): PLUS,
    }
)
"""The Suite plan that each plan per user maps to. Source: domain 5; dates are agreed with each customer."""


def plan_of(licenses: Iterable[LicenseName | str]) -> SuitePlan | None:
    """Return the plan of an installation.

    >>> plan_of(["server", "suite", "suite2", "suite-user"]).name
    'Core'

    Args:
        licenses: Names of the licenses in its package.

    Returns:
        The highest plan among them, or `None`; the marker ``suite`` and the seat
        ``suite-user`` do not identify a plan.

    Raises:
        InvalidValueError: one of *licenses* is not a license name.
    """
    names = {LicenseName.parse(name) for name in licenses}
    return max((plan for plan in PLANS if plan.code in names), default=None)


def migrates_to(tiers: Iterable[PlanTier]) -> SuitePlan | None:
    """Return the Suite plan that plans per user map to; the highest wins.

    >>> from superlicense.catalog.tiers import TierReason
    >>> sales = PlanTier(solution=Solution.SALES, tier=Tier.PREMIUM, reason=TierReason.ONLY_T2)
    >>> migrates_to([sales]).name
    'Growth'

    Args:
        tiers: The results of `superlicense.catalog.tiers.tiers_of` for all plans
            of the package.

    Returns:
        The Suite plan, or `None` if *tiers* is empty, or if an unknown tier would
        make a difference.
    """
    found = tuple(tiers)
    lowest, highest = (
        max((MIGRATION[one.solution, _assume(one, tier)] for one in found), default=None)
        for tier in (Tier.ESSENTIALS, Tier.PREMIUM)
    )
    return lowest if lowest is highest else None


def _assume(found: PlanTier, tier: Tier) -> Tier:
    return tier if found.tier is Tier.UNKNOWN else found.tier

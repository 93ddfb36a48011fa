"""The CRM Suite of version 12: five plans for a whole installation.

Rule 1: plans are cumulative; each opens all that the ones below it open.

Rule 2: an installation has the highest plan that its package names.

Rule 3: a plan has room for so many of some things; 0 is not in the plan, `None`
is unlimited. Such a limit blocks (`superlicense.rules.limits`).

Rule 4: whoever comes from plans per user gets the Suite plan that the highest
of those plans leads to.

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
    """One plan of the Suite; plans compare by rank.

    >>> CORE < GROWTH
    True

    Attributes:
        rank: Its place, 1 for the smallest.
        code: The system license that names it in a package.
        name: What people call it.
    """

    rank: int
    code: LicenseName = field(order=False)
    name: str = field(order=False)

    def includes(self, other: SuitePlan) -> bool:
        """Tell whether this plan opens all that *other* opens.

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
"""All plans, smallest first."""

LIMITS: Mapping[Limit, Mapping[SuitePlan, int | None]] = MappingProxyType(
    {
        Limit.DASHBOARDS: MappingProxyType({STARTER: 3, CORE: None, GROWTH: None, PLUS: None, SUPER: None}),
        Limit.ACTIVE_PROJECTS: MappingProxyType({STARTER: 0, CORE: 100, GROWTH: None, PLUS: None, SUPER: None}),
        Limit.CUSTOM_OBJECTS: MappingProxyType({STARTER: 0, CORE: 0, GROWTH: 15, PLUS: None, SUPER: None}),
        Limit.ACTIVE_FLOWS: MappingProxyType({STARTER: 0, CORE: 0, GROWTH: 0, PLUS: 10, SUPER: None}),
    }
)
"""How many of each a plan has room for; 0: not in the plan, `None`: unlimited. Source: domain 12, table."""

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
"""Where each plan per user leads. Source: domain 5; dates are agreed with each customer."""


def plan_of(licenses: Iterable[LicenseName | str]) -> SuitePlan | None:
    """Find the plan that an installation has.

    >>> plan_of(["server", "suite", "suite2", "suite-user"]).name
    'Core'

    Args:
        licenses: Names of the licenses in its package.

    Returns:
        The highest plan among them, or `None`: the marker ``suite`` and the seat
        ``suite-user`` do not say which.

    Raises:
        InvalidValueError: one of *licenses* is no license name.
    """
    names = {LicenseName.parse(name) for name in licenses}
    return max((plan for plan in PLANS if plan.code in names), default=None)


def migrates_to(tiers: Iterable[PlanTier]) -> SuitePlan | None:
    """Find the Suite plan that plans per user lead to; the highest wins.

    >>> from superlicense.catalog.tiers import TierReason
    >>> sales = PlanTier(solution=Solution.SALES, tier=Tier.PREMIUM, reason=TierReason.ONLY_T2)
    >>> migrates_to([sales]).name
    'Growth'

    Args:
        tiers: What `superlicense.catalog.tiers.tiers_of` tells of every plan of
            the package, together.

    Returns:
        The Suite plan, or `None` where there is nothing to start from, or where
        a tier is unknown and it matters which one it is.
    """
    found = tuple(tiers)
    lowest, highest = (
        max((MIGRATION[one.solution, _taken_as(one, tier)] for one in found), default=None)
        for tier in (Tier.ESSENTIALS, Tier.PREMIUM)
    )
    return lowest if lowest is highest else None


def _taken_as(one: PlanTier, guess: Tier) -> Tier:
    return guess if one.tier is Tier.UNKNOWN else one.tier

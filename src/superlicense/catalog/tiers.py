"""Tiers: the solutions of a plan of versions 10-11, and the tier of each.

Rule 1: the code of a plan names its solutions (``ten-salesservice``), never its
tiers. One code is sold at both tiers, and a combination has a tier per solution.

Rule 2: the grants of a plan determine the tier. With only ``t1`` every solution
is Essentials, with only ``t2`` every solution is Premium.

Rule 3: with both, a solution is Premium if the plan grants a license that only
Premium of this solution grants; a single remaining solution is then Essentials,
because ``t1`` must belong to one of them.

Rule 4: every other tier is `Tier.UNKNOWN`, with a reason. A missing license
proves nothing, because price lists move licenses between plans.

Source: domain 5, "10-11"; Rule 3 is our choice, see ADR 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen

from superlicense.catalog import modules
from superlicense.model.license import LicenseName, ModuleLicense

__all__ = ["PREMIUM_GRANTS", "PlanTier", "Solution", "Tier", "TierReason", "code_of", "solutions_of", "tiers_of"]


class Solution(StrEnum):
    """A solution of a plan, in the order used by codes and titles."""

    SALES = "sales"
    SERVICE = "service"
    MARKETING = "marketing"


class Tier(StrEnum):
    """The tier of a solution."""

    ESSENTIALS = "essentials"  # grants the hidden license t1
    PREMIUM = "premium"  # grants the hidden license t2
    UNKNOWN = "unknown"  # cannot be determined from the grants


class TierReason(StrEnum):
    """Why a solution has its tier."""

    ONLY_T1 = "only_t1"  # the plan grants t1 and not t2
    ONLY_T2 = "only_t2"  # the plan grants t2 and not t1
    PREMIUM_GRANT = "premium_grant"  # t1 and t2; the plan grants a license of only this solution's Premium
    ONLY_ONE_LEFT = "only_one_left"  # t1 and t2; every other solution is Premium
    NO_TIER_GRANTED = "no_tier_granted"  # unknown: neither t1 nor t2
    AMBIGUOUS_GRANTS = "ambiguous_grants"  # unknown: t1 and t2, without a license that decides


@frozen(kw_only=True)
class PlanTier:
    """The tier of one solution of a plan.

    Attributes:
        solution: The solution.
        tier: Its tier.
        reason: Why it has this tier, or why the tier is unknown.
        proof: The grants that prove it; empty if the tier is unknown.
    """

    solution: Solution
    tier: Tier
    reason: TierReason
    proof: tuple[LicenseName, ...] = ()


_SALES, _SERVICE, _MARKETING = Solution

# Of versions 8-9, only the plans that name a solution; the standard user, the
# assistant and "(No Selection)" do not.
_SOLUTIONS: Mapping[LicenseName, tuple[Solution, ...]] = MappingProxyType(
    {
        modules.SUPERLICENSE_SALES_PRO: (_SALES,),
        modules.SUPERLICENSE_SERVICE_PRO: (_SERVICE,),
        modules.SUPERLICENSE_MARKETING_PRO: (_MARKETING,),
        modules.SUPERLICENSE_COMPLETE: (_SALES, _SERVICE, _MARKETING),
        modules.TEN_SALES: (_SALES,),
        modules.TEN_SERVICE: (_SERVICE,),
        modules.TEN_MARKETING: (_MARKETING,),
        modules.TEN_SALESSERVICE: (_SALES, _SERVICE),
        modules.TEN_SALESMARKETING: (_SALES, _MARKETING),
        modules.TEN_SERVICEMARKETING: (_SERVICE, _MARKETING),
        modules.TEN_SALESSERVICEMARKETING: (_SALES, _SERVICE, _MARKETING),
    }
)

_OF_ONE_TIER: Mapping[tuple[LicenseName, ...], tuple[Tier, TierReason]] = MappingProxyType(
    {
        (): (Tier.UNKNOWN, TierReason.NO_TIER_GRANTED),
        (modules.T1,): (Tier.ESSENTIALS, TierReason.ONLY_T1),
        (modules.T2,): (Tier.PREMIUM, TierReason.ONLY_T2),
    }
)

PREMIUM_GRANTS: Mapping[Solution, tuple[LicenseName, ...]] = MappingProxyType(
    {
        # Quotes, stakeholders and targets come with Sales Premium only (domain 4.L), and
        # their quantities count the plans with Sales only (domain 3). sale-cal proves
        # nothing: Essentials grants it too.
        _SALES: (modules.QUOTE_CAL, modules.TARGET_CAL, modules.STAKEHOLDER_CAL),
        # None is known. ej-client comes with both tiers, and SAINT, guides and dashboards
        # with Premium of every solution.
        _SERVICE: (),
        # Flows come with Marketing Premium only (domain 4.L). Mailings come with Essentials
        # already, so ej-mod-spm-cal proves nothing; that of mail-merge-cal is not documented.
        _MARKETING: (modules.MKTG_AUTO_CAL,),
    }
)
"""Licenses that a plan grants only for Premium of one solution."""


def solutions_of(plan: LicenseName | str) -> tuple[Solution, ...]:
    """Return the solutions in the code of a plan.

    >>> [str(solution) for solution in solutions_of("ten-salesservice")]
    ['sales', 'service']

    Returns:
        The solutions in the order of `Solution`; empty if the code names none, if
        the plan is another owner's, and for other licenses.

    Raises:
        InvalidValueError: *plan* is not a license name.
    """
    return _SOLUTIONS.get(LicenseName.parse(plan), ())


def code_of(solutions: Iterable[Solution]) -> LicenseName:
    """Return the code of the plan of versions 10-11 for *solutions*.

    >>> code_of([Solution.MARKETING, Solution.SALES])
    LicenseName('superoffice', 'ten-salesmarketing')

    Args:
        solutions: At least one, in any order.
    """
    asked = set(solutions)
    return LicenseName.parse(f"ten-{''.join(one for one in Solution if one in asked)}")


def tiers_of(plan: ModuleLicense) -> tuple[PlanTier, ...]:
    """Return the tier of each solution of *plan*, derived from its grants.

    >>> from superlicense.model.license import LicenseKind, LicenseScope
    >>> plan = ModuleLicense(
    ...     name="ten-salesservice", scope=LicenseScope.USER, kind=LicenseKind.PLAN,
    ...     grants=("user", "web", "ej-client", "quote-cal", "t1", "t2"),
    ... )
    >>> for found in tiers_of(plan):
    ...     print(found.solution, found.tier, found.reason)
    sales premium premium_grant
    service essentials only_one_left

    Args:
        plan: The row of a package.

    Returns:
        One result per solution, in the order of `Solution`; empty if the code of
        the plan names none.
    """
    solutions = solutions_of(plan.name)
    granted = frozenset(plan.grants)
    proof = tuple(name for name in (modules.T1, modules.T2) if name in granted)
    if proof == (modules.T1, modules.T2):
        return _of_both_tiers(solutions, granted)
    tier, reason = _OF_ONE_TIER[proof]
    return tuple(PlanTier(solution=solution, tier=tier, reason=reason, proof=proof) for solution in solutions)


def _of_both_tiers(solutions: tuple[Solution, ...], granted: frozenset[LicenseName]) -> tuple[PlanTier, ...]:
    proofs = {solution: tuple(name for name in PREMIUM_GRANTS[solution] if name in granted) for solution in solutions}
    open_ones = [solution for solution in solutions if not proofs[solution]]
    # A single solution with both t1 and t2 is contradictory and proves nothing.
    last = open_ones[0] if len(open_ones) == 1 < len(solutions) else None
    return tuple(_one_of_both(solution, proofs[solution], last) for solution in solutions)


def _one_of_both(solution: Solution, proof: tuple[LicenseName, ...], last: Solution | None) -> PlanTier:
    if proof:
        tier, reason = Tier.PREMIUM, TierReason.PREMIUM_GRANT
    elif solution is last:
        tier, reason, proof = Tier.ESSENTIALS, TierReason.ONLY_ONE_LEFT, (modules.T1,)
    else:
        tier, reason = Tier.UNKNOWN, TierReason.AMBIGUOUS_GRANTS
    return PlanTier(solution=solution, tier=tier, reason=reason, proof=proof)

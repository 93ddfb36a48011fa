"""User plans: the plans sold per user, and what they are known to grant.

Versions 8-9 have one plan per role. Versions 10-11 have every combination of
three solutions at two tiers, 26 plans under seven codes: a code names the
solutions, and the tiers follow from the grants in a package's row
(`superlicense.catalog.tiers`). Version 12 has one plan for the whole installation
(`superlicense.catalog.suite`) and a seat for each user.

Rule 1: code checks module licenses, never plans. This file is used for drafting,
display and migration.

Source: domain 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from attrs import frozen

from superlicense.catalog import _plan_sets as sets
from superlicense.catalog import modules
from superlicense.catalog.rows import Source, sources_of
from superlicense.catalog.tiers import (
    PlanTier,
    Solution,
    Tier,
    TierReason,
    code_of,
    solutions_of,
    tiers_of,
)
from superlicense.model.license import LicenseName, ModuleLicense

__all__ = [
    "MIXES",
    "PLANS",
    "CatalogPlan",
    "PlanTier",
    "Solution",
    "Tier",
    "TierReason",
    "Versions",
    "code_of",
    "find",
    "sold_as",
    "solutions_of",
    "tiers_of",
    "title_of",
]


class Versions(StrEnum):
    """The product versions that a plan belongs to."""

    V8_9 = "8-9"  # one tier; one plan per role
    V10_11 = "10-11"  # three solutions at two tiers
    V12 = "12"  # the Suite: one plan for the installation, one seat per user


@frozen(kw_only=True)
class CatalogPlan:
    """One plan as the vendor sells it.

    Attributes:
        title: Display name, unique.
        name: The user license it is sold as, shared by plans of several tiers.
        versions: The product versions it belongs to.
        tiers: Its solutions with their tiers; empty outside versions 10-11.
        grants: User licenses that it is known to grant.
        provisional: Whether the grants are incomplete or derived, so that they
            must not be used to check packages.
        sources: Sources of the row, never empty.
    """

    title: str
    name: LicenseName
    versions: Versions
    tiers: tuple[tuple[Solution, Tier], ...] = ()
    grants: tuple[LicenseName, ...] = ()
    provisional: bool
    sources: tuple[Source, ...]


def _plan_8_9(
    title: str, name: LicenseName, grants: tuple[LicenseName, ...], *, keys: str = "s23 plans"
) -> CatalogPlan:
    return CatalogPlan(
        title=title,
        name=name,
        versions=Versions.V8_9,
        grants=grants,
        provisional=bool(grants),
        sources=sources_of(keys),
    )


_PLANS_8_9 = (
    # Grants nothing: for disabling a user, or while swapping plans.
    _plan_8_9("(No Selection)", modules.SUPERLICENSE_NO_SELECTION, (), keys="s23 mdo"),
    # No title was published.
    _plan_8_9("Assistant", modules.SUPERLICENSE_ASSISTANT, sets.LOGIN, keys="s23"),
    _plan_8_9("Standard CRM User", modules.SUPERLICENSE_CONTACT_MANAGER, sets.CONTACT_MANAGER),
    _plan_8_9("Sales User", modules.SUPERLICENSE_SALES_PRO, sets.SALES_PRO),
    _plan_8_9("Marketing User", modules.SUPERLICENSE_MARKETING_PRO, sets.MARKETING_PRO),
    _plan_8_9("Service User", modules.SUPERLICENSE_SERVICE_PRO, sets.SERVICE_PRO),
    _plan_8_9("Complete CRM User", modules.SUPERLICENSE_COMPLETE, sets.COMPLETE),
)

# The known grants of one solution at one tier.
_PARTS: Mapping[tuple[Solution, Tier], tuple[LicenseName, ...]] = MappingProxyType(
    {
        (Solution.SALES, Tier.ESSENTIALS): sets.SALES_ESSENTIALS,
        (Solution.SALES, Tier.PREMIUM): sets.SALES_PREMIUM,
        (Solution.SERVICE, Tier.ESSENTIALS): sets.SERVICE_ESSENTIALS,
        (Solution.SERVICE, Tier.PREMIUM): sets.SERVICE_PREMIUM,
        (Solution.MARKETING, Tier.ESSENTIALS): sets.MARKETING_ESSENTIALS,
        (Solution.MARKETING, Tier.PREMIUM): sets.MARKETING_PREMIUM,
    }
)

_PUBLISHED: Mapping[str, tuple[tuple[LicenseName, ...], str]] = MappingProxyType(
    {
        "Sales Premium": (sets.SALES_PREMIUM, "help xml"),
        # Its title in the sample has no spaces and no plus.
        "Sales Premium + Service Premium + Marketing Premium": (sets.ALL_PREMIUM, "help json"),
    }
)


def _mix(title: str) -> CatalogPlan:
    words = (part.lower().split() for part in title.split(" + "))
    tiers = tuple((Solution(solution), Tier(tier)) for solution, tier in words)
    # Derived: a mix grants what its parts grant; the sets of mixes were not published.
    known = tuple(dict.fromkeys(chain.from_iterable(_PARTS[part] for part in tiers)))
    grants, keys = _PUBLISHED.get(title, (known, "help derived"))
    return CatalogPlan(
        title=title,
        name=code_of(solution for solution, _ in tiers),
        versions=Versions.V10_11,
        tiers=tiers,
        grants=grants,
        provisional=title not in _PUBLISHED,
        sources=sources_of(keys),
    )


MIXES = tuple(
    map(
        _mix,
        (
            "Sales Essentials",
            "Sales Premium",
            "Service Essentials",
            "Service Premium",
            "Marketing Essentials",
            "Marketing Premium",
            "Sales Essentials + Service Essentials",
            "Sales Essentials + Service Premium",
            "Sales Premium + Service Essentials",
            "Sales Premium + Service Premium",
            "Sales Essentials + Marketing Essentials",
            "Sales Essentials + Marketing Premium",
            "Sales Premium + Marketing Essentials",
            "Sales Premium + Marketing Premium",
            "Service Essentials + Marketing Essentials",
            "Service Essentials + Marketing Premium",
            "Service Premium + Marketing Essentials",
            "Service Premium + Marketing Premium",
            "Sales Essentials + Service Essentials + Marketing Essentials",
            "Sales Essentials + Service Essentials + Marketing Premium",
            "Sales Essentials + Service Premium + Marketing Essentials",
            "Sales Essentials + Service Premium + Marketing Premium",
            "Sales Premium + Service Essentials + Marketing Essentials",
            "Sales Premium + Service Essentials + Marketing Premium",
            "Sales Premium + Service Premium + Marketing Essentials",
            "Sales Premium + Service Premium + Marketing Premium",
        ),
    )
)
"""The 26 plans of versions 10-11: six base plans, then all combinations of them.

The vendor's documentation lists six and twenty; the titles of the combinations
are our choice.
"""

_SEAT = CatalogPlan(
    # Shown on screens under the title of the Suite plan, for example Core.
    title="CRM Suite seat",
    name=modules.SUITE_USER,
    versions=Versions.V12,
    # The set depends on the Suite plan and was not published; a login requires these two.
    grants=sets.LOGIN,
    provisional=True,
    sources=sources_of("s25 scr derived"),
)

PLANS = (*_PLANS_8_9, *MIXES, _SEAT)
"""Every plan of the catalog, by version."""


def find(title: str) -> CatalogPlan | None:
    """Return the plan called *title*, `None` if there is none.

    >>> find("Sales Essentials + Service Premium").name
    LicenseName('superoffice', 'ten-salesservice')
    """
    return next((plan for plan in PLANS if plan.title == title), None)


def sold_as(name: LicenseName | str) -> tuple[CatalogPlan, ...]:
    """Return the plans that are sold as the user license *name*.

    >>> [plan.title for plan in sold_as("ten-sales")]
    ['Sales Essentials', 'Sales Premium']

    Raises:
        InvalidValueError: *name* is not a license name.
    """
    code = LicenseName.parse(name)
    return tuple(plan for plan in PLANS if plan.name == code)


def title_of(plan: ModuleLicense) -> str:
    """Return the title of the plan in a package's row, by its code and grants.

    >>> from superlicense.model.license import LicenseKind, LicenseScope
    >>> fields = {"scope": LicenseScope.USER, "kind": LicenseKind.PLAN}
    >>> title_of(ModuleLicense(name="ten-sales", grants=("user", "web", "t1"), **fields))
    'Sales Essentials'
    >>> title_of(ModuleLicense(name="ten-sales", grants=("user", "web"), **fields))
    ''

    Returns:
        The title; empty if the catalog has no such plan, or its tiers are unknown.
    """
    tiers = tuple((one.solution, one.tier) for one in tiers_of(plan))
    return next((known.title for known in sold_as(plan.name) if known.tiers == tiers), "")

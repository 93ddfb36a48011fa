"""User plans: what is sold per user, and what is known of what it grants.

Versions 8-9 sell one plan per role. Versions 10-11 sell every mix of three
solutions at two tiers, 26 plans under seven codes: a code says the solutions,
the tiers show only in what a package's row grants (`superlicense.catalog.tiers`).
Version 12 sells one plan for the whole installation
(`superlicense.catalog.suite`) and a seat for each user.

Rule 1: code checks module licenses, never plans. This file serves drafting,
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
    """The product versions that a plan was made for."""

    V8_9 = "8-9"  # one tier; a plan per role
    V10_11 = "10-11"  # three solutions at two tiers
    V12 = "12"  # the Suite: one plan for the installation, a seat for each user


@frozen(kw_only=True)
class CatalogPlan:
    """One plan as the vendor sells it.

    Attributes:
        title: What people call it; unique.
        name: The user license it is sold as; plans of several tiers share one.
        versions: The product versions it was made for.
        tiers: Each solution of it with its tier; empty outside versions 10-11.
        grants: User licenses that it is known to grant.
        provisional: The grants are incomplete or worked out; no package is to be
            judged by them.
        sources: Where that comes from, never empty.
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
    # Grants nothing, by its very purpose: to disable a user, or while swapping plans.
    _plan_8_9("(No Selection)", modules.SUPERLICENSE_NO_SELECTION, (), keys="s23 mdo"),
    # No title was published.
    _plan_8_9("Assistant", modules.SUPERLICENSE_ASSISTANT, sets.LOGIN, keys="s23"),
    _plan_8_9("Standard CRM User", modules.SUPERLICENSE_CONTACT_MANAGER, sets.CONTACT_MANAGER),
    _plan_8_9("Sales User", modules.SUPERLICENSE_SALES_PRO, sets.SALES_PRO),
    _plan_8_9("Marketing User", modules.SUPERLICENSE_MARKETING_PRO, sets.MARKETING_PRO),
    _plan_8_9("Service User", modules.SUPERLICENSE_SERVICE_PRO, sets.SERVICE_PRO),
    _plan_8_9("Complete CRM User", modules.SUPERLICENSE_COMPLETE, sets.COMPLETE),
)

# What is known of one solution at one tier.
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
    # A mix grants what its parts do: worked out, since those sets were not published.
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
"""The 26 plans of versions 10-11: six base plans, then every mix of them.

The vendor's documentation lists six and twenty; the titles of mixes are ours.
"""

_SEAT = CatalogPlan(
    # Screens show it under the title of the Suite plan, for example Core.
    title="CRM Suite seat",
    name=modules.SUITE_USER,
    versions=Versions.V12,
    # The set varies with the Suite plan and was not published; a login needs these two.
    grants=sets.LOGIN,
    provisional=True,
    sources=sources_of("s25 scr derived"),
)

PLANS = (*_PLANS_8_9, *MIXES, _SEAT)
"""Every plan of the catalog, by version."""


def find(title: str) -> CatalogPlan | None:
    """Find the plan called *title*, `None` where there is none.

    >>> find("Sales Essentials + Service Premium").name
    LicenseName('superoffice', 'ten-salesservice')
    """
    return next((plan for plan in PLANS if plan.title == title), None)


def sold_as(name: LicenseName | str) -> tuple[CatalogPlan, ...]:
    """List the plans that are sold as the user license *name*.

    >>> [plan.title for plan in sold_as("ten-sales")]
    ['Sales Essentials', 'Sales Premium']

    Raises:
        InvalidValueError: *name* is no license name.
    """
    code = LicenseName.parse(name)
    return tuple(plan for plan in PLANS if plan.name == code)


def title_of(plan: ModuleLicense) -> str:
    """Name the plan that the row of a package is, by its code and what it grants.

    >>> from superlicense.model.license import LicenseKind, LicenseScope
    >>> fields = {"scope": LicenseScope.USER, "kind": LicenseKind.PLAN}
    >>> title_of(ModuleLicense(name="ten-sales", grants=("user", "web", "t1"), **fields))
    'Sales Essentials'
    >>> title_of(ModuleLicense(name="ten-sales", grants=("user", "web"), **fields))
    ''

    Returns:
        The title; empty where the catalog has no such plan, or its tiers cannot be told.
    """
    tiers = tuple((one.solution, one.tier) for one in tiers_of(plan))
    return next((known.title for known in sold_as(plan.name) if known.tiers == tiers), "")

"""The rows of the module table, and the keys of their sources.

Source: every row lists its sources by key; the keys are explained at `Source`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, partial
from typing import TypedDict, Unpack

from attrs import frozen

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.user import UserType

__all__ = ["CatalogModule", "Source"]


class Source(StrEnum):
    """A source of the catalog: a public text, read in November 2026."""

    S23 = "s23"  # class reference of the core, SoLicenseNames, February 2023
    S23W = "s23w"  # class reference of the web API, SoLicenseNames, February 2023 (157 names)
    S25 = "s25"  # the same list for version 11.9, 2025
    RN = "rn"  # release notes: changed constants
    LEGACY = "legacy"  # class reference, SoModuleLicenseNames (versions 5-6)
    PLANS = "plans"  # developer documentation, page on user plans
    HELP = "help"  # admin help: user plans, CRM Suite, legacy licenses
    XML = "xml"  # published fragment of a license package
    JSON = "json"  # published principal of a logged-in user
    MDO = "mdo"  # published output of the list "userplan"
    ARC = "arc"  # published rows of the user archives
    SCR = "scr"  # public screenshots of the admin client
    SEED = "seed"  # the seed page of this product (Danish, version 10.5)
    DERIVED = "derived"  # derived from other sources, as explained where it is used


@frozen(kw_only=True)
class CatalogModule:
    """One module license as the vendor sells it.

    A default for drafting and checking packages; the row of the package in force
    is binding.

    Attributes:
        name: Its name.
        constant: Its name in the vendor's class reference.
        title: Display name on screens or in samples; empty if unknown.
        gates: What it unlocks, in our words.
        sources: Sources of the row, never empty.
        scope: Where it applies; `None` if unknown.
        kind: Module, plan or marker.
        hidden: Whether it is left out of screens and cannot be assigned by hand;
            `False` if unknown.
        unrestricted: Whether it may be assigned any number of times.
        prerequisite: License that must be held first.
        allowed_user_types: User types that may hold it; empty means all.
        provisional: Whether the code or the scope is a guess, not confirmed by a
            real package.
    """

    name: LicenseName
    constant: str
    title: str
    gates: str
    sources: tuple[Source, ...]
    scope: LicenseScope | None = None
    kind: LicenseKind = LicenseKind.MODULE
    hidden: bool = False
    unrestricted: bool = False
    prerequisite: LicenseName | None = None
    allowed_user_types: frozenset[UserType] = frozenset()
    provisional: bool = False


class _Facts(TypedDict, total=False):
    scope: LicenseScope
    kind: LicenseKind
    hidden: bool
    unrestricted: bool
    prerequisite: LicenseName
    allowed_user_types: frozenset[UserType]
    provisional: bool


@cache
def sources_of(keys: str) -> tuple[Source, ...]:
    """Parse source keys separated by spaces.

    >>> sources_of("rn scr")
    (<Source.RN: 'rn'>, <Source.SCR: 'scr'>)
    """
    return tuple(map(Source, keys.split()))


# The tables are written with the functions below. One call is one row: name,
# constant, title, what it unlocks, and its source keys.


def _row(name: LicenseName, constant: str, title: str, gates: str, keys: str, **facts: Unpack[_Facts]) -> CatalogModule:
    return CatalogModule(name=name, constant=constant, title=title, gates=gates, sources=sources_of(keys), **facts)


system = partial(_row, scope=LicenseScope.SYSTEM)
site = partial(_row, scope=LicenseScope.SITE)
user = partial(_row, scope=LicenseScope.USER)
marker = partial(_row, scope=LicenseScope.SYSTEM, kind=LicenseKind.MARKER)
plan = partial(_row, scope=LicenseScope.USER, kind=LicenseKind.PLAN)
unclear = partial(_row, provisional=True)

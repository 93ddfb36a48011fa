"""What a row of the module table says, and where we know it from.

Source: every row names its sources by key. The keys are those of the domain
dossier, each explained once, at `Source`.
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
    """Where a row of the catalog comes from; public texts, read in November 2026."""

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
    SEED = "seed"  # the page that the product was asked from (Danish, 10.5)
    DERIVED = "derived"  # worked out from other sources; reasoned where it is used


@frozen(kw_only=True)
class CatalogModule:
    """One module license as the vendor sells it.

    A default for drafting packages and checking them; what binds is the row of
    the package in force.

    Attributes:
        name: Its name.
        constant: What the vendor's class reference calls it.
        title: Display name that was seen in screens or samples; empty where none was.
        gates: What it opens, in our words.
        sources: Where that comes from, never empty.
        scope: Where it applies; `None` where no source says so.
        kind: Module, plan or marker.
        hidden: Not shown, not assignable by hand; `False` also where no source says so.
        unrestricted: Its quantity is no ceiling.
        prerequisite: License that must be held first.
        allowed_user_types: Who may hold it; empty means everybody.
        provisional: The code or the scope is a guess; not to be relied on
            before a real package shows it.
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
    """Read source keys that are parted by spaces.

    >>> sources_of("rn scr")
    (<Source.RN: 'rn'>, <Source.SCR: 'scr'>)
    """
    return tuple(map(Source, keys.split()))


# The tables are written with the words below: one call is one row, and says in
# order name, constant, title, what it gates, and its source keys.


def _row(name: LicenseName, constant: str, title: str, gates: str, keys: str, **facts: Unpack[_Facts]) -> CatalogModule:
    return CatalogModule(name=name, constant=constant, title=title, gates=gates, sources=sources_of(keys), **facts)


system = partial(_row, scope=LicenseScope.SYSTEM)
site = partial(_row, scope=LicenseScope.SITE)
user = partial(_row, scope=LicenseScope.USER)
marker = partial(_row, scope=LicenseScope.SYSTEM, kind=LicenseKind.MARKER)
plan = partial(_row, scope=LicenseScope.USER, kind=LicenseKind.PLAN)
unclear = partial(_row, provisional=True)

"""Requirements: a small algebra over module licenses.

Rule 1: a requirement is monotone. It has no negation, so an additional license
never revokes access, and explanations and remedies come from one table.

Rule 2: a requirement names module licenses, never plans (design, law 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from superlicense.model.decision import Clause, ClauseKind
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.reason import Reason, ReasonCode, because

__all__ = [
    "AllOf",
    "AnyOf",
    "LicenseSource",
    "Needs",
    "Requirement",
    "all_of",
    "any_of",
    "evaluate",
    "licenses_in",
    "needs",
    "unmet_reasons",
]


@frozen(kw_only=True)
class LicenseSource:
    """The source of a license that is held.

    Attributes:
        scope: System, site or user.
        package: Owner of the package that grants it.
        through: Plans that grant it, in the order of assignment; empty if it is
            held directly or by the installation.
    """

    scope: LicenseScope
    package: str
    through: tuple[str, ...] = ()


@frozen
class Needs:
    """One license; *scope* is its usual scope, used only in reasons."""

    license: LicenseName
    scope: LicenseScope


@frozen
class AllOf:
    """Every part."""

    parts: tuple[Requirement, ...]


@frozen
class AnyOf:
    """At least one part."""

    parts: tuple[Requirement, ...]


Requirement = Needs | AllOf | AnyOf


def needs(license: LicenseName | str, scope: LicenseScope = LicenseScope.USER) -> Needs:
    """Require one license, in the scope given by the package in force.

    >>> needs("web").license
    LicenseName('superoffice', 'web')
    """
    return Needs(LicenseName.parse(license), scope)


def all_of(*parts: Requirement) -> AllOf:
    """Require every part; without parts it is always met."""
    return AllOf(parts)


def any_of(*parts: Requirement) -> AnyOf:
    """Require at least one part; without parts it is never met."""
    return AnyOf(parts)


def evaluate(requirement: Requirement, find: Callable[[str], LicenseSource | None]) -> Clause:
    """Evaluate *requirement* into a tree of met and unmet clauses.

    Args:
        requirement: The requirement.
        find: Returns the source of a license that is held, else `None`.

    Returns:
        A clause with a part for every part of the requirement, including those
        that do not affect the result.
    """
    if isinstance(requirement, Needs):
        source = find(requirement.license)
        if source is None:
            return Clause(kind=ClauseKind.NEEDS, met=False, subject=str(requirement.license), scope=requirement.scope)
        return Clause(
            kind=ClauseKind.NEEDS,
            met=True,
            subject=str(requirement.license),
            scope=source.scope,
            package=source.package,
            through=source.through,
        )
    parts = tuple(evaluate(part, find) for part in requirement.parts)
    if isinstance(requirement, AllOf):
        return Clause(kind=ClauseKind.ALL_OF, met=all(part.met for part in parts), parts=parts)
    return Clause(kind=ClauseKind.ANY_OF, met=any(part.met for part in parts), parts=parts)


def licenses_in(requirement: Requirement) -> Iterator[str]:
    """Yield every license that *requirement* names, alternatives included."""
    if isinstance(requirement, Needs):
        yield str(requirement.license)
        return
    for part in requirement.parts:
        yield from licenses_in(part)


def unmet_reasons(clause: Clause) -> Iterator[Reason]:
    """Yield a reason for each license missing in an unmet *clause*; none if it is met.

    An unmet alternative yields one reason that names every license of it.
    """
    if clause.met:
        return
    if clause.kind is ClauseKind.NEEDS:
        yield because(ReasonCode.LICENSE_MISSING, license=clause.subject, scope=clause.scope)
    elif clause.kind is ClauseKind.ALL_OF:
        for part in clause.parts:
            yield from unmet_reasons(part)
    else:
        yield because(ReasonCode.ONE_LICENSE_OF, licenses=tuple(_leaves(clause)))


def _leaves(clause: Clause) -> Iterator[str]:
    if clause.kind is ClauseKind.NEEDS:
        yield clause.subject
    for part in clause.parts:
        yield from _leaves(part)

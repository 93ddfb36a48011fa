"""Requirements: a small algebra over module licenses.

Rule 1: a requirement is monotone. It has no negation, so another license can
only help, and explanation, remedies and compilation all come from one table.

Rule 2: it speaks of module licenses, never of plans (design, law 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from superlicense.model.decision import Clause, ClauseKind, Reason, ReasonCode, because
from superlicense.model.license import LicenseName, LicenseScope

__all__ = [
    "AllOf",
    "AnyOf",
    "LicenseSource",
    "Needs",
    "Requirement",
    "all_of",
    "any_of",
    "evaluate",
    "needs",
    "unmet_reasons",
]


@frozen(kw_only=True)
class LicenseSource:
    """Where a license that somebody holds comes from.

    Attributes:
        scope: System, site or user.
        package: Owner of the package that grants it.
        through: Plans that grant it, in the order they were assigned; empty if
            it is held directly or by the installation.
    """

    scope: LicenseScope
    package: str
    through: tuple[str, ...] = ()


@frozen
class Needs:
    """One license; *scope* is where it is usually found, for the words only."""

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
    """Require one license, wherever the package in force says it applies.

    >>> needs("web").license
    LicenseName('superoffice', 'web')
    """
    return Needs(LicenseName.parse(license), scope)


def all_of(*parts: Requirement) -> AllOf:
    """Require every part; with no parts it is always met."""
    return AllOf(parts)


def any_of(*parts: Requirement) -> AnyOf:
    """Require at least one part; with no parts it is never met."""
    return AnyOf(parts)


def evaluate(requirement: Requirement, find: Callable[[str], LicenseSource | None]) -> Clause:
    """Evaluate *requirement* into a tree of met and unmet clauses.

    Args:
        requirement: What is required.
        find: Gives the source of a license that is held, `None` if it is not.

    Returns:
        A clause with a part for every part of the requirement, also for those
        that no longer matter for the result.
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


def unmet_reasons(clause: Clause) -> Iterator[Reason]:
    """Say in reasons what an unmet *clause* lacks; nothing if it is met.

    An alternative of which nothing is met is one reason that names every
    license that would help.
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

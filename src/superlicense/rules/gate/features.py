"""Features: whether a user may view or edit a feature.

Rule 1: a feature is named by its system license; its editing license is named
``<feature>-cal`` unless the catalog names another one (domain 0.2, ADR 37).

Rule 2: without the system license, access is denied; with it alone, the user may
VIEW; with both, EDIT. If the catalog names no editing license, an internal user
who holds `user` may EDIT. Every missing license is reported.

Rule 3: an unknown feature is denied, not an error. The login is not checked
again.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.catalog import module_table
from superlicense.catalog.features import NONE_NAMED, user_license_of
from superlicense.model.decision import Access, Clause, ClauseKind, Decision, Outcome, Question, Topic, least
from superlicense.model.license import SUPEROFFICE, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.answer import Verdict, answer, answer_until, clauses_of, reasons_of
from superlicense.rules.gate.blocking import (
    clock_warnings,
    facts_warnings,
    outcome_of_stop,
    package_facts,
    phase_warnings,
    stop_facts,
    tampering,
    user_known,
)
from superlicense.rules.gate.entitlement import Entitlement, entitlement_of, find_row, rule_set_of
from superlicense.rules.gate.identity import identity_warnings
from superlicense.rules.gate.requirement import evaluate, needs, unmet_reasons

__all__ = ["feature", "unknown_feature"]


def feature(  # noqa: PLR0913 - the question, and what is known
    world: World,
    user: User | None,
    name: LicenseName,
    access: Access,
    at: datetime,
    *,
    known: Entitlement | None = None,
) -> Decision:
    """Decide whether *user* has *access* to the feature *name* at *at*.

    *known* is what the user is granted at *at*, for callers that ask many questions.

    Returns:
        ALLOWED with the system license and an editing license, READ_ONLY with
        the system license alone or after the grace period of the SUPEROFFICE
        package, else DENIED.

    Source: design section 6, last point.
    """
    asked = Question(topic=Topic.FEATURE, subject=str(name), access=access)
    return answer(world, asked, at, lambda instant: _verdict(world, user, name, instant, known))


def unknown_feature(world: World, name: str, access: Access) -> Decision:
    """Deny a feature whose *name* is not a license name."""
    reason = because(ReasonCode.UNKNOWN_FEATURE, feature=name)
    return Decision(
        outcome=Outcome.DENIED,
        asked=Question(topic=Topic.FEATURE, subject=name, access=access),
        reasons=(reason,),
        warnings=facts_warnings(world),
        valid_until=answer_until(world, None),
        rule_set=rule_set_of(world),
        clauses=(Clause(kind=ClauseKind.FACT, met=False, subject=reason.code),),
    )


def _verdict(world: World, user: User | None, name: LicenseName, at: datetime, known: Entitlement | None) -> Verdict:
    partners = () if name.owner == SUPEROFFICE else (name.owner,)
    package = package_facts(world, SUPEROFFICE, at)
    # A stopped partner package denies its features; a stopped SUPEROFFICE package makes all read-only.
    stop = stop_facts(world, SUPEROFFICE, at)
    theirs = [
        found for owner in partners for found in (*package_facts(world, owner, at), *stop_facts(world, owner, at))
    ]
    others = [*theirs, *user_known(user), *tampering(world, user)]
    clauses: tuple[Clause, ...] = ()
    lacking: tuple[Reason, ...] = ()
    limits: tuple[Reason, ...] = ()
    asked = user is not None or not _unknown(name, find_row(world, name))
    if asked and name.owner in world.packages:
        view, *edit = clauses = _pair(world, name, user, at, known)
        # If the partner package grants nothing at all, no single license is missing.
        if not reasons_of(theirs):
            lacking = _lacking(world, name, view)
            limits = tuple(reason for clause in edit for reason in unmet_reasons(clause))
    blocked = reasons_of([*package, *others]) or lacking
    outcome = least(Outcome.READ_ONLY if limits else Outcome.ALLOWED, outcome_of_stop(world, user, stop))
    return Verdict(
        outcome=Outcome.DENIED if blocked else outcome,
        reasons=(*reasons_of([*package, *stop, *others]), *lacking, *limits),
        warnings=(
            *(warning for owner in (SUPEROFFICE, *partners) for warning in phase_warnings(world, owner, at)),
            *clock_warnings(world),
            *identity_warnings(world, at),
            *facts_warnings(world),
        ),
        rule_set=rule_set_of(world),
        clauses=(*clauses_of([*package, *stop, *others]), *clauses),
    )


def _pair(
    world: World, name: LicenseName, user: User | None, at: datetime, known: Entitlement | None
) -> tuple[Clause, ...]:
    """Return whether the installation has the feature, and whether *user* may edit it; the first of an unknown user."""
    if user is None:
        return (_view(world, name, Entitlement(world, (), world.installation.site, at)),)
    held = entitlement_of(world, user.id, user.site, at, known)
    return (_view(world, name, held), *_edit(world, name, user, held))


def _view(world: World, name: LicenseName, held: Entitlement) -> Clause:
    row = find_row(world, name)
    if row is None or row.scope is LicenseScope.USER:
        # A user license does not name a feature, even for its holders.
        return Clause(kind=ClauseKind.NEEDS, met=False, subject=str(name), scope=LicenseScope.SYSTEM)
    return evaluate(needs(name, row.scope), held.find)


def _edit(world: World, name: LicenseName, user: User, held: Entitlement) -> tuple[Clause, ...]:
    """Return whether *user* holds the editing license of the feature *name*; nothing for what is not a feature.

    Source: design section 6, last point; ADR 37.
    """
    row = find_row(world, name)
    if _unknown(name, row) or _names_user_license(name, row):
        return ()
    named = user_license_of(name)
    if named is None and user.type is not UserType.INTERNAL:
        # No license makes up for another user type.
        return (Clause(kind=ClauseKind.NEEDS, met=False, subject=str(NONE_NAMED), scope=LicenseScope.USER),)
    return (evaluate(needs(named or NONE_NAMED), held.find),)


def _unknown(name: LicenseName, row: ModuleLicense | None) -> bool:
    """Return whether neither the package nor the catalog has *name*; partners have no catalog."""
    return row is None and name.owner == SUPEROFFICE and module_table.find(name) is None


def _names_user_license(name: LicenseName, row: ModuleLicense | None) -> bool:
    if row is not None:
        return row.scope is LicenseScope.USER
    listed = module_table.find(name)
    return listed is not None and listed.scope is LicenseScope.USER


def _lacking(world: World, name: LicenseName, view: Clause) -> tuple[Reason, ...]:
    if view.met:
        return ()
    if _unknown(name, find_row(world, name)):
        return (because(ReasonCode.UNKNOWN_FEATURE, feature=str(name)),)
    return tuple(unmet_reasons(view))

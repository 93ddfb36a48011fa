"""Features: whether a user may view or edit a feature.

Rule 1: a feature is named by its system license; its user license is named
``<feature>-cal`` unless the catalog defines another one (domain 0.2).

Rule 2: without the system license, access is denied; with it alone, the user may
VIEW; with both, EDIT.

Rule 3: an unknown feature is denied, not an error. The login is not checked
again.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.catalog import module_table
from superlicense.catalog.features import user_license_of
from superlicense.model.decision import (
    Access,
    Clause,
    ClauseKind,
    Decision,
    Outcome,
    Question,
    Reason,
    ReasonCode,
    Topic,
    because,
    least,
)
from superlicense.model.license import SUPEROFFICE, LicenseName, LicenseScope
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.answer import Verdict, answer, clauses_of, reasons_of
from superlicense.rules.gate.blocking import (
    clock_warnings,
    outcome_of_stop,
    package_facts,
    phase_warnings,
    stop_fact,
    tampering,
    user_known,
)
from superlicense.rules.gate.entitlement import Entitlement, entitlement_of, find_row, rule_set_of
from superlicense.rules.gate.requirement import evaluate, needs, unmet_reasons

__all__ = ["feature", "unknown_feature"]


def feature(world: World, user: User | None, name: LicenseName, access: Access, at: datetime) -> Decision:
    """Decide whether *user* has *access* to the feature *name* at *at*.

    Returns:
        ALLOWED with both licenses (or with the system license, if there is no
        user license), READ_ONLY with the system license alone or after the grace
        period of the SUPEROFFICE package, else DENIED.

    Source: design section 6, last point.
    """
    asked = Question(topic=Topic.FEATURE, subject=str(name), access=access)
    return answer(world, asked, at, lambda instant: _verdict(world, user, name, instant))


def unknown_feature(world: World, name: str, access: Access) -> Decision:
    """Deny a feature whose *name* is not a license name."""
    reason = because(ReasonCode.UNKNOWN_FEATURE, feature=name)
    return Decision(
        outcome=Outcome.DENIED,
        asked=Question(topic=Topic.FEATURE, subject=name, access=access),
        reasons=(reason,),
        rule_set=rule_set_of(world),
        clauses=(Clause(kind=ClauseKind.FACT, met=False, subject=reason.code),),
    )


def _verdict(world: World, user: User | None, name: LicenseName, at: datetime) -> Verdict:
    partners = () if name.owner == SUPEROFFICE else (name.owner,)
    package = package_facts(world, SUPEROFFICE)
    # A stopped partner package denies its features; a stopped SUPEROFFICE package makes all read-only.
    stop = stop_fact(world, SUPEROFFICE, at)
    theirs = [found for owner in partners for found in (*package_facts(world, owner), stop_fact(world, owner, at))]
    others = [*theirs, *user_known(user), *tampering(world, user)]
    clauses: tuple[Clause, ...] = ()
    lacking: tuple[Reason, ...] = ()
    limits: tuple[Reason, ...] = ()
    if user is not None and name.owner in world.packages:
        held = entitlement_of(world, user.id, user.site, at)
        view, edit = _pair(world, name, held)
        clauses = (view, *edit)
        # If the partner package grants nothing at all, no single license is missing.
        if not reasons_of(theirs):
            lacking = _lacking(world, name, view)
            limits = tuple(reason for clause in edit for reason in unmet_reasons(clause))
    blocked = reasons_of([*package, *others]) or lacking
    outcome = least(Outcome.READ_ONLY if limits else Outcome.ALLOWED, outcome_of_stop(world, user, stop))
    return Verdict(
        outcome=Outcome.DENIED if blocked else outcome,
        reasons=(*reasons_of([*package, stop, *others]), *lacking, *limits),
        warnings=(
            *(warning for owner in (SUPEROFFICE, *partners) for warning in phase_warnings(world, owner, at)),
            *clock_warnings(world),
        ),
        rule_set=rule_set_of(world),
        clauses=(*clauses_of([*package, stop, *others]), *clauses),
    )


def _pair(world: World, name: LicenseName, held: Entitlement) -> tuple[Clause, tuple[Clause, ...]]:
    row = find_row(world, name)
    if row is None or row.scope is LicenseScope.USER:
        # A user license does not name a feature, even for its holders.
        return Clause(kind=ClauseKind.NEEDS, met=False, subject=str(name), scope=LicenseScope.SYSTEM), ()
    view = evaluate(needs(name, row.scope), held.find)
    user_license = user_license_of(name)
    return view, () if user_license is None else (evaluate(needs(user_license), held.find),)


def _lacking(world: World, name: LicenseName, view: Clause) -> tuple[Reason, ...]:
    if view.met:
        return ()
    sold = name.owner != SUPEROFFICE or module_table.find(name) is not None
    if find_row(world, name) is None and not sold:
        return (because(ReasonCode.UNKNOWN_FEATURE, feature=str(name)),)
    return tuple(unmet_reasons(view))

"""Login: whether a user may log in with a client, and may administer the installation.

Rule 1: the licenses that a login requires are those of
`superlicense.rules.gate.login_requirements`; blocking facts are reported beside
missing licenses.

Rule 2: after the grace period of the SUPEROFFICE package, internal users get
READ_ONLY (`Policy.after_grace`) and all others are denied (ADR 4).

Source: design section 6; domain sections 6 and 17.26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import frozen

from superlicense.catalog import modules
from superlicense.model.decision import Clause, Client, Decision, Outcome, Question, Topic, least
from superlicense.model.license import SUPEROFFICE
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.answer import Fact, Verdict, answer, clauses_of, fact, reasons_of
from superlicense.rules.gate.blocking import (
    clock_warnings,
    facts_warnings,
    login_rights,
    messages_of_the_day,
    no_login_events,
    other_database,
    outcome_of_stop,
    package_facts,
    phase_warnings,
    stop_facts,
    tampering,
    travel_warnings,
    user_known,
)
from superlicense.rules.gate.entitlement import Entitlement, entitlement_of, find_row, rule_set_of
from superlicense.rules.gate.grants import has_system
from superlicense.rules.gate.identity import identity_warnings
from superlicense.rules.gate.login_requirements import SERVICE_LICENSES, requirement_for
from superlicense.rules.gate.requirement import Requirement, evaluate, unmet_reasons

__all__ = ["Waiting", "administer", "login", "nothing_waits"]


@frozen(kw_only=True)
class _ServiceAccess:
    """The access to the Service client, with the facts and warnings found."""

    outcome: Outcome
    facts: tuple[Fact, ...] = ()
    warnings: tuple[Reason, ...] = ()


Waiting = Callable[[World, datetime], tuple[Reason, ...]]
"""Returns the warnings about packages that wait, for administrators."""


def nothing_waits(world: World, at: datetime) -> tuple[Reason, ...]:  # noqa: ARG001 - the shape of `Waiting`
    """Return no warnings."""
    return ()


def login(  # noqa: PLR0913 - the question, and what is counted elsewhere
    world: World,
    user: User | None,
    client: Client,
    at: datetime,
    *,
    open_sessions: int | None = None,
    waiting: Waiting = nothing_waits,
    known: Entitlement | None = None,
) -> Decision:
    """Decide whether *user* may log in with *client* at *at*.

    Args:
        world: The current world.
        user: The user; `None` for an unknown one.
        client: The client.
        at: When.
        open_sessions: Number of open sessions that use a simultaneous Service
            license, 0 or more; `None` if they are not counted.
        waiting: The warnings about waiting packages, for administrators.
        known: What the user is granted at *at*, for callers that ask many
            questions.

    Returns:
        The decision, the same for all users with the same key of
        `superlicense.rules.alike`.
    """
    asked = Question(topic=Topic.LOGIN, subject=client)
    return answer(
        world, asked, at, lambda instant: _verdict(world, user, client, instant, open_sessions, waiting, known)
    )


def _verdict(  # noqa: PLR0913, PLR0917 - the parts of the question
    world: World,
    user: User | None,
    client: Client,
    at: datetime,
    open_sessions: int | None,
    waiting: Waiting,
    known: Entitlement | None,
) -> Verdict:
    rule_set = rule_set_of(world)
    requirement = None
    if user is not None:
        on_site = world.policy.on_site
        included = on_site and has_system(world, modules.SUBSCRIPTION, at)
        requirement = requirement_for(user.type, client, rule_set, on_site=on_site, mobile_included=included)
    package = package_facts(world, SUPEROFFICE, at)
    stop = stop_facts(world, SUPEROFFICE, at)
    others = [
        *user_known(user),
        *login_rights(user),
        *_type_fits(user, client, requirement),
        *no_login_events(world, user),
        *tampering(world, user),
        *other_database(world, user, client),
    ]
    clauses: tuple[Clause, ...] = ()
    lacking: tuple[Reason, ...] = ()
    access = _ServiceAccess(outcome=Outcome.ALLOWED)
    if user is not None and requirement is not None:
        held = entitlement_of(world, user.id, user.site, at, known)
        clauses = (evaluate(requirement, held.find),)
        # Without a package all licenses are missing, which is one reason and not many.
        if SUPEROFFICE in world.packages:
            lacking = tuple(unmet_reasons(*clauses))
        if client is Client.SERVICE:
            access = _service_access(world, held, open_sessions)
    blocked = reasons_of([*package, *others]) or lacking
    outcome = Outcome.DENIED if blocked else least(access.outcome, outcome_of_stop(world, user, stop))
    return Verdict(
        outcome=outcome,
        reasons=(*reasons_of([*package, *stop, *others]), *lacking, *reasons_of(access.facts)),
        warnings=(
            *phase_warnings(world, SUPEROFFICE, at),
            *_for_administrators(world, user, at, waiting),
            *access.warnings,
            *travel_warnings(world, user, client),
            *clock_warnings(world),
            *identity_warnings(world, at),
            *facts_warnings(world),
        ),
        rule_set=rule_set,
        notices=() if outcome is Outcome.DENIED else messages_of_the_day(world, user),
        clauses=(*clauses_of([*package, *stop, *others]), *clauses, *clauses_of(access.facts)),
    )


def _for_administrators(world: World, user: User | None, at: datetime, waiting: Waiting) -> Iterator[Reason]:
    """Yield the warnings that only an administrator can act on: dates of partners' packages, and what waits."""
    if user is not None and user.administrator:
        for owner in sorted(world.packages):
            if owner != SUPEROFFICE:
                yield from reasons_of(stop_facts(world, owner, at))
                yield from phase_warnings(world, owner, at)
        if world.waiting:
            yield from waiting(world, at)


def _type_fits(user: User | None, client: Client, requirement: Requirement | None) -> list[Fact]:
    if user is None:
        return []
    return [fact(ReasonCode.USER_TYPE_NOT_FOR_CLIENT, blocks=requirement is None, type=user.type, client=client)]


def _service_access(world: World, held: Entitlement, open_sessions: int | None) -> _ServiceAccess:
    """Return the best access to the Service client that *held* gives now.

    Source: design section 6, row SERVICE; domain 17.27.
    """
    facts: list[Fact] = []
    for option in SERVICE_LICENSES:
        row = find_row(world, option.license)
        if row is None or held.find(option.license) is None:
            continue
        named = {"license": str(option.license)}
        warnings: tuple[Reason, ...] = ()
        if option.simultaneous and not row.unrestricted:
            if open_sessions is None:
                warnings = (because(ReasonCode.SESSIONS_NOT_COUNTED, **named, total=row.quantity),)
            else:
                full = open_sessions >= row.quantity
                numbers = {"open": open_sessions, "total": row.quantity}
                facts.append(fact(ReasonCode.SESSIONS_IN_USE, blocks=full, **named, **numbers))
                if full:
                    continue
        if option.outcome is Outcome.READ_ONLY:
            facts.append(fact(ReasonCode.READ_ONLY_CLIENT, blocks=True, **named))
        return _ServiceAccess(outcome=option.outcome, facts=tuple(facts), warnings=warnings)
    return _ServiceAccess(outcome=Outcome.DENIED, facts=tuple(facts))


def administer(world: World, user: User | None, at: datetime) -> Decision:
    """Decide whether *user* may activate packages and repair the store.

    Packages, phases, seats, events and other tampered records do not matter, so
    that the first package can be activated and a tampered store repaired.

    Source: design section 6.
    """
    facts = user_known(user)
    if user is not None:
        # Where the stored row is gone, the flags are those that the host has passed.
        edited = (Table.USERS, user.id) in world.tampered and world.user(user.id) is not None
        facts += [
            fact(ReasonCode.LOGIN_NOT_ALLOWED, blocks=not user.may_log_in),
            fact(ReasonCode.NOT_ADMINISTRATOR, blocks=not user.administrator),
            fact(ReasonCode.TAMPERED, blocks=edited, record=str(Table.USERS)),
        ]
    reasons = reasons_of(facts)
    verdict = Verdict(
        outcome=Outcome.DENIED if reasons else Outcome.ALLOWED,
        reasons=reasons,
        warnings=facts_warnings(world),
        rule_set=rule_set_of(world),
        clauses=clauses_of(facts),
    )
    return answer(world, Question(topic=Topic.ADMINISTER), at, lambda _: verdict)

"""Blocking facts: what stands in the way besides missing licenses.

Rule 1: every fact is looked at, and all that block are reported together, in
the order of design section 6.

Rule 2: a fact that does not block is still a clause of the decision, so that
an explanation shows what was checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from superlicense.model.decision import Client, Outcome, Reason, ReasonCode, because
from superlicense.model.event import EventKind, EventScope, SystemEvent
from superlicense.model.fact import Table
from superlicense.model.package import Phase
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.answer import Fact
from superlicense.rules.entitlement import defects
from superlicense.rules.validity import dates_of, phase_at

__all__ = [
    "clock_warnings",
    "login_switches",
    "lower",
    "outcome_of_stop",
    "package_facts",
    "phase_warnings",
    "reaches",
    "stop_fact",
    "tampering",
    "user_known",
]

_TRAVEL_CLIENTS = (Client.TRAVEL, Client.REMOTE_TRAVEL)


def package_facts(world: World, owner: str) -> list[Fact]:
    """Look at the package of *owner*: there, made out to us, intact."""
    installed = world.package(owner)
    if installed is None:
        return [(ReasonCode.NO_PACKAGE, because(ReasonCode.NO_PACKAGE, owner=owner))]
    broken = {reason.code: reason for reason in defects(world, installed)}
    codes = (
        ReasonCode.OTHER_COMPANY,
        ReasonCode.OTHER_SERIAL_NUMBER,
        ReasonCode.OTHER_DATABASE,
        ReasonCode.TAMPERED,
    )
    return [(ReasonCode.NO_PACKAGE, None), *((code, broken.get(code)) for code in codes)]


def stop_fact(world: World, owner: str, at: datetime) -> Fact:
    """Look whether the package of *owner* is stopped at *at*."""
    installed = world.package(owner)
    if installed is None:
        return (ReasonCode.PACKAGE_STOPPED, None)
    dates = dates_of(world, installed)
    stopped = phase_at(dates, at) is Phase.STOPPED
    reason = because(ReasonCode.PACKAGE_STOPPED, owner=owner, stopped_at=dates.stops_at) if stopped else None
    return (ReasonCode.PACKAGE_STOPPED, reason)


def outcome_of_stop(world: World, user: User | None, stop: Fact) -> Outcome:
    """Say how far *stop*, as `stop_fact` of SUPEROFFICE gave it, lets *user* go.

    Internal users get `Policy.after_grace`, everybody else nothing (ADR 4).
    """
    if stop[1] is None:
        return Outcome.ALLOWED
    internal = user is not None and user.type is UserType.INTERNAL
    return world.policy.after_grace if internal else Outcome.DENIED


def lower(one: Outcome, other: Outcome) -> Outcome:
    """Give the outcome that grants less."""
    order = (Outcome.DENIED, Outcome.READ_ONLY, Outcome.ALLOWED)
    return min(one, other, key=order.index)


def clock_warnings(world: World) -> tuple[Reason, ...]:
    """Warn that the clock was turned back; it locks nobody out.

    Source: documents.md, "Clock".
    """
    return (because(ReasonCode.CLOCK_ROLLED_BACK, known=world.known_at()),) if world.clock_rolled_back else ()


def phase_warnings(world: World, owner: str, at: datetime) -> tuple[Reason, ...]:
    """Warn of the package of *owner* that expires soon, or is in grace."""
    installed = world.package(owner)
    if installed is None:
        return ()
    dates = dates_of(world, installed)
    match phase_at(dates, at):
        case Phase.WARNING:
            return (because(ReasonCode.PACKAGE_EXPIRES, owner=owner, expires_at=dates.expires_at),)
        case Phase.GRACE:
            return (
                because(
                    ReasonCode.PACKAGE_IN_GRACE,
                    owner=owner,
                    expired_at=dates.expires_at,
                    stops_at=dates.stops_at,
                ),
            )
        case _:
            return ()


def user_known(user: User | None) -> list[Fact]:
    """Look whether the user is known and has not left."""
    unknown = because(ReasonCode.UNKNOWN_USER) if user is None else None
    retired = because(ReasonCode.USER_RETIRED) if user is not None and user.retired else None
    return [(ReasonCode.UNKNOWN_USER, unknown), (ReasonCode.USER_RETIRED, retired)]


def login_switches(world: World, user: User | None, client: Client) -> list[Fact]:
    """Look at everything that is switched for a user: rights, events, database."""
    if user is None:
        return [(ReasonCode.NO_LOGIN_EVENT, _no_login(world, None))]
    asked = world.installation.site
    elsewhere = user.site != asked and not world.policy.allow_central_login
    travelling = user.on_travel and client not in _TRAVEL_CLIENTS and not world.policy.allow_central_login
    return [
        (
            ReasonCode.LOGIN_NOT_ALLOWED,
            None if user.may_log_in else because(ReasonCode.LOGIN_NOT_ALLOWED),
        ),
        (
            ReasonCode.AWAITING_APPROVAL,
            because(ReasonCode.AWAITING_APPROVAL) if user.awaiting_approval else None,
        ),
        (ReasonCode.NO_LOGIN_EVENT, _no_login(world, user)),
        (
            ReasonCode.OTHER_SITE,
            because(ReasonCode.OTHER_SITE, site=user.site, asked=asked) if elsewhere else None,
        ),
        (ReasonCode.ON_TRAVEL, because(ReasonCode.ON_TRAVEL) if travelling else None),
    ]


def _no_login(world: World, user: User | None) -> Reason | None:
    if user is not None and user.administrator and world.policy.administrators_bypass_no_login:
        return None
    for row in world.events.values():
        event = row.noun
        if event.kind is EventKind.NO_LOGIN and reaches(event, user, world.installation):
            return because(ReasonCode.NO_LOGIN_EVENT, event=event.id, message=event.message)
    return None


def reaches(event: SystemEvent, user: User | None, installation: Installation) -> bool:
    """Say whether *event* concerns *user* when they use *installation*.

    Somebody unknown is reached by what reaches everybody.

    Source: vendor table SystemEvent, column scope (domain 14).
    """
    match event.scope:
        case EventScope.ALL_DATABASES:
            return True
        case EventScope.DATABASE:
            return event.target in (None, installation.site)
        case EventScope.GROUP:
            return user is not None and event.target in user.groups
        case _:
            return user is not None and event.target == user.id


def tampering(world: World, user: User | None) -> list[Fact]:
    """Look whether somebody else wrote what concerns this user, or everybody.

    Source: documents.md, "Seals": a tampered user or assignment row blocks that
    user, a tampered head or installation row everybody. Packages are looked at
    by `package_facts`.
    """
    record = next(_records_of(world, user), None)
    reason = None if record is None else because(ReasonCode.TAMPERED, record=record)
    return [(ReasonCode.TAMPERED, reason)]


def _records_of(world: World, user: User | None) -> Iterator[str]:
    for table, key in sorted(world.tampered):
        if table in {"installation", "head"}:
            yield str(table)
        elif user is None:
            continue
        elif (table == Table.USERS and key == user.id) or (
            table == Table.ASSIGNMENTS and key.startswith(f"{user.id}\n")
        ):
            yield str(table)

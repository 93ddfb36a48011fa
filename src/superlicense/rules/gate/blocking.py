"""Blocking facts: what denies access besides missing licenses.

Rule 1: every fact is checked, and all that block are reported together, in the
order of design section 6.

Rule 2: a fact that does not block is still a clause of the decision, so that an
explanation lists everything that was checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from superlicense.model.decision import Client, Outcome
from superlicense.model.event import EventKind, EventScope, JobKind, SystemEvent
from superlicense.model.package import InstalledPackage, Phase
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import CENTRAL, Installation
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.answer import Fact, fact
from superlicense.rules.gate.entitlement import defects
from superlicense.rules.gate.identity import IDENTITY_RECORD, former_warnings, identity_of
from superlicense.rules.gate.validity import dates_of, phase_at, revocations_of

__all__ = [
    "clock_warnings",
    "exempt_from_no_login",
    "facts_warnings",
    "login_rights",
    "messages_of_the_day",
    "no_login_events",
    "other_database",
    "outcome_of_stop",
    "package_facts",
    "phase_warnings",
    "reaches",
    "running",
    "stop_facts",
    "tampering",
    "travel_warnings",
    "user_known",
]

_TRAVEL_CLIENTS = (Client.TRAVEL, Client.REMOTE_TRAVEL)
_TRAVEL_EVENTS = (EventKind.NO_TRAVEL, JobKind.PROTOTYPE_REBUILD)
_DEFECTS = (
    ReasonCode.OTHER_COMPANY,
    ReasonCode.OTHER_SERIAL_NUMBER,
    ReasonCode.OTHER_DATABASE,
    ReasonCode.UNSIGNED_NOT_ACCEPTED,
    ReasonCode.TAMPERED,
)


def package_facts(world: World, owner: str, at: datetime) -> list[Fact]:
    """Check the package of *owner*: installed, issued to this installation, accepted, not tampered with."""
    installed = world.package(owner)
    missing = fact(ReasonCode.NO_PACKAGE, blocks=installed is None, owner=owner)
    if installed is None:
        return [missing]
    broken = {reason.code: reason for reason in defects(world, installed, at)}
    checked = _DEFECTS if identity_of(world) is None else (ReasonCode.IDENTITY_EXPIRED, *_DEFECTS)
    return [missing, *((code, broken.get(code)) for code in checked)]


def stop_facts(world: World, owner: str, at: datetime) -> list[Fact]:
    """Check whether the package of *owner* is stopped at *at*, and what revoked it.

    Returns:
        Whether it is stopped, first; if it is and is revoked, a fact for each
        revoked key and for the digest.
    """
    installed = world.package(owner)
    if installed is None:
        return [fact(ReasonCode.PACKAGE_STOPPED, blocks=False)]
    dates = dates_of(world, installed)
    stopped = phase_at(dates, at) is Phase.STOPPED
    found = [fact(ReasonCode.PACKAGE_STOPPED, blocks=stopped, owner=owner, stopped_at=dates.stops_at)]
    if stopped:
        found += [(reason.code, reason) for reason in revocations_of(world, installed, at)]
    return found


def outcome_of_stop(world: World, user: User | None, stop: Sequence[Fact]) -> Outcome:
    """Return the outcome that *stop*, the `stop_facts` of SUPEROFFICE, leave to *user*.

    It is `Policy.after_grace` for internal users and DENIED for others (ADR 4).
    """
    if stop[0][1] is None:
        return Outcome.ALLOWED
    internal = user is not None and user.type is UserType.INTERNAL
    return world.policy.after_grace if internal else Outcome.DENIED


def clock_warnings(world: World) -> tuple[Reason, ...]:
    """Return a warning if the clock was turned back, which does not block.

    Source: documents.md, "Clock".
    """
    return (because(ReasonCode.CLOCK_ROLLED_BACK, known=world.known_at()),) if world.clock_rolled_back else ()


def facts_warnings(world: World) -> tuple[Reason, ...]:
    """Return a warning if the facts are the last known ones, because the store cannot be read.

    Source: design section 12, "The last known answer".
    """
    known = world.not_refreshed
    return () if known is None else (because(ReasonCode.FACTS_NOT_REFRESHED, since=known.since),)


def phase_warnings(world: World, owner: str, at: datetime) -> tuple[Reason, ...]:
    """Return a warning if the package of *owner* expires soon or is in grace, and what revoked it.

    One that was issued to a former identity of the installation has a warning, too.
    """
    installed = world.package(owner)
    if installed is None:
        return ()
    return (*_phase_warnings(world, installed, owner, at), *former_warnings(world, installed, at))


def _phase_warnings(world: World, installed: InstalledPackage, owner: str, at: datetime) -> tuple[Reason, ...]:
    dates = dates_of(world, installed)
    match phase_at(dates, at):
        case Phase.WARNING if dates.expires_at is None:
            return (because(ReasonCode.PACKAGE_EXPIRES, owner=owner),)
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
                *revocations_of(world, installed, at),
            )
        case _:
            return ()


def user_known(user: User | None) -> list[Fact]:
    """Check that the user is known and not retired."""
    return [
        fact(ReasonCode.UNKNOWN_USER, blocks=user is None),
        fact(ReasonCode.USER_RETIRED, blocks=user is not None and user.retired),
    ]


def login_rights(user: User | None) -> list[Fact]:
    """Check the flags of the user card; an unknown user has none."""
    if user is None:
        return []
    return [
        fact(ReasonCode.LOGIN_NOT_ALLOWED, blocks=not user.may_log_in),
        fact(ReasonCode.AWAITING_APPROVAL, blocks=user.awaiting_approval),
    ]


def no_login_events(world: World, user: User | None) -> list[Fact]:
    """Check for running No Login events that reach *user*.

    Returns:
        A blocking fact for each, or one fact that does not block.

    Source: domain 14 and 17.17; design section 6: administrators may be exempt
    (policy).
    """
    exempt = exempt_from_no_login(world, user)
    running = (row.noun for row in world.events.values() if not exempt and row.noun.kind is EventKind.NO_LOGIN)
    blocking = [
        fact(ReasonCode.NO_LOGIN_EVENT, blocks=True, event=event.id, message=event.message)
        for event in running
        if reaches(event, user, world.installation)
    ]
    return blocking or [fact(ReasonCode.NO_LOGIN_EVENT, blocks=False)]


def travel_warnings(world: World, user: User | None, client: Client) -> tuple[Reason, ...]:
    """Return a warning for each running event that makes Travel unavailable to *user*, who logs in with it.

    Source: domain 14, "No Travel" and "PrototypeRebuild"; only No Login blocks.
    """
    if client not in _TRAVEL_CLIENTS:
        return ()
    return tuple(
        because(ReasonCode.NO_TRAVEL_EVENT, event=event.id, message=event.message)
        for event in running(world)
        if event.kind in _TRAVEL_EVENTS and reaches(event, user, world.installation)
    )


def running(world: World) -> tuple[SystemEvent, ...]:
    """Return the running events, in the order they started."""
    rows = sorted(world.events.values(), key=lambda row: (row.noun.started_at, row.sequence))
    return tuple(row.noun for row in rows)


def messages_of_the_day(world: World, user: User | None) -> tuple[SystemEvent, ...]:
    """Return the messages to show *user* at login; none to an unknown user.

    Source: domain 14, "Message of the Day".
    """
    if user is None:
        return ()
    return tuple(
        event
        for event in running(world)
        if event.kind is EventKind.MESSAGE_OF_THE_DAY and reaches(event, user, world.installation)
    )


def exempt_from_no_login(world: World, user: User | None) -> bool:
    """Return whether No Login events do not apply to *user*."""
    return user is not None and user.administrator and world.policy.administrators_bypass_no_login


def reaches(event: SystemEvent, user: User | None, installation: Installation) -> bool:
    """Return whether *event* reaches *user* in *installation*.

    An unknown user is reached by events that reach all users.

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
    """Check for tampered records that block this user, or all users.

    Source: documents.md, "Seals": a tampered user or assignment row blocks that
    user, a tampered head, installation or identity all users. Packages are checked by
    `package_facts`.
    """
    record = next(_records_of(world, user), None)
    return [fact(ReasonCode.TAMPERED, blocks=record is not None, record=record)]


def _records_of(world: World, user: User | None) -> Iterator[str]:
    for table, key in sorted(world.tampered):
        if table in {"installation", "head"} or (table, key) == IDENTITY_RECORD:
            yield str(table)
        elif user is None:
            continue
        elif (table == Table.USERS and key == user.id) or (
            table == Table.ASSIGNMENTS and key.startswith(f"{user.id}\n")
        ):
            yield str(table)


def other_database(world: World, user: User | None, client: Client) -> list[Fact]:
    """Check whether *user* belongs to another database or works in a Travel database.

    `Policy.allow_central_login` opens the central database to them, and never
    the database of another satellite.

    Source: design section 6; domain 6, "Other login blockers".
    """
    if user is None:
        return []
    asked = world.installation.site
    strict = not world.policy.allow_central_login or asked != CENTRAL
    elsewhere = strict and user.site != asked
    traveling = strict and user.on_travel and client not in _TRAVEL_CLIENTS
    return [
        fact(ReasonCode.OTHER_SITE, blocks=elsewhere, site=user.site, asked=asked),
        fact(ReasonCode.ON_TRAVEL, blocks=traveling),
    ]

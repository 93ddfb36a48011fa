"""Forecasting: when an answer changes if no fact changes, and the first login that fails.

Rule 1: an answer changes by itself only at the boundaries that also end the
validity of a decision (`superlicense.rules.gate.validity.boundaries`). It is asked
again at each of them; nothing is known here of what a date means.

Rule 2: users who are alike get the same answer, so each login is asked once for
all of them.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import datetime, timedelta

from superlicense.model.decision import Client, Decision
from superlicense.model.forecast import Cause, DeniedLogins, FirstDenial, Turn
from superlicense.model.reason import Reason
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.gate.entitlement import Entitlement
from superlicense.rules.gate.login import login
from superlicense.rules.gate.validity import boundaries
from superlicense.rules.packages.dates import package_dates

__all__ = ["cause_at", "first_denial", "forecast"]

_MICROSECOND = timedelta(microseconds=1)


def forecast(
    world: World, decide: Callable[[datetime], Decision], since: datetime, until: datetime
) -> tuple[Turn, ...]:
    """Return every change of an answer after *since* and before *until*, in order.

    Args:
        world: The world, which stays as it is.
        decide: Answers the question at an instant.
        since: The instant of the first answer.
        until: The end, exclusive.
    """
    found: list[Turn] = []
    before = decide(since)
    for at in _boundaries(world, since, until):
        after = decide(at)
        if _said(after) != _said(before):
            found.append(Turn(at=at, before=before, after=after, cause=cause_at(world, at)))
            before = after
    return tuple(found)


def first_denial(world: World, since: datetime, until: datetime) -> FirstDenial | None:
    """Return the first login of any user that succeeds at *since* and fails before *until*; `None` if none does."""
    profiles = _profiles(world)
    allowed = {place: _logins(world, users[0], since, Client) for place, users in enumerate(profiles)}
    asked = {place: [client for client, one in logins.items() if one.allowed] for place, logins in allowed.items()}
    for at in _boundaries(world, since, until):
        denied: dict[tuple[Client, tuple[Reason, ...]], list[str]] = {}
        for place, clients in asked.items():
            for client, decision in _logins(world, profiles[place][0], at, clients).items():
                if not decision.allowed:
                    denied.setdefault((client, decision.reasons), []).extend(user.id for user in profiles[place])
        if denied:
            logins = (
                DeniedLogins(client=client, reasons=reasons, users=tuple(sorted(users)))
                for (client, reasons), users in denied.items()
            )
            in_order = sorted(logins, key=lambda one: (list(Client).index(one.client), one.users))
            return FirstDenial(at=at, logins=tuple(in_order), cause=cause_at(world, at))
    return None


def cause_at(world: World, at: datetime) -> Cause:
    """Return what changes an answer at *at* if no fact changes."""
    return Cause(at=at, dates=package_dates(world, at, at + _MICROSECOND))


def _boundaries(world: World, since: datetime, until: datetime) -> Iterator[datetime]:
    return (at for at in boundaries(world) if since < at < until)


def _said(decision: Decision) -> tuple[object, ...]:
    return decision.outcome, decision.reasons, decision.warnings


def _profiles(world: World) -> list[list[User]]:
    """Return the users of *world*, those who are alike together."""
    events = targeted_events(world)
    profiles: dict[Hashable, list[User]] = {}
    for row in world.users.values():
        profiles.setdefault(alike(world, row.noun, events), []).append(row.noun)
    return list(profiles.values())


def _logins(world: World, user: User, at: datetime, clients: type[Client] | list[Client]) -> dict[Client, Decision]:
    held = Entitlement(world, world.held_by(user.id), user.site, at)
    return {client: login(world, user, client, at, known=held) for client in clients}

"""Who may: the answer of every user to one question, and every answer of one user.

Rule 1: users who are alike get the same answer, so the question is asked once for
all of them.

Rule 2: a licensed feature is whatever a package in force has a row for that is
not a user license.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import datetime

from superlicense.model.decision import Access, Client, Decision, Outcome, Question
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.reason import Reason
from superlicense.model.user import User
from superlicense.model.who import Abilities, Who, WhoGroup
from superlicense.model.world import World
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.gate.entitlement import Entitlement
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login

__all__ = ["abilities", "licensed_features", "who"]


def who(world: World, asked: Question, decide: Callable[[User], Decision]) -> Who:
    """Return the answer of every user of *world*.

    Args:
        world: The world.
        asked: The question.
        decide: Answers it for one user; called once for users who are alike.
    """
    events = targeted_events(world)
    profiles: dict[Hashable, list[str]] = {}
    for user_id, row in world.users.items():
        profiles.setdefault(alike(world, row.noun, events), []).append(user_id)
    groups: dict[tuple[Outcome, tuple[Reason, ...]], list[str]] = {}
    for users in profiles.values():
        decision = decide(world.users[users[0]].noun)
        groups.setdefault((decision.outcome, decision.reasons), []).extend(users)
    ordered = sorted(groups.items(), key=lambda group: (-group[0][0].rank, -len(group[1]), min(group[1])))
    return Who(
        asked=asked,
        groups=tuple(
            WhoGroup(outcome=outcome, reasons=reasons, users=tuple(sorted(users)))
            for (outcome, reasons), users in ordered
        ),
    )


def abilities(world: World, user: User | None, user_id: str, at: datetime) -> Abilities:
    """Return what *user* may do at *at*: every client, and every licensed feature.

    Args:
        world: The world.
        user: The user; `None` if *user_id* is unknown.
        user_id: The id that was asked about.
        at: When.
    """
    held = None if user is None else Entitlement(world, world.held_by(user.id), user.site, at)
    logins = {client: login(world, user, client, at, known=held) for client in Client}
    edits = {str(name): feature(world, user, name, Access.EDIT, at, known=held) for name in licensed_features(world)}
    dates = [one.valid_until for one in (*logins.values(), *edits.values()) if one.valid_until is not None]
    return Abilities(
        user=user_id,
        clients=_outcomes(logins),
        features=_outcomes(edits),
        valid_until=min(dates, default=None),
    )


def licensed_features(world: World) -> Iterator[LicenseName]:
    """Yield the name of every licensed feature, by owner, in the order of the package."""
    for owner in sorted(world.packages):
        for row in world.packages[owner].noun.package.licenses:
            if row.scope is not LicenseScope.USER:
                yield row.name


def _outcomes(decisions: Mapping[Client, Decision] | Mapping[str, Decision]) -> dict[str, Outcome]:
    return {str(name): decision.outcome for name, decision in decisions.items()}

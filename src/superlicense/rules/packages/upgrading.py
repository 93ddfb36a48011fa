"""Upgrading: whether maintenance covers an upgrade, and when to ask for a newer package.

Rule 1: maintenance never blocks a login; it only determines whether an upgrade
of the product may be installed (domain 7).

Rule 2: without a date, maintenance never ends and a check is never due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from superlicense.model.decision import Decision, Outcome, Question, Topic
from superlicense.model.license import SUPEROFFICE
from superlicense.model.reason import ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.answer import Fact, clauses_of, reasons_of
from superlicense.rules.gate.blocking import package_facts
from superlicense.rules.gate.entitlement import rule_set_of
from superlicense.rules.gate.validity import maintenance_covers

__all__ = ["checks_due", "upgrade"]


def upgrade(world: World, at: datetime) -> Decision:
    """Decide whether the product may be upgraded at *at*.

    Source: vendor table ModuleOwner, column maintenanceTo (domain 2.1).
    """
    installed = world.package(SUPEROFFICE)
    facts: list[Fact] = [*package_facts(world, SUPEROFFICE, at)]
    until = None
    if installed is not None:
        until = installed.package.validity.maintenance_until
        ended = not maintenance_covers(installed, at)
        reason = because(ReasonCode.MAINTENANCE_ENDED, owner=SUPEROFFICE, ended_at=until) if ended else None
        facts.append((ReasonCode.MAINTENANCE_ENDED, reason))
    reasons = reasons_of(facts)
    return Decision(
        outcome=Outcome.DENIED if reasons else Outcome.ALLOWED,
        asked=Question(topic=Topic.UPGRADE),
        reasons=reasons,
        valid_until=until if until is not None and at < until else None,
        rule_set=rule_set_of(world),
        clauses=clauses_of(facts),
    )


def checks_due(world: World) -> Mapping[str, datetime]:
    """Return when each owner's issuer should next be asked, by owner; owners without a date are left out."""
    dates = {owner: row.noun.package.validity.next_check_at for owner, row in world.packages.items()}
    return {owner: due_at for owner, due_at in dates.items() if due_at is not None}

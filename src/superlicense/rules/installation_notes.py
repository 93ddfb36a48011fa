"""Installation notes: what an administrator should know of an installation, on the Status tab and in `Health`.

Rule 1: problems of packages come first, then those of records and users, then
what waits, then the clock, the identity and the age of the facts.

Source: design sections 5, 7, 8, 9 and 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from superlicense.model.license import SUPEROFFICE
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.rules.gate.answer import reasons_of
from superlicense.rules.gate.blocking import (
    clock_warnings,
    facts_warnings,
    package_facts,
    phase_warnings,
    stop_facts,
)
from superlicense.rules.gate.identity import identity_warnings
from superlicense.rules.look_alikes import look_alikes
from superlicense.rules.packages.waiting import waiting_reasons
from superlicense.rules.seats.plans import two_plans

__all__ = ["installation_notes", "owners_of", "package_notes"]


def installation_notes(
    world: World, at: datetime, *, differing: tuple[str, ...] = (), administrator: bool = True
) -> tuple[Reason, ...]:
    """Return what is to be known of *world* at *at*.

    Args:
        world: The world.
        at: When.
        differing: Meters whose terms are not those that the host passes.
        administrator: Whether it is for a person who can activate what waits.
    """
    return tuple(_notes(world, at, differing, administrator=administrator))


def _notes(world: World, at: datetime, differing: tuple[str, ...], *, administrator: bool) -> Iterator[Reason]:
    for owner in owners_of(world):
        yield from package_notes(world, owner, at)
    for record in sorted({str(table) for table, _ in world.tampered} - {str(Table.PACKAGES)}):
        yield because(ReasonCode.TAMPERED, record=record)
    for users in look_alikes(world):
        yield because(ReasonCode.IDS_LOOK_ALIKE, users=users)
    if differing:
        yield because(ReasonCode.TERMS_DIFFER, meters=differing)
    for owner, users in two_plans(world).items():
        yield because(ReasonCode.TWO_PLANS, owner=owner, users=users)
    if administrator:
        yield from waiting_reasons(world, at)
    yield from clock_warnings(world)
    yield from identity_warnings(world, at)
    yield from facts_warnings(world)


def owners_of(world: World) -> tuple[str, ...]:
    """Return SUPEROFFICE, and the other owners of packages in force or waiting by name."""
    others = sorted({*world.packages, *world.waiting} - {SUPEROFFICE})
    return (SUPEROFFICE, *others)


def package_notes(world: World, owner: str, at: datetime) -> tuple[Reason, ...]:
    """Return the problems of the package in force of *owner*."""
    found = reasons_of([*package_facts(world, owner, at), *stop_facts(world, owner, at)])
    return (*found, *phase_warnings(world, owner, at))

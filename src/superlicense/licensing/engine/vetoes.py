"""Proposals: what a write asks for, who asks, and what the host has against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.model.change import ActivatePackage, Change, ChangePlan, Release
from superlicense.model.license import LicenseName
from superlicense.model.world import World
from superlicense.ports import SeatVeto
from superlicense.rules.apply import VetoesOf, no_vetoes
from superlicense.rules.seats.assigning import released_by, vetoable_releases

__all__ = ["Proposal", "check_author", "vetoes_of"]

Proposal = Callable[[World, datetime], Iterable[Change]]
"""Gives the changes that are wanted, once the world and the instant of the write
are known. It is asked again where another writer came in between."""

# As long as an id of the model may be.
_LONGEST_NAME: Final = 254


def check_author(by: object) -> None:
    """Refuse what names nobody.

    Raises:
        InvalidValueError: *by* is no printable text of 1 to 254 characters
            without space around it.
    """
    if not isinstance(by, str) or not 1 <= len(by) <= _LONGEST_NAME:
        raise InvalidValueError("by", by, f"must be a text of 1 to {_LONGEST_NAME} characters")
    if not by.isprintable() or by != by.strip():
        raise InvalidValueError("by", by, "must be printable, without space around it")


def vetoes_of(veto: SeatVeto | None) -> VetoesOf:
    """Return what asks *veto* about the releases of one change; nothing is objected to without one."""
    return no_vetoes if veto is None else partial(_objections, veto)


def _objections(veto: SeatVeto, world: World, change: Change) -> dict[tuple[str, str], str]:
    """Ask the host about everything that *change* would release."""
    asked = ((holder, name, veto(holder, name)) for holder, name in _releases(world, change))
    return {(holder, str(name)): str(objection) for holder, name, objection in asked if objection}


def _releases(world: World, change: Change) -> list[tuple[str, LicenseName]]:
    if isinstance(change, ChangePlan):
        return [(change.holder, name) for name in vetoable_releases(world, change)]
    if isinstance(change, ActivatePackage):
        moved = [(move.holder, move.old) for move in change.plan_moves]
        return [*(taken for release in change.releases for taken in _taken(world, release)), *moved]
    return _taken(world, change) if isinstance(change, Release) else []


def _taken(world: World, release: Release) -> list[tuple[str, LicenseName]]:
    """Give what *release* would take, of everybody it cascades to."""
    return [(holder, name) for holder, names in released_by(world, release).items() for name in names]

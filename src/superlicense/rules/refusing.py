"""Refusing: what every reason of a refused change says, whatever rule it comes from.

Rule 1: every reason names the ``holder`` or the ``site`` that the change is about
and, in a batch, the ``place`` of the change. A reason that already names another
holder keeps it.

Rule 2: where a batch would succeed with the changes that give up seats first, the
reasons that seats are short say so: ``hint`` is ``releases_first``.

Source: design section 7, "Every refusal of a command".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from attrs import evolve

from superlicense.model.change import (
    Assign,
    Change,
    ChangePlan,
    ForgetUser,
    Refusal,
    Release,
    Retire,
    SaveSite,
    SaveUser,
)
from superlicense.model.license import LicenseScope
from superlicense.model.reason import ReasonCode
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.seating import qualifies_for_seat
from superlicense.rules.step import about

__all__ = ["gives_up_seats", "needs_seats", "place_in", "subject_of", "with_hint"]

_SEATS_SHORT: Final = frozenset({ReasonCode.NO_SEAT_LEFT, ReasonCode.SEATS_EXCEED_TOTAL, ReasonCode.HELD_LICENSE_GONE})
_HINT: Final = MappingProxyType({"hint": "releases_first"})


def subject_of(world: World, change: Change) -> dict[str, object]:
    """Return the parameter that names whom *change* is about; empty if it is about no user or site."""
    if isinstance(change, SaveUser):
        return {"holder": change.user.id}
    if isinstance(change, Retire | ForgetUser):
        return {"holder": change.user}
    if isinstance(change, SaveSite):
        return {"site": change.site.id}
    if isinstance(change, Assign | Release | ChangePlan):
        row = find_row(world, change.license)
        for_site = row is not None and row.scope is LicenseScope.SITE
        return {"site" if for_site else "holder": change.holder}
    return {}


def place_in(batch: Sequence[Change], place: int) -> dict[str, int]:
    """Return the parameter that names the *place* of a change; empty if it is alone."""
    return {"place": place} if len(batch) > 1 else {}


def gives_up_seats(change: Change) -> bool:
    """Return whether *change* only gives up seats, so that it may come first in a batch."""
    if isinstance(change, SaveUser):
        return not qualifies_for_seat(change.user)
    return isinstance(change, Release | Retire)


def needs_seats(refusals: Iterable[Refusal]) -> bool:
    """Return whether any of *refusals* is about seats that are short."""
    return any(reason.code in _SEATS_SHORT for refusal in refusals for reason in refusal.reasons)


def with_hint(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """Return *refusals* with the hint to put releases first."""
    return tuple(
        evolve(
            refusal,
            reasons=tuple(
                reason if reason.code not in _SEATS_SHORT else about((reason,), _HINT)[0] for reason in refusal.reasons
            ),
        )
        for refusal in refusals
    )

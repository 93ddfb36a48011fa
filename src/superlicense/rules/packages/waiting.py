"""Waiting packages: what tells administrators that a renewal waits, and why.

Rule 1: the reasons are those that refuse the activation now, as in the preview.
Seats released since the package was received are taken into account.

Source: design section 6; domain section 8, "Why automatic update fails".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from superlicense.model.change import ActivatePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.checks import document_refusals
from superlicense.rules.step import Step

__all__ = ["waiting_changes", "waiting_reasons", "waiting_warnings"]

_NO_VETOES: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


def waiting_warnings(world: World, at: datetime) -> tuple[Reason, ...]:
    """Return a warning for each package that waits, with the licenses that prevent its activation.

    A package whose record was tampered with is left out.
    """
    return tuple(
        because(ReasonCode.PACKAGE_WAITING, owner=owner, licenses=_licenses(_blocking(world, change, at)))
        for owner, change in waiting_changes(world)
    )


def waiting_reasons(world: World, at: datetime, only: str | None = None) -> tuple[Reason, ...]:
    """Return the same for a screen: each warning is followed by what prevents the activation at *at*.

    Args:
        world: The world.
        at: When.
        only: The owner of the package; all owners if `None`.
    """
    found: list[Reason] = []
    for owner, change in waiting_changes(world):
        if only not in (None, owner):
            continue
        blocking = _blocking(world, change, at)
        found.append(because(ReasonCode.PACKAGE_WAITING, owner=owner, licenses=_licenses(blocking)))
        found += document_refusals(world, change, at)
        found += blocking
    return tuple(found)


def waiting_changes(world: World) -> Iterator[tuple[str, ActivatePackage]]:
    """Yield what would activate each package that waits, by owner; none whose record was tampered with."""
    for owner in sorted(world.waiting):
        if (Table.WAITING_PACKAGES, owner) not in world.tampered:
            row = world.waiting[owner]
            yield (
                owner,
                ActivatePackage(
                    package=row.noun.package,
                    document=row.document,
                    digest=row.noun.digest,
                    signed_by=row.noun.signed_by,
                    root_version=row.noun.root_version,
                ),
            )


def _blocking(world: World, change: ActivatePackage, at: datetime) -> list[Reason]:
    _, reasons = enact(Step(world, at, "preview", _NO_VETOES), change)
    return reasons


def _licenses(reasons: list[Reason]) -> tuple[str, ...]:
    named = (reason.params.get("license") for reason in reasons)
    return tuple(dict.fromkeys(name for name in named if name is not None))

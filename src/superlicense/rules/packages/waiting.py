"""Waiting packages: what tells administrators that a renewal waits, and why.

Rule 1: the reasons are those that refuse the activation now, as in the preview.
Seats released since the package was received are taken into account.

Source: design section 6; domain section 8, "Why automatic update fails".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from superlicense.errors import RefusedError
from superlicense.model.change import ActivatePackage
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Row, Table
from superlicense.model.world import World
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.checks import check_issue, document_refusals
from superlicense.rules.step import Step

__all__ = ["waiting_warnings"]

_NO_VETOES: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


def waiting_warnings(world: World, at: datetime) -> tuple[Reason, ...]:
    """Return a warning for each package that waits at *at*, followed by what prevents its activation.

    A package whose record was tampered with is left out.
    """
    found: list[Reason] = []
    for owner in sorted(world.waiting):
        if (Table.WAITING_PACKAGES, owner) not in world.tampered:
            found += (because(ReasonCode.PACKAGE_WAITING, owner=owner), *_preventing(world, world.waiting[owner], at))
    return tuple(found)


def _preventing(world: World, row: Row[InstalledPackage], at: datetime) -> list[Reason]:
    kept = row.noun
    change = ActivatePackage(
        package=kept.package,
        document=row.document,
        digest=kept.digest,
        signed_by=kept.signed_by,
        root_version=kept.root_version,
    )
    refused = list(document_refusals(world, change, at))
    if refused:
        return refused
    try:
        check_issue(world, change.package, change.digest, unsigned=False)
    except RefusedError as error:
        return list(error.reasons)
    _, reasons = enact(Step(world, at, "preview", _NO_VETOES), change)
    return reasons

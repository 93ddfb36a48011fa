"""Applying: a batch of changes whose documents are verified inside its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from attrs import evolve

from superlicense.errors import RefusedError
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.model.change import ActivatePackage, Change, ChangeInstallation, InstallRoot, KeepPackageWaiting
from superlicense.model.reason import ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.apply import Applied
from superlicense.rules.refusing import place_in

__all__ = ["apply_documented"]

_DOCUMENTED = (ActivatePackage, KeepPackageWaiting, InstallRoot, ChangeInstallation)


def apply_documented(
    engine: Engine,
    changes: Iterable[Change],
    *,
    by: str,
    at: datetime | None,
    guard: Callable[[World], None] | None = None,
) -> Applied:
    """Carry out *changes*, all or nothing; what a document says is read from its bytes alone.

    *guard* is called with the newest world, in the transaction.

    Raises:
        RefusedError: a change is refused, or has no bytes and needs them.
        SuperlicenseError: a document is refused.
    """
    is_pinned = engine.checks.stored_documents.trust is not None
    wanted = list(_unread(changes))
    without = [
        because(ReasonCode.UNSIGNED_DOCUMENT, change=type(change).__name__, **place_in(wanted, place))
        for place, change in enumerate(wanted)
        if isinstance(change, _DOCUMENTED) and change.document is None and _needs(change, is_pinned=is_pinned)
    ]
    if without:
        raise RefusedError(without)
    documented = any(isinstance(change, _DOCUMENTED) and change.document is not None for change in wanted)

    def propose(write: OpenWrite) -> Iterable[Change]:
        if guard is not None:
            guard(write.world)
        if not documented:
            return wanted
        documents = engine.documents(write.world, write.now)
        verified = tuple(documents.verified(wanted))
        if documents.rebased:
            write.correct_clock(documents.world)
        return verified

    return engine.writer.propose(propose, by=by, at=at)


def _unread(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield *changes* without what a caller says of the package that a change of the installation brings."""
    for change in changes:
        yield evolve(change, activation=None) if isinstance(change, ChangeInstallation) else change


def _needs(change: Change, *, is_pinned: bool) -> bool:
    return is_pinned or not isinstance(change, ChangeInstallation)

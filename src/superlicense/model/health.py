"""Health: whether an instance can answer, and from how old facts."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason

__all__ = ["Health"]


@frozen(kw_only=True)
class Health(PlainNoun):
    """Whether an instance can answer, as it knows without asking the store.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 28, 18, 40, tzinfo=UTC)
    >>> Health(ready=True, revision=(3, "c0ffee"), looked_at=at).to_dict()["looked_at"]
    '2026-11-28T18:40:00Z'

    Attributes:
        ready: Whether questions are answered: from fresh facts, or from the last
            known ones within `Policy.stale_grace`.
        revision: The revision of the facts that it answers from.
        looked_at: As of when they are: the beginning of the newest look at the store
            that succeeded; now for a store in memory.
        stale_since: When they became older than `Policy.max_staleness` without a
            look that succeeded; `None` while they are fresh, and where nothing was
            asked since.
        error: Code of the error that the newest look failed with; `None` if it
            succeeded. It is never a text of the database.
        notes: What an administrator should know, as on the Status tab, and that there
            are users and none may administer (``no_administrator``); each reason with
            a code.
    """

    ready: bool
    revision: tuple[int, str]
    looked_at: datetime
    stale_since: datetime | None = None
    error: str | None = None
    notes: tuple[Reason, ...] = ()

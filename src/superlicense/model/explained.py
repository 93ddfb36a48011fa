"""Explained changes: why an answer is no longer what it was, and who did it.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from superlicense.model.answer import Answer
from superlicense.model.decision import Clause, Decision
from superlicense.model.forecast import Cause
from superlicense.model.journal import JournalEntry

__all__ = ["Explained"]


@frozen(kw_only=True)
class Explained(Answer):
    """The answers to one question at two instants, and what lies between them.

    Attributes:
        then: The first instant.
        now: The second instant.
        before: The answer at *then*.
        after: The answer at *now*.
        changed: The conditions whose truth differs, as they are at *now*; one that
            only the first answer has as it was at *then*.
        entries: The journal entries that changed the truth of a condition, in order,
            each with who made it.
        cause: The latest date that changed the truth of a condition; `None` if no
            date did.
    """

    then: datetime
    now: datetime
    before: Decision
    after: Decision
    changed: tuple[Clause, ...] = ()
    entries: tuple[JournalEntry, ...] = ()
    cause: Cause | None = None

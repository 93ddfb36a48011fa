"""The head of a sealed store: whether it is ours, and whether what is stored is what it counts.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from typing import Final

from superlicense.errors import StoreUnavailableError
from superlicense.licensing.integrity.following import check_known
from superlicense.licensing.integrity.integrity_state import IntegrityState
from superlicense.licensing.integrity.missing_tables import what_is_there
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.world import TamperedRecord
from superlicense.ports import Mark, Reading, Revision

__all__ = ["HEAD", "INSTALLATION", "mark_of", "read_head"]

HEAD: Final[TamperedRecord] = ("head", "")
INSTALLATION: Final[TamperedRecord] = ("installation", "")
_EMPTY: Final = Head(Revision(0, ""), Mark(None, 0, 0), {}, None)


def mark_of(view: Reading) -> Mark | None:
    """Return how far the records go, `None` where the store cannot read it."""
    try:
        return view.mark
    except StoreUnavailableError:
        return None


def read_head(view: Reading, seals: Seals) -> tuple[IntegrityState, bool]:
    """Read the head of *view*.

    Returns:
        What is known by it, and whether the rows are as many as it counts;
        true where there is no head to compare them with.

    Raises:
        StoreNewerError: the head counts what only a newer version can have written.
    """
    counts = dict(what_is_there(view).facts.counts())
    mark, written = mark_of(view), view.head
    if written is None and (mark, view.revision.number, counts) == (_EMPTY.mark, 0, _EMPTY.counts):
        return IntegrityState(head=_EMPTY, mark=mark), True
    head = None if written is None else seals.read_head(written)
    if head is None:
        return IntegrityState(written, None, mark, frozenset({HEAD})), True
    check_known(head)
    if (head.revision, head.mark) != (view.revision, mark):
        return IntegrityState(written, head, mark, frozenset({INSTALLATION})), head.counts == counts
    return IntegrityState(written, head, mark), head.counts == counts

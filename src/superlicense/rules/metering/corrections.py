"""Corrections: which events of a log are originals, and what the newest corrections say of them.

The newest correction of an event counts, and that is the last one that was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

from superlicense.model.usage import UsageEvent, UsageEventKey

__all__ = ["originals_and_corrections"]


def originals_and_corrections(
    events: Iterable[UsageEvent],
) -> tuple[dict[UsageEventKey, UsageEvent], dict[UsageEventKey, int]]:
    """Return the originals among *events*, and the quantity of the newest correction of each that was corrected.

    Args:
        events: Originals and corrections, corrections in the order in which they
            were accepted. A correction may come without its original.
    """
    originals: dict[UsageEventKey, UsageEvent] = {}
    corrected: dict[UsageEventKey, int] = {}
    for event in events:
        if event.corrects is None:
            originals[event.source, event.id] = event
        else:
            corrected[event.source, event.corrects] = event.quantity
    return originals, corrected

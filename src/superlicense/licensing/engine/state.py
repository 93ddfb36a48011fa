"""The state: the snapshot that questions are answered from, and what is known of the stored records behind it.

It is the only mutable object that threads share. `WorldCache` brings it up to
date; `Writer` writes upon it; neither keeps a copy.
"""

from __future__ import annotations

from threading import Lock

from superlicense.licensing.clock import FAR_FUTURE, FAR_PAST
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.integrity.integrity_state import IntegrityState
from superlicense.ports import Heartbeat, Revision

__all__ = ["State"]


class State:
    """The snapshot of one installation and the integrity state of its records.

    Readers of `snapshot` alone take no lock: a snapshot is replaced, or moved on
    in an order that keeps every reader consistent (`Snapshot.take`).

    Attributes:
        lock: Held while anything here changes, and inside every store block
            that it changes for: the store's lock always comes first.
        snapshot: The newest snapshot.
        integrity: What is known of the records that its world was made from.
        heartbeat: Shows the newest revision without a question, where the store
            has such a thing.
        revision_source: Its ``revision`` is the very object of the snapshot
            while nothing was written: the store's heartbeat, or else the
            snapshot itself, whose window of time says how long it holds.
    """

    __slots__ = ("heartbeat", "integrity", "lock", "revision_source", "snapshot")

    def __init__(self, snapshot: Snapshot, integrity: IntegrityState, heartbeat: Heartbeat | None) -> None:
        """Begin with *snapshot*."""
        self.lock = Lock()
        self.heartbeat = heartbeat
        self.integrity = integrity
        self.show(snapshot)

    def show(self, snapshot: Snapshot) -> None:
        """Replace the snapshot; the lock is held."""
        self.snapshot = snapshot
        self.revision_source: Heartbeat = self.heartbeat or snapshot

    def expire(self) -> None:
        """Make the next question read the revision: a commit that failed may have been made all the same."""
        with self.lock:
            # No look that began before this confirms it either.
            self.snapshot.from_ns, self.snapshot.until_ns = FAR_FUTURE, FAR_PAST

    def reload(self) -> None:
        """Make the next question load everything: what is stored is not what this instance has read."""
        with self.lock:
            self.integrity = IntegrityState()
            self.snapshot.revision = Revision(-1, "")
            self.snapshot.until_ns = FAR_PAST

"""The state: the snapshot that questions are answered from, and what is known of the stored records behind it.

It is the only mutable object that threads share. `WorldCache` brings it up to
date; `Writer` writes upon it; neither keeps a copy.

Rule 1: its lock is held for moments, and never while the store is asked. What
takes longer is made upon a `Base`, and counts only if the state has not moved on
since.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

from superlicense.licensing.clock import FAR_PAST, elapsed_ns
from superlicense.licensing.engine.freshness import Freshness
from superlicense.licensing.engine.process_lock import ProcessLock
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.integrity.integrity_state import CheckedWorld, IntegrityState
from superlicense.ports import Heartbeat, Revision

__all__ = ["Base", "State"]

_UNKNOWN = Revision(-1, "")


class Base(NamedTuple):
    """What is known at one moment, to build upon.

    Attributes:
        checked: The world and what is known of its records.
        revision: The revision that they are of.
    """

    checked: CheckedWorld
    revision: Revision


class State:
    """The snapshot of one installation and the integrity state of its records.

    Readers of `snapshot` alone take no lock: a snapshot is replaced, or moved on
    in an order that keeps every reader consistent (`Snapshot.take`).

    Attributes:
        snapshot: The newest snapshot.
        integrity: What is known of the records that its world was made from.
        freshness: How old they are.
        heartbeat: Shows the newest revision without a question, where the store
            has such a thing.
        revision_source: Its ``revision`` is the very object of the snapshot
            while nothing was written: the store's heartbeat, or else the
            snapshot itself, whose window of time says how long it holds.
    """

    __slots__ = ("_lock", "freshness", "heartbeat", "integrity", "revision_source", "snapshot")

    def __init__(
        self, snapshot: Snapshot, integrity: IntegrityState, freshness: Freshness, heartbeat: Heartbeat | None
    ) -> None:
        """Begin with *snapshot*."""
        # A process that was forked in the middle of a change loads everything.
        self._lock = ProcessLock(self._distrust)
        self.heartbeat = heartbeat
        self.integrity = integrity
        self.freshness = freshness
        self.show(snapshot)

    @property
    def lock(self) -> Lock:
        """Held while anything here changes; it is taken last of all locks."""
        return self._lock.mine()

    def show(self, snapshot: Snapshot) -> None:
        """Replace the snapshot; the lock is held."""
        self.snapshot = snapshot
        self.revision_source: Heartbeat = self.heartbeat or snapshot

    def set_window(self, clock_ns: int) -> None:
        """Let the snapshot answer without another check, as far as dates and age allow; the lock is held.

        Args:
            clock_ns: The reading of the clock that is nearest to now.
        """
        from_ns, until_ns = self.snapshot.window()
        if self.heartbeat is None:
            # A fleet sets hundreds of windows at once, and comparisons cost less than calls of `max` and `min`.
            looked_ns, attention_ns = self.freshness.looked.clock, self.freshness.attention(clock_ns)
            from_ns = looked_ns if looked_ns > from_ns else from_ns  # noqa: FURB136 - see above
            until_ns = attention_ns if attention_ns < until_ns else until_ns  # noqa: FURB136 - see above
        self.snapshot.from_ns, self.snapshot.until_ns = from_ns, until_ns

    def base(self) -> Base:
        """Return what is known now."""
        with self.lock:
            return Base(CheckedWorld(self.snapshot.world, self.integrity), self.snapshot.revision)

    def is_at(self, base: Base) -> bool:
        """Return whether nothing has changed since *base*; the lock is held."""
        return self.snapshot.world is base.checked.world and self.integrity is base.checked.integrity

    def expire(self) -> None:
        """Make the next question read the revision: a commit that failed may have been made all the same."""
        with self.lock:
            self.freshness.expire(elapsed_ns())
            self.snapshot.until_ns = FAR_PAST

    def reload(self) -> None:
        """Make the next question load everything: what is stored is not what this instance has read."""
        with self.lock:
            self._distrust()

    def _distrust(self) -> None:
        self.integrity = IntegrityState()
        self.freshness.expire(elapsed_ns(), is_trusted=False)
        self.snapshot.revision = _UNKNOWN
        self.snapshot.until_ns = FAR_PAST

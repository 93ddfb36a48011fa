"""What is known of the stored records of a world: the head, how far they go, and which are tampered with."""

from __future__ import annotations

from typing import NamedTuple

from superlicense.licensing.integrity.seals import Head
from superlicense.model.world import TamperedRecord, World
from superlicense.ports import Mark

__all__ = ["CheckedWorld", "IntegrityState"]


class IntegrityState(NamedTuple):
    """What is known of the records of a world, besides the world itself.

    Attributes:
        written: The head as it is stored.
        head: The head as it was read; `None` if its seal does not match, or
            there is no seal key.
        mark: How far the records go, as the store reports it.
        sealed: Records that seals, counts or the head show to be tampered with.
        documents: Records that their signed documents show to be tampered with.
    """

    written: bytes | None = None
    head: Head | None = None
    mark: Mark | None = None
    sealed: frozenset[TamperedRecord] = frozenset()
    documents: frozenset[TamperedRecord] = frozenset()


class CheckedWorld(NamedTuple):
    """A world whose records have been checked, and what was found.

    Attributes:
        world: The world; its ``tampered`` names every record that is.
        integrity: What is known of its records.
    """

    world: World
    integrity: IntegrityState

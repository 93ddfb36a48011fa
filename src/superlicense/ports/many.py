"""Many installations at once: what a store may offer so that a fleet asks it less; see `superlicense.ports`.

Both are optional. A store without `RevisionsStore` is asked about one installation
after the other, and one whose rows are no `LoadingFacts` about one table after the
other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from superlicense.ports.facts import Store
from superlicense.ports.stored import Revision, StoredRow

__all__ = ["LoadingFacts", "RevisionsStore"]


@runtime_checkable
class RevisionsStore(Store, Protocol):
    """A store that reads the revisions of many installations in one statement."""

    def revisions(self, keys: Iterable[str]) -> Mapping[str, Revision]:
        """Return the newest revisions of the installations with *keys* (`Installation.key`).

        Each is the one that a view of this installation would show if it was
        opened now; an installation of which nothing is stored has one, too. A key
        may be left out if the store cannot tell without opening a view: it is asked
        about that installation alone.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """


@runtime_checkable
class LoadingFacts(Protocol):
    """Rows that a whole world is loaded from in one statement."""

    def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
        """Stream the rows of all *tables* that have no end, in order; errors as of `Facts`."""

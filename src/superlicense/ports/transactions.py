"""Transactions of the host: what a store offers that can take part in one; see `superlicense.ports`."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from superlicense.ports.facts import Store

__all__ = ["BoundStore", "JoiningStore"]


class BoundStore(Store, Protocol):
    """A store inside one transaction of the host.

    Every ``reading`` and ``writing`` block is a savepoint in it. Nothing is
    committed, and nothing but a savepoint rolled back. A block sees what the
    transaction sees, also what it has written itself; what the last ``writing``
    block locked stays locked until the transaction ends.
    """

    def close(self) -> None:
        """Leave the transaction; every later block raises `StoreUnavailableError`."""


@runtime_checkable
class JoiningStore(Store, Protocol):
    """A store whose records are in a database that the host has transactions on, too."""

    def bound_to(self, connection: Any) -> BoundStore:  # noqa: ANN401 - whatever the store's library calls so
        """Return the same records inside the host's transaction on *connection*.

        Raises:
            InvalidValueError: it is not a connection that this store can use.
        """

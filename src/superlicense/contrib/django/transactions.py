"""Transactions: changes of licenses in ``transaction.atomic()``, all or nothing with the host's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

from superlicense.errors import InvalidValueError
from superlicense.licensing.front import BoundLicensing, Licensing

__all__ = ["bound_to"]


@contextmanager
def bound_to(licensing: Licensing, using: str = DEFAULT_DB_ALIAS) -> Iterator[BoundLicensing]:
    """Join the running ``transaction.atomic()`` with *licensing*; see `superlicense.Licensing.bound_to`.

    In an async view, call what uses it with ``sync_to_async``, as everything that
    uses ``transaction.atomic()``.

    Args:
        licensing: The installation; its store is an `SqlStore` on the same database.
        using: The alias of Django's database.

    Raises:
        InvalidValueError: no transaction is running, or the store is of another kind of database.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise InvalidValueError("using", using, "must be in transaction.atomic()")
    with licensing.bound_to(connection.connection) as inside:
        yield inside

"""Borrowed connections: the driver's connection of a host that does not use SQLAlchemy, as a Connection.

Rule 1: the host that opened it begins, commits, rolls back and closes it. SQLAlchemy does none of these.

Rule 2: only if the database has undone the host's transaction is it closed, so that the host cannot commit
what it does next without what it did before.
"""

from __future__ import annotations

from copy import copy
from typing import Final

from sqlalchemy import Connection, Engine, StaticPool

__all__ = ["borrowed"]

_OF_THE_HOST: Final = ("do_begin", "do_commit", "do_rollback")


def borrowed(engine: Engine, connection: object) -> object:
    """Return *connection* as a `sqlalchemy.Connection`, if it is one of the driver of *engine*.

    Args:
        engine: The engine of the store, which has connected before.
        connection: The host's own; what is not a connection of the driver is
            returned as it is.
    """
    kind = getattr(engine.dialect.dbapi, "Connection", None)
    if isinstance(connection, Connection) or not isinstance(kind, type) or not isinstance(connection, kind):
        return connection
    dialect = copy(engine.dialect)
    for name in _OF_THE_HOST:
        setattr(dialect, name, _leave_to_the_host)
    # Without the listeners of an engine of its own, which would set up the connection in another way.
    pool = StaticPool(lambda: connection, dialect=dialect, reset_on_return=None)  # type: ignore[arg-type]  # any connection of a driver
    return Engine(pool, dialect, engine.url).connect()


def _leave_to_the_host(connection: object) -> None:
    del connection

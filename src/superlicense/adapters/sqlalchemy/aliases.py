"""Aliases: further keys of an installation, which open what is stored under the key that they stand for.

Rule 1: an alias is a row of the installations table that names another key, and
nothing else is ever stored under it. It never ends and never names a third key.

Rule 2: the row that makes an alias is the one that a first writer would insert,
and there is one in the place of its head of usage, so that neither a writer nor
a recording can begin under a key while it becomes an alias.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.statements import Statements
from superlicense.errors import StoreUnavailableError

__all__ = ["KnownKeys", "add_alias", "check_direct"]


def check_direct(key: str, alias_of: str | None) -> None:
    """Refuse an alias of another alias, which the library never writes.

    Raises:
        StoreUnavailableError: *alias_of* is not `None`.
    """
    if alias_of is not None:
        raise StoreUnavailableError(f"the alias {key!r} stands for an alias")


def _found(connection: Connection, statement: str, key: str) -> Sequence[Any] | None:
    with translated_errors():
        return connection.exec_driver_sql(statement, (key,)).first()


def add_alias(connection: Connection, sql: Statements, stored: str, key: str) -> bool:
    """Make *key* an alias of the key *stored*, in the transaction on *connection*.

    Returns:
        Whether it is one; false if something is stored under it, or it is an
        alias of another key.
    """
    if key == stored:
        return True
    with translated_errors():
        is_new = connection.exec_driver_sql(sql.begin_alias, (key, stored)).rowcount == 1
    if not is_new:
        number, alias_of = _found(connection, sql.lock_alias, key) or (0, None)
        if alias_of is not None or number > 0:
            return bool(alias_of == stored)
    with translated_errors():
        # What recorded for the first time has inserted its own, or waits and meets this one.
        if connection.exec_driver_sql(sql.begin_alias_usage, (key,)).rowcount != 1:
            if is_new:
                connection.exec_driver_sql(sql.end_alias, (key,))
            return False
        if not is_new:
            connection.exec_driver_sql(sql.make_alias, (stored, key))
    return True


class KnownKeys:
    """What a store has learned of keys that stays true: aliases, and keys that have rows of their own."""

    __slots__ = ("_aliases", "_own")

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._aliases: dict[str, str] = {}
        self._own: set[str] = set()

    def stored_key(self, key: str) -> str:
        """Return the key that *key* is known to be an alias of, else *key*."""
        return self._aliases.get(key, key)

    def learn(self, key: str, stored: str) -> None:
        """Remember where a committed view of *key* was stored."""
        if key != stored:
            self._aliases[key] = stored

    def recorded_key(self, connection: Connection, sql: Statements, key: str, *, learn: bool) -> str:
        """Return the key to record under, asking the database only while *key* may still become an alias.

        Args:
            connection: The connection of the recording.
            sql: The statements.
            key: The installation's own key.
            learn: Whether what is read is committed, and stays true.
        """
        known = self._aliases.get(key)
        if known is not None or key in self._own:
            return known or key
        number, alias_of = _found(connection, sql.alias, key) or (0, None)
        if alias_of is None:
            if learn and number > 0:
                self._own.add(key)
            return key
        if learn:
            self._aliases[key] = alias_of
        return str(alias_of)

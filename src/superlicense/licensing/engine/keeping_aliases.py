"""Keeping aliases: the new key of an installation opens what is stored under the one before."""

from __future__ import annotations

from superlicense.errors import RefusedError
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.ports import Writing
from superlicense.rules.apply import Applied

__all__ = ["keep_aliases"]


def keep_aliases(view: Writing, applied: Applied) -> None:
    """Let the key of an identity that *applied* starts open what is stored here.

    Raises:
        RefusedError: something else is stored under it.
    """
    for row in applied.rows:
        if row.table is Table.IDENTITIES and row.end is None and not view.add_alias(row.noun.key):
            named = {"serial_number": row.noun.serial_number, "database_id": row.noun.database_id}
            raise RefusedError([because(ReasonCode.IDENTITY_IN_USE, **named)])

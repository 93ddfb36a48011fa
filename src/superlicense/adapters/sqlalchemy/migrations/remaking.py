"""Remaking: tables that a noted version has, and that are missing, are made again.

Rule 1: they are empty. What they held is in a backup, or nowhere; `verify_store`
reports it. Of a sealed installation the head counts it, and it is tampered with
as it was while the table was missing.

Rule 2: a table is not made again beside another one that cannot be used without
what it held. A backup has to be restored then, and the error says so.

Rule 3: every instance of an installation that was never sealed loads everything
anew afterwards, because what it has read may no longer be stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, MetaData, delete, exists, inspect, select, update

from superlicense.adapters.sqlalchemy.schema import attach_tables
from superlicense.errors import StoreUnusableError
from superlicense.logs import logger

__all__ = ["make_missing"]

_log: Final = logger("store")

# Numbers of rows go on from those of an installation, the journal names rows, and a month its meters.
_NEEDED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "installations": ("rows", "journal", "revisions"),
    "rows": ("journal",),
    "usage_meter_months": ("usage_months",),
}


def make_missing(connection: Connection, *, schema: str | None, prefix: str) -> None:
    """Make the tables of the newest version that are missing, in the transaction on *connection*.

    Raises:
        StoreUnusableError: others have rows that cannot be used without one of them.
    """
    metadata = MetaData()
    attach_tables(metadata, schema=schema, prefix=prefix)
    there = set(inspect(connection).get_table_names(schema=schema))
    tables = {table.name.removeprefix(prefix): table for table in metadata.sorted_tables}
    missing = {name: table for name, table in tables.items() if table.name not in there}
    if not missing:
        return
    for name in missing:
        for other in _NEEDED_BY.get(name, ()):
            if other not in missing and connection.execute(select(exists().select_from(tables[other]))).scalar():
                raise StoreUnusableError(
                    f"{tables[name].name} is missing, and {tables[other].name} cannot be used without it;"
                    " restore a backup"
                )
    metadata.create_all(connection, tables=list(missing.values()))
    _log.warning("made missing tables again, without rows: %s", ", ".join(sorted(missing)))
    installations, revisions = tables["installations"].c, tables["revisions"]
    # The head of a sealed one names its revision.
    never_sealed = installations.head.is_(None) & (installations.number > 0)
    whose = select(installations.installation).where(never_sealed)
    connection.execute(delete(revisions).where(revisions.c.installation.in_(whose)))
    anew = {"token": secrets.token_hex(8), "known_from": installations.number}
    connection.execute(update(tables["installations"]).where(never_sealed).values(anew))

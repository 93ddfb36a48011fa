"""Streams: what a statement finds, a batch at a time, and no longer than its block lasts.

A stream that is abandoned half-way (an error while a world is loaded) would keep a
cursor of the server's open, and close it whenever it is collected, in whatever
transaction its connection is in by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

from superlicense.adapters.sqlalchemy.failures import logged_errors, translated_errors

__all__ = ["close_streams", "stream"]

_BATCH: Final = 1000
_OPEN: Final = "superlicense streams"


def stream(connection: Connection, statement: str, values: tuple[object, ...]) -> Iterator[Sequence[Any]]:
    """Yield the rows that *statement* finds, a batch at a time."""
    with translated_errors():
        # Without the two options, psycopg and SQLAlchemy each fetch everything at once.
        found = connection.exec_driver_sql(
            statement, values, execution_options={"stream_results": True, "max_row_buffer": _BATCH}
        )
        opened: set[CursorResult[Any]] = connection.info.setdefault(_OPEN, set())
        opened.add(found)
        for partition in found.partitions(_BATCH):
            yield from partition
        opened.discard(found)


def close_streams(connection: Connection) -> None:
    """Close what is open on *connection*; its block ends."""
    with logged_errors("closing a stream"):
        opened = set() if connection.closed or connection.invalidated else connection.info.pop(_OPEN, set())
        for found in opened:
            found.close()

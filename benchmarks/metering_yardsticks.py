"""The least that recording could cost: a dict and a set in memory, one transaction through the driver in a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Record = Callable[[Sequence[sl.UsageEvent]], object]


def dict_and_set() -> Record:
    """Keep what was seen in a set and totals by meter and month in a dict; nothing is checked."""
    seen: set[tuple[str, str]] = set()
    totals: dict[tuple[str, int, int], int] = {}

    def record(events: Sequence[sl.UsageEvent]) -> None:
        for event in events:
            key = (event.source, event.id)
            if key not in seen:
                seen.add(key)
                month = (event.meter, event.at.year, event.at.month)
                totals[month] = totals.get(month, 0) + event.quantity

    return record


def columns(events: Sequence[sl.UsageEvent], places: int) -> list[tuple[Any, ...]]:
    """Give what the tables keep of *events*."""
    recorded = (NOW - EPOCH) // MICROSECOND
    rows: list[tuple[Any, ...]] = []
    for place, event in enumerate(events, start=places + 1):
        assert STARTS <= event.at < ENDS
        at = (event.at - EPOCH) // MICROSECOND
        rows.append(
            (
                *("bare", event.source, event.id, event.meter, "2026-11", "2026-11"),
                *(place, event.quantity, at, event.corrects, recorded, "host", None),
            )
        )
    return sorted(rows)


_EVENT = (
    "(installation, source, id, meter, month, counted_in, position, quantity, at, corrects, recorded_at,"
    " recorded_by, seal)"
)
# The store's own table holds its totals in a record, which SQL cannot add to.
_TOTALS = (
    "CREATE TABLE IF NOT EXISTS {}bare_totals (installation TEXT NOT NULL, month TEXT NOT NULL, meter TEXT NOT NULL,"
    " event_count BIGINT NOT NULL, last_position BIGINT NOT NULL, total BIGINT NOT NULL,"
    " PRIMARY KEY (installation, month, meter))"
)
_ADD = (
    "INSERT INTO {}bare_totals AS totals (installation, month, meter, event_count, last_position, total)"
    " VALUES ('bare', '2026-11', 'mailings', ?, ?, ?)"
    " ON CONFLICT (installation, month, meter) DO UPDATE SET"
    " event_count = totals.event_count + excluded.event_count,"
    " last_position = totals.last_position + excluded.last_position, total = totals.total + excluded.total"
)
_PLACES = (
    "SELECT last_position FROM {}bare_totals WHERE installation = 'bare' AND month = '2026-11' AND meter = 'mailings'"
)


def bare_sqlite(store: SqlStore) -> Record:
    """Write to the tables of *store* through `sqlite3` alone, as durable: a statement an event, one for the total."""
    connection = sqlite3.connect(str(store.engine.url.database), isolation_level=None, timeout=60)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_TOTALS.format(store.prefix))

    def record(events: Sequence[sl.UsageEvent]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(_PLACES.format(store.prefix)).fetchone()
        rows = columns(events, found[0] if found else 0)
        marks = ", ".join("?" * 13)
        insert = f"INSERT INTO {store.prefix}usage_events {_EVENT} VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - the store's own prefix
        assert connection.executemany(insert, rows).rowcount == len(rows)
        total = sum(event.quantity for event in events)
        connection.execute(_ADD.format(store.prefix), (len(rows), len(rows), total))
        connection.execute("COMMIT")

    return record


def bare_postgresql(store: SqlStore) -> Record:
    """Write to the tables of *store* through `psycopg` alone: one ``unnest`` statement, one for the total."""
    pooled = store.engine.raw_connection()
    connection: Any = pooled.driver_connection
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(store.prefix))
    types = (*["text"] * 6, *["bigint"] * 3, "text", "bigint", "text", "bytea")
    arrays = ", ".join(f"%s::{name}[]" for name in types)

    def record(events: Sequence[sl.UsageEvent], _held: object = pooled) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_PLACES.format(store.prefix) + " FOR UPDATE")
            found = cursor.fetchone()
            rows = columns(events, found[0] if found else 0)
            cursor.execute(
                f"INSERT INTO {store.prefix}usage_events {_EVENT}"  # noqa: S608 - as above
                f" SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*rows, strict=True)],
            )
            assert cursor.rowcount == len(rows)
            total = sum(event.quantity for event in events)
            cursor.execute(_ADD.format(store.prefix).replace("?", "%s"), (len(rows), len(rows), total))

    return record

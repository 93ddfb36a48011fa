"""SQL statements of the usage tables, in the paramstyle of each driver."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from superlicense.adapters.sqlalchemy.columns import (
    CROSSINGS,
    METER_MONTHS,
    STATEMENTS,
    USAGE_EVENTS,
    USAGE_HEADS,
    USAGE_MONTHS,
)

__all__ = ["ALIAS_RECORD", "CHANGING", "UsageStatements", "usage_statements_for"]

ALIAS_RECORD: Final = "alias"
"""The record in the place of a head of usage where the key is an alias: its usage is stored under the other key."""


@frozen(kw_only=True)
class UsageStatements:
    """One SQL statement a field.

    The first parameter is the installation, except in those that save.
    """

    dialect: str
    insert_head: str
    lock_head: str
    head: str
    save_head: str
    months: str
    month_before: str
    add_months: str
    save_month: str
    meter_months: str
    meter_month_before: str
    lock_meter_months: str
    lock_meter_months_since: str
    add_meter_months: str
    save_meter_months: str
    find_events: str
    corrections: str
    events: str
    events_of_month: str
    events_of_meter: str
    events_of_both: str
    some_events: str
    add_events: str
    add_crossings: str
    crossings: str
    crossing_number: str
    add_statement: str
    statement: str


CHANGING: Final = METER_MONTHS.without("month meter")
"""What a recording changes of a meter month."""

_BY_MONTH = "ORDER BY month, meter"
_BY_POSITION = "ORDER BY counted_in, position"


def usage_statements_for(dialect: str, *, schema: str | None, prefix: str) -> UsageStatements:
    """Return the statements for *dialect*, ``"sqlite"`` or ``"postgresql"``."""
    home = f"{prefix}usage_" if schema is None else f"{schema}.{prefix}usage_"
    on_postgres = dialect == "postgresql"
    lock = " FOR UPDATE" if on_postgres else ""
    months = f"SELECT {USAGE_MONTHS} FROM {home}months WHERE installation = ?"
    meter_months = f"SELECT {METER_MONTHS} FROM {home}meter_months WHERE installation = ?"
    events = f"SELECT {USAGE_EVENTS} FROM {home}events WHERE installation = ?"
    head = f"SELECT {USAGE_HEADS} FROM {home}heads WHERE installation = ?"
    # Pairs of strings: arrays on PostgreSQL, JSON on SQLite.
    pairs = "SELECT * FROM unnest(?::text[], ?::text[])"
    if not on_postgres:
        pairs = "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
    save = (
        f"UPDATE {home}meter_months SET ({CHANGING}) = ({CHANGING.parameters()})"
        " WHERE installation = ? AND month = ? AND meter = ? AND closed = 0"
    )
    if on_postgres:
        save = (
            f"UPDATE {home}meter_months AS b SET ({CHANGING}) = ({CHANGING.of('v')})"
            f" FROM {METER_MONTHS.arrays()} AS v ({METER_MONTHS})"
            " WHERE b.installation = ? AND b.month = v.month AND b.meter = v.meter AND b.closed = 0"
        )
    add_events = f"INSERT INTO {home}events (installation, {USAGE_EVENTS})"
    add_events += (
        f" SELECT ?, * FROM {USAGE_EVENTS.arrays()}" if on_postgres else f" VALUES (?, {USAGE_EVENTS.parameters()})"
    )
    written = {
        "insert_head": (
            f"INSERT INTO {home}heads (installation, record) VALUES (?, '{{}}') ON CONFLICT (installation) DO NOTHING"
        ),
        "lock_head": f"{head}{lock}",
        "head": head,
        "save_head": f"UPDATE {home}heads SET {USAGE_HEADS.assigned()} WHERE installation = ?",
        "months": f"{months} AND month >= ? AND month <= ? ORDER BY month",
        "month_before": f"{months} AND month < ? ORDER BY month DESC LIMIT 1",
        "add_months": (
            f"INSERT INTO {home}months (installation, {USAGE_MONTHS}) VALUES (?, {USAGE_MONTHS.parameters()})"
        ),
        "save_month": (
            f"UPDATE {home}months SET {USAGE_MONTHS.without('month').assigned()}"
            " WHERE installation = ? AND month = ? AND closed = 0"
        ),
        "meter_months": f"{meter_months} AND month >= ? AND month <= ? {_BY_MONTH}",
        "meter_month_before": f"{meter_months} AND meter = ? AND month < ? ORDER BY month DESC LIMIT 1",
        "lock_meter_months": f"{meter_months} AND (month, meter) IN ({pairs}) {_BY_MONTH}{lock}",
        "lock_meter_months_since": f"{meter_months} AND month >= ? {_BY_MONTH}{lock}",
        "add_meter_months": (
            f"INSERT INTO {home}meter_months (installation, {METER_MONTHS}) VALUES (?, {METER_MONTHS.parameters()})"
        ),
        "save_meter_months": save,
        "find_events": f"{events} AND (source, id) IN ({pairs})",
        "corrections": f"{events} AND corrects IS NOT NULL AND (source, corrects) IN ({pairs}) {_BY_POSITION}",
        "events": f"{events} {_BY_POSITION}",
        "events_of_month": f"{events} AND month = ? {_BY_POSITION}",
        "events_of_meter": f"{events} AND meter = ? {_BY_POSITION}",
        "events_of_both": f"{events} AND meter = ? AND month = ? {_BY_POSITION}",
        "some_events": (
            f"{events} AND meter = ? AND month = ? AND recorded_at > ? AND at >= ? AND at < ? {_BY_POSITION}"
        ),
        "add_events": f"{add_events} ON CONFLICT (installation, source, id) DO NOTHING",
        "add_crossings": (
            f"INSERT INTO {home}crossings (installation, {CROSSINGS}) VALUES (?, {CROSSINGS.parameters()})"
        ),
        "crossings": (
            f"SELECT {CROSSINGS} FROM {home}crossings WHERE installation = ? AND number > ? ORDER BY number LIMIT ?"
        ),
        "crossing_number": f"SELECT number FROM {home}crossings WHERE installation = ? AND id = ?",
        "add_statement": (
            f"INSERT INTO {home}statements (installation, {STATEMENTS}) VALUES (?, {STATEMENTS.parameters()})"
        ),
        "statement": f"SELECT statement FROM {home}statements WHERE installation = ? AND month = ?",
    }
    if on_postgres:
        written = {name: text.replace("?", "%s") for name, text in written.items()}
    return UsageStatements(dialect=dialect, **written)

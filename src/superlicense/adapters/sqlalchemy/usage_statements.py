"""SQL statements of the usage tables, in the paramstyle of each driver."""

from __future__ import annotations

from attrs import frozen

__all__ = ["UsageStatements", "usage_statements_for"]


@frozen(kw_only=True)
class UsageStatements:
    """One SQL statement a field.

    The first parameter is the installation, except in *add_events* and *save_meter_months*.
    """

    dialect: str
    insert_head: str
    lock_head: str
    head: str
    save_head: str
    meter_months: str
    meter_months_before: str
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
    add_events: str
    add_crossings: str
    crossings: str
    crossing_number: str
    add_statement: str
    statement: str


_CHANGING = (
    "users, users_at, peak, peak_at, bought, event_count, last_position, total, alerted_levels, closed, recorded_at,"
    " state, seal"
)
_METER_MONTH = f"month, meter, starts_at, ends_at, {_CHANGING}"
# What PostgreSQL is given of many meter months at once: month and meter, then the columns that change.
_METER_MONTH_ARRAYS = (
    f"unnest(?::text[], ?::text[]{', ?::bigint[]' * 8}, ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bytea[])"
)
_EVENT = "source, id, meter, month, counted_in, position, quantity, at, corrects, recorded_at, recorded_by, seal"
# What PostgreSQL is given of many events at once: one array per column.
_ARRAYS = (
    "unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::text[], %s::bigint[], %s::text[], %s::bytea[])"
)
_BY_MONTH = "ORDER BY month, meter"
_BY_POSITION = "ORDER BY counted_in, position"


def usage_statements_for(dialect: str, *, schema: str | None, prefix: str) -> UsageStatements:
    """Return the statements for *dialect*, ``"sqlite"`` or ``"postgresql"``."""
    home = f"{prefix}usage_" if schema is None else f"{schema}.{prefix}usage_"
    on_postgres = dialect == "postgresql"
    lock = " FOR UPDATE" if on_postgres else ""
    meter_months = f"SELECT {_METER_MONTH} FROM {home}meter_months WHERE installation = ?"
    events = f"SELECT {_EVENT} FROM {home}events WHERE installation = ?"
    head = f"SELECT closed_through, crossing_count, seal FROM {home}heads WHERE installation = ?"
    # Pairs of texts: arrays on PostgreSQL, JSON on SQLite.
    pairs = "SELECT * FROM unnest(?::text[], ?::text[])"
    if not on_postgres:
        pairs = "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
    save = (
        f"UPDATE {home}meter_months SET ({_CHANGING}) = (?{', ?' * 12})"
        " WHERE installation = ? AND month = ? AND meter = ? AND closed = 0"
    )
    if on_postgres:
        changed = ", ".join(f"v.{column}" for column in _CHANGING.split(", "))
        save = (
            f"UPDATE {home}meter_months AS b SET ({_CHANGING}) = ({changed}) FROM {_METER_MONTH_ARRAYS}"
            f" AS v (month, meter, {_CHANGING})"
            " WHERE b.installation = ? AND b.month = v.month AND b.meter = v.meter AND b.closed = 0"
        )
    add_events = f"INSERT INTO {home}events (installation, {_EVENT})"
    add_events += f" SELECT ?, * FROM {_ARRAYS}" if on_postgres else f" VALUES (?{', ?' * 12})"
    written = {
        "insert_head": (
            f"INSERT INTO {home}heads (installation, crossing_count) VALUES (?, 0)"
            " ON CONFLICT (installation) DO NOTHING"
        ),
        "lock_head": f"{head}{lock}",
        "head": head,
        "save_head": f"UPDATE {home}heads SET closed_through = ?, crossing_count = ?, seal = ? WHERE installation = ?",
        "meter_months": f"{meter_months} AND month >= ? AND month <= ? {_BY_MONTH}",
        "meter_months_before": (
            f"{meter_months} AND (month, meter) IN (SELECT max(month), meter FROM {home}meter_months"
            f" WHERE installation = ? AND month < ? GROUP BY meter) ORDER BY meter"
        ),
        "lock_meter_months": f"{meter_months} AND (month, meter) IN ({pairs}) {_BY_MONTH}{lock}",
        "lock_meter_months_since": f"{meter_months} AND month >= ? {_BY_MONTH}{lock}",
        "add_meter_months": f"INSERT INTO {home}meter_months (installation, {_METER_MONTH}) VALUES (?{', ?' * 17})",
        "save_meter_months": save,
        "find_events": f"{events} AND (source, id) IN ({pairs})",
        "corrections": f"{events} AND corrects IS NOT NULL AND (source, corrects) IN ({pairs}) {_BY_POSITION}",
        "events": f"{events} {_BY_POSITION}",
        "events_of_month": f"{events} AND month = ? {_BY_POSITION}",
        "events_of_meter": f"{events} AND meter = ? {_BY_POSITION}",
        "events_of_both": f"{events} AND meter = ? AND month = ? {_BY_POSITION}",
        "add_events": f"{add_events} ON CONFLICT (installation, source, id) DO NOTHING",
        "add_crossings": (
            f"INSERT INTO {home}crossings (installation, number, id, meter, month, level, at, cause)"
            f" VALUES (?{', ?' * 7})"
        ),
        "crossings": (
            f"SELECT number, id, meter, month, level, at, cause FROM {home}crossings"
            " WHERE installation = ? AND number > ? ORDER BY number LIMIT ?"
        ),
        "crossing_number": f"SELECT number FROM {home}crossings WHERE installation = ? AND id = ?",
        "add_statement": f"INSERT INTO {home}statements (installation, month, statement) VALUES (?, ?, ?)",
        "statement": f"SELECT statement FROM {home}statements WHERE installation = ? AND month = ?",
    }
    if on_postgres:
        written = {name: text.replace("?", "%s") for name, text in written.items()}
    return UsageStatements(dialect=dialect, **written)

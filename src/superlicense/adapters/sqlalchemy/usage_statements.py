"""The statements of usage, as the driver of each database takes them."""

from __future__ import annotations

from attrs import frozen

__all__ = ["UsageStatements", "usage_statements_for"]


@frozen(kw_only=True)
class UsageStatements:
    """What is sent to the database; but for *keep* and *save*, the first parameter is always the installation."""

    dialect: str
    begin_head: str
    take_head: str
    head: str
    save_head: str
    books: str
    books_before: str
    take: str
    take_since: str
    open: str
    save: str
    find: str
    corrections: str
    events: str
    events_of_month: str
    events_of_meter: str
    events_of_both: str
    keep: str
    cross: str
    crossings: str
    crossing_number: str
    freeze: str
    statement: str


_BOOKS = (
    "month, meter, starts_at, ends_at, users, users_at, peak, peak_at, bought, events, places, total, told, closed,"
    " recorded_at, details, seal"
)
_CHANGING = "users, users_at, peak, peak_at, bought, events, places, total, told, closed, recorded_at, details, seal"
# The same for books: month and meter, then what changes.
_BOOKS_ARRAYS = (
    f"unnest(?::text[], ?::text[]{', ?::bigint[]' * 8}, ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bytea[])"
)
_EVENT = "source, id, meter, month, booked, place, quantity, at, corrects, recorded_at, recorded_by, seal"
# What PostgreSQL is given of many events at once: one array a column.
_ARRAYS = (
    "unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::text[], %s::bigint[], %s::text[], %s::bytea[])"
)
_IN_BOOKS = "ORDER BY month, meter"
_IN_PLACE = "ORDER BY booked, place"


def usage_statements_for(dialect: str, *, schema: str | None, prefix: str) -> UsageStatements:
    """Write the statements for *dialect*, ``"sqlite"`` or ``"postgresql"``."""
    home = f"{prefix}usage_" if schema is None else f"{schema}.{prefix}usage_"
    on_postgres = dialect == "postgresql"
    lock = " FOR UPDATE" if on_postgres else ""
    books = f"SELECT {_BOOKS} FROM {home}books WHERE installation = ?"
    events = f"SELECT {_EVENT} FROM {home}events WHERE installation = ?"
    head = f"SELECT closed_through, crossings, seal FROM {home}heads WHERE installation = ?"
    # Pairs of texts: arrays on PostgreSQL, JSON on SQLite.
    pairs = "SELECT * FROM unnest(?::text[], ?::text[])"
    if not on_postgres:
        pairs = "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
    save = (
        f"UPDATE {home}books SET ({_CHANGING}) = (?{', ?' * 12})"
        " WHERE installation = ? AND month = ? AND meter = ? AND closed = 0"
    )
    if on_postgres:
        changed = ", ".join(f"v.{column}" for column in _CHANGING.split(", "))
        save = (
            f"UPDATE {home}books AS b SET ({_CHANGING}) = ({changed}) FROM {_BOOKS_ARRAYS} AS v (month, meter,"
            f" {_CHANGING}) WHERE b.installation = ? AND b.month = v.month AND b.meter = v.meter AND b.closed = 0"
        )
    keep = f"INSERT INTO {home}events (installation, {_EVENT})"
    keep += f" SELECT ?, * FROM {_ARRAYS}" if on_postgres else f" VALUES (?{', ?' * 12})"
    written = {
        "begin_head": (
            f"INSERT INTO {home}heads (installation, crossings) VALUES (?, 0) ON CONFLICT (installation) DO NOTHING"
        ),
        "take_head": f"{head}{lock}",
        "head": head,
        "save_head": f"UPDATE {home}heads SET closed_through = ?, crossings = ?, seal = ? WHERE installation = ?",
        "books": f"{books} AND month >= ? AND month <= ? {_IN_BOOKS}",
        "books_before": (
            f"{books} AND (month, meter) IN (SELECT max(month), meter FROM {home}books"
            f" WHERE installation = ? AND month < ? GROUP BY meter) ORDER BY meter"
        ),
        "take": f"{books} AND (month, meter) IN ({pairs}) {_IN_BOOKS}{lock}",
        "take_since": f"{books} AND month >= ? {_IN_BOOKS}{lock}",
        "open": f"INSERT INTO {home}books (installation, {_BOOKS}) VALUES (?{', ?' * 17})",
        "save": save,
        "find": f"{events} AND (source, id) IN ({pairs})",
        "corrections": f"{events} AND corrects IS NOT NULL AND (source, corrects) IN ({pairs}) {_IN_PLACE}",
        "events": f"{events} {_IN_PLACE}",
        "events_of_month": f"{events} AND month = ? {_IN_PLACE}",
        "events_of_meter": f"{events} AND meter = ? {_IN_PLACE}",
        "events_of_both": f"{events} AND meter = ? AND month = ? {_IN_PLACE}",
        "keep": f"{keep} ON CONFLICT (installation, source, id) DO NOTHING",
        "cross": (
            f"INSERT INTO {home}crossings (installation, number, id, meter, month, level, at, cause)"
            f" VALUES (?{', ?' * 7})"
        ),
        "crossings": (
            f"SELECT number, id, meter, month, level, at, cause FROM {home}crossings"
            " WHERE installation = ? AND number > ? ORDER BY number LIMIT ?"
        ),
        "crossing_number": f"SELECT number FROM {home}crossings WHERE installation = ? AND id = ?",
        "freeze": f"INSERT INTO {home}statements (installation, month, statement) VALUES (?, ?, ?)",
        "statement": f"SELECT statement FROM {home}statements WHERE installation = ? AND month = ?",
    }
    if on_postgres:
        written = {name: text.replace("?", "%s") for name, text in written.items()}
    return UsageStatements(dialect=dialect, **written)

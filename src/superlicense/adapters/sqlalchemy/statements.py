"""The statements of the store, as the driver of each database takes them.

They are plain SQL, because building them from expressions costs eight times as
much as running them on SQLite (performance, "Seats").
"""

from __future__ import annotations

from attrs import frozen

from superlicense.adapters.sqlalchemy.columns import INSTALLATIONS, JOURNAL, JOURNAL_SUBJECTS, REVISIONS, ROWS
from superlicense.adapters.sqlalchemy.usage_statements import ALIAS_RECORD, UsageStatements, usage_statements_for

__all__ = ["Statements", "statements_for"]


@frozen(kw_only=True)
class Statements:
    """What is sent to the database; *rows* is a name.

    The first parameter is the installation, but for *blank*, which has it second, and *revisions*, which has keys.
    """

    rows: str
    begin_installation: str
    begin_alias: str
    make_alias: str
    lock_alias: str
    end_alias: str
    begin_alias_usage: str
    alias: str
    lock: str
    reserve: str
    head: str
    revisions: str
    head_alone: str
    any_seal: str
    advance: str
    remember: str
    token: str
    form: str
    running: str
    running_in: str
    running_at: str
    history: str
    history_of_key: str
    some_rows: str
    counts: str
    start: str
    end: str
    personal: str
    blank: str
    append: str
    subject: str
    entries: str
    entries_of_holder: str
    entries_of_license: str
    entries_of_both: str
    started_since: str
    ended_since: str
    usage: UsageStatements


_ROW = ROWS.without("started_step ended_step")
_STARTED = ROWS.without("ended_at ended_by ended_step")
_ORDER = "ORDER BY started_at, sequence"
_PERIOD = "number > ? AND at >= ? AND at < ?"


def statements_for(dialect: str, *, schema: str | None, prefix: str) -> Statements:
    """Write the statements for *dialect*, ``"sqlite"`` or ``"postgresql"``.

    Args:
        dialect: Which database.
        schema: Where the tables are, quoted if need be.
        prefix: What their names begin with; lower case, so it needs no quotes.
    """
    home = prefix if schema is None else f"{schema}.{prefix}"
    on_postgres = dialect == "postgresql"
    rows, journal, subjects = f"{home}rows", f"{home}journal", f"{home}journal_subjects"
    of_table = f"SELECT {_ROW} FROM {rows} WHERE installation = ? AND table_name = ?"
    # Each half by an index of its own.
    running, ended = f"{of_table} AND ended_at IS NULL", f"{of_table} AND ended_at IS NOT NULL"
    form = f"SELECT form FROM {home}forms"
    several = "= ANY(?)" if on_postgres else "IN (SELECT value FROM json_each(?))"
    found = f"SELECT {JOURNAL} FROM {journal} WHERE installation = ? AND {_PERIOD}"
    # By its own index, so that it costs what is found, not what the journal holds.
    # The plus keeps SQLite from walking through the journal instead.
    found_about = f"SELECT {JOURNAL} FROM {journal} WHERE installation = ? AND +{_PERIOD}"
    about = f"{found_about} AND number IN (SELECT s.number FROM {subjects} AS s WHERE s.installation = ?"
    alias = f"SELECT number, alias_of FROM {home}installations WHERE installation = ?"
    nothing = "0, '', NULL, 0, 0, 0, 0, NULL"
    written = {
        "rows": rows,
        "begin_installation": (
            f"INSERT INTO {home}installations (installation, {INSTALLATIONS}) VALUES (?, {nothing}, NULL)"
            " ON CONFLICT (installation) DO NOTHING"
        ),
        "begin_alias": (
            f"INSERT INTO {home}installations (installation, {INSTALLATIONS}) VALUES (?, {nothing}, ?)"
            " ON CONFLICT (installation) DO NOTHING"
        ),
        "make_alias": f"UPDATE {home}installations SET alias_of = ? WHERE installation = ?",
        # In the place of a head of usage, so that who records for the first time meets it.
        "begin_alias_usage": (
            f"INSERT INTO {home}usage_heads (installation, record) VALUES (?, '{ALIAS_RECORD}')"
            " ON CONFLICT (installation) DO NOTHING"
        ),
        "end_alias": f"DELETE FROM {home}installations WHERE installation = ?",
        "lock_alias": alias + (" FOR UPDATE" if on_postgres else ""),
        "alias": alias,
        "lock": f"SELECT {INSTALLATIONS}, ({form}) FROM {home}installations WHERE installation = ?"
        + (" FOR UPDATE" if on_postgres else ""),
        # Takes the write lock of SQLite, and changes nothing.
        "reserve": f"UPDATE {home}installations SET number = number WHERE 1 = 0",
        "head": f"SELECT {INSTALLATIONS}, ({form}) FROM {home}installations WHERE installation = ?",
        # Each, or what it is an alias of.
        "revisions": (
            "SELECT asked.installation, COALESCE(stored.number, asked.number), COALESCE(stored.token, asked.token)"
            " FROM "
            + ("" if on_postgres else "json_each(?) CROSS JOIN ")
            + f"{home}installations AS asked"
            + ("" if on_postgres else " ON asked.installation = value")
            + f" LEFT JOIN {home}installations AS stored ON stored.installation = asked.alias_of"
            + (" WHERE asked.installation = ANY(?)" if on_postgres else "")
        ),
        # Where a table is missing: what is left of a sealed store.
        "head_alone": f"SELECT {INSTALLATIONS}, 1 FROM {home}installations WHERE installation = ? AND head IS NOT NULL",
        "any_seal": f"SELECT 1 FROM {rows} WHERE installation = ? AND seal IS NOT NULL LIMIT 1",
        "advance": (
            f"UPDATE {home}installations SET {INSTALLATIONS.without('alias_of').assigned()}"
            " WHERE installation = ? AND number = ? AND token = ? RETURNING number"
        ),
        "remember": f"INSERT INTO {home}revisions (installation, {REVISIONS}) VALUES (?, {REVISIONS.parameters()})",
        "form": form,
        "token": f"SELECT token, steps, sequence FROM {home}revisions WHERE installation = ? AND number = ?",
        "running": f"{running} {_ORDER}",
        "running_in": (
            f"SELECT {_ROW} FROM {rows} WHERE installation = ? AND table_name {several} AND ended_at IS NULL {_ORDER}"
        ),
        "running_at": (
            f"{running} AND started_at <= ? UNION ALL {ended} AND started_at <= ? AND ended_at > ? {_ORDER}"
        ),
        "history": f"{running} UNION ALL {ended} {_ORDER}",
        "history_of_key": f"{running} AND key = ? UNION ALL {ended} AND key = ? {_ORDER}",
        "some_rows": f"SELECT {_ROW} FROM {rows} WHERE installation = ? AND sequence {several}",
        "counts": (
            f"SELECT table_name, COUNT(*), COUNT(ended_at) FROM {rows} WHERE installation = ? GROUP BY table_name"
        ),
        "start": f"INSERT INTO {rows} (installation, {_STARTED}) VALUES (?, {_STARTED.parameters()})",
        "end": (
            f"UPDATE {rows} SET ended_at = ?, ended_by = ?, ended_step = ?, seal = ? WHERE installation = ?"
            " AND sequence = ? AND table_name = ? AND key = ? AND ended_at IS NULL"
        ),
        "personal": (
            f"SELECT sequence, table_name, form, record, personal FROM {rows} WHERE installation = ?"
            " AND personal IS NOT NULL AND (table_name = 'users' AND key = ?"
            " OR table_name = 'assignments' AND substr(key, 1, ?) = ?)"
        ),
        "blank": f"UPDATE {rows} SET personal = ? WHERE installation = ? AND sequence = ?",
        "append": f"INSERT INTO {journal} (installation, {JOURNAL}) VALUES (?, {JOURNAL.parameters()})",
        "subject": (
            f"INSERT INTO {subjects} (installation, {JOURNAL_SUBJECTS}) VALUES (?, {JOURNAL_SUBJECTS.parameters()})"
        ),
        "entries": f"{found} ORDER BY number",
        "entries_of_holder": f"{about} AND s.holder = ?) ORDER BY number",
        "entries_of_license": f"{about} AND s.license = ? AND s.license <> '') ORDER BY number",
        "entries_of_both": f"{about} AND s.holder = ? AND s.license = ?) ORDER BY number",
        "started_since": f"SELECT started_step, {_ROW} FROM {rows} WHERE installation = ? AND sequence > ?",
        "ended_since": (
            f"SELECT ended_step, {_ROW} FROM {rows} WHERE installation = ? AND ended_at IS NOT NULL AND ended_step > ?"
        ),
    }
    if on_postgres:
        written = {name: text.replace("?", "%s") for name, text in written.items()}
    return Statements(**written, usage=usage_statements_for(dialect, schema=schema, prefix=prefix))

"""The tables: their columns, keys and indexes, and the constraints that the database itself checks.

On SQLite the tables are STRICT, and those whose key is all they are found by have no row id.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.schema import SchemaItem

from superlicense.adapters.sqlalchemy.columns import (
    CROSSINGS,
    INSTALLATIONS,
    JOURNAL,
    JOURNAL_SUBJECTS,
    METER_MONTHS,
    NUMBER,
    REVISIONS,
    ROWS,
    STATEMENTS,
    USAGE_EVENTS,
    USAGE_HEADS,
    USAGE_MONTHS,
    Columns,
)

__all__ = ["attach_tables"]

# SQLAlchemy knows STRICT since 2.0.37.
_KNOWN = {name for of, names in SQLiteDialect.construct_arguments or () if of is Table for name in names}
_STRICT: Final[dict[str, Any]] = {"sqlite_strict": True} if "strict" in _KNOWN else {}


def attach_tables(metadata: MetaData, *, schema: str | None, prefix: str) -> None:
    """Add the tables of the store to *metadata*, a host's own if it likes.

    Args:
        metadata: What they are added to.
        schema: Database schema they live in; the connection's own if `None`.
        prefix: What their names begin with.
    """

    def table(name: str, columns: Columns, key: str, *constraints: SchemaItem, row_ids: bool = True) -> Table:
        return Table(
            f"{prefix}{name}",
            metadata,
            *columns.definitions(),
            PrimaryKeyConstraint("installation", *key.split()),
            *constraints,
            schema=schema,
            **_STRICT,
            sqlite_with_rowid=row_ids,
        )

    def check(name: str, condition: str) -> CheckConstraint:
        return CheckConstraint(condition, name=f"{prefix}{name}")

    def of_installation() -> ForeignKeyConstraint:
        home = "" if schema is None else f"{schema}."
        return ForeignKeyConstraint(["installation"], [f"{home}{prefix}installations.installation"])

    def index(name: str, of: Table, columns: str, *, unique: bool = False, where: str | None = None) -> None:
        condition = None if where is None else text(where)
        Index(
            f"{prefix}{name}",
            *(of.c[column] for column in ("installation", *columns.split())),
            unique=unique,
            sqlite_where=condition,
            postgresql_where=condition,
        )

    # One row, from the first migration on; where there is none, the form is 1.
    Table(
        f"{prefix}forms",
        metadata,
        Column("form", NUMBER, primary_key=True, autoincrement=False),
        schema=schema,
        **_STRICT,
    )
    table(
        "installations",
        INSTALLATIONS,
        "",
        check(
            "counters",
            "number >= 0 AND sequence >= 0 AND entries >= 0 AND steps >= 0 AND known_from BETWEEN 0 AND number",
        ),
        check("aliases", "alias_of IS NULL OR number = 0"),
    )
    table("revisions", REVISIONS, "number", of_installation(), check("revision_numbers", "number > 0"), row_ids=False)
    # Tables and kinds are not listed: a newer version may have more.
    rows = table(
        "rows",
        ROWS,
        "sequence",
        of_installation(),
        check("row_places", "sequence > 0 AND started_step > 0 AND form > 0"),
        check(
            "row_ends",
            "(ended_at IS NULL AND ended_by IS NULL AND ended_step IS NULL)"
            " OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ended_step > started_step)",
        ),
    )
    index("rows_running", rows, "table_name key", unique=True, where="ended_at IS NULL")
    index("rows_history", rows, "table_name key", where="ended_at IS NOT NULL")
    index("rows_ended", rows, "ended_step", where="ended_at IS NOT NULL")
    table("journal", JOURNAL, "number", of_installation(), check("journal_numbers", "number > 0"), row_ids=False)
    subjects = table("journal_subjects", JOURNAL_SUBJECTS, "holder license number", of_installation(), row_ids=False)
    index("journal_by_license", subjects, "license number", where="license <> ''")
    # Those of usage refer to no other, so that a recording waits for no writer of licensing facts.
    table("usage_heads", USAGE_HEADS, "")
    table("usage_months", USAGE_MONTHS, "month", check("usage_month_closed", "closed IN (0, 1)"))
    table("usage_meter_months", METER_MONTHS, "month meter", check("usage_meter_month_closed", "closed IN (0, 1)"))
    events = table(
        "usage_events",
        USAGE_EVENTS,
        "source id",
        check("usage_event_numbers", "quantity >= 0 AND position > 0 AND month <= counted_in"),
    )
    index("usage_corrections", events, "source corrects", where="corrects IS NOT NULL")
    index("usage_by_month", events, "meter month recorded_at at")
    table(
        "usage_crossings",
        CROSSINGS,
        "number",
        UniqueConstraint("installation", "meter", "month", "level", name=f"{prefix}usage_crossed_once"),
    )
    table("usage_statements", STATEMENTS, "month")

"""The tables: their columns, keys and indexes, and the constraints that the database itself checks.

On SQLite the tables are STRICT.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from superlicense.adapters.sqlalchemy.columns import (
    CROSSINGS,
    INSTALLATIONS,
    JOURNAL,
    JOURNAL_SUBJECTS,
    METER_MONTHS,
    REVISIONS,
    ROWS,
    STATEMENTS,
    USAGE_EVENTS,
    USAGE_HEADS,
    USAGE_MONTHS,
    Columns,
)
from superlicense.model import row

__all__ = ["attach_tables"]

_KINDS = ", ".join(f"'{table}'" for table in row.Table)


def attach_tables(metadata: MetaData, *, schema: str | None, prefix: str) -> None:
    """Add the tables of the store to *metadata*, a host's own if it likes.

    Args:
        metadata: What they are added to.
        schema: Database schema they live in; the connection's own if `None`.
        prefix: What their names begin with.
    """

    def table(name: str, columns: Columns, key: str, *constraints: SchemaItem) -> Table:
        return Table(
            f"{prefix}{name}",
            metadata,
            *columns.definitions(),
            PrimaryKeyConstraint("installation", *key.split()),
            *constraints,
            schema=schema,
            sqlite_strict=True,
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

    table(
        "installations",
        INSTALLATIONS,
        "",
        check("counters", "number >= 0 AND sequence >= 0 AND entries >= 0 AND steps >= 0"),
    )
    table("revisions", REVISIONS, "number", of_installation(), check("revision_numbers", "number > 0"))
    rows = table(
        "rows",
        ROWS,
        "sequence",
        of_installation(),
        check("row_kinds", f"kind IN ({_KINDS})"),
        check("row_places", "sequence > 0 AND started_step > 0"),
        check(
            "row_ends",
            "(ended_at IS NULL AND ended_by IS NULL AND ended_step IS NULL)"
            " OR (ended_at >= started_at AND ended_by IS NOT NULL AND ended_step > started_step)",
        ),
    )
    index("rows_running", rows, "kind key", unique=True, where="ended_at IS NULL")
    index("rows_history", rows, "kind key sequence")
    index("rows_started", rows, "started_step")
    index("rows_ended", rows, "ended_step")
    table("journal", JOURNAL, "number", of_installation(), check("journal_numbers", "number > 0"))
    subjects = table("journal_subjects", JOURNAL_SUBJECTS, "number holder license", of_installation())
    index("journal_by_holder", subjects, "holder number")
    index("journal_by_license", subjects, "license number")
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
    index("usage_by_month", events, "meter month")
    table(
        "usage_crossings",
        CROSSINGS,
        "number",
        UniqueConstraint("installation", "meter", "month", "level", name=f"{prefix}usage_crossed_once"),
    )
    table("usage_statements", STATEMENTS, "month")

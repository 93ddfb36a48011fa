"""The tables: shape of rows, with what the database itself can hold them to.

Instants are whole microseconds since 1970, so that they keep their precision
and sort. On SQLite the tables are STRICT.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

from superlicense.adapters.sqlalchemy.usage_schema import attach_usage_tables
from superlicense.model import row as fact

__all__ = ["attach_tables"]

_KINDS = ", ".join(f"'{table}'" for table in fact.Table)


def _number() -> TypeEngine[int]:
    # STRICT tables of SQLite know INTEGER, which has 64 bits there.
    return BigInteger().with_variant(Integer(), "sqlite")


def attach_tables(metadata: MetaData, *, schema: str | None, prefix: str) -> None:
    """Add the tables of the store to *metadata*, a host's own if it likes.

    Args:
        metadata: What they are added to.
        schema: Database schema they live in; the connection's own if `None`.
        prefix: What their names begin with.
    """
    installations = f"{prefix}installations"
    home = installations if schema is None else f"{schema}.{installations}"
    Table(
        installations,
        metadata,
        Column("installation", Text, nullable=False),
        Column("number", _number(), nullable=False),
        Column("token", Text, nullable=False),
        Column("recorded_at", _number()),
        Column("sequence", _number(), nullable=False),
        Column("entries", _number(), nullable=False),
        Column("steps", _number(), nullable=False),
        Column("head", LargeBinary),
        PrimaryKeyConstraint("installation"),
        CheckConstraint("number >= 0 AND sequence >= 0 AND entries >= 0 AND steps >= 0", name=f"{prefix}counters"),
        schema=schema,
        sqlite_strict=True,
    )
    Table(
        f"{prefix}revisions",
        metadata,
        Column("installation", Text, nullable=False),
        Column("number", _number(), nullable=False),
        Column("token", Text, nullable=False),
        Column("steps", _number(), nullable=False),
        PrimaryKeyConstraint("installation", "number"),
        ForeignKeyConstraint(["installation"], [f"{home}.installation"]),
        CheckConstraint("number > 0", name=f"{prefix}revision_numbers"),
        schema=schema,
        sqlite_strict=True,
    )
    rows = Table(
        f"{prefix}rows",
        metadata,
        Column("installation", Text, nullable=False),
        Column("sequence", _number(), nullable=False),
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("started_at", _number(), nullable=False),
        Column("started_by", Text, nullable=False),
        Column("started_step", _number(), nullable=False),
        Column("ended_at", _number()),
        Column("ended_by", Text),
        Column("ended_step", _number()),
        Column("noun", Text, nullable=False),
        Column("document", LargeBinary),
        Column("seal", LargeBinary),
        PrimaryKeyConstraint("installation", "sequence"),
        ForeignKeyConstraint(["installation"], [f"{home}.installation"]),
        CheckConstraint(f"kind IN ({_KINDS})", name=f"{prefix}row_kinds"),
        CheckConstraint("sequence > 0 AND started_step > 0", name=f"{prefix}row_places"),
        CheckConstraint(
            "(ended_at IS NULL AND ended_by IS NULL AND ended_step IS NULL)"
            " OR (ended_at >= started_at AND ended_by IS NOT NULL AND ended_step > started_step)",
            name=f"{prefix}row_ends",
        ),
        schema=schema,
        sqlite_strict=True,
    )
    runs = text("ended_at IS NULL")
    Index(
        f"{prefix}rows_running",
        rows.c.installation,
        rows.c.kind,
        rows.c.key,
        unique=True,
        sqlite_where=runs,
        postgresql_where=runs,
    )
    Index(f"{prefix}rows_history", rows.c.installation, rows.c.kind, rows.c.key, rows.c.sequence)
    Index(f"{prefix}rows_started", rows.c.installation, rows.c.started_step)
    Index(f"{prefix}rows_ended", rows.c.installation, rows.c.ended_step)
    Table(
        f"{prefix}journal",
        metadata,
        Column("installation", Text, nullable=False),
        Column("number", _number(), nullable=False),
        Column("at", _number(), nullable=False),
        Column("entry", Text, nullable=False),
        Column("seal", LargeBinary),
        PrimaryKeyConstraint("installation", "number"),
        ForeignKeyConstraint(["installation"], [f"{home}.installation"]),
        CheckConstraint("number > 0", name=f"{prefix}journal_numbers"),
        schema=schema,
        sqlite_strict=True,
    )
    subjects = Table(
        f"{prefix}journal_subjects",
        metadata,
        Column("installation", Text, nullable=False),
        Column("number", _number(), nullable=False),
        Column("holder", Text, nullable=False),
        Column("license", Text, nullable=False),
        PrimaryKeyConstraint("installation", "number", "holder", "license"),
        ForeignKeyConstraint(["installation"], [f"{home}.installation"]),
        schema=schema,
        sqlite_strict=True,
    )
    Index(f"{prefix}journal_by_holder", subjects.c.installation, subjects.c.holder, subjects.c.number)
    Index(f"{prefix}journal_by_license", subjects.c.installation, subjects.c.license, subjects.c.number)
    attach_usage_tables(metadata, schema=schema, prefix=prefix)

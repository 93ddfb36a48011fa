"""Version 1: installations with their revisions, rows of facts, the journal, and usage."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

brings = (
    "forms",
    "installations",
    "revisions",
    "rows",
    "journal",
    "journal_subjects",
    "usage_heads",
    "usage_months",
    "usage_meter_months",
    "usage_events",
    "usage_crossings",
    "usage_statements",
)

# SQLAlchemy knows STRICT since 2.0.37.
_KNOWN = {name for of, names in SQLiteDialect.construct_arguments or () if of is sa.Table for name in names}
_STRICT: Final[dict[str, Any]] = {"sqlite_strict": True} if "strict" in _KNOWN else {}
_WITHOUT_ROW_IDS: Final[dict[str, Any]] = {**_STRICT, "sqlite_with_rowid": False}


def _number() -> TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(*, op: Operations, schema: str | None, prefix: str) -> None:
    """Create the tables of *schema* whose names begin with *prefix*."""
    _facts(op, schema, prefix)
    _journal(op, schema, prefix)
    _usage(op, schema, prefix)


def _facts(op: Operations, schema: str | None, prefix: str) -> None:
    op.create_table(
        f"{prefix}forms",
        sa.Column("form", _number(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("form"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}installations",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("recorded_at", _number()),
        sa.Column("sequence", _number(), nullable=False),
        sa.Column("entries", _number(), nullable=False),
        sa.Column("steps", _number(), nullable=False),
        sa.Column("known_from", _number(), nullable=False),
        sa.Column("head", sa.LargeBinary),
        sa.Column("alias_of", sa.Text),
        sa.PrimaryKeyConstraint("installation"),
        sa.CheckConstraint(
            "number >= 0 AND sequence >= 0 AND entries >= 0 AND steps >= 0 AND known_from BETWEEN 0 AND number",
            name=f"{prefix}counters",
        ),
        sa.CheckConstraint("alias_of IS NULL OR number = 0", name=f"{prefix}aliases"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}revisions",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("steps", _number(), nullable=False),
        sa.Column("sequence", _number(), nullable=False),
        sa.PrimaryKeyConstraint("installation", "number"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint("number > 0", name=f"{prefix}revision_numbers"),
        schema=schema,
        **_WITHOUT_ROW_IDS,
    )
    op.create_table(
        f"{prefix}rows",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("sequence", _number(), nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("started_at", _number(), nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("started_step", _number(), nullable=False),
        sa.Column("ended_at", _number()),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_step", _number()),
        sa.Column("form", _number(), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("personal", sa.Text),
        sa.Column("document", sa.LargeBinary),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "sequence"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint("sequence > 0 AND started_step > 0 AND form > 0", name=f"{prefix}row_places"),
        sa.CheckConstraint(
            "(ended_at IS NULL AND ended_by IS NULL AND ended_step IS NULL)"
            " OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ended_step > started_step)",
            name=f"{prefix}row_ends",
        ),
        schema=schema,
        **_STRICT,
    )
    _index(op, schema, prefix, "rows", "rows_running", "table_name", "key", unique=True, where="ended_at IS NULL")
    _index(op, schema, prefix, "rows", "rows_history", "table_name", "key", where="ended_at IS NOT NULL")
    _index(op, schema, prefix, "rows", "rows_ended", "ended_step", where="ended_at IS NOT NULL")


def _journal(op: Operations, schema: str | None, prefix: str) -> None:
    op.create_table(
        f"{prefix}journal",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("at", _number(), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "number"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint("number > 0", name=f"{prefix}journal_numbers"),
        schema=schema,
        **_WITHOUT_ROW_IDS,
    )
    op.create_table(
        f"{prefix}journal_subjects",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("license", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.PrimaryKeyConstraint("installation", "holder", "license", "number"),
        _of_an_installation(schema, prefix),
        schema=schema,
        **_WITHOUT_ROW_IDS,
    )
    of_license = "license <> ''"
    _index(op, schema, prefix, "journal_subjects", "journal_by_license", "license", "number", where=of_license)


def _usage(op: Operations, schema: str | None, prefix: str) -> None:
    op.create_table(
        f"{prefix}usage_heads",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}usage_months",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("closed", _number(), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "month"),
        sa.CheckConstraint("closed IN (0, 1)", name=f"{prefix}usage_month_closed"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}usage_meter_months",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("closed", _number(), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "month", "meter"),
        sa.CheckConstraint("closed IN (0, 1)", name=f"{prefix}usage_meter_month_closed"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}usage_events",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("counted_in", sa.Text, nullable=False),
        sa.Column("position", _number(), nullable=False),
        sa.Column("quantity", _number(), nullable=False),
        sa.Column("at", _number(), nullable=False),
        sa.Column("corrects", sa.Text),
        sa.Column("recorded_at", _number(), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "source", "id"),
        sa.CheckConstraint(
            "quantity >= 0 AND position > 0 AND month <= counted_in", name=f"{prefix}usage_event_numbers"
        ),
        schema=schema,
        **_STRICT,
    )
    corrects = "corrects IS NOT NULL"
    _index(op, schema, prefix, "usage_events", "usage_corrections", "source", "corrects", where=corrects)
    _index(op, schema, prefix, "usage_events", "usage_by_month", "meter", "month", "recorded_at", "at")
    op.create_table(
        f"{prefix}usage_crossings",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("level", _number(), nullable=False),
        sa.Column("at", _number(), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("installation", "number"),
        sa.UniqueConstraint("installation", "meter", "month", "level", name=f"{prefix}usage_crossed_once"),
        schema=schema,
        **_STRICT,
    )
    op.create_table(
        f"{prefix}usage_statements",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("installation", "month"),
        schema=schema,
        **_STRICT,
    )


def _of_an_installation(schema: str | None, prefix: str) -> sa.ForeignKeyConstraint:
    home = "" if schema is None else f"{schema}."
    return sa.ForeignKeyConstraint(["installation"], [f"{home}{prefix}installations.installation"])


def _index(  # noqa: PLR0913 - what an index consists of
    op: Operations,
    schema: str | None,
    prefix: str,
    table: str,
    name: str,
    *columns: str,
    unique: bool = False,
    where: str | None = None,
) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(
        f"{prefix}{name}",
        f"{prefix}{table}",
        ["installation", *columns],
        schema=schema,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )

"""Version 1: installations with their revisions, rows of facts, and the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KINDS = "'packages', 'waiting_packages', 'roots', 'users', 'sites', 'assignments', 'events'"


def _number() -> TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(*, op: Operations, schema: str | None, prefix: str) -> None:
    """Create the tables of *schema* whose names begin with *prefix*."""
    op.create_table(
        f"{prefix}installations",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("recorded_at", _number()),
        sa.Column("sequence", _number(), nullable=False),
        sa.Column("entries", _number(), nullable=False),
        sa.Column("steps", _number(), nullable=False),
        sa.Column("head", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation"),
        sa.CheckConstraint("number >= 0 AND sequence >= 0 AND entries >= 0 AND steps >= 0", name=f"{prefix}counters"),
        schema=schema,
        sqlite_strict=True,
    )
    op.create_table(
        f"{prefix}revisions",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("steps", _number(), nullable=False),
        sa.PrimaryKeyConstraint("installation", "number"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint("number > 0", name=f"{prefix}revision_numbers"),
        schema=schema,
        sqlite_strict=True,
    )
    op.create_table(
        f"{prefix}rows",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("sequence", _number(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("started_at", _number(), nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("started_step", _number(), nullable=False),
        sa.Column("ended_at", _number()),
        sa.Column("ended_by", sa.Text),
        sa.Column("ended_step", _number()),
        sa.Column("noun", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "sequence"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=f"{prefix}row_kinds"),
        sa.CheckConstraint("sequence > 0 AND started_step > 0", name=f"{prefix}row_places"),
        sa.CheckConstraint(
            "(ended_at IS NULL AND ended_by IS NULL AND ended_step IS NULL)"
            " OR (ended_at >= started_at AND ended_by IS NOT NULL AND ended_step > started_step)",
            name=f"{prefix}row_ends",
        ),
        schema=schema,
        sqlite_strict=True,
    )
    runs = sa.text("ended_at IS NULL")
    op.create_index(
        f"{prefix}rows_running",
        f"{prefix}rows",
        ["installation", "kind", "key"],
        schema=schema,
        unique=True,
        sqlite_where=runs,
        postgresql_where=runs,
    )
    _index(op, schema, prefix, "rows", "rows_history", "kind", "key", "sequence")
    _index(op, schema, prefix, "rows", "rows_started", "started_step")
    _index(op, schema, prefix, "rows", "rows_ended", "ended_step")
    op.create_table(
        f"{prefix}journal",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("at", _number(), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation", "number"),
        _of_an_installation(schema, prefix),
        sa.CheckConstraint("number > 0", name=f"{prefix}journal_numbers"),
        schema=schema,
        sqlite_strict=True,
    )
    op.create_table(
        f"{prefix}journal_subjects",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("license", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("installation", "number", "holder", "license"),
        _of_an_installation(schema, prefix),
        schema=schema,
        sqlite_strict=True,
    )
    _index(op, schema, prefix, "journal_subjects", "journal_by_holder", "holder", "number")
    _index(op, schema, prefix, "journal_subjects", "journal_by_license", "license", "number")


def _of_an_installation(schema: str | None, prefix: str) -> sa.ForeignKeyConstraint:
    home = "" if schema is None else f"{schema}."
    return sa.ForeignKeyConstraint(["installation"], [f"{home}{prefix}installations.installation"])


def _index(op: Operations, schema: str | None, prefix: str, table: str, name: str, *columns: str) -> None:
    op.create_index(f"{prefix}{name}", f"{prefix}{table}", ["installation", *columns], schema=schema)

"""Version 2: usage, months, meter months, crossings and statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _number() -> TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(*, op: Operations, schema: str | None, prefix: str) -> None:
    """Create the tables of *schema* whose names begin with *prefix*."""
    op.create_table(
        f"{prefix}usage_heads",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("seal", sa.LargeBinary),
        sa.PrimaryKeyConstraint("installation"),
        schema=schema,
        sqlite_strict=True,
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
        sqlite_strict=True,
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
        sqlite_strict=True,
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
        sqlite_strict=True,
    )
    corrects = sa.text("corrects IS NOT NULL")
    op.create_index(
        f"{prefix}usage_corrections",
        f"{prefix}usage_events",
        ["installation", "source", "corrects"],
        schema=schema,
        sqlite_where=corrects,
        postgresql_where=corrects,
    )
    op.create_index(
        f"{prefix}usage_by_month", f"{prefix}usage_events", ["installation", "meter", "month"], schema=schema
    )
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
        sqlite_strict=True,
    )
    op.create_table(
        f"{prefix}usage_statements",
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("installation", "month"),
        schema=schema,
        sqlite_strict=True,
    )

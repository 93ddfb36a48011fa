"""The tables of usage. They refer to no other, so that recording waits for no writer of licensing facts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

__all__ = ["attach_usage_tables"]


def _number() -> TypeEngine[int]:
    # STRICT tables of SQLite know INTEGER, which has 64 bits there.
    return BigInteger().with_variant(Integer(), "sqlite")


def attach_usage_tables(metadata: MetaData, *, schema: str | None, prefix: str) -> None:
    """Add the tables of usage to *metadata*; see `superlicense.adapters.sqlalchemy.schema.attach_tables`."""
    Table(
        f"{prefix}usage_heads",
        metadata,
        Column("installation", Text, nullable=False),
        Column("closed_through", Text),
        Column("crossing_count", _number(), nullable=False),
        Column("seal", LargeBinary),
        PrimaryKeyConstraint("installation"),
        CheckConstraint("crossing_count >= 0", name=f"{prefix}usage_head_counts"),
        schema=schema,
        sqlite_strict=True,
    )
    Table(
        f"{prefix}usage_meter_months",
        metadata,
        Column("installation", Text, nullable=False),
        Column("month", Text, nullable=False),
        Column("meter", Text, nullable=False),
        Column("starts_at", _number(), nullable=False),
        Column("ends_at", _number(), nullable=False),
        Column("users", _number(), nullable=False),
        Column("users_at", _number()),
        Column("peak", _number(), nullable=False),
        Column("peak_at", _number()),
        Column("bought", _number()),
        Column("event_count", _number(), nullable=False),
        Column("last_position", _number(), nullable=False),
        Column("total", _number(), nullable=False),
        Column("alerted_levels", Text, nullable=False),
        Column("closed", _number(), nullable=False),
        Column("recorded_at", _number()),
        Column("state", Text, nullable=False),
        Column("seal", LargeBinary),
        PrimaryKeyConstraint("installation", "month", "meter"),
        CheckConstraint(
            "starts_at < ends_at AND users >= 0 AND peak >= users AND bought >= 0 AND event_count >= 0"
            " AND last_position >= event_count AND total >= 0 AND closed IN (0, 1)",
            name=f"{prefix}usage_meter_month_numbers",
        ),
        schema=schema,
        sqlite_strict=True,
    )
    events = Table(
        f"{prefix}usage_events",
        metadata,
        Column("installation", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("meter", Text, nullable=False),
        Column("month", Text, nullable=False),
        Column("counted_in", Text, nullable=False),
        Column("position", _number(), nullable=False),
        Column("quantity", _number(), nullable=False),
        Column("at", _number(), nullable=False),
        Column("corrects", Text),
        Column("recorded_at", _number(), nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("seal", LargeBinary),
        PrimaryKeyConstraint("installation", "source", "id"),
        CheckConstraint("quantity >= 0 AND position > 0 AND month <= counted_in", name=f"{prefix}usage_event_numbers"),
        schema=schema,
        sqlite_strict=True,
    )
    corrects = text("corrects IS NOT NULL")
    Index(
        f"{prefix}usage_corrections",
        events.c.installation,
        events.c.source,
        events.c.corrects,
        sqlite_where=corrects,
        postgresql_where=corrects,
    )
    Index(f"{prefix}usage_by_month", events.c.installation, events.c.meter, events.c.month)
    Table(
        f"{prefix}usage_crossings",
        metadata,
        Column("installation", Text, nullable=False),
        Column("number", _number(), nullable=False),
        Column("id", Text, nullable=False),
        Column("meter", Text, nullable=False),
        Column("month", Text, nullable=False),
        Column("level", _number(), nullable=False),
        Column("at", _number(), nullable=False),
        Column("cause", Text, nullable=False),
        PrimaryKeyConstraint("installation", "number"),
        UniqueConstraint("installation", "meter", "month", "level", name=f"{prefix}usage_crossed_once"),
        schema=schema,
        sqlite_strict=True,
    )
    Table(
        f"{prefix}usage_statements",
        metadata,
        Column("installation", Text, nullable=False),
        Column("month", Text, nullable=False),
        Column("statement", LargeBinary, nullable=False),
        PrimaryKeyConstraint("installation", "month"),
        schema=schema,
        sqlite_strict=True,
    )

"""What is written into the tables of usage without the seal key is found.

Every column of every one of them × edited, and every record taken away or put
in the place of another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.catalog.meters import STANDARD
from tests.installation import SALES, START, Clock, furnish, open_licensing

pytestmark = pytest.mark.slow

TABLES = {
    "usage_heads": ("installation", "record", "seal"),
    "usage_months": ("installation", "month", "closed", "record", "seal"),
    "usage_meter_months": ("installation", "month", "meter", "closed", "record", "seal"),
    "usage_events": (
        *("installation", "source", "id", "meter", "month", "counted_in", "position", "quantity", "at", "corrects"),
        *("recorded_at", "recorded_by", "seal"),
    ),
    "usage_crossings": ("installation", "number", "id", "meter", "month", "level", "at", "cause"),
    "usage_statements": ("installation", "month", "statement"),
}
COLUMNS = [(table, column) for table, columns in TABLES.items() for column in columns]
Value = int | str | bytes | None


class Vandal:
    """Writes into the file of a sealed store that has metered two months, one of them closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.told = ""
        SqlStore(create_engine(f"sqlite:///{path}")).create_tables()
        licensing = furnish(self.open(), "anna", holders={"anna": SALES})
        licensing.meters.record([self.sent("1", 90), self.sent("2", 5), self.sent("3", 70, "storage")])
        self.clock.forward(days=31)
        licensing.meters.close(sl.Month(2026, 11), by="boss")
        at = self.clock() - timedelta(hours=1)
        licensing.meters.record([self.sent("4", 8, at=at), self.sent("5", 7, at=at, corrects="4"), self.sent("6", 3)])
        assert licensing.verify_store().ok

    def open(self) -> sl.Licensing:
        store = SqlStore(create_engine(f"sqlite:///{self.path}"))
        return open_licensing(store, clock=self.clock, seal_key=bytes(range(32)), meters=STANDARD)

    def sent(self, name: str, quantity: int, meter: str = "mailings", **fields: Any) -> sl.UsageEvent:  # noqa: ANN401
        return sl.UsageEvent(source="mailer", id=name, meter=meter, quantity=quantity, **{"at": START, **fields})

    @contextmanager
    def file(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            yield connection
            connection.commit()

    def values(self, table: str, column: str) -> list[tuple[int, Value]]:
        with self.file() as connection:
            return connection.execute(f"SELECT rowid, {column} FROM superlicense_{table}").fetchall()

    def found_after(self, *statements: tuple[str, tuple[Value, ...]]) -> list[str] | None:
        """Run *statements*, say what is found, and put everything back; `None` if the database refuses."""
        with closing(sqlite3.connect(self.path)) as origin, closing(sqlite3.connect(":memory:")) as kept:
            origin.backup(kept)
            try:
                with self.file() as connection:
                    for statement, values in statements:
                        connection.execute(statement, values)
                findings = self.open().verify_store().findings
                self.told = " ".join(finding.explanation for finding in findings)
                return [finding.code.value for finding in findings]
            except sqlite3.IntegrityError:
                return None
            finally:
                kept.backup(origin)


@pytest.fixture(scope="module")
def vandal(tmp_path_factory: pytest.TempPathFactory) -> Vandal:
    return Vandal(tmp_path_factory.mktemp("usage") / "sealed.db")


def edited(value: Value) -> tuple[Value, ...]:
    """Return other values, of the same type where there is one."""
    if isinstance(value, int):
        return (value + 1, 2**62)
    if isinstance(value, bytes):
        return (bytes([value[0] ^ 1]) + value[1:], None)
    return (f"{value}x", "") if value else ("1", 1)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_an_edited_column_is_found(vandal: Vandal, table: str, column: str) -> None:
    attacks = 0
    for rowid, value in vandal.values(table, column):
        for other in edited(value):
            found = vandal.found_after(
                (f"UPDATE superlicense_{table} SET {column} = ? WHERE rowid = ?", (other, rowid))
            )
            attacks += found is not None
            # Only 1 is closed, and everything else is as good as 0.
            assert found != [] or (column, value) == ("closed", 0), (rowid, value, other)
    assert attacks


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("usage_events", "month", "the event mailer/1 is corrupt: month: must be a string YYYY-MM, got '0x'"),
        ("usage_events", "at", f"the event mailer/1 is corrupt: {2**62} is not an instant"),
        (
            "usage_meter_months",
            "month",
            "the meter month chat_sessions/0x is corrupt: month: must be a string YYYY-MM, got '0x'",
        ),
        ("usage_months", "month", "the month 0x is corrupt: month: must be a string YYYY-MM, got '0x'"),
    ],
)
def test_what_no_store_can_read_is_named(vandal: Vandal, table: str, column: str, named: str) -> None:
    edit = f"UPDATE superlicense_{table} SET {column} = ? WHERE rowid = ?"
    (rowid, _), *_ = vandal.values(table, column)
    assert vandal.found_after((edit, (2**62 if column == "at" else "0x", rowid))) == ["store_unreadable"]
    assert named in vandal.told


@pytest.mark.parametrize("table", TABLES)
def test_a_record_that_is_taken_away_is_found(vandal: Vandal, table: str) -> None:
    for rowid, _ in vandal.values(table, "installation"):
        assert vandal.found_after((f"DELETE FROM superlicense_{table} WHERE rowid = ?", (rowid,)))


@pytest.mark.parametrize(
    ("table", "column"), [("usage_events", "quantity"), ("usage_meter_months", "record"), ("usage_months", "record")]
)
def test_values_that_are_swapped_are_found(vandal: Vandal, table: str, column: str) -> None:
    (one, first), *others = vandal.values(table, column)
    other, second = next((rowid, value) for rowid, value in others if value != first)
    swap = f"UPDATE superlicense_{table} SET {column} = ? WHERE rowid = ?"
    assert vandal.found_after((swap, (second, one)), (swap, (first, other)))

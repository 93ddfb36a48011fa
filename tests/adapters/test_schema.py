"""The shape of rows that the databases themselves hold them to."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from superlicense.testing.samples import NORDVIK, user_row
from tests.adapters.databases import Database

ROW = {
    "installation": "'serial:1010000014'",
    "sequence": "1",
    "table_name": "'users'",
    "key": "'anna'",
    "started_at": "5",
    "started_by": "'host'",
    "started_step": "1",
    "ended_at": "NULL",
    "ended_by": "NULL",
    "ended_step": "NULL",
    "form": "1",
    "record": "'{}'",
}


ENDED = {"ended_at": "5", "ended_by": "'host'", "ended_step": "2"}


def insert(values: dict[str, str]) -> str:
    return f"INSERT INTO superlicense_rows ({', '.join(values)}) VALUES ({', '.join(values.values())})"


class TestShapeOfRows:
    """What the database itself holds rows to."""

    @pytest.fixture
    def table(self, database: Database) -> Database:
        with database.store().writing(NORDVIK) as view:
            view.facts.start(user_row(9, "somebody else"))
        return database

    def test_tables_of_a_newer_version_fit(self, table: Database) -> None:
        table.rows(insert({**ROW, "table_name": "'teams'", "form": "9"}))

    def test_a_good_row_fits(self, table: Database) -> None:
        table.rows(insert(ROW))
        table.rows(insert({**ROW, **ENDED, "sequence": "2", "started_step": "1"}))
        # After the clock was corrected.
        table.rows(insert({**ROW, **ENDED, "sequence": "3", "started_step": "1", "ended_at": "4"}))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"sequence": "0"},
            {"started_step": "0"},
            {"installation": "'unknown'"},
            {"record": "NULL"},
            {"form": "0"},
            {"ended_at": "5"},
            {**ENDED, "ended_by": "NULL"},
            {**ENDED, "ended_step": "1"},
            {"started_at": "'noon'"},
            {"key": "'somebody else'"},
            {"sequence": "9"},
        ],
        ids=str,
    )
    def test_another_shape_does_not(self, table: Database, wrong: dict[str, str]) -> None:
        engine = table.engine()
        with engine.connect() as connection:
            if table.on_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            with pytest.raises(DBAPIError):
                connection.exec_driver_sql(insert({**ROW, **wrong}))

    @pytest.mark.parametrize("column", ["number", "sequence", "entries", "steps"])
    def test_no_counter_is_below_zero(self, table: Database, column: str) -> None:
        with pytest.raises(DBAPIError):
            table.rows(f"UPDATE superlicense_installations SET {column} = -1")

    def test_tables_of_sqlite_are_strict(self, sqlite: Database) -> None:
        sqlite.store()
        made = [sql for (sql,) in sqlite.rows("SELECT sql FROM sqlite_master WHERE type = 'table'")]
        ours = [sql for sql in made if "alembic_version" not in sql]
        assert len(ours) >= 5
        assert all(sql.rstrip().endswith("STRICT") for sql in ours)

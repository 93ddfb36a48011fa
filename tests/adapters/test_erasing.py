"""Nothing of a blanked text remains in a file of SQLite, nor in a row of PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.testing.contract.blocks import history, write
from superlicense.testing.samples import NORDVIK, SOLVANG, after, seat_row, user_row
from tests.adapters.databases import Database

NAME, COMMENT = "Zebedaeus Q", "xylophone lessons until May "


def a_store(sqlite: Database, *pragmas: str) -> SqlStore:
    """Open a store whose connections leave in the file what they delete."""
    engine = sqlite.engine()

    @event.listens_for(engine, "connect")
    def set_up(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        for pragma in ("PRAGMA secure_delete = 0", *pragmas):
            driver.execute(pragma).fetchall()

    store = SqlStore(engine)
    store.create_tables()
    return store


def fill(store: SqlStore) -> None:
    """Write rows that are moved from page to page as they end and start again."""
    for number in range(1, 200, 2):
        name = NAME if number % 10 == 1 else "another"
        user = "anna" if name == NAME else f"user{number % 7}"
        running = {row.key: row for row in history(store) if row.end is None}
        ends = [running[user].ended(at=after(number), by="host" * 30)] if user in running else []
        seat = seat_row(number + 1, user, f"license{number}", start=after(number), comment=COMMENT * (number % 140))
        write(store, *ends, user_row(number, user, start=after(number), name=f"{name} {number}"), seat)


def found_in_files(sqlite: Database, text: str) -> list[str]:
    path = Path(str(sqlite.url.database))
    return [file.name for file in path.parent.glob(f"{path.name}*") if text.encode() in file.read_bytes()]


@pytest.mark.parametrize(
    "mode", ["delete", "wal", *(pytest.param(mode, marks=pytest.mark.slow) for mode in ("truncate", "persist"))]
)
@pytest.mark.slow
def test_no_file_of_sqlite_holds_what_was_blanked(sqlite: Database, mode: str) -> None:
    store = a_store(sqlite, f"PRAGMA journal_mode = {mode}", "PRAGMA wal_autocheckpoint = 0")
    with sqlite.engine().connect() as keeps_the_log:
        keeps_the_log.exec_driver_sql("SELECT 1")
        fill(store)
        write(store, user_row(1, "bo", name="Bo the other"), installation=SOLVANG)
        assert found_in_files(sqlite, NAME)
        others = [row for row in history(store) if row.key != "anna"]
        with store.writing(NORDVIK) as view:
            for key in ("anna", *(f"user{number}" for number in range(7))):
                view.facts.blank(key)
        assert (found_in_files(sqlite, NAME), found_in_files(sqlite, COMMENT)) == ([], [])
        assert found_in_files(sqlite, "Bo the other")
    assert [row.record.text for row in history(store) if row.key != "anna"] == [row.record.text for row in others]
    assert sqlite.rows("PRAGMA integrity_check") == [("ok",)]
    write(store, user_row(1000, "cy", start=after(1000), name="Cy"))


def test_in_the_hosts_transaction_the_log_is_the_hosts(sqlite: Database) -> None:
    store = a_store(sqlite)
    fill(store)
    with store.engine.begin() as connection, store.bound_to(connection).writing(NORDVIK) as view:
        view.facts.blank("anna")
    assert found_in_files(sqlite, NAME) == []
    assert all(row.record.noun.name == "anna" for row in history(store) if row.key == "anna")


def test_no_row_holds_what_was_blanked(database: Database) -> None:
    store = database.store()
    write(store, user_row(1, name=NAME), seat_row(2, "anna", comment=COMMENT), user_row(3, "bo", name="Bo"))
    database.rows("UPDATE superlicense_rows SET personal = '[[\"broken' WHERE sequence = 3")
    with store.writing(NORDVIK) as view:
        view.facts.blank("anna")
        view.facts.blank("bo")
    told = str(database.rows("SELECT * FROM superlicense_rows"))
    assert not any(text in told for text in (NAME, COMMENT, "broken"))

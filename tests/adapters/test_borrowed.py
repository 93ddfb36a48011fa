"""Borrowed connections: the transaction of a host that uses a driver without SQLAlchemy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from gc import collect
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.adapters.sqlalchemy.borrowed import borrowed
from superlicense.errors import InvalidValueError, RefusedError
from tests.installation import INSTALLATION, SALES, furnish, open_licensing

PROMPT = sl.Policy(max_staleness=timedelta(0))


def open_on(url: str, **options: str) -> tuple[SqlStore, sl.Licensing]:
    store = SqlStore(create_engine(url), **options)
    store.migrate()
    return store, furnish(open_licensing(store, policy=PROMPT), "anna")


def users(licensing: sl.Licensing) -> list[str]:
    return [user.id for user in licensing.users.all()]


def hire(licensing: sl.Licensing, connection: object) -> None:
    with licensing.bound_to(connection) as inside:
        inside.users.save(sl.User(id="bo", may_log_in=True))
        inside.seats.assign("bo", SALES, by="admin")
        with pytest.raises(RefusedError):
            inside.seats.assign("nobody", SALES, by="admin")
        assert inside.gate.login("bo", sl.Client.WEB).allowed


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[tuple[Path, sl.Licensing]]:
    path = tmp_path / "crm.db"
    store, licensing = open_on(f"sqlite:///{path}")
    yield path, licensing
    store.engine.dispose()


def test_the_host_commits_on_sqlite(sqlite: tuple[Path, sl.Licensing]) -> None:
    path, licensing = sqlite
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("BEGIN")
        hire(licensing, driver)
        assert driver.in_transaction
        assert users(licensing) == ["anna"]
        driver.execute("COMMIT")
        assert users(licensing) == ["anna", "bo"]


def test_the_host_rolls_back_on_sqlite(sqlite: tuple[Path, sl.Licensing]) -> None:
    path, licensing = sqlite
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("BEGIN")
        hire(licensing, driver)
        driver.execute("ROLLBACK")
    assert users(licensing) == ["anna"]


@pytest.mark.parametrize("end", [Connection.commit, Connection.rollback, Connection.close])
def test_sqlalchemy_does_not_end_the_transaction(
    sqlite: tuple[Path, sl.Licensing], end: Callable[[Connection], None]
) -> None:
    path, _ = sqlite
    engine = create_engine(f"sqlite:///{path}")
    engine.connect().close()
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("BEGIN")
        connection = borrowed(engine, driver)
        assert isinstance(connection, Connection)
        connection.begin()
        end(connection)
        del connection
        collect()
        assert driver.in_transaction
    engine.dispose()


def test_a_transaction_that_the_database_has_undone_cannot_be_committed(sqlite: tuple[Path, sl.Licensing]) -> None:
    path, licensing = sqlite
    store = SqlStore(create_engine(f"sqlite:///{path}"))
    store.engine.connect().close()

    def lose(driver: sqlite3.Connection) -> None:
        with store.bound_to(driver).writing(INSTALLATION):
            driver.execute("ROLLBACK")
            raise LookupError

    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("BEGIN")
        with pytest.raises(LookupError):
            lose(driver)
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            driver.execute("SELECT 1")
    assert users(licensing) == ["anna"]
    store.engine.dispose()


def test_what_is_not_a_connection_is_refused(sqlite: tuple[Path, sl.Licensing]) -> None:
    _, licensing = sqlite
    with pytest.raises(InvalidValueError, match="SQLAlchemy Connection"):
        licensing.bound_to("connection")


@pytest.mark.parametrize("cursors", [psycopg.Cursor, psycopg.ClientCursor])
def test_the_host_decides_on_postgresql(postgres: str, cursors: type[psycopg.Cursor[tuple[object, ...]]]) -> None:
    schema = f"borrowed_{cursors.__name__.lower()}"
    engine = create_engine(postgres)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    store, licensing = open_on(postgres, schema=schema)
    plain = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, cursor_factory=cursors)) as driver:
        hire(licensing, driver)
        assert users(licensing) == ["anna"]
        driver.rollback()
        assert users(licensing) == ["anna"]
        hire(licensing, driver)
        driver.commit()
    assert users(licensing) == ["anna", "bo"]
    with closing(psycopg.connect(plain, autocommit=True)) as driver, pytest.raises(InvalidValueError):
        licensing.bound_to(driver)
    store.engine.dispose()

"""How a transaction of the store's own is set up, whatever the host's engine is set to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, Pool, QueuePool, SingletonThreadPool, StaticPool, create_engine, event

from superlicense.adapters.sqlalchemy import SqlStore, transactions
from superlicense.errors import ConflictError, StoreBusyError, StoreUnavailableError
from superlicense.testing.contract.blocks import Boom, history, in_threads, write, write_and_fail
from superlicense.testing.samples import NORDVIK, user_row
from tests.adapters.databases import Database

HALF_A_MINUTE = timedelta(seconds=30)


def first_values(engine: Engine, *statements: str) -> list[Any]:
    with engine.connect() as connection:
        return [connection.exec_driver_sql(statement).scalar() for statement in statements]


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent through *engine*."""
    statements: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    yield statements
    event.remove(engine, "before_cursor_execute", hear)


class TestOnSqlite:
    PRAGMAS = ("PRAGMA synchronous", "PRAGMA foreign_keys", "PRAGMA busy_timeout")

    def inside(self, store: SqlStore) -> list[int]:
        """Give the settings that a write has."""
        with store.writing(NORDVIK, patience=HALF_A_MINUTE) as view:
            driver = view._connection.connection.driver_connection  # noqa: SLF001 - the block's own
            assert driver is not None
            return [driver.execute(pragma).fetchone()[0] for pragma in self.PRAGMAS]

    def test_a_write_is_durable_checks_foreign_keys_and_waits(self, sqlite: Database) -> None:
        assert self.inside(sqlite.store()) == [2, 1, 30_000]

    @pytest.mark.parametrize(("synchronous", "in_a_write"), [(0, 2), (1, 2), (2, 2), (3, 3)])
    def test_the_hosts_settings_are_put_back(self, sqlite: Database, synchronous: int, in_a_write: int) -> None:
        engine = sqlite.engine(poolclass=StaticPool)

        @event.listens_for(engine, "connect")
        def set_up(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.execute(f"PRAGMA synchronous = {synchronous}")
            driver.execute("PRAGMA busy_timeout = 1234")

        store = SqlStore(engine)
        store.create_tables()
        assert self.inside(store) == [in_a_write, 1, 30_000]
        with pytest.raises(Boom):
            write_and_fail(store, user_row(1))
        history(store)
        assert first_values(engine, *self.PRAGMAS) == [synchronous, 0, 1234]

    def test_a_writer_has_the_lock_before_it_looks(self, sqlite: Database) -> None:
        one, two = sqlite.store(), sqlite.store()
        with one.writing(NORDVIK), pytest.raises(StoreBusyError), two.writing(NORDVIK, patience=timedelta(0)):
            pytest.fail("somebody else has the lock")

    @pytest.mark.parametrize("mode", ["delete", "wal"])
    def test_the_journal_of_the_file_is_the_hosts_choice(self, sqlite: Database, mode: str) -> None:
        if mode == "wal":
            sqlite.rows("PRAGMA journal_mode = wal")
        store = sqlite.store()
        write(store, user_row(1))
        assert history(store) == [user_row(1)]
        assert sqlite.rows("PRAGMA journal_mode") == [(mode,)]

    def test_a_host_that_begins_transactions_by_itself(self, sqlite: Database) -> None:
        # As the page on pysqlite of SQLAlchemy recommends.
        engine = sqlite.engine(poolclass=StaticPool)

        @event.listens_for(engine, "connect")
        def leave_it_alone(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
            connection.exec_driver_sql("BEGIN")

        store = SqlStore(engine)
        store.migrate()
        assert self.inside(store) == [2, 1, 30_000]
        write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(2, "bo"))
        assert history(store) == [user_row(1)]
        assert first_values(engine, *self.PRAGMAS) == [2, 0, 5000]

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="came with Python 3.12")
    @pytest.mark.parametrize("pool", [StaticPool, NullPool])
    def test_a_driver_that_is_always_in_a_transaction(self, sqlite: Database, pool: type[Pool]) -> None:
        engine = sqlite.engine(poolclass=pool, connect_args={"autocommit": False})
        store = SqlStore(engine)
        store.migrate()
        assert self.inside(store) == [2, 1, 30_000]
        write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(2, "bo"))
        assert history(store) == history(sqlite.bare()) == [user_row(1)]
        assert first_values(engine, *self.PRAGMAS) == [2, 0, 5000]

    @pytest.mark.parametrize("pool", [StaticPool, SingletonThreadPool])
    def test_a_database_in_memory_has_one_connection(self, pool: type[Pool]) -> None:
        engine = create_engine("sqlite://", poolclass=pool)
        store = SqlStore(engine)
        store.create_tables()
        write(store, user_row(1))
        assert history(store) == [user_row(1)]
        # It cannot be looked at while it is written, and nothing of the write is lost for it.
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(2, "bo"))
            with pytest.raises(StoreBusyError), store.reading(NORDVIK):
                pytest.fail("the connection is in use")
        assert len(history(store)) == 2
        engine.dispose()

    def test_threads_take_turns_on_it(self) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        store = SqlStore(engine)
        store.create_tables()

        def hire() -> None:
            for _ in range(20):
                with store.writing(NORDVIK) as view:
                    number = view.mark.sequence + 1
                    view.facts.start(user_row(number, f"user{number}"))
                assert len(history(store)) >= number

        in_threads(hire, hire, hire)
        assert len(history(store)) == 60
        with store.writing(NORDVIK):
            waiting = Thread(target=self.is_told, args=(store,))
            waiting.start()
            waiting.join()
        engine.dispose()

    def is_told(self, store: SqlStore) -> None:
        with pytest.raises(StoreBusyError), store.writing(NORDVIK, patience=timedelta(0)):
            pytest.fail("others have the connection")

    def test_a_transaction_of_the_hosts_on_it_is_left_alone(self) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
        store = SqlStore(engine)
        store.create_tables()
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE orders (id INTEGER)")
            connection.exec_driver_sql("INSERT INTO orders VALUES (1)")
            with pytest.raises(StoreBusyError, match="already in a transaction"):
                write(store, user_row(1))
        assert first_values(engine, "SELECT count(*) FROM orders") == [1]
        engine.dispose()


class TestOnPostgresql:
    SETTINGS = (
        "SHOW transaction_isolation",
        "SHOW transaction_read_only",
        "SHOW lock_timeout",
        "SHOW idle_in_transaction_session_timeout",
    )

    @pytest.fixture(params=["default", "AUTOCOMMIT", "SERIALIZABLE"])
    def engine(self, request: pytest.FixtureRequest, postgresql: Database) -> Engine:
        options = {} if request.param == "default" else {"isolation_level": request.param}
        return postgresql.engine(poolclass=QueuePool, pool_size=1, max_overflow=1, **options)

    def inside(self, view: Any) -> list[str]:  # noqa: ANN401 - a view
        return [view._connection.exec_driver_sql(setting).scalar() for setting in self.SETTINGS]  # noqa: SLF001 - its own

    def test_a_write_is_read_committed_and_waits_as_long_as_it_may(self, engine: Engine) -> None:
        store = SqlStore(engine)
        store.create_tables()
        with store.writing(NORDVIK, patience=HALF_A_MINUTE) as view:
            assert self.inside(view) == ["read committed", "off", "30s", "1min"]
        with store.writing(NORDVIK, patience=timedelta(0)) as view:
            assert self.inside(view)[2] == "1ms"

    def test_a_view_is_one_snapshot_and_cannot_write(self, engine: Engine) -> None:
        store = SqlStore(engine)
        store.create_tables()
        with store.reading(NORDVIK) as view:
            assert self.inside(view)[:2] == ["repeatable read", "on"]

    def test_the_connection_goes_back_as_it_was(self, engine: Engine) -> None:
        before = first_values(engine, *self.SETTINGS)
        store = SqlStore(engine)
        store.create_tables()
        write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(2, "bo"))
        assert history(store) == [user_row(1)]
        assert first_values(engine, *self.SETTINGS) == before

    def test_a_writer_locks_the_installation_before_anything_else(self, postgresql: Database) -> None:
        store = postgresql.store()
        with heard(store.engine) as statements:
            write(store, user_row(1))
        tables = [statement for statement in statements if "superlicense_" in statement]
        assert "superlicense_installations" in tables[0]
        locked = next(place for place, statement in enumerate(tables) if statement.endswith("FOR UPDATE"))
        written = next(place for place, statement in enumerate(tables) if "superlicense_rows" in statement)
        assert locked < written

    def test_a_writer_that_sleeps_with_the_lock_is_thrown_out(
        self, postgresql: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transactions, "_IDLE_MS", 200)
        sleeper, other = postgresql.store(), postgresql.store()

        def sleep_in_a_write() -> None:
            with sleeper.writing(NORDVIK) as view:
                view.facts.start(user_row(1))
                # Whoever waits for the lock may be slow.
                monkeypatch.setattr(transactions, "_IDLE_MS", 60_000)
                write(other, user_row(1))
                view.facts.start(user_row(2, "bo"))

        with pytest.raises(StoreUnavailableError):
            sleep_in_a_write()
        assert history(other) == [user_row(1)]


def test_a_thread_that_writes_cannot_begin_to_write(database: Database) -> None:
    store = database.store()
    with store.writing(NORDVIK), pytest.raises(ConflictError), store.writing(NORDVIK):
        pytest.fail("it writes already")

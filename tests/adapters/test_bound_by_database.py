"""What each database and its driver do by themselves inside a transaction of the host's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

import superlicense as sl
from superlicense.adapters.sqlalchemy.transactions import joined
from superlicense.model.row import Table
from superlicense.testing.samples import user_row
from tests.adapters.databases import Database
from tests.adapters.service import SHORT, Service, order
from tests.installation import INSTALLATION, SALES, WEB, Clock, person


class TestOnSqlite:
    """What the driver of SQLite does by itself, and what not."""

    @pytest.fixture
    def service(self, sqlite: Database, clock: Clock) -> Service:
        return Service(sqlite, clock)

    @contextmanager
    def traced(self, connection: Connection) -> Iterator[list[str]]:
        """Collect what SQLite itself is told."""
        told: list[str] = []
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(told.append)
        yield told
        driver.set_trace_callback(None)

    def test_a_write_begins_at_once_where_nothing_is_begun(self, service: Service) -> None:
        with service.engine.connect() as connection, self.traced(connection) as told:
            service.licensing.bound_to(connection).seats.assign("anna", SALES, by="admin")
            assert told.index("BEGIN IMMEDIATE") < told.index("SAVEPOINT superlicense")
            assert [one for one in told if "COMMIT" in one.upper()] == []
            assert connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]
            connection.rollback()
        assert service.stored("anna") == []

    def test_a_write_takes_the_lock_before_it_looks_where_something_is_begun(self, service: Service) -> None:
        hasty = service.another(patience=SHORT)
        reserve = "UPDATE superlicense_installations SET number = number WHERE 1 = 0"
        with service.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            with joined(connection, SHORT, write=True, lock=reserve), pytest.raises(sl.StoreBusyError):
                hasty.users.save(person("dora"))
            connection.rollback()

    def test_a_question_leaves_no_lock_where_nothing_is_begun(self, service: Service) -> None:
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            inside.gate.login("anna", WEB)
            assert not connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]
            service.another(patience=SHORT).seats.assign("anna", SALES, by="admin")
            assert inside.gate.login("anna", WEB)

    def test_the_time_to_wait_is_put_back(self, service: Service) -> None:
        with service.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1234")
            inside = service.licensing.bound_to(connection)
            inside.gate.login("anna", WEB)
            inside.seats.assign("anna", SALES, by="admin")
            with pytest.raises(sl.RefusedError):
                inside.seats.assign("nobody", SALES, by="admin")
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 1234

    def test_a_host_that_begins_transactions_by_itself(self, service: Service) -> None:
        engine = service.database.engine()

        @event.listens_for(engine, "connect")
        def leave_it_alone(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        with engine.begin() as connection, service.licensing.bound_to(connection) as inside:
            inside.gate.login("anna", WEB)
            inside.seats.assign("anna", SALES, by="admin")
            order(connection, "one")
        assert (service.stored("anna"), service.orders()) == (["superoffice.ten-sales"], ["one"])

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="came with Python 3.12")
    def test_a_driver_that_is_always_in_a_transaction(self, service: Service) -> None:
        engine = service.database.engine(connect_args={"autocommit": False})
        with engine.begin() as connection, service.licensing.bound_to(connection) as inside:
            assert not inside.gate.login("anna", WEB)
            inside.seats.assign("anna", SALES, by="admin")
            order(connection, "one")
        assert (service.stored("anna"), service.orders()) == (["superoffice.ten-sales"], ["one"])
        with engine.connect() as connection:
            service.licensing.bound_to(connection).seats.release("anna", SALES, by="admin")
            connection.rollback()
        assert service.stored("anna") == ["superoffice.ten-sales"]


class TestOnPostgresql:
    @pytest.fixture
    def service(self, postgresql: Database, clock: Clock) -> Service:
        return Service(postgresql, clock)

    def test_the_time_to_wait_is_put_back(self, service: Service) -> None:
        with service.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '1234ms'")
            store = service.store.bound_to(connection)
            with store.writing(INSTALLATION, patience=timedelta(seconds=7)) as view:
                assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "7s"
                view.facts.start(user_row(view.mark.sequence + 1, "dora"))
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "1234ms"
            with pytest.raises(sl.RefusedError):
                service.licensing.bound_to(connection).seats.assign("nobody", SALES, by="admin")
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "1234ms"

    def test_a_transaction_that_has_failed_already_is_unavailable(self, service: Service) -> None:
        with service.engine.connect() as connection:
            order(connection, "one")
            with pytest.raises(Exception, match="unique"):
                order(connection, "one")
            inside = service.licensing.bound_to(connection)
            with pytest.raises(sl.StoreUnavailableError):
                inside.gate.login("anna", WEB)
            with pytest.raises(sl.StoreUnavailableError):
                inside.seats.assign("anna", SALES, by="admin")
            connection.rollback()
            inside.seats.assign("anna", SALES, by="admin")
            connection.commit()
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_a_stream_that_is_left_half_way_ends_with_its_block(self, service: Service) -> None:
        with service.engine.begin() as connection:
            with service.store.bound_to(connection).reading(INSTALLATION) as view:
                left = view.facts.running(Table.USERS)
                next(left)
                assert connection.exec_driver_sql("SELECT count(*) FROM pg_cursors").scalar() == 1
            order(connection, "one")
            assert connection.exec_driver_sql("SELECT count(*) FROM pg_cursors").scalar() == 0
            with pytest.raises(sl.StoreUnavailableError):
                list(left)
        assert service.orders() == ["one"]

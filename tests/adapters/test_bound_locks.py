"""Savepoints, locks and other writers, where licensing is inside a transaction of the host's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.adapters.sqlalchemy.transactions import joined
from superlicense.adapters.sqlalchemy.view import View
from superlicense.testing.samples import user_row
from tests.adapters.databases import Database
from tests.adapters.service import SHORT, Service, heard, order
from tests.licensing.house import INSTALLATION, SALES, SERVICE, WEB, Clock, person


def interject(monkeypatch: pytest.MonkeyPatch, method: str, act: Callable[[], object]) -> None:
    """Let somebody *act* the first time a view is asked for *method*."""
    original: Callable[..., Any] = getattr(View, method)

    def asked(view: View, *args: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        monkeypatch.undo()
        act()
        return original(view, *args)

    monkeypatch.setattr(View, method, asked)


class TestSavepoints:
    """What goes wrong inside leaves the rest of the transaction as it was."""

    def test_a_refused_change_rolls_back_itself_alone(self, service: Service) -> None:
        with service.engine.begin() as connection, service.licensing.bound_to(connection) as inside:
            order(connection, "one")
            inside.seats.assign("anna", SALES, by="admin")
            before = inside.revision()
            with pytest.raises(sl.RefusedError):
                inside.seats.assign("nobody", SALES, by="admin")
            with pytest.raises(sl.RefusedError):
                inside.apply(
                    [
                        sl.SaveUser(user=person("dora")),
                        sl.Assign(license=sl.LicenseName.parse(SALES), holder="nobody"),
                    ],
                    by="admin",
                )
            assert inside.revision() == before
            order(connection, "two")
            inside.seats.assign("bo", SALES, by="admin")
        assert service.orders() == ["one", "two"]
        assert service.another().seats.usage(SALES).holders == ("anna", "bo")
        assert service.another().users.find("dora") is None

    def test_a_failed_statement_rolls_back_itself_alone(self, service: Service) -> None:
        def fail(store: sl.Store) -> None:
            with store.writing(INSTALLATION) as view:
                # The row of that key runs already: the database refuses it.
                view.facts.start(user_row(view.mark.sequence + 1, "anna"))

        with service.engine.begin() as connection:
            order(connection, "one")
            store = service.store.bound_to(connection)
            inside = service.licensing.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            for _ in range(2):
                with pytest.raises(sl.ConflictError):
                    fail(store)
            order(connection, "two")
            inside.seats.assign("bo", SALES, by="admin")
        assert service.orders() == ["one", "two"]
        assert service.another().seats.usage(SALES).holders == ("anna", "bo")

    def test_a_failed_question_leaves_the_transaction_usable(self, service: Service) -> None:
        with service.engine.begin() as connection:
            order(connection, "one")
            elsewhere = SqlStore(service.engine, prefix="elsewhere_").bound_to(connection)
            with pytest.raises(sl.StoreUnavailableError), elsewhere.reading(INSTALLATION):
                pytest.fail("there are no such tables")
            order(connection, "two")
        assert service.orders() == ["one", "two"]

    def test_no_savepoint_is_left_behind(self, service: Service) -> None:
        with service.engine.begin() as connection:
            with heard(service.engine) as said, service.licensing.bound_to(connection) as inside:
                inside.seats.assign("anna", SALES, by="admin")
                inside.gate.login("anna", WEB)
                with pytest.raises(sl.RefusedError):
                    inside.seats.assign("nobody", SALES, by="admin")
            words = [one.split()[0] for one in said if "SAVEPOINT" in one]
            assert words.count("SAVEPOINT") == words.count("RELEASE") == 3
            assert words.count("ROLLBACK") == 2

    def test_what_a_reader_writes_is_dropped(self, service: Service) -> None:
        with service.engine.begin() as connection:
            order(connection, "one")
            with service.store.bound_to(connection).reading(INSTALLATION) as view:
                order(connection, "two")
                assert view.revision == service.another().revision()
        assert service.orders() == ["one"]

    def test_one_block_at_a_time(self, service: Service) -> None:
        with service.engine.begin() as connection:
            store = service.store.bound_to(connection)
            with store.writing(INSTALLATION), pytest.raises(sl.ConflictError), store.writing(INSTALLATION):
                pytest.fail("it is writing already")
            with store.writing(INSTALLATION) as view:
                view.facts.start(user_row(view.mark.sequence + 1, "dora"))
        assert service.another().users.find("dora")

    def test_it_shows_no_pulse(self, service: Service) -> None:
        with service.engine.connect() as connection:
            store: sl.Store = service.store.bound_to(connection)
            assert store.heartbeat(INSTALLATION) is None


class TestOthers:
    """Other writers, before and after."""

    def test_from_the_first_write_on_others_wait_for_the_hosts_end(self, service: Service) -> None:
        hasty = service.another(patience=SHORT)
        with service.engine.connect() as connection:
            service.licensing.bound_to(connection).seats.assign("anna", SALES, by="admin")
            with pytest.raises(sl.StoreBusyError):
                hasty.seats.assign("bo", SALES, by="admin")
            connection.commit()
        hasty.seats.assign("bo", SALES, by="admin")
        assert hasty.seats.usage(SALES).holders == ("anna", "bo")

    def test_a_lock_that_others_keep_is_told_and_the_transaction_goes_on(
        self, postgresql: Database, clock: Clock
    ) -> None:
        service = Service(postgresql, clock)
        hasty = service.another(patience=SHORT)
        with service.engine.begin() as connection, service.another().bound_to(connection) as inside:
            order(connection, "one")
            with service.store.writing(INSTALLATION), pytest.raises(sl.StoreBusyError):
                hasty.bound_to(connection).seats.assign("bo", SALES, by="admin")
            order(connection, "two")
            inside.seats.assign("anna", SALES, by="admin")
        assert service.orders() == ["one", "two"]
        assert service.another().seats.usage(SALES).holders == ("anna",)

    def test_the_write_lock_of_sqlite_is_waited_for_as_long_as_the_policy_says(
        self, sqlite: Database, clock: Clock
    ) -> None:
        service = Service(sqlite, clock)
        hasty = service.another(patience=SHORT)
        with service.engine.begin() as connection:
            with service.store.writing(INSTALLATION), pytest.raises(sl.StoreBusyError):
                hasty.bound_to(connection).seats.assign("bo", SALES, by="admin")
            # Questions are answered meanwhile, and afterwards there is room.
            hasty.bound_to(connection).seats.assign("bo", SALES, by="admin")
        assert service.stored("bo") == ["superoffice.ten-sales"]

    def test_whoever_has_looked_at_an_old_state_gets_a_conflict_once(self, postgresql: Database, clock: Clock) -> None:
        service = Service(postgresql, clock)
        connection = service.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with connection, heard(service.engine) as said:
            inside = service.licensing.bound_to(connection)
            assert not inside.gate.login("anna", WEB)
            service.another().seats.assign("anna", SALES, by="admin")
            assert not inside.gate.login("anna", WEB)
            with pytest.raises(sl.ConflictError):
                inside.seats.assign("bo", SALES, by="admin")
            # Two questions, and one attempt to write.
            assert said.count("SAVEPOINT superlicense") == 3
            order(connection, "one")
            connection.commit()
        assert service.orders() == ["one"]

    def test_rows_that_come_while_one_looks_are_seen_at_the_next_look(
        self, postgresql: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = Service(postgresql, clock)
        service.another().seats.assign("anna", SALES, by="admin")
        # Both statements after the first look show more than the revision that was read.
        interject(monkeypatch, "rows_since", lambda: service.another().seats.change_plan("anna", SERVICE, by="x"))
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            assert [str(one.license) for one in inside.seats.held_by("anna")] == ["superoffice.ten-sales"]
            assert [str(one.license) for one in inside.seats.held_by("anna")] == ["superoffice.ten-service"]
            assert inside.seats.usage("user").in_use == 1

    def test_a_world_that_moves_while_it_is_loaded_is_a_conflict(
        self, postgresql: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = Service(postgresql, clock)
        with service.engine.connect() as connection:
            inside = service.licensing.bound_to(connection)
            inside.users.save(person("dora"))
            connection.rollback()
            # What was rolled back is no revision that the store knows, so the world is loaded.
            interject(monkeypatch, "running", lambda: service.another().seats.assign("anna", SALES, by="x"))
            with pytest.raises(sl.ConflictError, match="somebody else has committed"):
                inside.users.all()
            assert inside.users.find("dora") is None
            assert inside.gate.login("anna", WEB)


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

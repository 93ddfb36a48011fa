"""Savepoints, locks and other writers, where licensing is inside a transaction of the host's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.adapters.sqlalchemy.view import SqlView
from superlicense.testing.samples import user_row
from tests.adapters.databases import Database
from tests.adapters.service import SHORT, Service, heard, order
from tests.installation import INSTALLATION, SALES, SERVICE, WEB, Clock, person


def interject(monkeypatch: pytest.MonkeyPatch, method: str, act: Callable[[], object]) -> None:
    """Let somebody *act* the first time a view is asked for *method*."""
    original: Callable[..., Any] = getattr(SqlView, method)

    def asked(view: SqlView, *args: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        monkeypatch.undo()
        act()
        return original(view, *args)

    monkeypatch.setattr(SqlView, method, asked)


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
            with pytest.raises(sl.StoreOutdatedError), elsewhere.reading(INSTALLATION):
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
            interject(monkeypatch, "running_in", lambda: service.another().seats.assign("anna", SALES, by="x"))
            with pytest.raises(sl.ConflictError, match="another writer has committed"):
                inside.users.all()
            assert inside.users.find("dora") is None
            assert inside.gate.login("anna", WEB)

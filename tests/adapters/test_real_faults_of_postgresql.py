"""Faults as PostgreSQL itself has them: sessions that end, servers that go, roles that may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database
from tests.adapters.service import Service, order
from tests.installation import INSTALLATION, SALES, WEB, Clock, open_licensing, package, person
from tests.stores.postgres_server import throw_away_server

pytestmark = pytest.mark.slow

MOST_STATEMENTS = 60


class TestOnPostgresql:
    @pytest.fixture
    def service(self, postgresql: Database, clock: Clock) -> Service:
        return Service(postgresql, clock)

    def kill(self, service: Service, connection: Connection) -> None:
        """Let an administrator end the session of *connection*."""
        pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        service.database.rows(f"SELECT pg_terminate_backend({pid}, 5000)")

    def test_a_session_that_is_ended_at_each_statement(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1)
        licensing = service.fresh(engine)
        witness = service.another(stale=timedelta(0))
        left = {"statements": 0}

        @event.listens_for(engine, "before_cursor_execute")
        def end(connection: Connection, *_: object) -> None:
            left["statements"] -= 1
            if left["statements"] == 0:
                self.kill(service, connection)

        for at in range(1, MOST_STATEMENTS):
            before = witness.revision()
            left["statements"] = at
            try:
                licensing.users.save(person(f"user{at}"))
            except sl.StoreUnavailableError:
                assert witness.revision() == before
                assert licensing.users.find(f"user{at}") is None
                assert licensing.users.all() == witness.users.all()
            else:
                left["statements"] = 0
                break
        assert 5 < at < MOST_STATEMENTS - 1
        assert licensing.users.all() == witness.users.all()

    def test_a_session_that_was_ended_while_it_lay_in_the_pool(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1)
        licensing = service.fresh(engine)
        with engine.connect() as connection:
            self.kill(service, connection)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)

    def test_a_session_that_is_ended_inside_the_hosts_transaction(self, service: Service) -> None:
        with service.engine.connect() as connection:
            order(connection, "one")
            inside = service.licensing.bound_to(connection)
            inside.seats.assign("anna", SALES, by="admin")
            self.kill(service, connection)
            for act in (lambda: inside.seats.assign("bo", SALES, by="admin"), lambda: inside.gate.login("bo", WEB)):
                with pytest.raises(sl.StoreUnavailableError):
                    act()
            connection.rollback()
            inside.seats.assign("cy", SALES, by="admin")
            connection.commit()
        assert service.orders() == []
        assert service.another().seats.usage(SALES).holders == ("cy",)

    def test_a_database_that_may_only_be_read(self, service: Service) -> None:
        engine = service.database.engine()

        @event.listens_for(engine, "connect")
        def read_only(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.execute("SET default_transaction_read_only = on")
            driver.commit()

        licensing = service.fresh(engine)
        assert licensing.users.find("anna") == person("anna")
        with pytest.raises(sl.StoreUnavailableError, match="read-only"):
            licensing.seats.assign("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB)

    def test_a_role_that_may_do_nothing(self, service: Service) -> None:
        engine = service.database.engine()
        (home,) = service.database.rows("SELECT current_schema()")
        service.database.rows(f"GRANT USAGE ON SCHEMA {home[0]} TO pg_read_all_settings")

        @event.listens_for(engine, "connect")
        def become_nobody(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.execute("SET ROLE pg_read_all_settings")
            driver.commit()

        with pytest.raises(sl.StoreUnavailableError, match="permission denied"):
            service.fresh(engine)

    def test_a_role_that_reads_adds_and_ends_can_do_everything(self, service: Service) -> None:
        licensing = service.fresh(self.as_role(service, "SELECT, INSERT, UPDATE"))
        licensing.packages.adopt_unsigned(package(seats=9), by="admin")
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.users.save(person("anna", administrator=True))
        licensing.seats.retire("anna", by="admin", force=True)
        licensing.notices.start(sl.EventKind.NO_LOGIN, by="admin")
        assert len(licensing.journal.entries()) == 9

    def test_a_role_that_reads_can_ask(self, service: Service) -> None:
        licensing = service.fresh(self.as_role(service, "SELECT"))
        service.licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)
        with pytest.raises(sl.StoreUnavailableError, match="permission denied"):
            licensing.seats.release("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)

    def as_role(self, service: Service, rights: str) -> Engine:
        """Make an engine that logs in as a role with *rights* alone, as the page on production has it."""
        (home,) = service.database.rows("SELECT current_schema()")
        role = f"role_{home[0]}"
        service.database.rows(f"CREATE ROLE {role}")
        service.database.rows(f"GRANT USAGE ON SCHEMA {home[0]} TO {role}")
        service.database.rows(f"GRANT {rights} ON ALL TABLES IN SCHEMA {home[0]} TO {role}")
        engine = service.database.engine()

        @event.listens_for(engine, "connect")
        def become(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.execute(f"SET ROLE {role}")
            driver.commit()

        return engine

    def test_a_statement_that_takes_too_long(self, service: Service) -> None:
        engine = service.database.engine()

        @event.listens_for(engine, "connect")
        def hurry(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
            driver.execute("SET statement_timeout = 50")
            driver.commit()

        licensing = service.fresh(engine)
        with service.store.writing(INSTALLATION), pytest.raises(sl.StoreBusyError):
            licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", SALES, by="admin")

    def test_a_server_that_is_gone_and_comes_back(self, postgres: str, clock: Clock) -> None:
        del postgres  # where there is no server, there is none to stop
        with throw_away_server() as ours:
            engine = create_engine(ours.url, pool_size=1)
            store = SqlStore(engine)
            store.migrate()
            licensing = open_licensing(store, clock=clock)
            licensing.users.save(person("anna"))
            ours.stop()
            # Past the time in which it answers from the last known facts.
            clock.forward(minutes=2)
            acts: list[Callable[[], object]] = [
                lambda: licensing.gate.login("anna", WEB),
                lambda: licensing.users.save(person("bo")),
                licensing.journal.entries,
                store.create_tables,
                store.migrate,
                lambda: open_licensing(store, clock=clock),
            ]
            for act in acts:
                with pytest.raises(sl.StoreUnavailableError):
                    act()
            ours.start()
            licensing.users.save(person("bo"))
            assert [user.id for user in licensing.users.all()] == ["anna", "bo"]
            engine.dispose()

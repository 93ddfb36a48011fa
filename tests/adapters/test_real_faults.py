"""Faults as the databases themselves have them, and what an instance says before, in between and after."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.model.fact import Table
from superlicense.testing.samples import entry, user_row
from tests.adapters.databases import Database
from tests.adapters.service import SHORT, Service, order
from tests.licensing.house import INSTALLATION, SALES, WEB, Clock, package, person
from tests.stores.postgres_server import throw_away_server

MOST_STATEMENTS = 60


def everything(store: sl.Store) -> object:
    """Read all there is."""
    with store.reading(INSTALLATION) as view:
        rows = [list(view.facts.history(table)) for table in Table]
        return view.revision, view.mark, view.rows_since(sl.Revision(0, "")), rows, list(view.journal.entries())


def fresh(service: Service, engine: Engine) -> sl.Licensing:
    """Open an instance on *engine* that looks at the store at every question."""
    return service.another(stale=timedelta(0), engine=engine)


class TestOnSqlite:
    @pytest.fixture
    def service(self, sqlite: Database, clock: Clock) -> Service:
        return Service(sqlite, clock)

    @pytest.fixture
    def path(self, service: Service) -> Path:
        return Path(str(service.database.url.database))

    def test_a_full_disk(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1)

        @event.listens_for(engine, "connect")
        def no_more_room(driver: sqlite3.Connection, _record: object) -> None:
            (pages,) = driver.execute("PRAGMA page_count").fetchone()
            driver.execute(f"PRAGMA max_page_count = {pages + 2}")

        licensing = fresh(service, engine)
        before = everything(service.store)
        crowd = [person(f"user{number}") for number in range(500)]
        with pytest.raises(sl.StoreFullError):
            licensing.users.sync(crowd)
        assert everything(service.store) == before
        assert len(licensing.users.all()) == 3
        licensing.seats.assign("anna", SALES, by="admin")
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_a_disk_that_is_full_inside_the_hosts_transaction(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1)

        @event.listens_for(engine, "connect")
        def no_more_room(driver: sqlite3.Connection, _record: object) -> None:
            (pages,) = driver.execute("PRAGMA page_count").fetchone()
            driver.execute(f"PRAGMA max_page_count = {pages + 2}")

        licensing = fresh(service, engine)
        before = everything(service.store)
        with engine.connect() as connection:
            order(connection, "one")
            inside = licensing.bound_to(connection)
            with pytest.raises(sl.StoreFullError):
                inside.users.sync([person(f"user{number}") for number in range(500)])
            with suppress(Exception):
                order(connection, "two")
                connection.commit()
        # Both of the host's or none; nothing of licensing.
        assert service.orders() in ([], ["one", "two"])
        assert everything(service.store) == before

    def test_a_file_that_may_only_be_read(self, service: Service, path: Path) -> None:
        engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
        licensing = fresh(service, engine)
        before = everything(service.store)
        assert licensing.users.find("anna") == person("anna")
        with pytest.raises(sl.StoreUnavailableError):
            licensing.seats.assign("anna", SALES, by="admin")
        with pytest.raises(sl.StoreUnavailableError):
            SqlStore(engine, prefix="others_").create_tables()
        assert not licensing.gate.login("anna", WEB)
        assert everything(service.store) == before
        engine.dispose()

    def test_a_folder_that_is_missing(self, tmp_path: Path, clock: Clock) -> None:
        engine = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'store.db'}")
        for act in (SqlStore(engine).create_tables, SqlStore(engine).migrate):
            with pytest.raises(sl.StoreUnavailableError):
                act()
        with pytest.raises(sl.StoreUnavailableError):
            sl.Licensing(SqlStore(engine), INSTALLATION, trust=None, clock=clock)

    def test_a_file_that_is_taken_away_and_comes_back(self, service: Service, path: Path) -> None:
        licensing = fresh(service, service.database.engine())
        service.store.engine.dispose()
        away = path.rename(path.with_suffix(".away"))
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.seats.assign("anna", SALES, by="admin")
        away.rename(path)
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)

    def test_a_file_that_somebody_else_has_locked(self, service: Service, path: Path) -> None:
        licensing = service.another(patience=SHORT)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        began = monotonic()
        with pytest.raises(sl.StoreBusyError):
            licensing.seats.assign("anna", SALES, by="admin")
        # As long as the policy says, not as long as the driver does (5 s).
        assert monotonic() - began < 4
        other.execute("ROLLBACK")
        other.close()
        licensing.seats.assign("anna", SALES, by="admin")
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_a_file_that_is_something_else(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "store.db"
        path.write_bytes(b"Dear Anna, " * 1000)
        engine = create_engine(f"sqlite:///{path}")
        with pytest.raises(sl.StoreUnavailableError, match="not a database"):
            sl.Licensing(SqlStore(engine), INSTALLATION, trust=None, clock=clock)
        with pytest.raises(sl.StoreUnavailableError, match="not a database"):
            SqlStore(engine).migrate()
        assert path.read_bytes() == b"Dear Anna, " * 1000
        engine.dispose()

    @pytest.mark.parametrize("seed", range(40))
    def test_a_file_that_was_corrupted(self, service: Service, path: Path, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a run that repeats
        data = bytearray(path.read_bytes())
        for _ in range(chance.choice((1, 3, 30))):
            place = chance.randrange(100, len(data))
            data[place : place + chance.randint(1, 40)] = chance.randbytes(chance.randint(1, 40))
        path.write_bytes(bytes(data))
        acts: list[Callable[[], object]] = [
            lambda: everything(service.store),
            lambda: service.another().gate.login("anna", WEB),
            lambda: service.another().seats.assign("anna", SALES, by="admin"),
            service.store.migrate,
        ]
        for act in acts:
            # Whatever is still legible is read; nothing but errors of ours leave it.
            with suppress(sl.SuperlicenseError):
                act()


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
        licensing = fresh(service, engine)
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
        licensing = fresh(service, engine)
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

        licensing = fresh(service, engine)
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
            fresh(service, engine)

    def test_a_role_that_reads_adds_and_ends_can_do_everything(self, service: Service) -> None:
        licensing = fresh(service, self.as_role(service, "SELECT, INSERT, UPDATE"))
        licensing.packages.adopt_unsigned(package(seats=9), by="admin")
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.users.save(person("anna", administrator=True))
        licensing.seats.retire("anna", by="admin")
        licensing.notices.start(sl.EventKind.NO_LOGIN, by="admin")
        assert len(licensing.journal.entries()) == 9

    def test_a_role_that_reads_can_ask(self, service: Service) -> None:
        licensing = fresh(service, self.as_role(service, "SELECT"))
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

        licensing = fresh(service, engine)
        with service.store.writing(INSTALLATION), pytest.raises(sl.StoreBusyError):
            licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", SALES, by="admin")

    def test_a_server_that_is_gone_and_comes_back(self, postgres: str, clock: Clock) -> None:
        del postgres  # where there is no server, there is none to stop
        with throw_away_server() as ours:
            engine = create_engine(ours.url, pool_size=1)
            store = SqlStore(engine)
            store.migrate()
            licensing = sl.Licensing(store, INSTALLATION, trust=None, clock=clock)
            licensing.users.save(person("anna"))
            ours.stop()
            clock.forward(minutes=1)
            acts: list[Callable[[], object]] = [
                lambda: licensing.gate.login("anna", WEB),
                lambda: licensing.users.save(person("bo")),
                licensing.journal.entries,
                store.create_tables,
                store.migrate,
                lambda: sl.Licensing(store, INSTALLATION, trust=None, clock=clock),
            ]
            for act in acts:
                with pytest.raises(sl.StoreUnavailableError):
                    act()
            ours.start()
            licensing.users.save(person("bo"))
            assert [user.id for user in licensing.users.all()] == ["anna", "bo"]
            engine.dispose()


class TestOnBoth:
    def test_a_pool_without_a_free_connection(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
        licensing = fresh(service, engine)
        with engine.connect():
            with pytest.raises(sl.StoreBusyError, match="no connection was free"):
                licensing.gate.login("anna", WEB)
            with pytest.raises(sl.StoreBusyError, match="no connection was free"):
                licensing.seats.assign("anna", SALES, by="admin")
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)

    def test_rows_that_somebody_has_scribbled_on(self, service: Service) -> None:
        with service.store.writing(INSTALLATION) as view:
            start = view.mark.recorded_at
            assert start is not None
            view.facts.start(user_row(view.mark.sequence + 1, "dora", start=start))
            view.journal.append(entry(view.mark.entries + 1, at=start))
        scribbles = [
            ("rows", "noun", "'{'"),
            ("rows", "noun", "'[]'"),
            ("rows", "noun", "'{\"id\": 1}'"),
            ("rows", "key", "'somebody'"),
            ("rows", "started_at", "9000000000000000000"),
            ("journal", "entry", "'{'"),
            ("journal", "entry", "'null'"),
            ("journal", "at", "-9000000000000000000"),
            ("installations", "recorded_at", "9000000000000000000"),
            ("installations", "sequence", "0"),
        ]
        for table, column, value in scribbles:
            last = {"rows": "sequence", "journal": "number"}.get(table)
            where = f"WHERE {last} = (SELECT max({last}) FROM superlicense_{table})" if last else ""
            (before,) = service.database.rows(f"SELECT {column} FROM superlicense_{table} {where}")
            service.database.rows(f"UPDATE superlicense_{table} SET {column} = {value} {where}")
            acts: list[Callable[[], object]] = [
                lambda: everything(service.store),
                lambda: service.another().gate.login("dora", WEB),
                lambda: list(service.another().journal.entries()),
                lambda: service.another().users.save(person("dora", administrator=True)),
            ]
            for act in acts[: 3 if table == "installations" else 4]:
                with suppress(sl.SuperlicenseError):
                    act()
            text = f"'{before[0]}'" if isinstance(before[0], str) else before[0]
            service.database.rows(f"UPDATE superlicense_{table} SET {column} = {text} {where}")

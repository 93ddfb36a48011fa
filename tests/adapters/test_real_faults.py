"""Faults as the databases themselves have them, and what an instance says before, in between and after."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import QueuePool, create_engine, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.model.row import Table
from superlicense.testing.samples import entry, user_row
from tests.adapters.databases import Database
from tests.adapters.service import SHORT, Service, order
from tests.installation import INSTALLATION, SALES, WEB, Clock, open_licensing, person
from tests.licensing.metered import sent

pytestmark = pytest.mark.slow


def everything(store: sl.Store) -> object:
    """Read all there is."""
    with store.reading(INSTALLATION) as view:
        rows = [list(view.facts.history(table)) for table in Table]
        return view.revision, view.mark, view.rows_since(sl.Revision(0, "")), rows, list(view.journal.entries())


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

        licensing = service.fresh(engine)
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

        licensing = service.fresh(engine)
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
        licensing = service.fresh(engine)
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
            open_licensing(SqlStore(engine), clock=clock)

    @pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
    def test_a_file_that_is_taken_away_and_comes_back(self, service: Service, path: Path, *, is_open: bool) -> None:
        licensing = service.fresh(service.database.engine())
        if not is_open:
            service.store.engine.dispose()
        away = path.rename(path.with_suffix(".away"))
        for act in (
            lambda: licensing.gate.login("anna", WEB),
            lambda: licensing.seats.assign("anna", SALES, by="admin"),
            lambda: licensing.meters.record([sent(1)]),
            licensing.revision,
        ):
            with pytest.raises(sl.StoreUnavailableError) as caught:
                act()
            assert type(caught.value) is sl.StoreUnavailableError
        assert not path.exists()
        path.touch()  # as another program would
        with pytest.raises(sl.StoreUnavailableError) as caught:
            licensing.revision()
        assert type(caught.value) is sl.StoreUnavailableError
        assert path.stat().st_size == 0
        away.rename(path)
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)

    def test_a_new_store_in_a_new_file(self, tmp_path: Path, clock: Clock) -> None:
        store = SqlStore(create_engine(f"sqlite:///{tmp_path / 'new.db'}"))
        with pytest.raises(sl.StoreOutdatedError):
            open_licensing(store, clock=clock)
        store.create_tables()
        open_licensing(store, clock=clock).users.save(person("anna"))
        store.engine.dispose()

    def test_a_file_that_somebody_else_has_locked(self, service: Service, path: Path) -> None:
        licensing = service.another(patience=SHORT, engine=service.database.engine(connect_args={"timeout": 50}))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        began = monotonic()
        with pytest.raises(sl.StoreBusyError):
            licensing.seats.assign("anna", SALES, by="admin")
        # As long as the policy says, not as long as the driver does.
        assert monotonic() - began < 40
        other.execute("ROLLBACK")
        other.close()
        licensing.seats.assign("anna", SALES, by="admin")
        assert service.stored("anna") == ["superoffice.ten-sales"]

    def test_a_file_that_is_something_else(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "store.db"
        path.write_bytes(b"Dear Anna, " * 1000)
        engine = create_engine(f"sqlite:///{path}")
        with pytest.raises(sl.StoreUnavailableError, match="not a database"):
            open_licensing(SqlStore(engine), clock=clock)
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


class TestOnBoth:
    def test_a_pool_without_a_free_connection(self, service: Service) -> None:
        engine = service.database.engine(poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
        licensing = service.fresh(engine)
        with engine.connect():
            with pytest.raises(sl.StoreBusyError, match="no connection became free"):
                licensing.gate.login("anna", WEB)
            with pytest.raises(sl.StoreBusyError, match="no connection became free"):
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
            ("rows", "record", "'{'"),
            ("rows", "record", "'[]'"),
            ("rows", "record", "'{\"id\": 1}'"),
            ("rows", "key", "'somebody'"),
            ("rows", "started_at", "9000000000000000000"),
            ("journal", "record", "'{'"),
            ("journal", "record", "'null'"),
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

"""Outages as databases themselves have them: what is answered meanwhile, and afterwards."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, NullPool, QueuePool, create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database
from tests.adapters.service import order
from tests.installation import SALES, WEB, WITHOUT_END, furnish, open_licensing, person
from tests.stores.frozen_server import frozen
from tests.stores.postgres_server import ThrowAwayServer, throw_away_server
from tests.stress.storages import PROCESSES

pytestmark = pytest.mark.slow

STALE = timedelta(milliseconds=300)
PATIENCE = timedelta(milliseconds=500)
# Nothing takes so many seconds but what would never come.
LONGEST = 60
# What a decision takes in seconds that waits for its patience, on a machine with other things to do; a store that
# hangs would keep it for longer.
NOT_THE_STORE = 5


def opened(engine: Engine, *, grace: timedelta = timedelta(seconds=60)) -> sl.Licensing:
    """Open an instance that reads the machine's own clocks."""
    policy = sl.Policy(max_staleness=STALE, stale_grace=grace, look_patience=PATIENCE)
    return open_licensing(SqlStore(engine), clock=sl.utc_now, policy=policy)


def is_stale(decision: sl.Decision) -> bool:
    return any(one.code is sl.ReasonCode.FACTS_NOT_REFRESHED for one in decision.warnings)


def eventually(licensing: sl.Licensing, *, allowed: bool) -> None:
    """Wait until the gate answers so, from fresh facts."""
    until = monotonic() + LONGEST
    while True:
        decision = licensing.gate.login("anna", WEB)
        if decision.allowed is allowed and not is_stale(decision):
            return
        assert monotonic() < until, "it never catches up"
        sleep(0.05)


def past_the_bound() -> None:
    sleep(STALE.total_seconds() + 0.05)


def ask_on(licensing: sl.Licensing) -> None:
    """Ask past the bound again and again; a look may outlast the patience, and the next question tells its result."""
    until = monotonic() + LONGEST
    while monotonic() < until:
        past_the_bound()
        licensing.gate.login("anna", WEB)


class TestPostgresql:
    @pytest.fixture
    def server(self, postgres: str) -> Iterator[ThrowAwayServer]:
        del postgres  # where there is no server, there is none to stop
        with throw_away_server() as ours:
            SqlStore(create_engine(ours.url, poolclass=NullPool)).migrate()
            yield ours

    @pytest.fixture
    def engine(self, server: ThrowAwayServer) -> Iterator[Engine]:
        engine = create_engine(server.url, pool_size=2)
        yield engine
        engine.dispose()

    @pytest.fixture
    def licensing(self, engine: Engine) -> sl.Licensing:
        return furnish(opened(engine), "anna", holders={"anna": SALES}, validity=WITHOUT_END)

    def test_a_server_that_is_stopped_and_started(
        self, server: ThrowAwayServer, engine: Engine, licensing: sl.Licensing
    ) -> None:
        server.stop()
        past_the_bound()
        decision = licensing.gate.login("anna", WEB)
        assert decision.allowed
        assert is_stale(decision)
        assert licensing.health().error == "store_unavailable"
        with pytest.raises(sl.StoreUnavailableError):
            licensing.users.save(person("bo"))
        server.start()
        opened(create_engine(server.url, poolclass=NullPool)).seats.release("anna", SALES, by="admin")
        eventually(licensing, allowed=False)
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)
        assert licensing.health().error is None
        engine.dispose()

    def test_the_grace_ends(self, server: ThrowAwayServer, engine: Engine) -> None:
        # Long enough to stop a server.
        licensing = furnish(
            opened(engine, grace=timedelta(seconds=8)), "anna", holders={"anna": SALES}, validity=WITHOUT_END
        )
        server.stop()
        past_the_bound()
        until = licensing.gate.login("anna", WEB).valid_until
        assert until is not None
        while sl.utc_now() < until:
            sleep(0.05)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        assert not licensing.health().ready
        server.start()

    def test_a_server_that_is_frozen_for_eight_seconds(self, server: ThrowAwayServer, licensing: sl.Licensing) -> None:
        slowest = 0.0
        stale = 0
        with frozen(Path(server.url.partition("host=")[2]) / "data"):
            end = monotonic() + 8
            while monotonic() < end:
                began = monotonic()
                decision = licensing.gate.login("anna", WEB)
                slowest = max(slowest, monotonic() - began)
                assert decision.allowed
                stale += is_stale(decision)
                sleep(0.01)
        assert stale > 0
        assert slowest < NOT_THE_STORE
        eventually(licensing, allowed=True)

    def test_a_server_that_is_replaced_by_its_backup(self, server: ThrowAwayServer, licensing: sl.Licensing) -> None:
        folder = Path(server.url.partition("host=")[2])
        server.stop()
        # With its owner, whom the server runs as.
        subprocess.run(["cp", "-a", folder / "data", folder / "backup"], check=True)  # noqa: S603, S607 - any will do
        server.start()
        opened(create_engine(server.url, poolclass=NullPool)).seats.release("anna", SALES, by="admin")
        eventually(licensing, allowed=False)
        server.stop()
        past_the_bound()
        decision = licensing.gate.login("anna", WEB)
        assert (decision.allowed, is_stale(decision)) == (False, True)
        (folder / "data").rename(folder / "lost")
        (folder / "backup").rename(folder / "data")
        server.start()
        eventually(licensing, allowed=True)

    def test_a_login_that_is_refused_is_no_outage(self, server: ThrowAwayServer, licensing: sl.Licensing) -> None:
        folder = Path(server.url.partition("host=")[2])
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text("local all all reject\n", encoding="ascii")
        server.crash()
        past_the_bound()
        # The first look finds the connection of its pool closed; the next one is refused.
        assert is_stale(licensing.gate.login("anna", WEB))
        with pytest.raises(sl.StoreUnusableError):
            ask_on(licensing)
        assert licensing.health().error == "store_unusable"


class TestSqlite:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "licenses.db"

    @pytest.fixture
    def licensing(self, path: Path) -> Iterator[sl.Licensing]:
        engine = create_engine(f"sqlite:///{path}")
        SqlStore(engine).migrate()
        yield furnish(opened(engine), "anna", holders={"anna": SALES}, validity=WITHOUT_END)
        engine.dispose()

    def test_a_database_that_is_locked(self, licensing: sl.Licensing, path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            past_the_bound()
            began = monotonic()
            decision = licensing.gate.login("anna", WEB)
            assert monotonic() - began < NOT_THE_STORE
            assert decision.allowed
            assert is_stale(decision)
            other.execute("ROLLBACK")
        eventually(licensing, allowed=True)

    def test_a_file_that_is_moved_away(self, licensing: sl.Licensing, path: Path) -> None:
        away = path.rename(path.with_name("away.db"))
        licensing._engine.store.engine.dispose()  # type: ignore[attr-defined]  # noqa: SLF001 - its open file is still there
        past_the_bound()
        decision = licensing.gate.login("anna", WEB)
        assert decision.allowed
        assert is_stale(decision)
        path.unlink(missing_ok=True)
        away.rename(path)
        licensing._engine.store.engine.dispose()  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        eventually(licensing, allowed=True)


def retire(url: str) -> float:
    """Retire anna, in a process of its own, and return when that was committed."""
    licensing = sl.Licensing(SqlStore(create_engine(url)), open_licensing().installation, trust=None)
    licensing.seats.retire("anna", by="admin", force=True)
    return monotonic()


class TestTwoProcesses:
    """Who is retired in one is out in the other within the bound."""

    def test_on_both_databases(self, database: Database) -> None:
        url = database.url.render_as_string(hide_password=False)
        database.store()
        licensing = furnish(
            opened(database.engine(poolclass=QueuePool)), "anna", holders={"anna": SALES}, validity=WITHOUT_END
        )
        until = monotonic() + LONGEST
        allowed_at: list[float] = []
        denied = Event()

        def ask() -> None:
            while monotonic() < until:
                began = monotonic()
                decision = licensing.gate.login("anna", WEB)
                if not decision:
                    denied.set()
                    return
                # A look that outlasts its patience is an outage, and its answers say so.
                if not is_stale(decision):
                    allowed_at.append(began)
                sleep(0.005)

        asking = Thread(target=ask)
        asking.start()
        try:
            with PROCESSES.Pool(1) as pool:
                committed = pool.apply(retire, (url,))
        finally:
            asking.join()
        assert denied.is_set()
        # What was asked for later than the bound after the commit is answered from the new facts, on any machine.
        assert max(allowed_at) < committed + STALE.total_seconds()


def test_a_transaction_of_the_host_has_no_grace(database: Database) -> None:
    """What is asked inside is not answered from memory: the host's transaction is lost."""
    database.store()
    engine = database.engine(poolclass=QueuePool)
    database.rows("CREATE TABLE orders (name TEXT PRIMARY KEY)")
    licensing = furnish(opened(engine), "anna", holders={"anna": SALES}, validity=WITHOUT_END)
    with engine.connect() as connection:
        order(connection, "one")
        inside = licensing.bound_to(connection)
        assert inside.gate.login("anna", WEB)
        inside.close()
        with pytest.raises(sl.StoreUnavailableError):
            inside.gate.login("anna", WEB)
        connection.rollback()

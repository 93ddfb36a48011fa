"""Tables that somebody has taken from a sealed store deny those whom they concern; the store still opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database
from tests.installation import INSTALLATION, SALES, WEB, Clock, codes, furnish, open_licensing

SEAL_KEY = bytes(range(32))
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)
USERS = ("anna", "bo", "root")
POLICY = sl.Policy(max_staleness=sl.Policy().max_staleness * 0)


class Scene:
    """A sealed installation, and one who may rename its tables."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.store: SqlStore = database.store()
        self.before = furnish(self.open(), *USERS[:2], ADMIN, holders={"anna": SALES})

    def open(self, store: sl.Store | None = None, *, key: bytes | None = SEAL_KEY) -> sl.Licensing:
        return open_licensing(store or self.store, clock=self.clock, seal_key=key, policy=POLICY)

    @contextmanager
    def without(self, *tables: str) -> Iterator[None]:
        """Take *tables* away for the length of the block."""
        for table in tables:
            self.database.rows(f"ALTER TABLE superlicense_{table} RENAME TO taken_{table}")
        yield
        for table in tables:
            self.database.rows(f"ALTER TABLE taken_{table} RENAME TO superlicense_{table}")


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return Scene(database, clock)


def denied(licensing: sl.Licensing) -> set[str]:
    return {user for user in USERS if not licensing.gate.login(user, WEB)}


def barred(licensing: sl.Licensing) -> set[str]:
    return {user for user in USERS if "tampered" in codes(licensing.gate.login(user, WEB))}


def test_without_its_rows_it_opens_for_whom_the_host_names_as_administrator(scene: Scene) -> None:
    with scene.without("rows"):
        licensing = scene.open()
        assert denied(licensing) == set(USERS)
        assert codes(licensing.gate.administer("root")) == ["unknown_user"]
        assert licensing.gate.administer(ADMIN)
        assert not licensing.gate.administer(sl.User(id="eve", may_log_in=True))
        found = {(one.code, one.table, one.key) for one in licensing.verify_store().findings}
        assert {("row_missing", "users", "anna"), ("row_missing", "packages", "superoffice")} <= found
        assert ("store_unreadable", None, "") in found
        with pytest.raises(sl.TamperedStoreError):
            licensing.users.save(sl.User(id="cy"))
        with pytest.raises(sl.TamperedStoreError):
            licensing.journal.entries()
        assert denied(licensing) == set(USERS)
    # An instance that has read nothing since finds out when it next looks.
    assert scene.open().gate.login("anna", WEB)
    scene.before.users.save(sl.User(id="bo", may_log_in=True, name="Bo"))
    assert scene.before.verify_store().ok


def test_the_past_is_not_shown_either(scene: Scene) -> None:
    then = scene.clock()
    scene.clock.forward(hours=1)
    scene.before.users.save(sl.User(id="cy"))
    with scene.without("rows"):
        assert "tampered" not in codes(scene.before.gate.login("cy", WEB))
        assert codes(scene.open().gate.login("anna", WEB, at=then))[0] == "no_package"


def test_without_its_journal_nobody_is_denied_as_long_as_nothing_else_is_missing(scene: Scene) -> None:
    with scene.without("journal"):
        licensing = scene.open()
        assert (licensing.gate.login("anna", WEB).allowed, barred(licensing)) == (True, set())
        assert licensing.gate.administer("root")
        assert "store_unreadable" in {one.code for one in licensing.verify_store().findings}
        with pytest.raises(sl.TamperedStoreError):
            licensing.users.save(sl.User(id="cy"))
        assert licensing.gate.administer("root")
    with scene.without("journal", "rows"):
        licensing = scene.open()
        assert barred(licensing) == set(USERS)
        assert licensing.gate.administer(ADMIN)


def test_without_its_revisions_an_instance_loads_anew(scene: Scene) -> None:
    other = scene.open()
    scene.before.users.save(sl.User(id="anna", may_log_in=False))
    with scene.without("revisions"):
        assert denied(other) == denied(scene.open()) == set(USERS)
        assert barred(other) == set()
        assert other.gate.administer("root")


@pytest.mark.parametrize("table", ["forms", "installations"])
def test_without_what_a_view_begins_with_it_opens(scene: Scene, table: str) -> None:
    with scene.without(table):
        licensing = scene.open()
        assert licensing.gate.administer("root")
        assert barred(licensing) == (set() if table == "forms" else set(USERS))
        with pytest.raises(sl.StoreError):
            licensing.users.save(sl.User(id="cy"))
    with scene.without("installations", "rows"), pytest.raises(sl.StoreOutdatedError, match="run migrate"):
        scene.open()


def test_without_its_usage_the_gate_goes_on(scene: Scene) -> None:
    with scene.without("usage_heads", "usage_meter_months"):
        licensing = scene.open()
        assert (licensing.gate.login("anna", WEB).allowed, barred(licensing)) == (True, set())
        with pytest.raises(sl.TamperedStoreError, match="superlicense_usage"):
            licensing.meters.usage("2026-11")
        assert "store_unreadable" in {one.code for one in licensing.verify_store().findings}
        if scene.database.on_sqlite:
            # On PostgreSQL the error has ended the transaction.
            licensing.seats.retire("anna", by="root")
            assert not licensing.gate.login("anna", WEB)


def test_inside_a_transaction_of_the_host_it_opens_too(scene: Scene) -> None:
    with scene.without("rows"), scene.store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE hosts (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO hosts VALUES (7)")
        bound = scene.open(scene.store.bound_to(connection))
        assert denied(bound) == set(USERS)
        assert bound.gate.administer(ADMIN)
        assert connection.exec_driver_sql("SELECT id FROM hosts").scalar() == 7


def test_without_a_seal_key_there_is_no_telling_what_was_there(scene: Scene) -> None:
    with scene.without("rows"), pytest.raises(sl.TamperedStoreError, match="superlicense_rows"):
        scene.open(key=None)


@pytest.mark.parametrize("table", ["rows", "forms", "installations", "journal"])
def test_a_store_that_was_never_sealed_is_to_be_migrated(database: Database, clock: Clock, table: str) -> None:
    store = database.store()
    furnish(open_licensing(store, clock=clock), "anna")
    database.rows(f"ALTER TABLE superlicense_{table} RENAME TO taken")
    # Who comes with a key to what was written without one cannot write anyhow.
    for key in (None, SEAL_KEY) if table != "journal" else (None,):
        with pytest.raises(sl.StoreOutdatedError, match="run migrate"):
            open_licensing(store, clock=clock, seal_key=key).users.save(sl.User(id="cy"))


def test_a_store_without_any_table_is_to_be_migrated(database: Database, clock: Clock) -> None:
    with pytest.raises(sl.StoreOutdatedError, match="run migrate"), database.bare().reading(INSTALLATION):
        pass  # pragma: no cover - it is not opened
    with pytest.raises(sl.StoreOutdatedError, match="run migrate"):
        open_licensing(database.bare(), clock=clock, seal_key=SEAL_KEY)

"""The file of a SQLite database: moved away it is an outage, and whatever takes its place is read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import NullPool, Pool, QueuePool, SingletonThreadPool, StaticPool, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.errors import StoreOutdatedError
from tests.adapters.databases import Database
from tests.installation import SALES, WEB, Clock, furnish, open_licensing, person
from tests.licensing.customers import customer, customers, fleet_on, furnish_customer

Opening = Callable[[SqlStore, Clock], sl.Licensing]


def alone(store: SqlStore, clock: Clock) -> sl.Licensing:
    return furnish(open_licensing(store, clock=clock), "anna", holders={"anna": SALES})


def in_a_fleet(store: SqlStore, clock: Clock) -> sl.Licensing:
    return furnish_customer(fleet_on(store, clock=clock).open(customer(1)), "anna")


def sealed(store: SqlStore, clock: Clock) -> sl.Licensing:
    return furnish(open_licensing(store, clock=clock, seal_key=b"k" * 32), "anna", holders={"anna": SALES})


KINDS = pytest.mark.parametrize(
    ("opening", "pool"),
    [
        (alone, NullPool),
        (sealed, QueuePool),
        (in_a_fleet, QueuePool),
        (alone, SingletonThreadPool),
        (alone, StaticPool),
    ],
)


@pytest.fixture
def path(sqlite: Database) -> Path:
    return Path(str(sqlite.url.database))


def warnings(decision: sl.Decision) -> list[str]:
    return [str(one.code) for one in decision.warnings]


@KINDS
def test_moved_away_it_is_an_outage(
    sqlite: Database, path: Path, clock: Clock, opening: Opening, pool: type[Pool]
) -> None:
    # A thread that looks, and a connection that others have opened.
    licensing = opening(sqlite.store(poolclass=pool, connect_args={"check_same_thread": False}), clock)
    away = path.rename(path.with_name("away.db"))
    clock.forward(seconds=2)
    decision = licensing.gate.login("anna", WEB)
    assert (decision.allowed, warnings(decision)) == (True, ["facts_not_refreshed"])
    assert licensing.health().error == "store_unavailable"
    with pytest.raises(sl.StoreUnavailableError, match="not there"):
        licensing.users.save(person("bo"))
    with pytest.raises(sl.StoreUnavailableError, match="not there"):
        licensing.meters.record([sl.UsageEvent(source="mailer", id="1", meter="mailings", quantity=1, at=clock.now)])
    # Nothing takes its place.
    assert not path.exists()
    clock.forward(seconds=60)
    with pytest.raises(sl.StoreUnavailableError):
        licensing.gate.login("anna", WEB)
    away.rename(path)
    clock.forward(seconds=2)
    assert warnings(licensing.gate.login("anna", WEB)) == []
    assert licensing.users.save(person("bo")).status is sl.SaveStatus.CREATED


@pytest.mark.parametrize("opening", [alone, sealed, in_a_fleet])
def test_moved_away_while_a_connection_is_opened_it_is_an_outage(
    sqlite: Database, path: Path, clock: Clock, opening: Opening
) -> None:
    store = sqlite.store()
    licensing = opening(store, clock)
    away = path.with_name("away.db")

    @event.listens_for(store.engine, "do_connect")
    def move(*_: object) -> None:
        if not away.exists():
            path.rename(away)

    clock.forward(seconds=2)
    assert warnings(licensing.gate.login("anna", WEB)) == ["facts_not_refreshed"]
    assert path.stat().st_size == 0
    away.rename(path)
    # So that nothing is moved again.
    away.touch()
    clock.forward(seconds=2)
    assert warnings(licensing.gate.login("anna", WEB)) == []


@KINDS
def test_its_backup_is_read_and_written(
    sqlite: Database, path: Path, clock: Clock, opening: Opening, pool: type[Pool]
) -> None:
    """A connection goes on with the file that was moved, and would be written to it."""
    licensing = opening(sqlite.store(poolclass=pool, connect_args={"check_same_thread": False}), clock)
    backup = Path(shutil.copy(path, path.with_name("backup.db")))
    licensing.seats.release("anna", SALES, by="admin")
    clock.forward(seconds=2)
    assert not licensing.gate.login("anna", WEB)
    path.rename(path.with_name("lost.db"))
    backup.rename(path)
    clock.forward(seconds=2)
    assert licensing.gate.login("anna", WEB)
    licensing.users.save(person("bo"))
    # Whoever opens the file finds it there.
    anew = type(licensing)(
        sqlite.bare(),
        licensing.installation,
        trust=None,
        clock=clock,
        seal_key=b"k" * 32 if opening is sealed else None,
    )
    assert [user.id for user in anew.users.all()] == ["anna", "bo"]


def test_a_fleet_makes_no_file_in_its_place(sqlite: Database, path: Path, clock: Clock) -> None:
    fleet = fleet_on(sqlite.store(), clock=clock)
    for installation in customers(3):
        furnish_customer(fleet.open(installation), "anna")
    path.rename(path.with_name("away.db"))
    with pytest.raises(sl.StoreUnavailableError):
        fleet.refresh()
    clock.forward(seconds=1)
    assert all(fleet.open(one).gate.login("anna", WEB) for one in customers(3))
    assert not path.exists()


def test_without_its_tables_it_is_no_outage(sqlite: Database, clock: Clock) -> None:
    licensing = alone(sqlite.store(), clock)
    sqlite.rows("ALTER TABLE superlicense_installations RENAME TO gone")
    clock.forward(seconds=2)
    with pytest.raises(StoreOutdatedError):
        licensing.gate.login("anna", WEB)

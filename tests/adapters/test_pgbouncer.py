"""PgBouncer in transaction mode: every transaction may run in another session than the one before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, NullPool, create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.catalog import meters
from superlicense.testing.contract.blocks import in_threads
from tests.installation import SALES, WEB, WITHOUT_END, person
from tests.licensing.customers import customer, customers, furnish_customer
from tests.stores.pgbouncer import pgbouncer
from tests.stores.postgres_server import throw_away_server

pytestmark = pytest.mark.slow

USERS = [f"user{number}" for number in range(24)]


@pytest.fixture(scope="module")
def bouncer(postgres: str) -> Iterator[str]:
    """The URL of a PgBouncer with three sessions."""
    del postgres  # it skips where there is no server
    with throw_away_server() as server, pgbouncer(server, connections=3) as url:
        yield url


@pytest.fixture
def engine(bouncer: str) -> Iterator[Engine]:
    engine = create_engine(bouncer, pool_size=8, connect_args={"prepare_threshold": None})
    yield engine
    engine.dispose()


@pytest.fixture
def fleet(engine: Engine) -> sl.Fleet:
    store = SqlStore(engine)
    store.migrate()
    # A look may take long on a machine with other things to do, and is not given up.
    policy = sl.Policy(
        max_staleness=timedelta(milliseconds=20),
        write_patience=timedelta(seconds=60),
        look_patience=timedelta(seconds=60),
    )
    return sl.Fleet(store, trust=None, policy=policy, meters=meters.STANDARD)


def test_threads_write_record_and_look(fleet: sl.Fleet) -> None:
    several = customers(4)
    now = sl.utc_now()
    for installation in several:
        furnish_customer(fleet.open(installation), *USERS, seats=10, plan=None, validity=WITHOUT_END)

    def assign(installation: sl.Installation, mine: list[str]) -> None:
        licensing = fleet.open(installation)
        for user in mine:
            # More are there than seats.
            with suppress(sl.RefusedError):
                licensing.seats.assign(user, SALES, by="admin")
            licensing.meters.record([sl.UsageEvent(source="mailer", id=user, meter="mailings", quantity=2, at=now)])

    def look() -> None:
        for _ in range(40):
            assert fleet.refresh() == ()

    in_threads(
        *(partial(assign, installation, USERS[half::2]) for installation in several for half in (0, 1)), look, look
    )
    month = f"{now:%Y-%m}"
    for installation in several:
        licensing = fleet.open(installation)
        assert licensing.seats.usage(SALES).in_use == 10
        used = {row.meter: row.used for row in licensing.meters.usage(month)}
        assert used["mailings"] == 2 * len(USERS)
        assert licensing.verify_store().ok


def test_a_session_keeps_nothing_of_the_transaction_before(fleet: sl.Fleet, bouncer: str) -> None:
    one = customer(50)
    furnish_customer(fleet.open(one), "anna", validity=WITHOUT_END)
    shown = ("lock_timeout", "idle_in_transaction_session_timeout", "transaction_isolation", "transaction_read_only")
    found = set()
    others = create_engine(bouncer, poolclass=NullPool, connect_args={"prepare_threshold": None})
    for turn in range(12):
        fleet.open(one).users.save(person("anna", may_log_in=turn % 2 == 0))
        with others.begin() as connection:
            found.add(tuple(connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in shown))
    assert found == {("0", "0", "read committed", "off")}


def test_the_hosts_transaction_is_joined(fleet: sl.Fleet, engine: Engine) -> None:
    one = customer(51)
    licensing = furnish_customer(fleet.open(one), "anna", plan=None, validity=WITHOUT_END)
    with engine.begin() as connection, licensing.bound_to(connection) as bound:
        bound.seats.assign("anna", SALES, by="admin")
    # What the host committed is found by the next look, and the one before may have been a millisecond ago.
    licensing.refresh()
    assert fleet.open(one).seats.usage(SALES).holders == ("anna",)
    with engine.connect() as connection, licensing.bound_to(connection) as bound:
        bound.seats.release("anna", SALES, by="admin")
        connection.rollback()
    licensing.refresh()
    assert fleet.open(one).gate.login("anna", WEB)

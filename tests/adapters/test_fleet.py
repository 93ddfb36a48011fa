"""A fleet on a database: what it asks, counted by statement."""

from __future__ import annotations

import pytest
from sqlalchemy import QueuePool

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database, damage
from tests.adapters.service import heard
from tests.for_each import for_each
from tests.installation import SALES, WEB, Clock
from tests.licensing.customers import customer, customers, fleet_on, furnish_customer
from tests.licensing.vendor import issued, root

KEY = b"k" * 32


@pytest.fixture
def store(database: Database) -> SqlStore:
    return database.store(poolclass=QueuePool)


@for_each("seal_key", [None, KEY])
def test_an_installation_of_fifty_users_is_opened_in_few_statements(
    store: SqlStore, clock: Clock, seal_key: bytes | None
) -> None:
    # Each case has an installation of its own.
    vendor = customer(1 if seal_key is None else 2)
    fleet = fleet_on(store, clock=clock, trust=root(), seal_key=seal_key)
    licensing = fleet.open(vendor)
    for issue in (1, 2):
        document = issued(issue, seats=50, company=vendor.company, serial_number=vendor.serial_number)
        licensing.packages.activate(licensing.packages.preview(document), by="admin")
    licensing.users.sync([sl.User(id=f"user{number}", may_log_in=True) for number in range(50)])
    licensing.apply([sl.Assign(license=SALES, holder=f"user{number}") for number in range(50)], by="admin")
    anew = fleet_on(store, clock=clock, trust=root(), seal_key=seal_key)
    with heard(store.engine) as statements:
        opened = anew.open(vendor)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) <= 5, asked
    assert opened.gate.login("user49", WEB)
    assert opened.packages.current() == licensing.packages.current()


def test_the_look_is_one_statement_for_all(store: SqlStore, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock)
    for installation in customers(20):
        furnish_customer(fleet.open(installation), "anna")
    clock.forward(seconds=1)
    with heard(store.engine) as statements:
        assert all(fleet.open(installation).gate.login("anna", WEB) for installation in customers(20))
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_what_another_process_has_written_is_seen(database: Database, store: SqlStore, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock)
    other = fleet_on(SqlStore(database.engine()), clock=clock)
    for installation in customers(3):
        furnish_customer(fleet.open(installation), "anna")
    other.open(customer(1)).seats.release("anna", SALES, by="admin")
    clock.forward(seconds=1)
    found = [bool(fleet.open(installation).gate.login("anna", WEB)) for installation in customers(3)]
    assert found == [True, False, True]


def test_a_damaged_revision_is_no_failure_of_the_others(sqlite: Database, clock: Clock) -> None:
    store = sqlite.store()
    fleet = fleet_on(store, clock=clock)
    for installation in customers(3):
        furnish_customer(fleet.open(installation), "anna")
    damaged = customer(1)
    damage(sqlite, f"UPDATE superlicense_installations SET token = x'00' WHERE installation = '{damaged.key}'")
    assert list(store.revisions([damaged.key, customer(2).key])) == [customer(2).key]
    failures = fleet.refresh()
    assert [failure.installation for failure in failures] == [damaged]
    clock.forward(seconds=1)
    assert fleet.open(customer(2)).gate.login("anna", WEB)
    with pytest.raises(sl.StoreUnavailableError):
        fleet.open(damaged).gate.login("anna", WEB)

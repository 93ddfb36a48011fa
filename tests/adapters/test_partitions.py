"""Usage tables that are partitioned by the script of the page: everything goes on as before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.catalog import meters
from superlicense.testing.contract.blocks import in_threads
from tests.adapters.databases import Database
from tests.installation import SALES, Clock
from tests.licensing.customers import customers, fleet_on, furnish_customer

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "partition-usage-tables.md"
MONTH, NEXT = sl.Month(2026, 11), sl.Month(2026, 12)
KEY = b"k" * 32


def script() -> str:
    """Give the script of the page, as psql would run it: without what is only a question."""
    (made, *_) = re.findall(r"^```postgresql\n(BEGIN.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(made)


def partition(database: Database) -> None:
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.execute(script())


def record(licensing: sl.Licensing, first: int, count: int = 20) -> None:
    """Record e-mails, one event after the other and in a batch."""
    now = licensing.journal.entries()[-1].at
    events = [
        sl.UsageEvent(source="mailer", id=f"{number}", meter="mailings", quantity=number, at=now)
        for number in range(first, first + count)
    ]
    licensing.meters.record(events[:1])
    assert {str(receipt.status) for receipt in licensing.meters.record(events[1:])} == {"accepted"}
    # What is sent again is told apart by its id, in whichever partition.
    assert {str(receipt.status) for receipt in licensing.meters.record(events)} == {"duplicate"}


def told(licensing: sl.Licensing) -> tuple[object, ...]:
    return (
        licensing.meters.usage(MONTH),
        tuple(licensing.meters.events(MONTH)),
        licensing.meters.crossings(),
        licensing.verify_store().findings,
    )


@pytest.fixture
def store(postgresql: Database) -> SqlStore:
    store = postgresql.bare()
    store.migrate()
    return store


def test_usage_goes_on_in_partitioned_tables(postgresql: Database, store: SqlStore, clock: Clock) -> None:
    options = {"clock": clock, "meters": meters.STANDARD, "seal_key": KEY}
    fleet = fleet_on(store, **options)
    several = customers(8)
    for installation in several:
        furnish_customer(fleet.open(installation), "anna")
        record(fleet.open(installation), 0)
    before = [told(fleet.open(installation)) for installation in several]

    partition(postgresql)

    again = fleet_on(postgresql.bare(), **options)
    assert [told(again.open(installation)) for installation in several] == before
    # The service that was running goes on, too.
    assert [told(fleet.open(installation)) for installation in several] == before
    in_threads(*(lambda one=one: record(again.open(one), 100) for one in several))
    for installation in several:
        licensing = again.open(installation)
        licensing.seats.release("anna", SALES, by="admin")
        assert len(tuple(licensing.meters.events(MONTH))) == 40
        assert licensing.verify_store().ok
    clock.now = clock.now.replace(month=12, day=3)
    for installation in several:
        statement = again.open(installation).meters.close(MONTH, by="billing")
        assert again.open(installation).meters.statement(MONTH) == statement
        assert again.open(installation).verify_store().ok
    assert {one.month for one in again.open(several[0]).meters.usage(NEXT)} == {NEXT}

    # Each installation is in one partition, and a statement that names it reads no other.
    counted = postgresql.rows(
        "SELECT tableoid::regclass::text, installation, count(*) FROM superlicense_usage_events GROUP BY 1, 2"
    )
    assert sorted(installation for _, installation, _ in counted) == sorted(one.key for one in several)
    assert len({name for name, _, _ in counted}) > 1
    plan = postgresql.rows(
        f"EXPLAIN SELECT * FROM superlicense_usage_events WHERE installation = '{several[0].key}' AND month = '2026-11'"
    )
    read = {name for (line,) in plan for name in re.findall(r"superlicense_usage_events_\d+", str(line))}
    assert len({name for name in read if not name.endswith("_")}) == 1


def test_it_is_migrated_like_any_other(postgresql: Database, store: SqlStore) -> None:
    partition(postgresql)
    store.migrate()
    store.create_tables()
    assert len(postgresql.rows("SELECT 1 FROM pg_partitioned_table")) >= 6

"""Two installations in one database never see each other, whatever is done through the front door."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.testing.contract.blocks import in_threads
from tests.adapters.databases import Database
from tests.adapters.service import SHORT
from tests.installation import INSTALLATION, SALES, SERVICE, WEB, Clock, open_licensing, package, person

OTHERS = {
    "another customer": sl.Installation(serial_number="1010000022", company="Solvang Lys AS"),
    "a database with the id of a serial number": evolve(
        INSTALLATION, database_id=f"00000000-0000-4000-8000-00{INSTALLATION.serial_number}"
    ),
    "another database of the customer": evolve(INSTALLATION, database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"),
}


def told_by(licensing: sl.Licensing) -> dict[str, Any]:
    """Say everything that an administrator of *licensing* can see."""
    package_in_force = licensing.packages.current()
    return {
        "revision": licensing.revision(),
        "users": licensing.users.all(),
        "sites": licensing.sites.all(),
        "package": package_in_force,
        "packages": licensing.packages.history("superoffice"),
        "seats": licensing.seats.usage(SALES) if package_in_force else None,
        "held": [licensing.seats.held_by(user) for user in ("anna", "bo")],
        "logins": [licensing.gate.login(user, WEB) for user in ("anna", "bo", "cy")],
        "journal": licensing.journal.entries(),
        "of anna": licensing.journal.entries(user="anna"),
        "of the license": licensing.journal.entries(license=SALES),
        "screen": licensing.screens.status("anna"),
    }


class House:
    """Two installations in one database, with an instance each that looks at the store at every question."""

    def __init__(self, database: Database, clock: Clock, other: sl.Installation) -> None:
        self.database = database
        self.clock = clock
        self.other = other
        self.store = database.store()

    def open(self, installation: sl.Installation, **policy: Any) -> sl.Licensing:  # noqa: ANN401 - those of a policy
        chosen = sl.Policy(**{"max_staleness": timedelta(0), **policy})
        store = SqlStore(self.database.engine())
        return open_licensing(store, installation, clock=self.clock, policy=chosen)

    def package(self, installation: sl.Installation, *, seats: int) -> sl.LicensePackage:
        return evolve(
            package(seats=seats),
            company=installation.company,
            serial_number=installation.serial_number,
            database_id=installation.database_id,
        )

    def fill(self, installation: sl.Installation, *, seats: int) -> sl.Licensing:
        """Let *installation* have the very same users, who hold the same."""
        licensing = self.open(installation)
        licensing.packages.adopt_unsigned(self.package(installation, seats=seats), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        licensing.seats.assign("anna", SALES, by="admin")
        return licensing


@pytest.fixture(params=list(OTHERS.values()), ids=list(OTHERS))
def house(request: pytest.FixtureRequest, database: Database, clock: Clock) -> House:
    return House(database, clock, request.param)


def test_the_one_is_empty_whatever_the_other_has(house: House) -> None:
    empty = told_by(house.open(house.other))
    house.fill(INSTALLATION, seats=3)
    assert told_by(house.open(house.other)) == empty
    assert empty["users"] == empty["journal"] == ()


def test_what_is_done_in_the_one_changes_nothing_in_the_other(house: House) -> None:
    ours, others = house.fill(INSTALLATION, seats=2), house.fill(house.other, seats=2)
    before = told_by(others)
    house.clock.forward(hours=1)
    ours.seats.change_plan("anna", SERVICE, by="admin")
    ours.seats.assign("bo", SALES, by="admin")
    ours.users.save(person("bo", may_log_in=False))
    ours.sites.save(sl.Site(id="oslo", name="Oslo"))
    ours.packages.adopt_unsigned(house.package(INSTALLATION, seats=9), by="admin")
    ours.notices.start(sl.EventKind.NO_LOGIN, by="admin")
    ours.seats.retire("anna", by="admin")
    assert told_by(others) == before == told_by(house.open(house.other))
    assert told_by(ours) == told_by(house.open(INSTALLATION)) != before


def test_each_has_its_own_seats(house: House) -> None:
    ours, others = house.fill(INSTALLATION, seats=1), house.fill(house.other, seats=1)
    for licensing in (ours, others):
        assert licensing.seats.usage(SALES).holders == ("anna",)
        with pytest.raises(sl.RefusedError):
            licensing.seats.assign("bo", SALES, by="admin")
    ours.seats.release("anna", SALES, by="admin")
    ours.seats.assign("bo", SALES, by="admin")
    assert others.seats.usage(SALES).holders == ("anna",)


def test_the_past_is_each_ones_own(house: House) -> None:
    ours, others = house.fill(INSTALLATION, seats=2), house.fill(house.other, seats=2)
    noon = house.clock.now
    house.clock.forward(hours=1)
    ours.seats.retire("anna", by="admin")
    house.clock.forward(hours=1)
    others.seats.assign("bo", SALES, by="admin")
    assert others.gate.login("anna", WEB, at=noon) == others.gate.login("anna", WEB)
    assert others.seats.usage(SALES, at=noon).holders == ("anna",)
    assert ours.seats.usage(SALES, at=noon).holders == ("anna",)
    assert ours.seats.usage(SALES).holders == ()


def test_both_write_at_once(house: House) -> None:
    one, two = house.fill(INSTALLATION, seats=20), house.fill(house.other, seats=20)

    def hire(licensing: sl.Licensing, name: str) -> None:
        for number in range(6):
            licensing.users.save(person(f"{name}{number}"))
            licensing.seats.assign(f"{name}{number}", SALES, by=name)

    in_threads(partial(hire, one, "one"), partial(hire, two, "two"))
    for licensing, name in ((one, "one"), (two, "two")):
        assert licensing.seats.usage(SALES).holders == ("anna", *(f"{name}{number}" for number in range(6)))
        assert {entry.by for entry in licensing.journal.entries()} == {"admin", "host", name}
        assert told_by(licensing) == told_by(house.open(licensing.installation))


def test_on_postgresql_the_one_does_not_wait_for_the_other(postgresql: Database, clock: Clock) -> None:
    house = House(postgresql, clock, OTHERS["another customer"])
    house.fill(INSTALLATION, seats=2)
    house.fill(house.other, seats=2)
    others = house.open(house.other, write_patience=SHORT)
    with house.store.writing(INSTALLATION):
        others.seats.assign("bo", SALES, by="admin")


def test_inside_one_transaction_of_the_hosts_as_well(house: House) -> None:
    ours, others = house.fill(INSTALLATION, seats=2), house.fill(house.other, seats=2)
    with house.store.engine.begin() as connection:
        ours_inside, others_inside = ours.bound_to(connection), others.bound_to(connection)
        ours_inside.seats.retire("anna", by="admin")
        assert others_inside.gate.login("anna", WEB)
        others_inside.seats.assign("bo", SALES, by="admin")
        assert ours_inside.seats.usage(SALES).holders == ()
    assert others.seats.usage(SALES).holders == ("anna", "bo")
    assert ours.seats.usage(SALES).holders == ()

"""The coming dates of packages: every one that the gate goes by, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve

import superlicense as sl
from superlicense.model.layered import Layered
from superlicense.model.row import Row, Table
from superlicense.model.trust import TrustRoot
from superlicense.rules.gate.validity import boundaries
from superlicense.rules.packages.dates import package_dates
from superlicense.rules.world_update import empty_world
from tests.for_each import for_each
from tests.installation import INSTALLATION

Kind = sl.PackageDateKind
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def world_of(*owners: str, revoked_at: datetime | None = None, **validity: datetime) -> sl.World:
    """Return a world with a package of each owner, with the same dates."""
    rows = {}
    for number, owner in enumerate(owners, 1):
        licensed = sl.LicensePackage(
            owner=owner,
            company=INSTALLATION.company,
            serial_number=INSTALLATION.serial_number,
            validity=sl.Validity(**validity),
        )
        installed = sl.InstalledPackage(
            package=licensed, digest="d", signed_by=("k",), root_version=1, installed_at=START, installed_by="admin"
        )
        row = Row(
            table=Table.PACKAGES, key=owner.lower(), noun=installed, start=START, started_by="admin", sequence=number
        )
        rows[owner.lower()] = row
    world = evolve(empty_world(INSTALLATION, sl.Policy()), packages=Layered(rows))
    if revoked_at is None:
        return world
    revoking = TrustRoot(version=1, expires_at=END, accepted_at=revoked_at, revoked_packages=("d",))
    return evolve(world, trusted=(revoking,))


def found(world: sl.World, since: datetime = START, until: datetime = END) -> list[tuple[datetime, str]]:
    return [(date.at, str(date.kind)) for date in package_dates(world, since, until)]


FULL = {
    "warns_at": day(10),
    "expires_at": day(20),
    "grace_until": day(30),
    "maintenance_until": day(15),
    "next_check_at": day(5),
}


def test_every_date_is_there_in_order_of_time() -> None:
    assert found(world_of("SUPEROFFICE", **FULL)) == [
        (day(5), "next_check"),
        (day(10), "warns"),
        (day(15), "maintenance_ends"),
        (day(20), "expires"),
        (day(30), "grace_ends"),
    ]


def test_a_package_that_never_ends_has_none() -> None:
    assert found(world_of("SUPEROFFICE")) == []


def test_without_grace_it_stops_when_it_expires() -> None:
    assert found(world_of("SUPEROFFICE", expires_at=day(20))) == [(day(20), "expires")]


@for_each(
    ("since", "until", "kinds"),
    [
        (day(10), day(20), ["warns", "maintenance_ends"]),
        (day(11), day(21), ["maintenance_ends", "expires"]),
        (day(30), day(31), ["grace_ends"]),
        (day(31), END, []),
        (day(20), day(20), []),
    ],
)
def test_the_beginning_is_inclusive_and_the_end_is_not(since: datetime, until: datetime, kinds: list[str]) -> None:
    assert [kind for _, kind in found(world_of("SUPEROFFICE", **FULL), since, until)] == kinds


def test_a_revoked_package_stops_after_the_revocation_grace() -> None:
    assert found(world_of("SUPEROFFICE", revoked_at=day(2))) == [
        (day(2), "expires"),
        (day(16), "revocation_grace_ends"),
    ]


def test_unless_it_stops_earlier_by_itself() -> None:
    world = world_of("SUPEROFFICE", revoked_at=day(25), **FULL)
    assert (day(30), "grace_ends") in found(world)
    assert "revocation_grace_ends" not in [kind for _, kind in found(world)]


def test_dates_of_one_instant_come_by_owner() -> None:
    dates = package_dates(world_of("SUPEROFFICE", "NORDVIK", expires_at=day(20)), START, END)
    assert [(date.owner, date.at) for date in dates] == [("nordvik", day(20)), ("superoffice", day(20))]


@for_each("world", [world_of("SUPEROFFICE", **FULL), world_of("SUPEROFFICE", "NORDVIK", revoked_at=day(12), **FULL)])
def test_the_gate_changes_its_mind_at_these_dates_only(world: sl.World) -> None:
    phases = {"warns", "expires", "grace_ends", "revocation_grace_ends"}
    assert {at for at, kind in found(world) if kind in phases} == set(boundaries(world))

"""Who an instance is to an installation that was renamed, and which packages count: a table, and a law."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.change import ActivatePackage, ChangeInstallation
from superlicense.model.decision import Client
from superlicense.model.identity import IDENTITY_KEY, FormerIdentity, Identity, is_same
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.rules.apply import apply
from superlicense.rules.gate.identity import identity_boundaries, identity_of, identity_warnings, issued_elsewhere
from superlicense.rules.gate.login import login
from superlicense.rules.packages.succeeding import present_identity
from superlicense.rules.world_update import build_world, empty_world
from tests.for_each import for_each
from tests.installation import INSTALLATION, START, package

DAY = timedelta(days=1)
GRACE = 30 * DAY
DATABASE = "6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11"
FIRST = INSTALLATION
SECOND = evolve(FIRST, serial_number="1010000030")
THIRD = evolve(FIRST, serial_number="1010000030", company="Nordvik Handel AS")
STRANGER = evolve(FIRST, serial_number="1010000048")
EXPIRED = ["identity_expired"]
OTHERS = ["other_serial_number"]


def named(installation: Installation) -> dict[str, Any]:
    return {
        "serial_number": installation.serial_number,
        "company": installation.company,
        "database_id": installation.database_id,
    }


def renamed(instance: Installation, *, tampered: bool = False, grace: timedelta = GRACE) -> World:
    """The installation was the first until START, the second until a day later, and is the third."""
    former = (FormerIdentity(**named(FIRST), until=START), FormerIdentity(**named(SECOND), until=START + DAY))
    noun = Identity(**named(THIRD), former=former)
    row = Row(table=Table.IDENTITIES, key=IDENTITY_KEY, noun=noun, start=START + DAY, started_by="admin", sequence=1)
    world = build_world(empty_world(instance, Policy(identity_grace=grace)), [row], [])
    return evolve(world, tampered=frozenset({(Table.IDENTITIES, IDENTITY_KEY)})) if tampered else world


def issued_to(installation: Installation) -> LicensePackage:
    return evolve(package(validity=Validity()), **named(installation))


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [str(reason.code) for reason in reasons]


@for_each(
    ("instance", "addressee", "at", "reasons"),
    [
        # The present identity.
        (THIRD, THIRD, START + DAY, []),
        (THIRD, THIRD, START + 400 * DAY, []),
        (evolve(THIRD, company="NORDVIK handel as"), THIRD, START + DAY, []),
        (THIRD, STRANGER, START + DAY, ["other_company", "other_serial_number"]),
        # A package of a former identity, on both sides of the end of its grace.
        (THIRD, FIRST, START + DAY, []),
        (THIRD, FIRST, START + GRACE - DAY / 86_400, []),
        (THIRD, FIRST, START + GRACE, ["other_company", "other_serial_number"]),
        (THIRD, SECOND, START + GRACE, []),
        (THIRD, SECOND, START + DAY + GRACE, ["other_company"]),
        # An instance of a former identity.
        (FIRST, THIRD, START + DAY, []),
        (FIRST, FIRST, START + DAY, []),
        (FIRST, SECOND, START + DAY, []),
        (FIRST, THIRD, START + GRACE, EXPIRED),
        (FIRST, FIRST, START + GRACE, EXPIRED),
        (SECOND, THIRD, START + GRACE, []),
        (SECOND, SECOND, START + DAY + GRACE, EXPIRED),
        # An identity that the installation never had.
        (STRANGER, THIRD, START + DAY, ["other_company", "other_serial_number"]),
        (STRANGER, FIRST, START + DAY, OTHERS),
        (STRANGER, STRANGER, START + DAY, EXPIRED),
        (evolve(FIRST, company="Nordvik Handel AS"), FIRST, START + DAY, ["other_company"]),
        (evolve(THIRD, database_id=DATABASE), THIRD, START + DAY, EXPIRED),
    ],
)
def test_a_package_counts(instance: Installation, addressee: Installation, at: datetime, reasons: list[str]) -> None:
    assert codes(issued_elsewhere(renamed(instance), issued_to(addressee), at)) == reasons


@for_each(
    ("instance", "at", "warnings"),
    [
        (THIRD, START + DAY, []),
        (FIRST, START + DAY, ["identity_changed"]),
        (SECOND, START + GRACE, ["identity_changed"]),
        (FIRST, START + GRACE, []),
        (STRANGER, START + DAY, []),
    ],
)
def test_an_instance_is_warned(instance: Installation, at: datetime, warnings: list[str]) -> None:
    assert codes(identity_warnings(renamed(instance), at)) == warnings


def test_a_tampered_identity_makes_nothing_count_but_what_the_instance_says() -> None:
    assert codes(issued_elsewhere(renamed(THIRD, tampered=True), issued_to(FIRST), START + DAY)) == [
        "other_company",
        "other_serial_number",
    ]
    world = renamed(FIRST, tampered=True)
    assert is_same(present_identity(world), FIRST)
    assert is_same(present_identity(renamed(FIRST)), THIRD)


def test_answers_change_at_the_ends_of_the_grace() -> None:
    assert list(identity_boundaries(renamed(THIRD))) == [START + GRACE, START + DAY + GRACE]
    assert list(identity_boundaries(empty_world(FIRST, Policy()))) == []
    decision = login(renamed(FIRST), None, Client.WEB, START + DAY)
    assert decision.valid_until == START + GRACE


NAMES = st.sampled_from([FIRST, SECOND, THIRD, evolve(FIRST, company="Nordvik Handel AS")])


@given(chain=st.lists(st.tuples(NAMES, st.integers(0, 40)), max_size=8), asked=NAMES, later=st.integers(0, 60))
def test_whatever_the_chain_each_identity_has_its_own_grace(
    chain: list[tuple[Installation, int]], asked: Installation, later: int
) -> None:
    """An instance counts exactly while its identity is the present one, and for the grace after it was last."""
    world = empty_world(FIRST, Policy())
    installed = InstalledPackage(package=issued_to(FIRST), digest="0" * 64, installed_at=START, installed_by="admin")
    row = Row(table=Table.PACKAGES, key=SUPEROFFICE, noun=installed, start=START, started_by="admin", sequence=1)
    world = build_world(evolve(world, sequence=1, recorded_at=START), [row], [row])
    present, at = FIRST, START
    left: dict[tuple[str, str], datetime] = {}
    for issue, (wanted, days) in enumerate(chain, start=2):
        at += timedelta(days=days)
        new = evolve(issued_to(wanted), issue=issue, replaces=present.serial_number)
        activation = ActivatePackage(package=new, document=b"-", digest=f"{issue:064}")
        made = apply(world, [ChangeInstallation(installation=wanted, document=b"-", activation=activation)], at)
        assert made.refusals == ()
        world = made.world
        if not is_same(wanted, present):
            left[present.serial_number, present.company] = at
        present = wanted
    identity = identity_of(world)
    assert (identity is None) is all(wanted == FIRST for wanted, _ in chain)
    if identity is not None:
        assert is_same(identity, present)
        assert not any(is_same(former, present) for former in identity.former)
    now = at + timedelta(days=later)
    seen = evolve(world, installation=asked)
    ended = left.get((asked.serial_number, asked.company))
    counts = is_same(asked, present) or (ended is not None and now < ended + GRACE)
    reasons = issued_elsewhere(seen, world.packages[SUPEROFFICE].noun.package, now)
    assert (reasons == ()) is counts
    assert bool(identity_warnings(seen, now)) is (counts and not is_same(asked, present))


@pytest.mark.parametrize("changed", [{"serial_number": "1"}, {"company": ""}, {"database_id": "7"}, {"former": ("x",)}])
def test_an_identity_has_names(changed: dict[str, Any]) -> None:
    from superlicense.errors import InvalidValueError  # noqa: PLC0415 - of this test alone

    with pytest.raises(InvalidValueError):
        Identity(**{**named(FIRST), **changed})

"""What somebody who writes the store can do to the identity of an installation: it is named, and nobody gains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import superlicense as sl
from superlicense.model.identity import IDENTITY_KEY, FormerIdentity, Identity
from superlicense.model.row import Table
from superlicense.ports import StoredRow
from tests.installation import SALES, START, WEB, Clock, codes
from tests.licensing.identities import CLONE, GRACE, NEW, OLD, SEAL_KEY, document, enters, furnish, open_as, succession
from tests.licensing.test_seals import Home, recorded, unreadable, with_noun

SEALED = pytest.mark.parametrize("options", [{}, {"seal_key": SEAL_KEY}], ids=["unsealed", "sealed"])
Options = dict[str, object]
FOR_EVER = START + timedelta(days=3650)


class Changed:
    """A store whose installation has changed its serial number, and whoever opens it."""

    def __init__(self, clock: Clock, options: Options) -> None:
        self.home = Home(clock)
        self.clock = clock
        self.options = options
        furnish(self.open(OLD)).change_installation(NEW, succession(NEW, OLD), by="admin")
        self.packages = self.open(NEW).packages.history()

    def open(self, installation: sl.Installation) -> sl.Licensing:
        return open_as(self.home.store, installation, self.clock, **self.options)

    def forge(self, change: Callable[[StoredRow], StoredRow | None]) -> None:
        """Write something else in the place of the identity."""
        self.home.rewrite(Table.IDENTITIES, IDENTITY_KEY, change)

    def edit(self, **fields: Any) -> None:  # noqa: ANN401 - fields of the noun
        self.forge(lambda row: with_noun(row, **fields))

    def alias(self, key: str) -> None:
        """Let another key open what is stored, as one with database rights can."""
        with self.home.store.writing(OLD) as view:
            assert view.add_alias(key)


@pytest.fixture(params=[{}, {"seal_key": SEAL_KEY}], ids=["unsealed", "sealed"])
def changed(request: pytest.FixtureRequest, clock: Clock) -> Changed:
    return Changed(clock, request.param)


def named_and_useless(licensing: sl.Licensing) -> bool:
    """Say whether it is found out, and grants nothing to anybody but the administrator's repair."""
    found = {(finding.table, finding.key) for finding in licensing.verify_store().findings}
    named = (Table.IDENTITIES, IDENTITY_KEY) in found or not found.isdisjoint({(None, ""), ("head", "")})
    denied = codes(licensing.gate.login("anna", WEB))
    useless = not licensing.gate.holds("anna", SALES) and not licensing.gate.has_system("quote")
    return named and "tampered" in denied and useless and licensing.gate.administer("root").allowed


FORMER_CLONE = FormerIdentity(serial_number=CLONE.serial_number, company=CLONE.company, until=FOR_EVER)


@pytest.mark.parametrize(
    "forged",
    [
        {"serial_number": CLONE.serial_number, "company": CLONE.company},
        {"former": (FORMER_CLONE,)},
        {
            "serial_number": CLONE.serial_number,
            "company": CLONE.company,
            "former": (
                FormerIdentity(serial_number=NEW.serial_number, company=NEW.company, until=FOR_EVER),
                FORMER_CLONE,
            ),
        },
    ],
    ids=["the clone is the installation", "the clone was the installation", "both"],
)
def test_a_clone_writes_itself_into_the_identity(changed: Changed, forged: dict[str, Any]) -> None:
    changed.alias(CLONE.key)
    assert codes(changed.open(CLONE).gate.login("anna", WEB))[0] == "other_company"
    changed.edit(**forged)
    for installation in (CLONE, NEW, OLD):
        assert named_and_useless(changed.open(installation))


@pytest.mark.parametrize("signed", [succession(NEW, OLD), document(NEW, 2)], ids=["the one in force", "a newer one"])
def test_the_administrator_puts_it_right(changed: Changed, signed: bytes) -> None:
    changed.edit(serial_number=CLONE.serial_number, company=CLONE.company)
    licensing = changed.open(NEW)
    licensing.change_installation(NEW, signed, by="root")
    assert enters(licensing)
    assert "tampered" not in codes(changed.open(NEW).gate.login("anna", WEB))
    assert not enters(changed.open(CLONE))


def test_an_identity_is_inserted_where_none_was_changed(clock: Clock) -> None:
    for options in ({}, {"seal_key": SEAL_KEY}):
        home = Home(clock)
        furnish(open_as(home.store, OLD, clock, **options))
        forged = Identity(
            serial_number=CLONE.serial_number,
            company=CLONE.company,
            former=(FormerIdentity(serial_number=OLD.serial_number, company=OLD.company, until=FOR_EVER),),
        )
        with home.store.writing(OLD) as view:
            view.add_alias(CLONE.key)
        row = home.shelf.running[Table.USERS]["anna"]
        home.insert(
            row._replace(
                table=str(Table.IDENTITIES), key=IDENTITY_KEY, record=recorded(Table.IDENTITIES, forged), seal=None
            )
        )
        for installation in (CLONE, OLD):
            opened = open_as(home.store, installation, clock, **options)
            assert not enters(opened)
            assert not opened.gate.holds("anna", SALES)
            assert opened.gate.administer("root")
            assert not opened.verify_store().ok


def test_a_row_that_nobody_can_read_denies_everybody(clock: Clock) -> None:
    changed = Changed(clock, {"seal_key": SEAL_KEY})
    changed.forge(unreadable)
    for installation in (NEW, OLD, CLONE):
        assert not enters(changed.open(installation))
    assert changed.open(NEW).gate.administer("root")


def test_a_deleted_identity_gives_the_former_one_nothing(changed: Changed) -> None:
    changed.forge(lambda _: None)
    assert not enters(changed.open(OLD))
    assert not changed.open(NEW).verify_store().ok


@SEALED
def test_an_alias_alone_gives_nothing(clock: Clock, options: Options) -> None:
    home = Home(clock)
    furnish(open_as(home.store, OLD, clock, **options))
    with home.store.writing(OLD) as view:
        view.add_alias(CLONE.key)
    cloned = open_as(home.store, CLONE, clock, **options)
    assert codes(cloned.gate.login("anna", WEB))[0] == "other_serial_number"
    with pytest.raises(sl.OtherInstallationError):
        cloned.packages.preview(document(OLD, 2))


def test_a_longer_grace_needs_the_seal_key(clock: Clock) -> None:
    changed = Changed(clock, {"seal_key": SEAL_KEY})
    changed.edit(former=(FormerIdentity(serial_number=OLD.serial_number, company=OLD.company, until=FOR_EVER),))
    assert named_and_useless(changed.open(OLD))


def test_an_identity_without_its_package_is_named(clock: Clock) -> None:
    changed = Changed(clock, {})
    changed.home.rewrite(Table.PACKAGES, "superoffice", lambda _: None)
    assert "tampered" in codes(changed.open(NEW).gate.login("anna", WEB))
    assert not enters(changed.open(OLD))


def test_the_genuine_identity_is_not_named(changed: Changed, clock: Clock) -> None:
    for installation in (NEW, OLD):
        assert enters(changed.open(installation))
        assert changed.open(installation).verify_store().ok
    clock.now = START + GRACE
    assert not enters(changed.open(OLD))
    assert enters(changed.open(NEW))

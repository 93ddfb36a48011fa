"""Unsigned packages license only where the host accepts them, with and without a seal key."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.document.package import digest, write
from superlicense.model.row import Table
from superlicense.ports import StoredRow
from tests.installation import EDIT, SALES, WEB, Clock, codes, module, package, partner_package
from tests.licensing.test_seals import Home, with_noun
from tests.licensing.vendor import ISSUED_AT, issued, root

ADMIN = sl.User(id="root", administrator=True, may_log_in=True)
ANNA = sl.User(id="anna", may_log_in=True)
BOUGHT = package(seats=9_999, issue=70, issued_at=ISSUED_AT)
ACCEPTING = sl.Policy(accept_unsigned=True)


@pytest.fixture
def home(clock: Clock) -> Home:
    """An installation that trusts a root, with one seat of each plan; anna has one."""
    home = Home(clock)
    licensing = home.open(seal_key=None)
    licensing.packages.activate(licensing.packages.preview(issued(1, seats=1)), by="admin")
    licensing.users.sync([ANNA, ADMIN])
    licensing.seats.assign("anna", SALES, by="admin")
    return home


def unsigned_row(row: StoredRow, package: sl.LicensePackage) -> StoredRow:
    """Forge the row of an unsigned package."""
    payload = write(package)
    forged = with_noun(row, package=package, digest=digest(payload), signed_by=(), root_version=None, unsigned=True)
    return forged._replace(key=package.owner_key, document=payload)


class TestAForgedRow:
    """9,999 seats by one INSERT license nothing, and the row is named."""

    def test_of_superoffice_licenses_nothing(self, home: Home) -> None:
        home.rewrite(Table.PACKAGES, "superoffice", lambda row: unsigned_row(row, BOUGHT))
        licensing = home.open(seal_key=None)
        decision = licensing.gate.login("anna", WEB)
        assert (decision.allowed, codes(decision)[0]) == (False, "unsigned_not_accepted")
        assert not licensing.gate.holds("anna", "quote-cal")
        assert not licensing.gate.feature("anna", "quote", EDIT).allowed
        assert not licensing.gate.has_system("quote")
        warned = [reason.code for reason in licensing.screens.status("root").warnings]
        assert "unsigned_not_accepted" in warned
        assert licensing.gate.administer("root").allowed
        # The vendor's next package puts it right, whatever number the forged one has.
        licensing.packages.activate(licensing.packages.preview(issued(2, seats=1)), by="root")
        assert licensing.gate.login("anna", WEB).allowed

    def test_of_a_partner_licenses_nothing(self, home: Home) -> None:
        forged = evolve(partner_package(module("nordvik.routes", 9_999)), issue=1, issued_at=BOUGHT.issued_at)
        home.insert(unsigned_row(home.shelf.running[Table.PACKAGES]["superoffice"], forged))
        licensing = home.open(seal_key=None)
        assert licensing.gate.login("anna", WEB).allowed
        assert codes(licensing.gate.feature("anna", "nordvik.routes", EDIT))[0] == "unsigned_not_accepted"

    @pytest.mark.parametrize("policy", [sl.Policy(), ACCEPTING])
    def test_is_named_by_its_seal_where_there_is_a_key(self, clock: Clock, policy: sl.Policy) -> None:
        home = Home(clock)
        licensing = home.open()
        licensing.packages.activate(licensing.packages.preview(issued(1, seats=1)), by="admin")
        licensing.users.sync([ANNA, ADMIN])
        licensing.seats.assign("anna", SALES, by="admin")
        home.rewrite(Table.PACKAGES, "superoffice", lambda row: unsigned_row(row, BOUGHT))
        forged = home.open(policy=policy)
        assert "tampered" in codes(forged.gate.login("anna", WEB))
        assert not forged.gate.login("anna", WEB).allowed
        assert forged.gate.administer("root").allowed


class TestAcceptance:
    """By default an unsigned package is accepted where no root is pinned."""

    def test_is_refused_beside_a_pinned_root(self, home: Home) -> None:
        licensing = home.open(seal_key=None)
        for refused in (licensing.packages.preview_unsigned, adopted(licensing)):
            with pytest.raises(sl.RefusedError) as caught:
                refused(package(seats=9))
            assert caught.value.code == "unsigned_not_accepted"

    def test_is_refused_where_the_host_says_no(self, clock: Clock) -> None:
        home = Home(clock)
        home.open(trust=None, seal_key=None).packages.adopt_unsigned(package(), by="admin")
        licensing = home.open(trust=None, seal_key=None, policy=sl.Policy(accept_unsigned=False))
        assert "unsigned_not_accepted" in codes(licensing.gate.login("anna", WEB))
        with pytest.raises(sl.RefusedError, match="unsigned_not_accepted"):
            licensing.packages.adopt_unsigned(package(), by="admin")

    def test_of_both_kinds_needs_a_seal_key(self, home: Home, clock: Clock) -> None:
        with pytest.raises(sl.InvalidValueError, match=r"policy\.accept_unsigned: requires a seal_key"):
            home.open(seal_key=None, policy=ACCEPTING)
        sealed = Home(clock).open(policy=ACCEPTING)
        sealed.packages.adopt_unsigned(package(), by="admin")
        sealed.users.save(ANNA)
        sealed.seats.assign("anna", SALES, by="admin")
        assert sealed.gate.login("anna", WEB).allowed

    def test_ends_when_a_root_is_pinned(self, clock: Clock) -> None:
        home = Home(clock)
        licensing = home.open(trust=None, seal_key=None)
        licensing.packages.adopt_unsigned(package(), by="admin")
        licensing.users.sync([ANNA, ADMIN])
        pinned = home.open(seal_key=None, trust=root(1))
        assert "unsigned_not_accepted" in codes(pinned.gate.login("anna", WEB))
        assert pinned.gate.administer("root").allowed
        assert pinned.policy == sl.Policy()


def adopted(licensing: sl.Licensing) -> Any:  # noqa: ANN401 - called as a preview is
    return lambda one: licensing.packages.adopt_unsigned(one, by="admin")

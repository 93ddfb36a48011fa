"""Answers of the gate: waiting packages, sites, and a package of another installation."""

from __future__ import annotations

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.testing import issuing
from tests.installation import INSTALLATION, SALES, START, WEB, Clock, furnish, open_licensing, package, person

OSLO = evolve(INSTALLATION, site="oslo")


class TestAWaitingPackage:
    """Administrators see that a renewal waits and why; other users do not."""

    @pytest.fixture
    def waiting(self, store: sl.Store, clock: Clock) -> sl.Licensing:
        vendor = issuing.Vendor()
        licensing = open_licensing(store, trust=vendor.root, clock=clock)
        furnished = vendor.issue(evolve(_package(3), issue=1))
        licensing.packages.activate(licensing.packages.preview(furnished), by="admin")
        licensing.users.sync([person("root", administrator=True), person("anna"), person("bo")])
        for user in ("root", "anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
        assert licensing.packages.offer(vendor.issue(evolve(_package(2), issue=2)), by="cron").waiting
        return licensing

    def test_is_a_warning_to_administrators(self, waiting: sl.Licensing) -> None:
        (told,) = waiting.gate.login("root", WEB).warnings
        assert told.code == "package_waiting"
        assert f"superoffice.{SALES}" in told.params["licenses"]
        assert waiting.gate.login("root", WEB).allowed
        assert waiting.gate.login("anna", WEB).warnings == ()
        shown = [one.code for one in waiting.screens.status("root").warnings]
        assert shown[:2] == ["package_waiting", "seats_exceed_total"]
        assert waiting.screens.status("anna").warnings == ()

    def test_is_over_when_nothing_prevents_it(self, waiting: sl.Licensing) -> None:
        waiting.seats.release("bo", SALES, by="admin")
        (told,) = waiting.gate.login("root", WEB).warnings
        assert (told.code, told.params["licenses"]) == ("package_waiting", ())
        preview = waiting.packages.preview_waiting()
        assert preview is not None
        waiting.packages.activate(preview, by="root")
        assert waiting.gate.login("root", WEB).warnings == ()


def _package(seats: int) -> sl.LicensePackage:
    return evolve(package(seats=seats), issued_at=START)


def test_central_login_opens_no_other_satellite(store: sl.Store, clock: Clock) -> None:
    policy = sl.Policy(allow_central_login=True)
    central = furnish(open_licensing(store, clock=clock, policy=policy), person("dan", site="oslo"), "anna")
    for user in ("dan", "anna"):
        central.seats.assign(user, SALES, by="admin")
    bergen = open_licensing(store, evolve(INSTALLATION, site="bergen"), clock=clock, policy=policy)
    oslo = open_licensing(store, OSLO, clock=clock, policy=policy)
    assert [bool(one.gate.login("dan", WEB)) for one in (central, bergen, oslo)] == [True, False, True]
    assert [bool(one.gate.login("anna", WEB)) for one in (central, bergen, oslo)] == [True, False, False]


def test_a_package_of_somebody_else_licenses_nothing(licensing: sl.Licensing, store: sl.Store, clock: Clock) -> None:
    licensing.seats.assign("anna", SALES, by="admin")
    other = open_licensing(store, evolve(INSTALLATION, company="Vestby A/S"), clock=clock)
    decision = other.gate.login("anna", WEB)
    assert {one.code for one in decision.reasons} == {"other_company", "license_missing", "one_license_of"}
    needs = [part for clause in decision.clauses for part in clause.parts]
    assert needs
    assert not any(part.met for part in needs)
    assert not other.gate.has_system("server")
    assert not other.gate.holds("anna", "user")
    assert not other.gate.feature("anna", "quote").allowed

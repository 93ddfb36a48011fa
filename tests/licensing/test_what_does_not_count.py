"""A package that does not count licenses nothing anywhere: of somebody else, unsigned, or tampered with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.model.row import Table
from tests.installation import (
    INSTALLATION,
    SERVICE,
    START,
    Clock,
    codes,
    open_licensing,
    package,
    person,
    system,
)
from tests.licensing.metered import sent
from tests.licensing.test_seals import Home
from tests.licensing.vendor import root

BOUGHT = sl.Policy(user_count=sl.UserCount.BOUGHT)
MAILS = evolve(meters.MAILINGS, included_per_user=100, price_per_block=Decimal("0.5"), currency="DKK")
SUITE = (
    system("suite1"),
    system("server"),
    sl.ModuleLicense(name="suite-user", scope=sl.LicenseScope.USER, quantity=9),
    sl.ModuleLicense(name="user", scope=sl.LicenseScope.USER, quantity=9),
    sl.ModuleLicense(name="satellite", scope=sl.LicenseScope.SYSTEM, quantity=5),
)

Spoiled = Callable[[sl.LicensePackage], sl.Licensing]


@pytest.fixture(params=["of somebody else", "unsigned", "tampered with"])
def spoiled(request: pytest.FixtureRequest, clock: Clock) -> Spoiled:
    """Put a package in force, and open the store so that it does not count."""

    def make(bought: sl.LicensePackage) -> sl.Licensing:
        home = Home(clock)
        options: dict[str, Any] = {"policy": BOUGHT, "meters": (MAILS,), "seal_key": None}
        licensing = home.open(trust=None, **options)
        licensing.packages.adopt_unsigned(bought, by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        if request.param == "of somebody else":
            other = evolve(INSTALLATION, company="Fjord AS")
            return open_licensing(home.store, other, clock=clock, **options)
        if request.param == "unsigned":
            return home.open(trust=root(1), **options)
        home.edit(Table.PACKAGES, "superoffice", digest="0")
        return home.open(trust=None, **options)

    return make


def test_no_access_even_with_a_seat(spoiled: Spoiled) -> None:
    licensing = spoiled(package())
    licensing.seats.assign("anna", SERVICE, by="admin")
    assert licensing.seats.usage("user").holders == ("anna",)
    assert not licensing.gate.holds("anna", "user")
    assert not licensing.gate.has_system("server")
    assert codes(licensing.gate.login("anna", sl.Client.WEB))[0] in {
        "other_company",
        "unsigned_not_accepted",
        "tampered",
    }


def test_no_limit_of_a_plan(spoiled: Spoiled) -> None:
    licensing = spoiled(package(licenses=SUITE))
    decision = licensing.limits.check("active_projects", in_use=1)
    assert not decision
    assert (decision.state, decision.maximum, decision.headroom) == (sl.LimitState.NOT_IN_PLAN, 0, 0)
    assert [reason.code for reason in decision.reasons] == codes(licensing.gate.login("anna", sl.Client.WEB))[:1]
    row = licensing.screens.status("anna", counts={"active_projects": 1}).restrictions[0]
    assert not row.allowed
    assert row.maximum == 0


def test_no_satellite(spoiled: Spoiled) -> None:
    licensing = spoiled(package(licenses=SUITE))
    with pytest.raises(sl.RefusedError) as caught:
        licensing.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    assert caught.value.reasons[0].params["total"] == 0


@pytest.mark.parametrize("month", ["2026-11", "2026-12"])
def test_no_user_bought(spoiled: Spoiled, clock: Clock, month: str) -> None:
    licensing = spoiled(package(licenses=SUITE))
    (usage,) = licensing.meters.usage(month)
    assert (usage.users, usage.threshold) == (0, 0)
    licensing.meters.record([sent(1, START)])
    assert licensing.meters.usage("2026-11")[0].users == 0
    clock.now = datetime(2027, 1, 1, tzinfo=UTC)
    for closed in ("2026-11", "2026-12"):
        final = licensing.meters.close(closed, by="billing")
        assert final.tally.users == 0


def test_what_was_bought_before_is_billed_as_it_was(clock: Clock) -> None:
    """A month that is not the newest any more keeps the number of its time."""
    home = Home(clock)
    options: dict[str, Any] = {"policy": BOUGHT, "meters": (MAILS,), "seal_key": None}
    licensing = home.open(trust=None, **options)
    licensing.packages.adopt_unsigned(package(licenses=SUITE), by="admin")
    clock.now = datetime(2026, 12, 2, tzinfo=UTC)
    licensing.meters.record([sent(1, clock.now)])
    other = open_licensing(home.store, evolve(INSTALLATION, company="Fjord AS"), clock=clock, **options)
    assert other.meters.usage("2026-11")[0].users == 9
    assert other.meters.usage("2026-12")[0].users == 0

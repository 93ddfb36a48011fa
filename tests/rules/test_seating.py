"""Counting seats, and who the Suite is for. Who may hold what is in the tables of the changes."""

from __future__ import annotations

import pytest
from attrs import evolve

from superlicense.errors import UnknownLicenseError
from superlicense.model.change import ChangePlan, Release, Retire, SaveSite
from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseName
from superlicense.model.package import LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode, because
from superlicense.model.seat import SeatUsage
from superlicense.model.site import Site
from superlicense.model.user import User, UserType
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.counting import overdrawn, usage
from superlicense.rules.seats.holding import consumed, held, resolve_holder
from superlicense.rules.seats.prerequisites import unmet_prerequisites
from superlicense.rules.seats.seating import needs_suite_seat, site_exists
from tests.for_each import for_each
from tests.installation import INSTALLATION
from tests.rules.office import Office, activation, assign, counted, hidden, module, package, person, plan, site, system
from tests.rules.scene import rows


def name(module_name: str) -> LicenseName:
    """Read a license name."""
    return LicenseName.parse(module_name)


@pytest.fixture
def office() -> Office:
    """Anna has Sales and, besides, what it grants; Bo has Service; Cy an extra; oslo a site license."""
    return Office(
        activation(
            package(
                system("server"),
                module("user", 5),
                hidden("web", 5),
                plan("ten-sales", "user", "web", "missing", quantity=3),
                plan("ten-service", "user", "web", quantity=3),
                module("visible-for", 1, unrestricted=True),
                site("audience", 2),
            )
        ),
        activation(package(module("acme.basic", 1), owner="acme")),
        SaveSite(site=Site(id="oslo", name="Oslo")),
        person("bo"),
        person("anna"),
        person("cy"),
        assign("bo", "ten-service"),
        assign("anna", "user"),
        assign("anna", "ten-sales"),
        assign("cy", "visible-for"),
        assign("anna", "visible-for"),
        assign("oslo", "audience"),
    )


@pytest.mark.parametrize(
    ("license_name", "in_use", "total", "free", "holders"),
    [
        ("user", 2, 5, 3, ("anna", "bo")),
        ("web", 2, 5, 3, ("anna", "bo")),
        ("ten-sales", 1, 3, 2, ("anna",)),
        ("visible-for", 2, None, None, ("anna", "cy")),
        ("audience", 1, 2, 1, ("oslo",)),
        ("acme.basic", 0, 1, 1, ()),
        ("server", 0, None, None, ()),
    ],
)
def test_in_use_are_distinct_holders_direct_or_through_a_plan(  # noqa: PLR0913, PLR0917 - the columns of the table
    office: Office,
    license_name: str,
    in_use: int,
    total: int | None,
    free: int | None,
    holders: tuple[str, ...],
) -> None:
    assert usage(office.world, name(license_name)) == SeatUsage(
        license=name(license_name), in_use=in_use, total=total, free=free, holders=holders
    )


def test_seats_follow_what_is_done(office: Office) -> None:
    office.do(Release(license="user", holder="anna"))
    assert usage(office.world, name("user")).holders == ("anna", "bo")
    office.do(ChangePlan(license="ten-service", holder="anna"))
    assert usage(office.world, name("user")).holders == ("anna", "bo")
    office.do(Release(license="ten-service", holder="anna"), Retire(user="bo"))
    assert usage(office.world, name("user")) == SeatUsage(license=name("user"), in_use=0, total=5, free=5, holders=())
    assert office.world.seats == counted(office.world)


@pytest.mark.parametrize("unknown", ["missing", "no-such-thing", "nobody.basic"])
def test_what_no_package_has_is_not_counted(office: Office, unknown: str) -> None:
    with pytest.raises(UnknownLicenseError) as caught:
        usage(office.world, name(unknown))
    assert caught.value.reasons == (because(ReasonCode.UNKNOWN_LICENSE, license=name(unknown)),)


def test_a_plan_brings_itself_first_and_a_grant_that_is_missing_not_at_all(office: Office) -> None:
    assert list(consumed(office.world, [name("ten-sales")]).rows) == [
        "superoffice.ten-sales",
        "superoffice.user",
        "superoffice.web",
    ]


def test_what_no_package_has_is_held_all_the_same(office: Office) -> None:
    assert consumed(office.world, [name("gone")]).rows == {"superoffice.gone": None}


def test_the_central_site_and_our_own_are_always_there(office: Office) -> None:
    satellite = Office(installation=evolve(INSTALLATION, site="bergen"))
    assert [site_exists(office.world, one) for one in ("central", "oslo", "bergen")] == [True, True, False]
    assert [site_exists(satellite.world, one) for one in ("central", "oslo", "bergen")] == [True, False, True]


def test_somebody_unknown_is_taken_for_a_new_user(office: Office) -> None:
    world = office.world
    assert resolve_holder(world, None, "zoe") == User(id="zoe")
    assert resolve_holder(world, None, "anna") == world.user("anna")
    assert resolve_holder(world, find_row(world, name("audience")), "anna") == "anna"
    assert held(world, "oslo") == (name("audience"),)


def test_gaps_are_what_a_holder_has_without_what_it_needs() -> None:
    office = Office(
        activation(package(site("audience"), module("audience-user", prerequisite="audience"))),
        SaveSite(site=Site(id="oslo", name="Oslo")),
        person("anna", site="oslo"),
        assign("oslo", "audience"),
        assign("anna", "audience-user"),
    )
    assert (
        unmet_prerequisites(office.world, User(id="anna", site="oslo"))
        == unmet_prerequisites(office.world, "oslo")
        == {}
    )
    office.do(person("anna"))
    assert unmet_prerequisites(office.world, User(id="anna")) == {"superoffice.audience-user": "superoffice.audience"}


class TestSuiteSeat:
    """Internal users who are not retired and may log in, and nobody else."""

    SUITE = package(plan("suite-user", "user"), hidden("user"))

    @for_each("user_type", UserType)
    @for_each("may_log_in", [True, False])
    @for_each("retired", [True, False])
    def test_is_due(self, user_type: UserType, *, may_log_in: bool, retired: bool) -> None:
        user = User(id="anna", type=user_type, may_log_in=may_log_in, retired=retired)
        due = user_type is UserType.INTERNAL and may_log_in and not retired
        assert needs_suite_seat(Office(activation(self.SUITE)).world, user) is due

    @pytest.mark.parametrize(
        ("written", "rule_set", "due"),
        [
            (SUITE, None, True),
            (SUITE, RuleSet.SUITE, True),
            (SUITE, RuleSet.MODULE_BASED, False),
            (SUITE, RuleSet.LEGACY, False),
            (package(system("suite2")), None, False),
            (package(plan("ten-sales"), hidden("t1")), RuleSet.SUITE, False),
            (package(plan("ten-sales"), hidden("t1")), None, False),
        ],
    )
    def test_is_due_where_the_suite_rules_and_has_seats(
        self, written: LicensePackage, rule_set: RuleSet | None, *, due: bool
    ) -> None:
        office = Office(activation(written), policy=Policy(rule_set=rule_set))
        assert needs_suite_seat(office.world, User(id="anna", may_log_in=True)) is due

    def test_is_not_due_without_a_package(self) -> None:
        assert not needs_suite_seat(Office().world, User(id="anna", may_log_in=True))


class TestOverdrawn:
    """Seats are compared with use in one place."""

    def test_missing_seats_are_counted(self) -> None:
        (web,) = rows("web", quantity=3)
        assert [overdrawn(web, in_use) for in_use in (0, 2, 3, 4, 9)] == [0, 0, 0, 1, 6]

    def test_a_license_without_a_ceiling_is_never_overdrawn(self) -> None:
        for row in rows("free:web", "system:server", quantity=1):
            assert overdrawn(row, 1000) == 0

    def test_a_license_that_the_package_does_not_have_has_no_seats(self) -> None:
        assert (overdrawn(None, 0), overdrawn(None, 2)) == (0, 2)

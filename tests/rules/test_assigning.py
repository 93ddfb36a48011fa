"""Assigning, releasing and changing plans: decision tables, and what no table can tell."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from superlicense.model.change import Assign, ChangePlan, Release, SaveSite
from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseName
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.rules.seats.assigning import released_by, vetoable_releases
from tests.for_each import for_each
from tests.rules import tables
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site

TEN_SALES = LicenseName.parse("ten-sales")
TEN_SERVICE = LicenseName.parse("ten-service")
VISIBLE_FOR = LicenseName.parse("visible-for")
OPEN_REQUESTS = "has open requests"


def _cases(*names: str) -> list[Any]:
    return [
        pytest.param(setting, case, id=f"{name}: {case['it']}")
        for name in names
        for setting, cases in [tables.read(name)]
        for case in cases
    ]


@for_each(("setting", "case"), _cases("seats_assign.toml", "seats_release.toml", "seats_change_plan.toml"))
def test_what_is_done_by_hand(setting: dict[str, Any], case: dict[str, Any]) -> None:
    tables.check(tables.office(setting), case, tables.change(case["does"]))


@pytest.fixture
def office() -> Office:
    """Anna has Sales and an extra; Bo has nothing."""
    return Office(
        activation(
            package(
                hidden("user"),
                plan("ten-sales", "user"),
                plan("ten-service", "user"),
                module("visible-for", unrestricted=True),
                module("quote-cal", prerequisite="user"),
            )
        ),
        person("anna"),
        person("bo"),
        assign("anna", "ten-sales"),
        assign("anna", "visible-for"),
    )


def test_an_assignment_says_who_made_it_and_when_and_why(office: Office) -> None:
    (row,) = office.do(Assign(license="visible-for", holder="bo", comment="back from leave")).rows
    assert row.noun == Assignment(
        license=VISIBLE_FOR, holder="bo", start=row.start, assigned_by="admin", comment="back from leave"
    )
    assert (row.table, row.key, row.end) == (Table.ASSIGNMENTS, "bo\nsuperoffice.visible-for", None)


def test_the_same_again_writes_nothing(office: Office) -> None:
    for idle in (
        assign("anna", "ten-sales"),
        Release(license="ten-sales", holder="bo"),
        ChangePlan(license="ten-sales", holder="anna"),
    ):
        applied = office.attempt(idle)
        assert (applied.rows, applied.entries, applied.refusals) == ((), (), ())
        assert applied.world is office.world


def test_assign_and_release_leave_the_seats_as_they_were(office: Office) -> None:
    before = office.world.seats
    office.do(assign("bo", "ten-service"))
    office.do(Release(license="ten-service", holder="bo"))
    assert office.world.seats == before


def test_a_swap_ends_the_old_plan_and_starts_the_new_one_and_touches_nothing_else(office: Office) -> None:
    old, _ = office.world.assignments["anna"]
    entry, *others = office.do(ChangePlan(license="ten-service", holder="anna")).entries
    assert others == []
    assert [(row.noun.license, row.end) for row in entry.before] == [(TEN_SALES, entry.at)]
    assert [row.noun for row in entry.after] == [
        Assignment(license=TEN_SERVICE, holder="anna", start=entry.at, assigned_by="admin")
    ]
    assert entry.before == (old.ended(at=entry.at, by="admin"),)


class TestVeto:
    """The host may keep a license with its holder: a fact, by holder and license."""

    VETO = MappingProxyType({("anna", "superoffice.ten-sales"): OPEN_REQUESTS})
    REASONS = (because(ReasonCode.RELEASE_VETOED, license="superoffice.ten-sales", because=OPEN_REQUESTS),)

    def test_release_is_vetoed(self, office: Office) -> None:
        assert office.refuses(Release(license="ten-sales", holder="anna"), self.VETO) == self.REASONS

    def test_change_of_plan_is_vetoed_because_the_old_plan_goes(self, office: Office) -> None:
        assert office.refuses(ChangePlan(license="ten-service", holder="anna"), self.VETO) == self.REASONS

    def test_what_is_not_released_is_not_vetoed(self, office: Office) -> None:
        office.do(assign("bo", "ten-sales"), Release(license="visible-for", holder="anna"), vetoes=self.VETO)
        office.do(Release(license="ten-sales", holder="bo"), vetoes=self.VETO)
        assert office.holdings() == {"anna": ["ten-sales"]}

    def test_a_veto_and_a_dependant_are_told_together(self, office: Office) -> None:
        office.do(assign("anna", "quote-cal"))
        dependant = because(
            ReasonCode.PREREQUISITE_OF,
            license="superoffice.user",
            dependant="superoffice.quote-cal",
            released=("superoffice.ten-sales",),
            hint="cascade",
        )
        assert office.refuses(Release(license="ten-sales", holder="anna"), self.VETO) == (*self.REASONS, dependant)

    def test_what_a_cascade_takes_is_vetoed_too(self, office: Office) -> None:
        office.do(assign("anna", "quote-cal"))
        kept = {("anna", "superoffice.quote-cal"): OPEN_REQUESTS}
        cascade = Release(license="ten-sales", holder="anna", cascade=True)
        assert office.refuses(cascade, kept) == (
            because(ReasonCode.RELEASE_VETOED, license="superoffice.quote-cal", because=OPEN_REQUESTS),
        )

    def test_what_a_cascade_takes_from_users_of_a_site_is_vetoed_too(self) -> None:
        office = Office(
            activation(package(site("audience"), module("audience-user", prerequisite="audience"))),
            person("anna"),
            assign("central", "audience"),
            assign("anna", "audience-user"),
        )
        kept = {("anna", "superoffice.audience-user"): OPEN_REQUESTS}
        cascade = Release(license="audience", holder="central", cascade=True)
        assert office.refuses(cascade, kept) == (
            because(
                ReasonCode.RELEASE_VETOED, license="superoffice.audience-user", because=OPEN_REQUESTS, holder="anna"
            ),
        )

    def test_the_host_is_asked_about_what_would_be_released(self, office: Office) -> None:
        office.do(assign("anna", "quote-cal"))
        quote = LicenseName.parse("quote-cal")
        world = office.world
        assert vetoable_releases(world, Release(license="ten-sales", holder="anna")) == (TEN_SALES,)
        assert vetoable_releases(world, Release(license="ten-sales", holder="anna", cascade=True)) == (TEN_SALES, quote)
        assert vetoable_releases(world, Release(license="ten-sales", holder="bo", cascade=True)) == ()
        assert vetoable_releases(world, ChangePlan(license="ten-service", holder="anna")) == (TEN_SALES,)
        assert vetoable_releases(world, ChangePlan(license="ten-sales", holder="anna")) == ()

    def test_the_host_is_asked_about_each_license_once(self) -> None:
        office = Office(
            activation(package(hidden("user"), plan("kit", "user", "extra"), module("extra", prerequisite="user"))),
            person("anna"),
            assign("anna", "kit"),
            assign("anna", "extra"),
        )
        kit, extra = office.world.held_by("anna")
        assert vetoable_releases(office.world, Release(license=kit, holder="anna", cascade=True)) == (kit, extra)


class TestNamesakes:
    """A user and a site may have one id: site licenses are the site's, all others the user's."""

    @pytest.fixture
    def oslo(self) -> Office:
        """Site oslo has Audience; so have the user oslo, who sits at the central site, and anna, who sits at oslo."""
        return Office(
            activation(
                package(
                    site("audience"),
                    site("audience-archive", prerequisite="audience"),
                    module("audience-user", prerequisite="audience"),
                    module("user"),
                    module("extern-user", prerequisite="user"),
                    plan("ten-sales", "user"),
                )
            ),
            SaveSite(site=Site(id="oslo", name="Oslo")),
            person("oslo"),
            person("anna", site="oslo"),
            assign("oslo", "audience"),
            assign("oslo", "user"),
            assign("oslo", "extern-user"),
        )

    def test_each_keeps_what_is_theirs_when_the_user_retires(self, oslo: Office) -> None:
        oslo.do(person("oslo", retired=True))
        assert oslo.holdings() == {"oslo": ["audience"]}

    def test_a_site_license_does_not_make_its_namesake_fit(self, oslo: Office) -> None:
        missing = because(
            ReasonCode.PREREQUISITE_MISSING,
            license="superoffice.audience-user",
            prerequisite="superoffice.audience",
        )
        assert oslo.refuses(assign("oslo", "audience-user")) == (missing,)
        oslo.do(assign("anna", "audience-user"))

    def test_a_namesake_may_be_a_user_of_the_site(self, oslo: Office) -> None:
        oslo.do(person("oslo", site="oslo"), assign("oslo", "audience-user"))
        cascade = Release(license="audience", holder="oslo", cascade=True)
        assert {holder: {*names} for holder, names in released_by(oslo.world, cascade).items()} == {
            "oslo": {"superoffice.audience", "superoffice.audience-user"}
        }
        oslo.do(cascade)
        assert oslo.holdings() == {"oslo": ["user", "extern-user"]}

    def test_a_cascade_among_the_user_s_licenses_leaves_the_site_s_alone(self, oslo: Office) -> None:
        oslo.do(assign("oslo", "audience-archive"))
        oslo.do(Release(license="user", holder="oslo", cascade=True))
        assert oslo.holdings() == {"oslo": ["audience", "audience-archive"]}

    def test_a_change_of_plan_leaves_the_site_s_licenses_alone(self, oslo: Office) -> None:
        oslo.do(ChangePlan(license="ten-sales", holder="oslo"))
        assert oslo.holdings() == {"oslo": ["audience", "user", "extern-user", "ten-sales"]}

    def test_both_are_counted(self, oslo: Office) -> None:
        assert oslo.in_use() == {"audience": 1, "extern-user": 1, "user": 1}


class TestSuiteSeats:
    """Under the Suite nobody assigns or releases a seat by hand."""

    ROWS = (hidden("user"), plan("suite-user", "user"), plan("ten-sales", "user"))
    FOLLOWS = because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license="superoffice.suite-user", hint="users.save")

    @pytest.fixture
    def suite(self) -> Office:
        """Anna may log in, Bo may not."""
        return Office(activation(package(*self.ROWS)), person("anna"), person("bo", may_log_in=False))

    def test_assigning_is_refused(self, suite: Office) -> None:
        assert suite.refuses(assign("bo", "suite-user")) == (self.FOLLOWS,)

    def test_assigning_beside_another_plan_is_refused_for_both_reasons(self, suite: Office) -> None:
        suite.do(assign("bo", "ten-sales"))
        assert suite.refuses(assign("bo", "suite-user")) == (
            self.FOLLOWS,
            because(
                ReasonCode.ONE_PLAN_ONLY, license="superoffice.suite-user", held="superoffice.ten-sales", hint="release"
            ),
        )

    def test_releasing_is_refused(self, suite: Office) -> None:
        assert suite.refuses(Release(license="suite-user", holder="anna")) == (self.FOLLOWS,)

    def test_changing_to_it_is_refused(self, suite: Office) -> None:
        assert suite.refuses(ChangePlan(license="suite-user", holder="bo")) == (self.FOLLOWS,)

    def test_changing_from_it_is_refused(self, suite: Office) -> None:
        assert suite.refuses(ChangePlan(license="ten-sales", holder="anna")) == (self.FOLLOWS,)

    def test_assigning_what_is_held_is_still_no_change(self, suite: Office) -> None:
        assert suite.attempt(assign("anna", "suite-user")).refusals == ()

    def test_where_the_policy_says_otherwise_it_is_a_plan_like_others(self) -> None:
        office = Office(
            activation(package(*self.ROWS)),
            person("anna"),
            policy=Policy(rule_set=RuleSet.MODULE_BASED),
        )
        assert office.holdings() == {}
        office.do(assign("anna", "suite-user"))
        office.do(person("anna", name="Anna A."), activation(package(*self.ROWS, issue=2)))
        assert office.holdings() == {"anna": ["suite-user"]}
        office.do(ChangePlan(license="ten-sales", holder="anna"))
        assert office.holdings() == {"anna": ["ten-sales"]}

"""Saving and retiring users, and what their licenses do then; saving sites."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from superlicense.model.change import Release, Retire, SaveSite, SaveUser
from superlicense.model.decision import RuleSet
from superlicense.model.license import ModuleLicense
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.model.user import User, UserType
from tests.for_each import for_each
from tests.rules import tables
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system

_, SUITE_CASES = tables.read("seats_suite.toml")


@pytest.fixture
def office() -> Office:
    """Anna has a plan and an extra, Bo has nothing; there is one seat of each."""
    return Office(
        activation(
            package(
                hidden("user", 1),
                plan("ten-sales", "user", allowed_user_types=[UserType.INTERNAL]),
                module("visible-for", 1),
                module("audience-user", prerequisite="audience"),
                module("audience-pro", prerequisite="audience"),
                site("audience"),
            )
        ),
        person("anna"),
        person("bo"),
        assign("anna", "ten-sales"),
        assign("anna", "visible-for"),
    )


class TestSave:
    """A user is stored as given."""

    def test_a_new_user_starts_a_row(self, office: Office) -> None:
        (row,) = office.do(person("cy")).rows
        assert (row.table, row.key, row.noun, row.end) == (Table.USERS, "cy", User(id="cy", may_log_in=True), None)

    def test_a_changed_user_ends_one_row_and_starts_the_next(self, office: Office) -> None:
        old, new = office.do(person("anna", name="Anna A.")).rows
        assert (old.key, old.end, new.key, new.start) == ("anna", new.start, "anna", old.end)
        assert office.world.user("anna") == new.noun == User(id="anna", name="Anna A.", may_log_in=True)

    def test_the_same_user_again_writes_nothing(self, office: Office) -> None:
        assert office.attempt(person("anna")).rows == ()

    def test_who_moves_to_another_site_keeps_licenses_and_their_gap_is_not_held_against_them(
        self, office: Office
    ) -> None:
        office.do(assign("central", "audience"), assign("anna", "audience-user"))
        office.do(person("anna", site="oslo"))
        assert office.holdings()["anna"] == ["ten-sales", "visible-for", "audience-user"]
        office.do(Release(license="visible-for", holder="anna"), assign("anna", "visible-for"))
        office.do(activation(evolve(office.world.packages["superoffice"].noun.package, issue=2)))
        office.do(Release(license="audience", holder="central"), assign("central", "audience"))
        office.do(Release(license="audience-user", holder="anna"))
        office.do(person("anna"), assign("anna", "audience-user"), person("anna", site="oslo"))
        assert office.refuses(assign("anna", "audience-pro")) == (
            because(
                ReasonCode.PREREQUISITE_MISSING,
                license="superoffice.audience-pro",
                prerequisite="superoffice.audience",
            ),
        )

    def test_who_becomes_another_type_keeps_licenses_until_they_are_released(self, office: Office) -> None:
        office.do(person("anna", type=UserType.EXTERNAL))
        assert office.holdings() == {"anna": ["ten-sales", "visible-for"]}


class TestRetire:
    """Saving somebody as retired is retiring them."""

    @pytest.mark.parametrize("change", [Retire(user="anna"), person("anna", retired=True)])
    def test_every_license_ends_with_it(self, office: Office, change: Retire | SaveUser) -> None:
        applied = office.do(change)
        assert office.world.user("anna") == User(id="anna", may_log_in=True, retired=True)
        assert (office.holdings(), office.in_use()) == ({}, {})
        assert [(row.table, row.end is None) for row in applied.rows] == [
            (Table.USERS, False),
            (Table.USERS, True),
            (Table.ASSIGNMENTS, False),
            (Table.ASSIGNMENTS, False),
        ]

    def test_the_seats_are_free_in_the_same_batch(self, office: Office) -> None:
        office.do(Retire(user="anna"), assign("bo", "ten-sales"), assign("bo", "visible-for"))
        assert office.holdings() == {"bo": ["ten-sales", "visible-for"]}

    def test_no_veto_stands_in_the_way(self, office: Office) -> None:
        office.do(Retire(user="anna"), vetoes={("anna", "superoffice.ten-sales"): "has open requests"})
        assert office.holdings() == {}

    def test_no_prerequisite_stands_in_the_way(self, office: Office) -> None:
        office.do(assign("central", "audience"), assign("anna", "audience-user"), Retire(user="anna"))
        assert office.holdings() == {"central": ["audience"]}

    def test_twice_is_once(self, office: Office) -> None:
        office.do(Retire(user="anna"))
        assert office.attempt(Retire(user="anna")).rows == ()

    def test_nobody_retires_who_is_unknown(self, office: Office) -> None:
        assert office.refuses(Retire(user="zoe")) == (because(ReasonCode.UNKNOWN_USER, user="zoe"),)

    def test_who_comes_back_starts_without_licenses(self, office: Office) -> None:
        office.do(Retire(user="anna"), evolve(person("anna"), rehire=True))
        assert office.holdings() == {}
        office.do(assign("anna", "ten-sales"))


class TestSuite:
    """The seat follows the right to log in."""

    ROWS = (system("suite2"), hidden("user"), plan("suite-user", "user", quantity=2), module("visible-for"))
    NO_SEAT_LEFT = because(ReasonCode.NO_SEAT_LEFT, license="superoffice.suite-user", through=None, total=2, in_use=2)

    @pytest.fixture
    def suite(self) -> Office:
        """Anna and Bo have the two seats, Cy may not log in."""
        return Office(activation(package(*self.ROWS)), person("anna"), person("bo"), person("cy", may_log_in=False))

    @for_each("case", SUITE_CASES, ids=[case["it"] for case in SUITE_CASES])
    def test_who_holds_a_seat(self, case: dict[str, Any]) -> None:
        setting, _ = tables.read("seats_suite.toml")
        office = tables.office(setting)
        fields = {"may_log_in": True, **case["saved"]}
        saved = person("anna", **{**fields, "type": UserType(fields.get("type", "internal"))})
        office.do(saved)
        assert office.holdings() == ({"anna": ["suite-user"]} if case["seat"] else {})
        assert office.in_use() == ({"suite-user": 1, "user": 1} if case["seat"] else {})
        office.do(evolve(person("anna"), force=True, rehire=True))
        assert office.holdings() == {"anna": ["suite-user"]}

    def test_the_seat_starts_in_the_change_that_saves_the_user(self, suite: Office) -> None:
        suite.do(person("bo", may_log_in=False))
        (entry,) = suite.do(person("dan")).entries
        assert [(row.table, row.key) for row in entry.after] == [
            (Table.USERS, "dan"),
            (Table.ASSIGNMENTS, "dan\nsuperoffice.suite-user"),
        ]

    def test_without_a_seat_left_nobody_is_saved(self, suite: Office) -> None:
        assert suite.refuses(person("dan")) == (self.NO_SEAT_LEFT,)
        assert suite.refuses(person("cy")) == (self.NO_SEAT_LEFT,)
        assert suite.world.user("dan") is None
        suite.do(person("dan", may_log_in=False))

    def test_a_seat_that_is_given_up_is_free_in_the_same_batch(self, suite: Office) -> None:
        suite.do(person("anna", may_log_in=False), person("cy"))
        assert suite.holdings() == {"bo": ["suite-user"], "cy": ["suite-user"]}

    def test_who_retires_gives_up_the_seat(self, suite: Office) -> None:
        suite.do(Retire(user="anna"), person("cy"))
        assert suite.holdings() == {"bo": ["suite-user"], "cy": ["suite-user"]}

    def test_extras_do_not_keep_a_seat(self, suite: Office) -> None:
        suite.do(
            activation(package(*self.ROWS, module("quote-cal", prerequisite="user"), issue=2)),
            assign("anna", "quote-cal"),
        )
        suite.do(person("anna", may_log_in=False))
        assert suite.holdings() == {"anna": ["quote-cal"], "bo": ["suite-user"]}
        suite.do(person("anna"))
        assert suite.holdings()["anna"] == ["quote-cal", "suite-user"]

    def test_what_the_seat_needs_is_asked_for(self) -> None:
        rows = (
            plan("suite-user", "user", prerequisite="windows", allowed_user_types=[UserType.EXTERNAL]),
            hidden("user"),
            module("windows"),
        )
        office = Office(activation(package(*rows)))
        assert office.refuses(person("anna")) == (
            because(ReasonCode.USER_TYPE_NOT_ALLOWED, license="superoffice.suite-user", type=UserType.INTERNAL),
            because(
                ReasonCode.PREREQUISITE_MISSING,
                license="superoffice.suite-user",
                prerequisite="superoffice.windows",
            ),
        )

    def test_a_missing_seat_is_made_good_when_the_user_is_saved_again(self) -> None:
        # Another policy ruled when Anna was saved.
        office = Office(activation(package(*self.ROWS)), person("anna"), policy=Policy(rule_set=RuleSet.MODULE_BASED))
        assert office.holdings() == {}
        office.world = evolve(office.world, policy=Policy())
        (row,) = office.do(person("anna")).rows
        assert row.key == "anna\nsuperoffice.suite-user"

    def test_a_policy_can_ask_for_the_suite_of_a_package_without_seats(self) -> None:
        office = Office(activation(package(hidden("user"))), person("anna"), policy=Policy(rule_set=RuleSet.SUITE))
        assert office.holdings() == {}


def test_a_site_is_stored_as_given_and_once() -> None:
    office = Office()
    oslo = Site(id="oslo", name="Oslo")
    (row,) = office.do(SaveSite(site=oslo)).rows
    assert (row.table, row.key, row.noun) == (Table.SITES, "oslo", oslo)
    assert office.attempt(SaveSite(site=oslo)).rows == ()
    old, new = office.do(SaveSite(site=Site(id="oslo", name="Oslo", company="Nordvik AS"))).rows
    assert (old.noun, old.end, new.noun.company, new.end) == (oslo, new.start, "Nordvik AS", None)


class TestSatellites:
    """The quantity of the license is how many satellite databases may be defined."""

    @staticmethod
    def save(site_id: str, name: str = "Branch") -> SaveSite:
        return SaveSite(site=Site(id=site_id, name=name))

    def test_no_more_are_defined_than_are_licensed(self) -> None:
        office = Office(activation(package(site("satellite", 2))), *map(self.save, ("central", "oslo", "bergen")))
        assert office.refuses(self.save("aarhus")) == (
            because(ReasonCode.NO_SATELLITE_LEFT, license="superoffice.satellite", total=2, in_use=2),
        )
        office.do(self.save("oslo", name="Oslo"), self.save("central", name="Head office"))

    def test_of_a_batch_the_last_one_is_too_many(self) -> None:
        applied = Office(activation(package(site("satellite", 1)))).attempt(*map(self.save, ("oslo", "bergen")))
        assert [refusal.place for refusal in applied.refusals] == [1]

    @pytest.mark.parametrize("rows", [(), (site("satellite", 1, unrestricted=True),)], ids=["no license", "any number"])
    def test_nothing_is_counted_where_no_number_is_licensed(self, rows: tuple[ModuleLicense, ...]) -> None:
        Office(activation(package(*rows))).do(*map(self.save, ("oslo", "bergen", "aarhus")))

    def test_more_than_a_later_package_allows_stay(self) -> None:
        office = Office(activation(package(site("satellite", 2))), *map(self.save, ("oslo", "bergen")))
        office.do(activation(package(site("satellite", 1), issue=2)))
        office.do(self.save("oslo", name="Oslo"))
        (reason,) = office.refuses(self.save("aarhus"))
        assert (reason.params["total"], reason.params["in_use"]) == (1, 2)

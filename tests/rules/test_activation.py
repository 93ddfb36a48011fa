"""Activation: who is in the way of a package, and whether it is one at all."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from attrs import evolve

from superlicense.messages import message
from superlicense.model.change import PlanMove, Release, SaveSite
from superlicense.model.license import LicenseName
from superlicense.model.package import LicensePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.site import Site
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.checks import CLOCK_TOLERANCE, with_issue_number
from superlicense.rules.step import Step
from tests.for_each import for_each
from tests.installation import INSTALLATION, START
from tests.rules import tables
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system

SETTING, CASES = tables.read("seats_activation.toml")
SECOND = timedelta(seconds=1)


@for_each("case", CASES, ids=[case["it"] for case in CASES])
def test_who_is_in_the_way(case: dict[str, Any]) -> None:
    asked = activation(
        tables.replacement(SETTING, case),
        releases=(tables.release(sentence) for sentence in case.get("releases", ())),
        moves=tables.moves(case.get("moves", ())),
    )
    tables.check(tables.office(SETTING), case, asked)


def test_an_enactment_shows_the_world_that_would_be_although_it_is_refused() -> None:
    office = tables.office(SETTING)
    smaller = tables.replacement(SETTING, {"gone": ["ten-sales"]})
    world, reasons = enact(Step(office.world, office.at, "admin", {}), activation(smaller))
    assert world.package("superoffice") is not None
    assert world.package("superoffice") != office.world.package("superoffice")
    assert world.seats["superoffice.ten-sales"] == 2
    assert [reason.code for reason in reasons] == [
        ReasonCode.HELD_LICENSE_GONE,
        ReasonCode.PREREQUISITE_MISSING,
    ]


def test_grants_that_the_package_lacks_are_kept_and_not_granted() -> None:
    office = tables.office(SETTING)
    office.do(activation(tables.replacement(SETTING, {"gone": ["t2"]})))
    installed = office.world.package("superoffice")
    assert installed is not None
    sales = installed.package.find("ten-sales")
    assert sales is not None
    assert LicenseName.parse("t2") in sales.grants
    assert "superoffice.t2" not in office.world.seats
    office.do(activation(evolve(tables.replacement(SETTING, {}), issue=3)))
    assert office.world.seats["superoffice.t2"] == 2


def test_one_gap_of_several_users_is_one_reason() -> None:
    office = Office(
        activation(package(system("server"), module("windows"))),
        person("anna"),
        person("bo", site="oslo"),
        person("cy"),
        *(assign(holder, "windows") for holder in ("anna", "bo", "cy")),
    )
    needy = package(system("server"), module("windows", prerequisite="satellite"), issue=2)
    assert office.refuses(activation(needy)) == (
        because(ReasonCode.PREREQUISITE_MISSING, license="superoffice.windows", prerequisite="superoffice.satellite"),
    )


def test_the_same_licenses_may_have_a_gap_at_one_site_only() -> None:
    office = Office(
        activation(package(site("audience"), module("windows"))),
        SaveSite(site=Site(id="oslo", name="Oslo")),
        person("anna", site="oslo"),
        person("bo"),
        assign("oslo", "audience"),
        assign("anna", "windows"),
        assign("bo", "windows"),
    )
    needy = package(site("audience"), module("windows", prerequisite="audience"), issue=2)
    assert office.refuses(activation(needy)) == (
        because(ReasonCode.PREREQUISITE_MISSING, license="superoffice.windows", prerequisite="superoffice.audience"),
    )
    office.do(activation(needy, releases=[Release(license="windows", holder="bo")]))


def test_the_same_licenses_may_have_a_gap_where_one_of_them_is_released() -> None:
    office = Office(
        activation(package(module("user"), module("web", prerequisite="user"))),
        *(person(holder) for holder in ("anna", "bo")),
        *(assign(holder, name) for holder in ("anna", "bo") for name in ("user", "web")),
    )
    asked = activation(
        package(module("user"), module("web", prerequisite="user"), issue=2),
        releases=[Release(license="user", holder="bo")],
    )
    assert office.refuses(asked) == (
        because(ReasonCode.PREREQUISITE_MISSING, license="superoffice.web", prerequisite="superoffice.user"),
    )


class TestVeto:
    """The host may keep a license with its holder, whoever activates what."""

    VETO = MappingProxyType({("anna", "superoffice.ten-sales"): "has open requests"})

    @staticmethod
    def vetoed(holder: str) -> Reason:
        """Name the holder whose license the host keeps."""
        return because(
            ReasonCode.RELEASE_VETOED, license="superoffice.ten-sales", because="has open requests", holder=holder
        )

    @pytest.fixture
    def office(self) -> Office:
        """Anna has Sales; the next package has Service as well."""
        return Office(
            activation(package(hidden("user"), plan("ten-sales", "user"))),
            person("anna"),
            assign("anna", "ten-sales"),
        )

    NEXT = package(hidden("user"), plan("ten-sales", "user"), plan("ten-service", "user"), issue=2)

    def test_a_release_is_vetoed(self, office: Office) -> None:
        asked = activation(self.NEXT, releases=[Release(license="ten-sales", holder="anna")])
        assert office.refuses(asked, self.VETO) == (self.vetoed("anna"),)

    def test_a_move_is_vetoed(self, office: Office) -> None:
        asked = activation(self.NEXT, moves=[PlanMove(holder="anna", old="ten-sales", new="ten-service")])
        assert office.refuses(asked, self.VETO) == (self.vetoed("anna"),)

    def test_everybody_s_vetoes_are_told(self, office: Office) -> None:
        office.do(person("bo"), assign("bo", "ten-sales"))
        asked = activation(
            self.NEXT, releases=[Release(license="ten-sales", holder=holder) for holder in ("anna", "bo")]
        )
        vetoes = {(holder, "superoffice.ten-sales"): "has open requests" for holder in ("anna", "bo")}
        assert office.refuses(asked, vetoes) == (self.vetoed("anna"), self.vetoed("bo"))

    def test_what_is_not_released_is_not_vetoed(self, office: Office) -> None:
        idle = PlanMove(holder="anna", old="ten-service", new="ten-sales")
        office.do(activation(self.NEXT, moves=[idle]), vetoes=self.VETO)


class TestDocument:
    """A package is made out to us, has started and not stopped."""

    def office(self, database_id: str | None = None) -> Office:
        """Open an office in which the time is `START`."""
        office = Office(installation=evolve(INSTALLATION, database_id=database_id))
        office.at = START
        return office

    @pytest.mark.parametrize(
        ("written", "reason"),
        [
            (
                package(company="Nordvik Handel AS"),
                because(
                    ReasonCode.OTHER_COMPANY,
                    owner="superoffice",
                    company="Nordvik Handel AS",
                    expected="Nordvik Handel A/S",
                ),
            ),
            (
                evolve(package(), serial_number="1010000006"),
                because(
                    ReasonCode.OTHER_SERIAL_NUMBER,
                    owner="superoffice",
                    serial_number="1010000006",
                    expected="1010000014",
                ),
            ),
            (
                evolve(package(), database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"),
                because(
                    ReasonCode.OTHER_DATABASE,
                    owner="superoffice",
                    database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44",
                    expected="",
                ),
            ),
            (
                package(expires_at=START),
                because(ReasonCode.PACKAGE_STOPPED, owner="superoffice", stopped_at=START),
            ),
            (
                package(issued_at=START + CLOCK_TOLERANCE + SECOND),
                because(
                    ReasonCode.ISSUED_IN_FUTURE,
                    owner="superoffice",
                    issued_at=START + CLOCK_TOLERANCE + SECOND,
                ),
            ),
        ],
        ids=["other company", "other serial number", "other database", "stopped", "issued in the future"],
    )
    def test_one_thing_is_wrong(self, written: LicensePackage, reason: Reason) -> None:
        assert self.office().refuses(activation(written)) == (reason,)

    @pytest.mark.parametrize(
        "written",
        [
            package(issued_at=START + CLOCK_TOLERANCE),
            package(expires_at=START + SECOND),
            evolve(package(), database_id="6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11"),
        ],
        ids=["clocks may differ by ten minutes", "the last second", "our database"],
    )
    def test_nothing_is_wrong(self, written: LicensePackage) -> None:
        self.office(database_id="6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11").do(activation(written))

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ("\u00c5lborg R\u00f8r A/S", "A\u030alborg R\u00f8r A/S"),
            ("A\u030alborg Gro\u00dfr\u00f8r A/S", "\u00e5lborg GROSSR\u00f8r a/s"),
        ],
    )
    def test_a_company_may_be_spelled_otherwise(self, ours: str, theirs: str) -> None:
        Office(installation=evolve(INSTALLATION, company=ours)).do(activation(package(company=theirs)))

    @pytest.mark.parametrize("theirs", ["Alborg R\u00f8r A/S", "\u00c5lborg R\u00f8r", "\u00c5lborg  R\u00f8r A/S"])
    def test_other_letters_are_another_company_and_both_are_named(self, theirs: str) -> None:
        ours = "\u00c5lborg R\u00f8r A/S"
        (reason,) = Office(installation=evolve(INSTALLATION, company=ours)).refuses(activation(package(company=theirs)))
        assert reason == because(ReasonCode.OTHER_COMPANY, owner="superoffice", company=theirs, expected=ours)
        assert all(name in message(reason, language) for name in (ours, theirs) for language in ("en", "da"))

    def test_grace_is_not_the_stop(self) -> None:
        written = package(expires_at=START - SECOND)
        written = evolve(written, validity=evolve(written.validity, grace_until=START + SECOND))
        office = self.office()
        assert office.attempt(activation(written)).refusals == ()
        office.at = START + SECOND
        assert office.refuses(activation(written)) == (
            because(ReasonCode.PACKAGE_STOPPED, owner="superoffice", stopped_at=START + SECOND),
        )

    def test_everything_that_is_wrong_is_told(self) -> None:
        written = evolve(package(company="Other", expires_at=START), serial_number="1010000006")
        assert [reason.code for reason in self.office().refuses(activation(written))] == [
            ReasonCode.OTHER_COMPANY,
            ReasonCode.OTHER_SERIAL_NUMBER,
            ReasonCode.PACKAGE_STOPPED,
        ]


class TestNumbers:
    """The vendor's XML has neither issue nor instant: the next number and now are given."""

    ODD = START.replace(microsecond=123456)

    def test_the_first_is_number_one_of_now(self) -> None:
        written = package(module("user"), issue=None)
        assert with_issue_number(Office().world, written, self.ODD, unsigned=True) == evolve(
            written, issue=1, issued_at=START
        )

    def test_the_next_is_one_more_than_the_newest_of_its_series(self) -> None:
        office = Office(activation(package(issue=7, issued_at=START)), activation(package(issue=40), unsigned=False))
        written = package(module("user"), issue=None)
        assert with_issue_number(office.world, written, office.at, unsigned=True).issue == 8
        assert with_issue_number(office.world, written, office.at, unsigned=False).issue == 41

    def test_what_the_source_has_is_kept(self) -> None:
        office = Office(activation(package(issue=7)))
        written = package(module("user"), issue=12, issued_at=START)
        assert with_issue_number(office.world, written, office.at, unsigned=True) == written

    def test_an_equal_package_gets_the_numbers_it_had(self) -> None:
        office = Office()
        written = package(module("user"), issue=None)
        first = with_issue_number(office.world, written, office.at, unsigned=True)
        office.do(activation(first))
        assert with_issue_number(office.world, written, office.at, unsigned=True) == first
        assert office.attempt(activation(first)).rows == ()

    def test_an_equal_package_of_another_day_is_a_new_one(self) -> None:
        office = Office(activation(package(module("user"), issue=7, issued_at=START)))
        written = package(module("user"), issue=None, issued_at=START + SECOND)
        assert with_issue_number(office.world, written, office.at, unsigned=True) == evolve(written, issue=8)

    def test_an_equal_package_that_brings_a_new_number_is_a_new_one(self) -> None:
        office = Office(activation(package(module("user"), issue=7, issued_at=START)))
        written = package(module("user"), issue=8)
        assert with_issue_number(office.world, written, office.at, unsigned=True) == evolve(
            written, issued_at=office.at
        )

    def test_after_a_package_without_a_number_the_count_begins(self) -> None:
        office = Office(activation(package(module("user"), issue=None)))
        assert with_issue_number(office.world, package(issue=None), office.at, unsigned=True).issue == 1

"""Packages: put in force, kept waiting, removed; and the roots they are checked by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from superlicense.model.change import (
    ActivatePackage,
    InstallRoot,
    KeepPackageWaiting,
    PlanMove,
    Release,
    RemovePackage,
    SaveSite,
)
from superlicense.model.decision import Client, RuleSet
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User, UserType
from superlicense.rules.gate.login import login
from superlicense.rules.packages.waiting import waiting_warnings
from tests.installation import START
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system

USER = module("user")
SMALLER = module("user", 2)


def signed(written: LicensePackage) -> ActivatePackage:
    """Ask to put a signed package in force."""
    return evolve(activation(written, unsigned=False), signed_by=("key-1",), root_version=1, document=b"envelope")


def kept(written: LicensePackage) -> KeepPackageWaiting:
    """Ask to keep a signed package for an administrator."""
    asked = signed(written)
    return KeepPackageWaiting(
        package=asked.package,
        document=asked.document,
        digest=asked.digest,
        signed_by=asked.signed_by,
        root_version=asked.root_version,
    )


def rollback(issue: int, newest: int, owner: str = "superoffice") -> Reason:
    """Give the reason for a number that is too low."""
    return because(ReasonCode.PACKAGE_ROLLBACK, owner=owner, issue=issue, newest=newest)


def conflict(issue: int) -> Reason:
    """Give the reason for other contents under a number that is taken."""
    return because(ReasonCode.PACKAGE_CONFLICT, owner="superoffice", issue=issue)


class TestInForce:
    """One package of each owner is in force."""

    def test_the_first_starts_a_row_with_its_bytes(self) -> None:
        office = Office()
        asked = signed(package(USER))
        (entry,) = office.do(asked).entries
        (row,) = entry.after
        assert entry.before == ()
        assert (row.table, row.key, row.document) == (Table.PACKAGES, "superoffice", b"envelope")
        assert row.noun == office.world.package("superoffice")
        assert row.noun == InstalledPackage(
            package=asked.package,
            digest=asked.digest,
            signed_by=("key-1",),
            root_version=1,
            installed_at=START + timedelta(minutes=1),
            installed_by="admin",
        )

    def test_the_next_takes_its_place(self) -> None:
        office = Office(signed(package(USER)))
        (entry,) = office.do(signed(package(SMALLER, issue=2))).entries
        assert [row.noun.package.issue for row in (*entry.before, *entry.after)] == [1, 2]

    def test_owners_stand_side_by_side_and_are_told_apart_without_case(self) -> None:
        office = Office(signed(package(USER)), signed(package(module("acme.basic"), owner="Acme", issue=9)))
        office.do(signed(package(module("acme.basic", 5), owner="ACME", issue=10)))
        assert {owner: row.noun.package.issue for owner, row in office.world.packages.items()} == {
            "superoffice": 1,
            "acme": 10,
        }

    def test_a_refused_package_leaves_everything_as_it_was(self) -> None:
        office = Office(signed(package(USER)))
        assert office.refuses(signed(package(SMALLER, company="Other", issue=2))) == (
            because(ReasonCode.OTHER_COMPANY, owner="superoffice", company="Other", expected="Nordvik Handel A/S"),
        )

    def test_what_can_be_said_of_the_document_is_said_before_anybody_is_counted(self) -> None:
        office = Office(signed(package(USER)), person("anna"), assign("anna", "user"))
        assert office.refuses(signed(package(company="Other", issue=2))) == (
            because(ReasonCode.OTHER_COMPANY, owner="superoffice", company="Other", expected="Nordvik Handel A/S"),
        )


class TestIssues:
    """Numbers of a series only grow; signed and unsigned packages are two series."""

    @pytest.fixture(params=[True, False], ids=["unsigned", "signed"])
    def unsigned(self, request: pytest.FixtureRequest) -> bool:
        return bool(request.param)

    @pytest.fixture
    def office(self, *, unsigned: bool) -> Office:
        """Issue 5 is in force."""
        return Office(activation(package(USER, issue=5), unsigned=unsigned))

    def test_the_same_again_changes_nothing(self, office: Office, *, unsigned: bool) -> None:
        applied = office.attempt(activation(package(USER, issue=5), unsigned=unsigned))
        assert (applied.rows, applied.refusals) == ((), ())

    def test_a_lower_number_is_a_rollback(self, office: Office, *, unsigned: bool) -> None:
        assert office.refuses(activation(package(USER, issue=4), unsigned=unsigned)) == (rollback(4, 5),)

    def test_other_contents_under_the_same_number_are_a_conflict(self, office: Office, *, unsigned: bool) -> None:
        assert office.refuses(activation(package(SMALLER, issue=5), unsigned=unsigned)) == (conflict(5),)

    def test_a_higher_number_is_the_next(self, office: Office, *, unsigned: bool) -> None:
        office.do(activation(package(SMALLER, issue=6), unsigned=unsigned))
        assert office.refuses(activation(package(USER, issue=5), unsigned=unsigned)) == (rollback(5, 6),)

    def test_the_other_series_counts_for_itself(self, office: Office, *, unsigned: bool) -> None:
        office.do(activation(package(SMALLER, issue=1), unsigned=not unsigned))
        assert office.refuses(activation(package(USER, issue=4), unsigned=unsigned)) == (rollback(4, 5),)

    def test_the_newest_of_a_series_comes_back_after_one_of_the_other(self, office: Office, *, unsigned: bool) -> None:
        office.do(activation(package(USER, issue=5), unsigned=not unsigned))
        assert office.world.packages["superoffice"].noun.unsigned is not unsigned
        office.do(activation(package(USER, issue=5), unsigned=unsigned))
        assert office.world.packages["superoffice"].noun.unsigned is unsigned

    def test_a_simulation_needs_no_number(self, office: Office, *, unsigned: bool) -> None:
        office.do(ActivatePackage(package=package(SMALLER, issue=None), unsigned=unsigned))
        office.do(ActivatePackage(package=package(USER, issue=None), unsigned=unsigned))
        assert office.world.packages["superoffice"].noun.package.licenses == (USER,)
        assert office.refuses(activation(package(USER, issue=4), unsigned=unsigned)) == (rollback(4, 5),)
        assert office.world == office.as_stored()

    def test_owners_count_for_themselves(self) -> None:
        office = Office(signed(package(issue=5)), signed(package(owner="acme", issue=2)))
        assert office.refuses(signed(package(owner="acme", issue=1))) == (rollback(1, 2, "acme"),)


class TestWaiting:
    """A package may be kept for an administrator."""

    @pytest.fixture
    def office(self) -> Office:
        """Issue 5 is in force, issue 7 waits."""
        return Office(signed(package(USER, issue=5)), kept(package(SMALLER, issue=7)))

    def issue_waiting(self, office: Office) -> int | None:
        row = office.world.waiting.get("superoffice")
        return None if row is None else row.noun.package.issue

    def changes_nothing(self, office: Office, written: LicensePackage) -> None:
        applied = office.attempt(kept(written))
        assert (applied.rows, applied.refusals) == ((), ())

    def test_it_waits_with_its_bytes_and_is_not_in_force(self, office: Office) -> None:
        row = office.world.waiting["superoffice"]
        asked = kept(package(SMALLER, issue=7))
        assert (row.table, row.key, row.document) == (Table.WAITING_PACKAGES, "superoffice", b"envelope")
        assert row.noun == InstalledPackage(
            package=asked.package,
            digest=asked.digest,
            signed_by=("key-1",),
            root_version=1,
            installed_at=row.start,
            installed_by="admin",
            waiting=True,
        )
        assert office.world.packages["superoffice"].noun.package.issue == 5

    def test_the_same_again_changes_nothing(self, office: Office) -> None:
        self.changes_nothing(office, package(SMALLER, issue=7))

    def test_what_is_in_force_does_not_wait(self, office: Office) -> None:
        self.changes_nothing(office, package(USER, issue=5))

    def test_a_newer_one_takes_its_place(self, office: Office) -> None:
        (entry,) = office.do(kept(package(SMALLER, issue=8))).entries
        assert [row.noun.package.issue for row in (*entry.before, *entry.after)] == [7, 8]
        assert self.issue_waiting(office) == 8

    def test_an_older_one_does_not(self, office: Office) -> None:
        assert office.refuses(kept(package(SMALLER, issue=6))) == (rollback(6, 7),)

    def test_nor_does_another_of_the_same_number(self, office: Office) -> None:
        assert office.refuses(kept(package(USER, issue=7))) == (conflict(7),)

    def test_older_than_what_is_in_force_is_a_rollback(self, office: Office) -> None:
        assert office.refuses(kept(package(SMALLER, issue=4))) == (rollback(4, 5),)

    def test_made_out_to_others_it_does_not_wait(self, office: Office) -> None:
        assert office.refuses(kept(package(SMALLER, company="Other", issue=8))) == (
            because(ReasonCode.OTHER_COMPANY, owner="superoffice", company="Other", expected="Nordvik Handel A/S"),
        )

    def test_issued_in_the_future_it_waits(self, office: Office) -> None:
        office.do(kept(package(SMALLER, issue=8, issued_at=START + timedelta(days=30))))
        assert self.issue_waiting(office) == 8

    def test_stopped_it_does_not_wait(self, office: Office) -> None:
        assert office.refuses(kept(package(SMALLER, issue=8, expires_at=START))) == (
            because(ReasonCode.PACKAGE_STOPPED, owner="superoffice", stopped_at=START),
        )

    def test_it_waits_no_longer_once_it_is_activated(self, office: Office) -> None:
        (entry,) = office.do(signed(package(SMALLER, issue=7))).entries
        assert self.issue_waiting(office) is None
        assert [row.table for row in entry.before] == [Table.PACKAGES, Table.WAITING_PACKAGES]

    def test_it_waits_no_longer_once_a_newer_one_is_activated(self, office: Office) -> None:
        office.do(signed(package(SMALLER, issue=8)))
        assert self.issue_waiting(office) is None

    def test_it_goes_on_waiting_when_an_older_one_is_activated(self, office: Office) -> None:
        office.do(signed(package(SMALLER, issue=6)))
        assert self.issue_waiting(office) == 7

    def test_it_goes_on_waiting_when_an_unsigned_one_is_adopted(self, office: Office) -> None:
        office.do(activation(package(SMALLER, issue=9)))
        assert self.issue_waiting(office) == 7


class TestRemoval:
    """A partner's package can be taken out of force, SUPEROFFICE's cannot."""

    @pytest.fixture
    def office(self) -> Office:
        """Anna has a license of each owner, site oslo one of Acme."""
        return Office(
            activation(package(USER, module("field-force", prerequisite="acme.server"))),
            activation(
                package(
                    system("acme.server"),
                    module("acme.basic"),
                    site("acme.hub"),
                    module("acme.hub-user", prerequisite="acme.hub"),
                    owner="ACME",
                )
            ),
            SaveSite(site=Site(id="oslo", name="Oslo")),
            person("anna", site="oslo"),
            assign("anna", "user"),
            assign("anna", "acme.basic"),
            assign("oslo", "acme.hub"),
            assign("anna", "acme.hub-user"),
        )

    def test_what_was_assigned_of_it_ends_with_it(self, office: Office) -> None:
        applied = office.do(RemovePackage(owner="Acme"))
        assert [(row.table, row.end is None) for row in applied.rows] == [
            (Table.PACKAGES, False),
            *[(Table.ASSIGNMENTS, False)] * 3,
        ]
        assert office.holdings() == {"anna": ["user"]}
        assert office.in_use() == {"user": 1}
        assert office.world.package("acme") is None

    def test_superoffice_stays(self, office: Office) -> None:
        assert office.refuses(RemovePackage(owner="SuperOffice")) == (
            because(ReasonCode.PACKAGE_NOT_REMOVABLE, owner="superoffice"),
        )

    def test_what_is_not_there_is_not_removed(self, office: Office) -> None:
        assert office.refuses(RemovePackage(owner="nobody")) == (because(ReasonCode.NO_PACKAGE, owner="nobody"),)

    def test_what_others_need_stays(self, office: Office) -> None:
        office.do(assign("anna", "field-force"))
        assert office.refuses(RemovePackage(owner="acme")) == (
            because(
                ReasonCode.PREREQUISITE_MISSING,
                license="superoffice.field-force",
                prerequisite="acme.server",
            ),
        )

    def test_it_can_come_back_but_not_an_older_one(self, office: Office) -> None:
        acme = office.world.packages["acme"].noun.package
        office.do(activation(evolve(acme, issue=2)), RemovePackage(owner="acme"))
        assert office.refuses(activation(acme)) == (rollback(1, 2, "acme"),)
        office.do(activation(evolve(acme, issue=2)))
        assert office.holdings() == {"anna": ["user"]}
        assert office.world.newest_issues["acme", acme.serial_number, True] == office.world.package("acme")


class TestSuite:
    """A package may bring the Suite in, or take it away."""

    MODULES = package(hidden("user"), plan("ten-sales", "user"))
    SUITE = package(system("suite2"), hidden("user"), plan("suite-user", "user", quantity=2), issue=2)
    BACK = evolve(MODULES, issue=3)

    @pytest.fixture
    def office(self) -> Office:
        """Anna has a plan; Bo may log in without one; a robot, a guest and Fay are no concern of the Suite."""
        return Office(
            activation(self.MODULES),
            person("anna"),
            person("bo"),
            person("robot", type=UserType.SYSTEM),
            person("guest", may_log_in=False),
            person("fay", retired=True),
            assign("anna", "ten-sales"),
        )

    def moved(self, holder: str) -> PlanMove:
        return PlanMove(holder=holder, old="ten-sales", new="suite-user")

    def test_everybody_who_may_log_in_gets_a_seat(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        assert office.holdings() == {"anna": ["suite-user"], "bo": ["suite-user"]}
        assert office.in_use() == {"suite-user": 2, "user": 2}

    def test_seats_of_old_plans_must_go(self, office: Office) -> None:
        assert office.refuses(activation(self.SUITE)) == (
            because(ReasonCode.HELD_LICENSE_GONE, license="superoffice.ten-sales", in_use=1),
        )
        office.do(activation(self.SUITE, releases=[Release(license="ten-sales", holder="anna")]))
        assert office.holdings() == {"anna": ["suite-user"], "bo": ["suite-user"]}

    def test_seats_are_counted(self, office: Office) -> None:
        office.do(person("cy"))
        assert office.refuses(activation(self.SUITE, moves=[self.moved("anna")])) == (
            because(
                ReasonCode.SEATS_EXCEED_TOTAL,
                license="superoffice.suite-user",
                in_use=3,
                new_total=2,
                remove=1,
                through=(),
            ),
        )

    def test_who_may_not_log_in_moves_to_no_seat(self, office: Office) -> None:
        office.do(
            assign("guest", "ten-sales"),
            activation(self.SUITE, moves=[self.moved("anna"), self.moved("guest")]),
        )
        assert office.holdings() == {"anna": ["suite-user"], "bo": ["suite-user"]}

    def test_a_move_to_another_plan_is_a_move_like_others(self, office: Office) -> None:
        office.do(assign("guest", "ten-sales"))
        wider = package(*self.SUITE.licenses, plan("ten-guest", "user"), issue=2)
        to_guest = PlanMove(holder="guest", old="ten-sales", new="ten-guest")
        office.do(activation(wider, moves=[self.moved("anna"), to_guest]))
        assert office.holdings() == {"anna": ["suite-user"], "bo": ["suite-user"], "guest": ["ten-guest"]}

    def test_the_next_package_of_the_suite_changes_no_seat(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        applied = office.do(activation(evolve(self.SUITE, issue=3)))
        assert {row.table for row in applied.rows} == {Table.PACKAGES}

    def test_a_seat_is_not_released_with_a_package_either(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        asked = activation(evolve(self.SUITE, issue=3), releases=[Release(license="suite-user", holder="bo")])
        assert office.refuses(asked) == (
            because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license="superoffice.suite-user", hint="users.save", holder="bo"),
        )

    def test_seats_end_when_the_suite_is_taken_away(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        office.do(activation(self.BACK), vetoes={("anna", "superoffice.suite-user"): "nobody asked"})
        assert (office.holdings(), office.in_use()) == ({}, {})

    def test_who_has_a_seat_can_be_moved_back_to_a_plan(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        back = PlanMove(holder="anna", old="suite-user", new="ten-sales")
        office.do(activation(self.BACK, moves=[back], releases=[Release(license="suite-user", holder="bo")]))
        assert office.holdings() == {"anna": ["ten-sales"]}

    def test_a_partner_s_package_touches_no_seat(self, office: Office) -> None:
        office.do(activation(self.SUITE, moves=[self.moved("anna")]))
        applied = office.do(activation(package(module("acme.basic"), owner="acme")))
        assert {row.table for row in applied.rows} == {Table.PACKAGES}

    def test_the_policy_can_keep_the_suite_out(self) -> None:
        office = Office(activation(self.SUITE), person("anna"), policy=Policy(rule_set=RuleSet.MODULE_BASED))
        office.do(assign("anna", "suite-user"), activation(evolve(self.SUITE, issue=3)))
        assert office.holdings() == {"anna": ["suite-user"]}
        assert office.refuses(activation(evolve(self.MODULES, issue=4))) == (
            because(ReasonCode.HELD_LICENSE_GONE, license="superoffice.suite-user", in_use=1),
        )


def test_every_accepted_root_is_kept_and_each_once() -> None:
    first, second = (
        TrustRoot(version=version, expires_at=START + timedelta(days=365), accepted_at=START) for version in (1, 2)
    )
    office = Office(InstallRoot(root=first, document=b"one"), InstallRoot(root=second, document=b"two"))
    assert office.attempt(InstallRoot(root=first, document=b"one")).rows == ()
    assert {key: (row.noun, row.document, row.table) for key, row in office.world.roots.items()} == {
        "1": (first, b"one", Table.ROOTS),
        "2": (second, b"two", Table.ROOTS),
    }


def test_a_waiting_package_whose_record_was_tampered_with_is_not_mentioned() -> None:
    office = Office(signed(package(USER, issue=5)), kept(package(SMALLER, issue=7)))
    assert [reason.code for reason in waiting_warnings(office.world, office.at)] == [ReasonCode.PACKAGE_WAITING]
    tampered = evolve(office.world, tampered=frozenset({(Table.WAITING_PACKAGES, "superoffice")}))
    assert waiting_warnings(tampered, office.at) == ()


def test_a_login_may_be_asked_without_the_warnings_about_what_waits() -> None:
    office = Office(signed(package(USER, issue=5)), kept(package(SMALLER, issue=7)))
    administrator = User(id="root", may_log_in=True, administrator=True)
    codes = [warning.code for warning in login(office.world, administrator, Client.WEB, office.at).warnings]
    assert ReasonCode.PACKAGE_WAITING not in codes

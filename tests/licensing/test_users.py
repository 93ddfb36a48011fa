from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import SALES, SERVICE, START, WEB, Clock, module, open_licensing, package, person, system


class TestSave:
    def test_a_user_is_stored_as_given(self, empty: sl.Licensing) -> None:
        anna = sl.User(id="anna", name="Anna Lund", may_log_in=True, groups=("sales",), site="aarhus")
        assert empty.users.save(anna) == sl.SaveReceipt(user=anna, status=sl.SaveStatus.CREATED)
        assert empty.users.find("anna") == anna
        assert empty.users.find("nobody") is None

    def test_all_users_come_by_id(self, empty: sl.Licensing) -> None:
        for user_id in ("cy", "anna", "bo"):
            empty.users.save(person(user_id))
        assert [user.id for user in empty.users.all()] == ["anna", "bo", "cy"]

    def test_the_same_user_again_changes_nothing(self, empty: sl.Licensing) -> None:
        empty.users.save(person("anna"))
        before = empty.revision()
        receipt = empty.users.save(person("anna"))
        assert (receipt.user, receipt.status) == (person("anna"), sl.SaveStatus.UNCHANGED)
        assert empty.revision() == before

    def test_a_receipt_says_what_was_done(self, licensing: sl.Licensing) -> None:
        retired = person("bo", retired=True)
        assert licensing.users.save(evolve(person("bo"), name="Bo Bech")).status is sl.SaveStatus.UPDATED
        assert licensing.users.save(retired).status is sl.SaveStatus.RETIRED
        assert licensing.seats.retire("bo", by="admin") == sl.SaveReceipt(user=retired, status=sl.SaveStatus.UNCHANGED)
        with pytest.raises(sl.RefusedError, match="user_is_retired"):
            licensing.users.save(person("bo"))
        assert licensing.users.save(person("bo"), rehire=True).status is sl.SaveStatus.REHIRED
        assert licensing.seats.retire("bo", by="admin").status is sl.SaveStatus.RETIRED

    def test_saved_as_retired_every_license_ends(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.users.save(person("anna", retired=True))
        assert licensing.seats.held_by("anna") == ()

    def test_the_past_keeps_what_a_user_was(self, empty: sl.Licensing, clock: Clock) -> None:
        empty.users.save(sl.User(id="anna", name="Anna"))
        clock.forward(days=1)
        empty.users.save(sl.User(id="anna", name="Anna Lund"))
        empty.users.save(person("bo"))
        then = empty.users.find("anna", at=START)
        assert then is not None
        assert then.name == "Anna"
        assert [user.id for user in empty.users.all(at=START)] == ["anna"]
        assert len(empty.users.all()) == 2

    @pytest.mark.parametrize("user", ["anna", None, 7, {"id": "anna"}])
    def test_only_users_are_saved(self, empty: sl.Licensing, user: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError):
            empty.users.save(user)
        with pytest.raises(sl.InvalidValueError):
            empty.users.sync([person("bo"), user])
        assert empty.users.all() == ()


class TestSync:
    def test_only_those_who_differ_are_saved(self, empty: sl.Licensing) -> None:
        empty.users.sync([person("anna"), person("bo")], by="directory")
        before = empty.revision()
        renamed = evolve(person("bo"), name="Bo Bech")
        assert empty.users.sync([person("anna"), renamed, person("cy")]) == (
            sl.SaveReceipt(user=renamed, status=sl.SaveStatus.UPDATED),
            sl.SaveReceipt(user=person("cy"), status=sl.SaveStatus.CREATED),
        )
        assert empty.revision().number == before.number + 1
        assert empty.users.sync([renamed, person("anna")]) == ()
        assert empty.revision().number == before.number + 1
        assert [entry.by for entry in empty.journal.entries()] == ["directory", "directory", "host", "host"]

    def test_who_is_missing_stays_unless_asked_to_go(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("bo", SALES, by="admin")
        assert licensing.users.sync([person("anna")]) == ()
        gone = licensing.users.sync([person("anna")], retire_missing=True)
        assert [(one.user.id, one.user.retired, one.status) for one in gone] == [
            ("bo", True, sl.SaveStatus.RETIRED),
            ("cy", True, sl.SaveStatus.RETIRED),
        ]
        assert licensing.seats.held_by("bo") == ()
        assert licensing.users.sync([person("anna")], retire_missing=True) == ()

    def test_who_comes_back_is_rehired_only_if_asked(self, licensing: sl.Licensing) -> None:
        licensing.seats.retire("anna", by="admin")
        retired = person("anna", retired=True)
        still = sl.SaveReceipt(user=retired, status=sl.SaveStatus.STILL_RETIRED)
        assert licensing.users.sync([person("anna")]) == (still,)
        assert licensing.users.find("anna") == retired
        assert licensing.users.sync([person("anna")], rehire=True)[0].status is sl.SaveStatus.REHIRED
        assert licensing.users.find("anna") == person("anna")

    def test_too_many_losses_have_to_be_expected(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        for expected in (None, 0, 2, 4):
            with pytest.raises(sl.RefusedError) as caught:
                licensing.users.sync([], retire_missing=True, expect_losses=expected)
            assert caught.value.code == "too_many_losses"
        assert licensing.revision() == before
        assert len(licensing.users.sync([], retire_missing=True, expect_losses=3)) == 3

    @pytest.mark.parametrize("expected", [-1, True, "3", 3.0])
    def test_expected_losses_are_a_number(self, licensing: sl.Licensing, expected: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError):
            licensing.users.sync([], expect_losses=expected)

    def test_the_last_administrator_stays(self, licensing: sl.Licensing) -> None:
        root = person("root", administrator=True)
        licensing.users.save(root)
        everybody = [person(name) for name in ("anna", "bo", "cy")]
        commands = (
            lambda **force: licensing.users.save(person("root"), **force),
            lambda **force: licensing.users.sync(everybody, retire_missing=True, **force),
            lambda **force: licensing.seats.retire("root", by="admin", **force),
            lambda **force: licensing.apply([sl.Retire(user="root", **force)], by="admin"),
        )
        for command in commands:
            with pytest.raises(sl.RefusedError) as caught:
                command()
            assert caught.value.code == "last_administrator"
            assert licensing.gate.administer("root")
            command(force=True)
            assert not licensing.gate.administer("root")
            licensing.users.save(root, rehire=True)

    def test_an_administrator_may_be_replaced_in_one_go(self, licensing: sl.Licensing) -> None:
        licensing.users.save(person("root", administrator=True))
        chosen = [*(person(name) for name in ("anna", "bo")), person("cy", administrator=True)]
        licensing.users.sync(chosen, retire_missing=True)
        assert licensing.gate.administer("cy")

    def test_a_refusal_names_the_place_in_the_list(self, licensing: sl.Licensing) -> None:
        licensing.users.save(person("root", administrator=True))
        with pytest.raises(sl.RefusedError) as caught:
            licensing.users.sync([person("anna"), person("bo"), person("root"), person("dora")])
        (reason,) = caught.value.reasons
        assert (reason.params["holder"], reason.params["place"]) == ("root", 2)

    def test_a_user_named_twice_alike_is_one(self, empty: sl.Licensing) -> None:
        assert empty.users.sync([person("anna"), person("anna")])[0].user == person("anna")
        assert len(empty.users.all()) == 1

    def test_a_user_named_twice_unlike_is_an_error(self, empty: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError) as caught:
            empty.users.sync([person("anna"), person("bo"), person("anna", may_log_in=False)])
        assert caught.value.path == "users[2].id"
        assert empty.users.all() == ()

    def test_users_may_come_from_anywhere(self, empty: sl.Licensing) -> None:
        assert len(empty.users.sync(person(name) for name in ("anna", "bo"))) == 2


SUITE = package(
    licenses=(
        system("server"),
        system("online-webservices"),
        system("suite"),
        module("suite-user", 2),
        module("user"),
        module("web"),
    )
)


class TestSuite:
    """Under the Suite a seat follows the right to log in."""

    @pytest.fixture
    def suite(self, empty: sl.Licensing) -> sl.Licensing:
        empty.packages.adopt_unsigned(SUITE, by="admin")
        return empty

    def test_the_seat_comes_and_goes_with_the_flag(self, suite: sl.Licensing) -> None:
        suite.users.save(person("anna"))
        assert suite.seats.usage("suite-user").holders == ("anna",)
        suite.users.save(person("anna", may_log_in=False))
        assert suite.seats.usage("suite-user").holders == ()

    def test_without_a_seat_nobody_is_saved(self, suite: sl.Licensing) -> None:
        suite.users.sync([person("anna"), person("bo")])
        with pytest.raises(sl.RefusedError) as caught:
            suite.users.save(person("cy"))
        assert caught.value.code == "no_seat_left"
        assert suite.users.find("cy") is None
        suite.users.save(person("cy", may_log_in=False))

    def test_all_or_nobody_with_every_reason(self, suite: sl.Licensing) -> None:
        people = [person(name) for name in ("anna", "bo", "cy", "dora")]
        with pytest.raises(sl.RefusedError) as caught:
            suite.users.sync(people)
        assert [str(reason.code) for reason in caught.value.reasons] == ["no_seat_left", "no_seat_left"]
        assert suite.users.all() == ()

    def test_whoever_leaves_makes_room_for_whoever_comes(self, suite: sl.Licensing) -> None:
        suite.users.sync([person("anna"), person("bo")])
        chosen = [person("cy"), person("dora"), person("bo", may_log_in=False)]
        suite.users.sync(chosen, retire_missing=True, expect_losses=2)
        assert suite.seats.usage("suite-user").holders == ("cy", "dora")

    def test_the_seat_is_not_assigned_by_hand(self, suite: sl.Licensing) -> None:
        suite.users.save(person("anna", may_log_in=False))
        with pytest.raises(sl.RefusedError) as caught:
            suite.seats.assign("anna", "suite-user", by="admin")
        assert caught.value.reasons[0].params["hint"] == "users.save"

    def test_the_gate_follows_at_once(self, suite: sl.Licensing) -> None:
        suite.users.save(person("anna", may_log_in=False))
        assert not suite.gate.login("anna", WEB)
        suite.users.save(person("anna"))
        assert suite.gate.holds("anna", "suite-user")


class TestSites:
    def test_a_site_is_stored_as_given(self, empty: sl.Licensing, clock: Clock) -> None:
        aarhus = sl.Site(id="aarhus", name="Århus", company="Nordvik Jylland A/S")
        assert empty.sites.save(aarhus) == aarhus
        assert empty.sites.find("aarhus") == aarhus
        clock.forward(days=1)
        empty.sites.save(evolve(aarhus, name="Aarhus"))
        empty.sites.save(sl.Site(id="aalborg", name="Aalborg"))
        assert [site.name for site in empty.sites.all()] == ["Aalborg", "Aarhus"]
        assert empty.sites.all(at=START) == (aarhus,)
        assert empty.sites.find("aarhus", at=START) == aarhus
        assert empty.sites.find("aalborg", at=START) is None

    def test_the_central_one_needs_no_saving(self, empty: sl.Licensing) -> None:
        assert empty.sites.find("central") is None
        assert empty.sites.all() == ()


class TestWarnings:
    """Ids that people cannot tell apart and users with two plans are told, and are no error."""

    @pytest.mark.parametrize("seal_key", [None, bytes(32)])
    def test_verifying_warns_of_them(self, store: sl.Store, clock: Clock, seal_key: bytes | None) -> None:
        licensing = open_licensing(store, clock=clock, seal_key=seal_key)
        licensing.users.sync([person("anna"), person("bo"), person("Anna")])
        report = licensing.verify_store()
        (finding,) = report.findings
        assert (finding.code, finding.severity, finding.table, finding.key) == (
            sl.FindingCode.IDS_LOOK_ALIKE,
            sl.Severity.WARNING,
            "users",
            "Anna",
        )
        assert finding.explanation == "the id 'Anna' looks like 'anna'"
        assert report.ok
        licensing.seats.retire("Anna", by="admin")
        assert licensing.verify_store().findings == ()

    def test_verifying_warns_of_two_plans(self, licensing: sl.Licensing, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as older_version:
            older_version.setattr("superlicense.rules.seats.seating.second_plans", lambda *_: ())
            older_version.setattr("superlicense.rules.apply.added_plans", lambda *_: ())
            for plan in (SALES, SERVICE):
                licensing.seats.assign("anna", plan, by="admin")
        report = licensing.verify_store()
        (finding,) = report.findings
        assert (finding.code, finding.severity, finding.table, finding.key) == (
            sl.FindingCode.TWO_PLANS,
            sl.Severity.WARNING,
            "assignments",
            "anna",
        )
        assert report.ok
        assert [(one.code, one.text) for one in licensing.screens.status("anna").warnings] == [
            ("two_plans", "These users have several user plans of SuperOffice; release all but one of them: anna.")
        ]
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.verify_store().findings == ()

    def test_every_other_finding_is_an_error(self) -> None:
        for code in sl.FindingCode:
            finding = sl.Finding(code=code, explanation="")
            assert sl.StoreReport(sealed=False, rows=0, entries=0, findings=[finding]).ok is (
                finding.severity is sl.Severity.WARNING
            )
            assert (finding.severity is sl.Severity.WARNING) == (
                code in {sl.FindingCode.IDS_LOOK_ALIKE, sl.FindingCode.TWO_PLANS}
            )


def test_receipts_are_written_as_plain_data(licensing: sl.Licensing) -> None:
    saved = licensing.users.save(sl.User(id="eva", name="Eva"))
    assert saved.to_dict()["status"] == "created"
    assert (saved.to_dict()["user"]["name"], saved.to_dict()["user"]["type"]) == ("Eva", "internal")
    assert licensing.seats.retire("eva", by="admin").to_dict()["status"] == "retired"
    assert licensing.users.forget("eva", by="admin").to_dict() == {"user": "eva", "mentions": []}

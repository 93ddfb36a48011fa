from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import INSTALLATION, SALES, SERVICE, Clock, package, person


class TestOpening:
    def test_an_installation_is_opened_in_a_store(self, store: sl.Store, clock: Clock) -> None:
        policy = sl.Policy(on_site=True)
        licensing = sl.Licensing(store, INSTALLATION, trust=None, clock=clock, policy=policy)
        assert licensing.installation == INSTALLATION
        assert licensing.policy is policy
        assert licensing.revision().number == 0

    def test_trust_is_always_said_explicitly(self, store: sl.Store) -> None:
        with pytest.raises(TypeError):
            sl.Licensing(store, INSTALLATION)  # type: ignore[call-arg]  # on purpose

    def test_what_is_no_trust_root_is_an_error(self, store: sl.Store) -> None:
        with pytest.raises(sl.SuperlicenseError):
            sl.Licensing(store, INSTALLATION, trust=b"no root")

    def test_an_unknown_time_zone_is_an_error(self, store: sl.Store) -> None:
        with pytest.raises(sl.UnknownTimeZoneError):
            sl.Licensing(store, evolve(INSTALLATION, time_zone="Europe/Atlantis"), trust=None)

    @pytest.mark.parametrize("installation", [None, "1010000014", sl.Policy()])
    def test_only_an_installation_is_opened(self, store: sl.Store, installation: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError, match=r"^installation: "):
            sl.Licensing(store, installation, trust=None)

    @pytest.mark.parametrize("policy", ["strict", 0, {}])
    def test_only_a_policy_is_followed(self, store: sl.Store, policy: Any) -> None:  # noqa: ANN401 - anything
        with pytest.raises(sl.InvalidValueError, match=r"^policy: "):
            sl.Licensing(store, INSTALLATION, trust=None, policy=policy)

    def test_the_time_zone_is_resolved_once(self, store: sl.Store) -> None:
        licensing = sl.Licensing(store, evolve(INSTALLATION, time_zone="Europe/Copenhagen"), trust=None)
        assert str(licensing.zone) == "Europe/Copenhagen"

    def test_what_was_stored_is_there_again(self, licensing: sl.Licensing, store: sl.Store, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        again = sl.Licensing(store, INSTALLATION, trust=None, clock=clock)
        assert again.users.all() == licensing.users.all()
        assert again.seats.held_by("anna") == licensing.seats.held_by("anna")
        assert again.packages.current() == licensing.packages.current()
        assert again.journal.entries() == licensing.journal.entries()
        assert again.revision() == licensing.revision()


class TestApply:
    def test_changes_are_taken_in_order_in_one_transaction(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        sales = sl.LicenseName.parse(SALES)
        applied = licensing.apply(
            [
                sl.SaveUser(user=person("dora")),
                sl.Assign(license=sales, holder="dora"),
                sl.Assign(license=sales, holder="anna"),
                sl.ChangePlan(holder="anna", license=sl.LicenseName.parse(SERVICE)),
                sl.SaveSite(site=sl.Site(id="aarhus", name="Århus")),
                sl.Retire(user="cy"),
            ],
            by="admin",
        )
        assert licensing.revision().number == before.number + 1
        assert [entry.change for entry in applied.entries] == [
            "SaveUser",
            "Assign",
            "Assign",
            "ChangePlan",
            "SaveSite",
            "Retire",
        ]
        assert applied.entries == licensing.journal.entries()[-6:]
        assert licensing.gate.holds("dora", SALES)
        assert licensing.gate.holds("anna", SERVICE)
        assert not licensing.gate.holds("anna", SALES)

    def test_all_or_nothing_with_every_reason(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        sales = sl.LicenseName.parse(SALES)
        changes = [sl.SaveUser(user=person(f"user{number}")) for number in range(5)]
        with pytest.raises(sl.RefusedError) as caught:
            licensing.apply(
                [
                    *changes,
                    *(sl.Assign(license=sales, holder=f"user{number}") for number in range(5)),
                    sl.Retire(user="nobody"),
                    sl.EndEvent(event_id="no such event"),
                ],
                by="admin",
            )
        # Three seats, five users: two are refused, and the rest is looked at all the same.
        assert [str(reason.code) for reason in caught.value.reasons] == [
            "no_seat_left",
            "no_seat_left",
            "unknown_user",
            "unknown_event",
        ]
        assert caught.value.code == "no_seat_left"
        assert licensing.revision() == before
        assert licensing.users.find("user0") is None
        assert licensing.seats.usage(SALES).in_use == 0

    def test_nothing_to_do_is_nothing_done(self, licensing: sl.Licensing) -> None:
        before = licensing.revision()
        assert licensing.apply([], by="admin").entries == ()
        assert licensing.apply(iter([sl.SaveUser(user=person("anna"))]), by="admin").rows == ()
        assert licensing.revision() == before

    @pytest.mark.parametrize("change", [None, "Retire", object(), person("anna"), []])
    def test_what_is_no_change_is_an_error(self, licensing: sl.Licensing, change: Any) -> None:  # noqa: ANN401 - anything
        before = licensing.revision()
        with pytest.raises(TypeError):
            licensing.apply([sl.SaveUser(user=person("dora")), change], by="admin")
        assert licensing.revision() == before
        assert licensing.users.find("dora") is None

    def test_documents_without_bytes_are_refused(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.SuperlicenseError):
            licensing.apply([sl.ActivatePackage(package=package(issue=2))], by="admin")
        current = licensing.packages.current()
        assert current is not None
        assert current.issue == 1

    def test_many_at_once(self, licensing: sl.Licensing) -> None:
        licensing.apply([sl.SaveUser(user=person(f"user{number:04}")) for number in range(500)], by="admin")
        assert len(licensing.users.all()) == 503


class TestRevision:
    def test_it_differs_after_every_change_and_only_then(self, licensing: sl.Licensing) -> None:
        seen = [licensing.revision()]
        for user in ("anna", "bo", "cy"):
            licensing.seats.assign(user, SALES, by="admin")
            assert licensing.revision() == licensing.revision()
            seen.append(licensing.revision())
        assert len({revision.token for revision in seen}) == 4
        assert [revision.number for revision in seen] == [2, 3, 4, 5]

    def test_a_decision_lasts_until_it_differs(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        decision, revision = licensing.gate.login("anna", sl.Client.WEB), licensing.revision()
        assert licensing.revision() == revision
        assert licensing.gate.login("anna", sl.Client.WEB) is decision
        licensing.seats.release("anna", SALES, by="admin")
        assert licensing.revision() != revision

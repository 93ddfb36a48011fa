"""Rehearsals: a new price list over every customer, before any of them gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.testing.contract.blocks import in_threads
from tests.installation import EXPIRES_AT, STOPS_AT, WARNS_AT, Clock
from tests.licensing.customers import customer, customers, fleet_on, furnish_customer, package_for
from tests.licensing.plain_store import NO_GRACE, Plain
from tests.licensing.vendor import issued, root

ONE, TWO, THREE = customers(3)


@pytest.fixture
def fleet() -> sl.Fleet:
    """Three customers: two with anna and bo, one with bo alone."""
    fleet = fleet_on()
    for installation, users in ((ONE, ("anna", "bo")), (TWO, ("bo",)), (THREE, ("anna", "bo"))):
        furnish_customer(fleet.open(installation), *users)
    return fleet


def without_quotes(installation: sl.Installation) -> sl.LicensePackage:
    """Return the price list of next year: who sells may no longer edit quotes."""
    package = package_for(installation, issue=7)
    rows = [
        evolve(row, grants=tuple(grant for grant in row.grants if grant.module != "quote-cal"))
        for row in package.licenses
    ]
    return evolve(package, licenses=rows)


class TestRehearse:
    def test_it_names_who_would_be_hurt(self, fleet: sl.Fleet) -> None:
        before = [fleet.open(one).revision() for one in (ONE, TWO, THREE)]
        found = list(fleet.rehearse(without_quotes, [ONE, TWO, THREE]))
        assert [(one.installation, one.number, one.total) for one in found] == [(ONE, 1, 3), (TWO, 2, 3), (THREE, 3, 3)]
        assert [[(each.user, each.name) for each in one.hurt] for one in found] == [
            [("anna", "Anna"), ("bo", "Bo")],
            [("bo", "Bo")],
            [("anna", "Anna"), ("bo", "Bo")],
        ]
        anna = found[0].hurt[0]
        assert (anna.lost, anna.features_lost, anna.logins_lost) == (
            ("superoffice.quote-cal",),
            ("superoffice.quote",),
            (),
        )
        assert [(one.can_be_activated, one.safe_unattended) for one in found] == [(True, False)] * 3
        assert [fleet.open(one).revision() for one in (ONE, TWO, THREE)] == before

    def test_it_equals_a_preview_of_each(self, fleet: sl.Fleet) -> None:
        everybody = [ONE, TWO, THREE]
        for one in fleet.rehearse(without_quotes, everybody):
            assert one.preview == fleet.open(one.installation).packages.preview_unsigned(
                without_quotes(one.installation)
            )

    def test_logins_that_would_be_lost_are_named(self, fleet: sl.Fleet) -> None:
        def without_web(installation: sl.Installation) -> sl.LicensePackage:
            package = package_for(installation, issue=7)
            return evolve(
                package, licenses=[row for row in package.licenses if row.name.module != "online-webservices"]
            )

        (found,) = fleet.rehearse(without_web, [TWO])
        assert found.hurt[0].logins_lost == ("api", "web")

    def test_who_only_gains_is_not_hurt(self, fleet: sl.Fleet) -> None:
        def with_more(installation: sl.Installation) -> sl.LicensePackage:
            package = package_for(installation, issue=7)
            gained = sl.LicenseName("superoffice", "windows")
            rows = [evolve(row, grants=(*row.grants, gained)) if row.grants else row for row in package.licenses]
            return evolve(package, licenses=rows)

        (found,) = fleet.rehearse(with_more, [ONE])
        assert found.preview is not None
        assert [effect.gained for effect in found.preview.effects] == [("superoffice.windows",)] * 2
        assert (found.hurt, found.safe_unattended) == ((), True)

    def test_what_blocks_one_is_in_its_preview(self, fleet: sl.Fleet) -> None:
        found = list(fleet.rehearse(lambda installation: package_for(installation, issue=7, seats=1), [ONE, TWO]))
        assert [one.can_be_activated for one in found] == [False, True]
        assert found[0].preview is not None
        assert found[0].preview.blockers[0].holders == ("anna", "bo")
        assert found[1].safe_unattended

    def test_signed_packages_are_verified(self) -> None:
        fleet = fleet_on(trust=root())

        def document(installation: sl.Installation) -> bytes:
            made_out_to = TWO if installation == THREE else installation
            return issued(1, company=made_out_to.company, serial_number=made_out_to.serial_number)

        found = list(fleet.rehearse(document, [ONE, TWO, THREE]))
        assert [one.error and one.error.code for one in found] == [None, None, "other_company"]
        assert [one.preview is None for one in found] == [False, False, True]

    def test_one_failure_is_no_other_s(self, fleet: sl.Fleet) -> None:
        def document(installation: sl.Installation) -> object:
            if installation == ONE:
                return without_quotes(installation)
            if installation == TWO:
                raise LookupError("no price list")
            return None if installation == THREE else 5

        found = list(fleet.rehearse(document, [TWO, customer(9), THREE, ONE]))  # type: ignore[arg-type]  # on purpose
        assert [one.error and one.error.code for one in found] == ["package_source_failed"] * 2 + [None, None]
        assert [one.preview is None for one in found] == [True, True, True, False]
        assert (found[2].can_be_activated, found[2].safe_unattended, found[2].hurt) == (False, False, ())

    def test_an_error_of_ours_is_told_as_it_is(self, fleet: sl.Fleet) -> None:
        def document(_: sl.Installation) -> bytes:
            raise sl.NoTrustRootError

        (found,) = fleet.rehearse(document, [ONE])
        assert isinstance(found.error, sl.NoTrustRootError)

    def test_it_is_streamed_and_keeps_nothing_open(self) -> None:
        store = sl.MemoryStore()
        furnish_customer(fleet_on(store).open(ONE), "anna")
        fleet = fleet_on(store)
        asked: list[sl.Installation] = []

        def document(installation: sl.Installation) -> sl.LicensePackage:
            asked.append(installation)
            return without_quotes(installation)

        def everybody() -> Iterator[sl.Installation]:
            yield from customers(5)

        found = fleet.rehearse(document, everybody())
        assert asked == []
        next(found)
        second = next(found)
        assert asked == customers(2)
        assert (second.number, second.total) == (2, None)
        assert len(fleet) == 0

    def test_what_is_open_is_used_and_stays(self, fleet: sl.Fleet) -> None:
        held = fleet.open(ONE)
        list(fleet.rehearse(without_quotes, [ONE, customer(9)]))
        assert fleet.open(ONE) is held
        assert len(fleet) == 3

    def test_it_is_plain_data(self, fleet: sl.Fleet) -> None:
        one, two = fleet.rehearse(
            lambda installation: package_for(installation, issue=7, seats=1) if installation == ONE else None,
            (ONE, TWO),
        )
        data = one.to_dict()
        assert json.loads(json.dumps(data)) == data
        assert data["installation"]["company"] == ONE.company
        assert (data["number"], data["total"], data["can_be_activated"], data["error"]) == (1, 2, False, None)
        assert data["preview"]["blockers"][0]["reason"]["code"] == "seats_exceed_total"
        assert "text" not in data["preview"]["blockers"][0]["reason"]
        told = one.to_dict(sl.message)
        assert told["preview"]["blockers"][0]["reason"]["text"] == sl.message(one.preview.blockers[0].reason)  # type: ignore[union-attr]
        assert two.to_dict()["preview"] is None
        hurt = sl.HurtUser(user="anna", name="Anna", lost=("superoffice.web",))
        assert hurt.to_dict() == {
            "user": "anna",
            "name": "Anna",
            "lost": ["superoffice.web"],
            "features_lost": [],
            "logins_lost": [],
        }
        (failed,) = fleet.rehearse(lambda _: b"no document", [ONE])
        assert isinstance(failed.error, sl.SuperlicenseError)
        assert failed.to_dict()["error"] == {"code": failed.error.code}
        assert failed.to_dict(sl.message)["error"] == {"code": failed.error.code, "text": sl.message(failed.error)}

    def test_two_threads_may_rehearse_at_once(self, fleet: sl.Fleet) -> None:
        def run() -> None:
            found = list(fleet.rehearse(without_quotes, [ONE, TWO, THREE]))
            assert [len(one.hurt) for one in found] == [2, 1, 2]

        in_threads(run, run)


class TestDates:
    def test_they_are_those_of_every_open_installation(self, fleet: sl.Fleet, clock: Clock) -> None:
        found = fleet.dates(STOPS_AT)
        assert {one.date.words_in for one in found.dates} == {None}, "the packages of all customers would be kept"
        assert [(one.date.at, one.installation, str(one.date.kind)) for one in found] == [
            *((WARNS_AT, each, "warns") for each in (ONE, TWO, THREE)),
            *((EXPIRES_AT, each, "expires") for each in (ONE, TWO, THREE)),
        ]
        assert len(found) == 6
        assert found.failures == ()
        assert next(iter(found)).to_dict() == found.to_dict()["dates"][0]
        assert found.to_dict()["dates"][0]["date"] == {
            "at": "2027-02-27T00:00:00Z",
            "owner": "superoffice",
            "kind": "warns",
        }
        assert clock.now < WARNS_AT

    def test_or_of_those_that_are_named(self, fleet: sl.Fleet) -> None:
        found = fleet.dates(EXPIRES_AT, [TWO, customer(9)])
        assert [(one.installation, one.date.kind) for one in found] == [(TWO, sl.PackageDateKind.WARNS)]
        assert len(fleet) == 3

    def test_one_failure_is_no_other_s(self, clock: Clock) -> None:
        store = Plain(sl.MemoryStore())
        fleet = fleet_on(store, clock=clock, policy=NO_GRACE)
        for installation in (ONE, TWO, THREE):
            furnish_customer(fleet.open(installation), "anna")
        store.failing = {TWO.company}
        clock.forward(seconds=1)
        found = fleet.dates(EXPIRES_AT)
        assert [one.installation for one in found] == [ONE, THREE]
        assert [(one.installation, one.error.code) for one in found.failures] == [(TWO, "store_unavailable")]
        assert found.to_dict()["failures"][0]["error"]["code"] == "store_unavailable"

    def test_an_end_without_a_zone_is_refused(self, fleet: sl.Fleet) -> None:
        with pytest.raises(sl.InvalidValueError, match="until"):
            fleet.dates(WARNS_AT.replace(tzinfo=None))

    def test_those_of_one_installation(self, fleet: sl.Fleet) -> None:
        packages = fleet.open(ONE).packages
        assert [one.kind for one in packages.dates(STOPS_AT)] == ["warns", "expires"]
        assert packages.dates(STOPS_AT, at=EXPIRES_AT)[0].at == EXPIRES_AT

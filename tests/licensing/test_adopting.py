"""Unsigned packages: every check but signature, trust and revocation."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import (
    SALES,
    SERVICE,
    START,
    STOPS_AT,
    Clock,
    module,
    open_licensing,
    package,
    partner_package,
    plan,
    price_list,
)


def test_a_package_without_numbers_gets_the_next_ones(licensing: sl.Licensing, clock: Clock) -> None:
    first = licensing.packages.current()
    assert first is not None
    assert (first.issue, first.issued_at) == (1, START)
    clock.forward(days=1, microseconds=7)
    second = licensing.packages.adopt_unsigned(package(seats=9), by="boss")
    # The document has whole seconds.
    assert (second.package.issue, second.package.issued_at) == (2, START + timedelta(days=1))
    assert (second.installed_at, second.installed_by) == (clock.now, "boss")
    assert (second.unsigned, second.waiting, second.signed_by, second.root_version) == (True, False, (), None)
    assert len(second.digest) == 64
    assert licensing.packages.current() == second.package
    assert [installed.package.issue for installed in licensing.packages.history()] == [1, 2]


def test_numbers_that_are_given_are_kept(empty: sl.Licensing) -> None:
    given = package(issue=70, issued_at=START - timedelta(days=1))
    assert empty.packages.adopt_unsigned(given, by="admin").package == given
    assert empty.packages.adopt_unsigned(package(seats=4), by="admin").package.issue == 71


@pytest.mark.parametrize("again", [package(), package(issue=1), package(issued_at=START)])
def test_an_equal_package_again_changes_nothing(
    licensing: sl.Licensing, clock: Clock, again: sl.LicensePackage
) -> None:
    (first,) = licensing.packages.history()
    before = licensing.revision()
    clock.forward(days=1)
    assert licensing.packages.adopt_unsigned(again, by="boss") == first
    assert licensing.revision() == before
    assert len(licensing.packages.history()) == 1


def test_a_lower_issue_is_a_rollback(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(package(issue=7), by="admin")
    with pytest.raises(sl.PackageRollbackError) as caught:
        empty.packages.adopt_unsigned(package(issue=6), by="admin")
    assert caught.value.code == "package_rollback"
    current = empty.packages.current()
    assert current is not None
    assert current.issue == 7


def test_the_same_issue_with_other_contents_is_a_conflict(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(package(issue=7), by="admin")
    with pytest.raises(sl.PackageConflictError) as caught:
        empty.packages.adopt_unsigned(package(issue=7, seats=99), by="admin")
    assert caught.value.code == "package_conflict"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("company", "Solvang Lys AS", "other_company"),
        ("serial_number", "1010000022", "other_serial_number"),
        ("database_id", "0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44", "other_database"),
    ],
)
def test_a_package_made_out_to_others_is_refused(licensing: sl.Licensing, field: str, value: str, code: str) -> None:
    before = licensing.revision()
    fields: dict[str, Any] = {field: value}
    with pytest.raises(sl.RefusedError) as caught:
        licensing.packages.adopt_unsigned(evolve(package(seats=9), **fields), by="admin")
    assert caught.value.code == code
    assert licensing.revision() == before


def test_a_package_that_has_stopped_is_refused(empty: sl.Licensing, clock: Clock) -> None:
    clock.now = STOPS_AT
    with pytest.raises(sl.RefusedError) as caught:
        empty.packages.adopt_unsigned(package(), by="admin")
    assert caught.value.code == "package_stopped"


def test_what_is_in_use_must_fit(licensing: sl.Licensing) -> None:
    for user in ("anna", "bo"):
        licensing.seats.assign(user, SALES, by="admin")
    with pytest.raises(sl.RefusedError) as caught:
        licensing.packages.adopt_unsigned(package(seats=1), by="admin")
    (reason,) = caught.value.reasons
    assert reason.code is sl.ReasonCode.SEATS_EXCEED_TOTAL
    assert (reason.params["in_use"], reason.params["new_total"], reason.params["remove"]) == (2, 1, 1)
    assert licensing.seats.usage(SALES).total == 3


def test_a_package_that_no_document_may_say_is_refused(licensing: sl.Licensing) -> None:
    naked = (*price_list(), plan("ten-nested", 1, SALES))
    with pytest.raises(sl.MalformedPackageError):
        licensing.packages.adopt_unsigned(package(licenses=naked), by="admin")


def test_partners_have_packages_of_their_own(licensing: sl.Licensing) -> None:
    licensing.packages.adopt_unsigned(partner_package(module("nordvik.routes", 1)), by="admin")
    for spelled in ("nordvik", "Nordvik", "NORDVIK"):
        found = licensing.packages.current(spelled)
        assert found is not None
        assert found.owner == "Nordvik"
        assert len(licensing.packages.history(spelled)) == 1
    assert licensing.packages.current("nobody") is None
    assert licensing.packages.history("nobody") == ()


def test_the_past_shows_the_package_of_then(licensing: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=1)
    licensing.packages.adopt_unsigned(package(seats=9), by="admin")
    assert licensing.seats.usage(SALES).total == 9
    assert licensing.seats.usage(SALES, at=START).total == 3
    then = licensing.packages.current(at=START)
    assert then is not None
    assert then.issue == 1
    assert licensing.packages.current(at=START - timedelta(microseconds=1)) is None


def test_what_an_import_said_besides_is_not_lost(empty: sl.Licensing, store: sl.Store, clock: Clock) -> None:
    said = evolve(package(), unmodeled={"LicenseInfo/Color": "blå"})
    empty.packages.adopt_unsigned(said, by="admin")
    again = open_licensing(store, clock=clock)
    current = again.packages.current()
    assert current is not None
    assert dict(current.unmodeled) == {"LicenseInfo/Color": "blå"}


def test_it_is_called_unsafe_in_the_log(empty: sl.Licensing, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "superlicense"):
        empty.packages.adopt_unsigned(package(), by="admin")
    assert "unsigned" in caplog.text
    assert "admin" in caplog.text


def test_what_is_worth_a_look_is_logged(empty: sl.Licensing, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "superlicense"):
        empty.packages.adopt_unsigned(
            package(licenses=(plan(SALES, 1, "user", "nothing-sold"), module("user"))), by="x"
        )
    assert "nothing-sold" in caplog.text


def test_a_package_may_be_adopted_as_of_an_earlier_instant(empty: sl.Licensing) -> None:
    then = datetime(2026, 1, 1, tzinfo=START.tzinfo)
    installed = empty.packages.adopt_unsigned(package(), by="admin", at=then)
    assert (installed.installed_at, installed.package.issued_at) == (then, then)


def test_a_preview_says_what_adopting_would_do_and_changes_nothing(licensing: sl.Licensing) -> None:
    licensing.seats.assign("anna", SALES, by="admin")
    before = licensing.revision()
    preview = licensing.packages.preview_unsigned(package(seats=5))
    assert [(one.license.module, one.in_use, one.new_total) for one in preview.changes] == [
        (SALES, 1, 5),
        (SERVICE, 0, 5),
    ]
    assert (preview.is_new, preview.package.issue, preview.can_be_activated) == (True, 2, True)
    assert licensing.packages.preview_unsigned(package()).is_new is False
    assert licensing.revision() == before
    release = sl.Release(license=sl.LicenseName.parse(SALES), holder="anna")
    fewer = package(licenses=tuple(row for row in price_list() if row.name.module != SALES))
    assert [one.holders for one in licensing.packages.preview_unsigned(fewer).blockers] == [("anna",)]
    assert licensing.packages.preview_unsigned(fewer, releases=[release]).can_be_activated


def test_a_preview_of_an_unsigned_package_is_not_activated(licensing: sl.Licensing) -> None:
    preview = licensing.packages.preview_unsigned(package(seats=5))
    with pytest.raises(sl.SuperlicenseError):
        licensing.packages.activate(preview, by="admin")

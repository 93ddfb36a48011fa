"""A tenant from the first package to the last login, with the reasons of every no."""

from __future__ import annotations

from datetime import timedelta

import pytest

import superlicense as sl
from tests.installation import (
    EDIT,
    SALES,
    SERVICE,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    codes,
    on_both_stores,
    open_licensing,
    package,
    person,
)


@on_both_stores
def test_a_tenant_from_the_first_package_to_the_last_login(store: sl.Store, clock: Clock) -> None:  # noqa: PLR0915 - one story
    licensing = open_licensing(store, clock=clock)
    gate, seats, users = licensing.gate, licensing.seats, licensing.users

    # Nothing is known, but an administrator may reach activation.
    users.save(person("root", administrator=True))
    assert codes(gate.login("root", WEB))[0] == "no_package"
    assert gate.administer("root")

    # The first package, and the first people.
    installed = licensing.packages.adopt_unsigned(package(seats=2), by="root")
    assert (installed.package.issue, installed.package.issued_at, installed.unsigned) == (1, clock.now, True)
    clock.forward(hours=1)
    users.sync([person(name) for name in ("anna", "bo", "cy")])
    assert codes(gate.login("anna", WEB)) == ["license_missing", "license_missing", "one_license_of"]

    # Seats, until there are none.
    clock.forward(hours=1)
    seats.assign("anna", SALES, by="root")
    seats.assign("bo", SALES, by="root")
    with pytest.raises(sl.RefusedError) as no_seat:
        seats.assign("cy", SALES, by="root")
    assert no_seat.value.code == "no_seat_left"
    assert seats.usage(SALES) == sl.SeatUsage(
        license=sl.LicenseName("superoffice", SALES), in_use=2, total=2, free=0, holders=("anna", "bo")
    )
    seats.assign("cy", SERVICE, by="root")
    assert all(gate.login(name, WEB) for name in ("anna", "bo", "cy"))
    assert gate.feature("anna", "quote", EDIT)
    assert not gate.feature("cy", "quote", EDIT)

    # A change of plan needs a free seat, and somebody who leaves frees one.
    with pytest.raises(sl.RefusedError):
        seats.change_plan("cy", SALES, by="root")
    clock.forward(days=1)
    seats.retire("bo", by="root")
    assert codes(gate.login("bo", WEB))[:1] == ["user_retired"]
    changed = seats.change_plan("cy", SALES, by="root")
    assert (changed.holder, changed.license, changed.start) == ("cy", "superoffice.ten-sales", clock.now)
    assert gate.feature("cy", "quote", EDIT)

    # Nobody logs in during maintenance, but for administrators.
    seats.change_plan("anna", SERVICE, by="root")
    seats.assign("root", SALES, by="root")
    notice = licensing.notices.start(sl.EventKind.NO_LOGIN, "Back at ten", by="root")
    assert codes(gate.login("anna", WEB)) == ["no_login_event"]
    assert gate.login("root", WEB)
    licensing.notices.end(notice.id, by="root")
    assert gate.login("anna", WEB)

    # The package runs out, and a new one renews it.
    clock.now = WARNS_AT
    assert [str(warning.code) for warning in gate.login("anna", WEB).warnings] == ["package_expires"]
    clock.now = STOPS_AT
    stopped = gate.login("anna", WEB)
    assert (stopped.outcome, bool(stopped), codes(stopped)) == (sl.Outcome.READ_ONLY, True, ["package_stopped"])
    assert not gate.feature("cy", "quote", EDIT)
    renewed = package(seats=5, validity=sl.Validity(expires_at=STOPS_AT + timedelta(days=365)))
    assert licensing.packages.adopt_unsigned(renewed, by="root").package.issue == 2
    assert gate.login("anna", WEB).outcome is sl.Outcome.ALLOWED
    assert seats.usage(SALES).total == 5

    # Another instance sees the same, and the past is still what it was.
    again = open_licensing(store, clock=clock)
    assert [user.id for user in again.users.all()] == ["anna", "bo", "cy", "root"]
    assert again.gate.login("anna", WEB) == gate.login("anna", WEB)
    assert [installed.package.issue for installed in again.packages.history()] == [1, 2]
    assert {entry.by for entry in again.journal.entries()} == {"root", "host"}
    assert [entry.change for entry in again.journal.entries(user="bo")] == ["SaveUser", "Assign", "Retire"]

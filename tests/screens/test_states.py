"""States on screens: what comes near, what waits, what cannot be told apart, and what a running event takes away."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.messages import Localizer
from superlicense.model.world import NotRefreshed
from superlicense.rules.world_update import empty_world
from superlicense.screens import LocalizedText
from superlicense.screens.context import ScreenContext
from superlicense.screens.status_tab import status_tab
from superlicense.time_zones import time_zone
from tests.for_each import for_each
from tests.installation import EXPIRES_AT, STOPS_AT, WARNS_AT, Clock, open_licensing
from tests.licensing.vendor import issued, partner_issued
from tests.screens.tenant import INSTALLATION, NOW, SALES, partner_package, staffed
from tests.screens.test_shown import ROWS

LANGUAGES = ("en", "da")
# Instants at which nothing ends.
NO_ENDS = {"activated", "counted_at", "issued_at", "next_check_at", "since", "starts_at"}


def texts(found: tuple[LocalizedText, ...]) -> list[str]:
    return [one.text for one in found]


def codes(found: tuple[LocalizedText, ...]) -> list[str]:
    return [one.code for one in found]


@for_each("row", ROWS)
def test_every_end_has_its_last_day(row: Any) -> None:  # noqa: ANN401  # a class
    hints = get_type_hints(row)
    names = [field.name for field in fields(row)]
    ends = [name for name in names if hints[name] in (datetime, datetime | None) and name not in NO_ENDS]
    days = [name for name in names if hints[name] in (date, date | None) and name != "passes_on"]
    assert days == ["on" if name == "at" else f"{name.removesuffix('_at')}_on" for name in ends]


# Seats


@pytest.mark.parametrize(
    ("seats", "code", "english", "danish"),
    [
        (2, "used_up", "Used up", "Opbrugt"),
        (30, "available", "Seats left", "Ledige pladser"),
    ],
)
def test_a_license_is_used_up_or_has_seats(
    trusting: sl.Licensing, seats: int, code: str, english: str, danish: str
) -> None:
    trusting.packages.activate(trusting.packages.preview(issued(2, seats=seats)), by="admin")
    for language, text in (("en", english), ("da", danish)):
        row = trusting.screens.license(SALES, language=language).row
        assert row.state == LocalizedText(code=code, text=text)


def test_a_license_is_nearly_used_up_when_a_tenth_is_left(trusting: sl.Licensing) -> None:
    trusting.packages.activate(trusting.packages.preview(issued(2, seats=20)), by="admin")
    trusting.users.sync([sl.User(id=f"u{number}", may_log_in=True) for number in range(16)])
    states = []
    for number in range(16):
        trusting.seats.assign(f"u{number}", SALES, by="admin")
        state = trusting.screens.license(SALES).row.state
        assert state is not None
        states.append(state.code)
    assert states == ["available"] * 15 + ["low"]


# Dates


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("at", "code", "days_left"),
    [(WARNS_AT - timedelta(seconds=1), "valid", 28), (WARNS_AT, "warning", 28), (EXPIRES_AT, "grace", 0)],
)
def test_a_date_that_comes_near_has_a_phase_and_days(
    tenant: sl.Licensing, at: datetime, code: str, days_left: int, language: str
) -> None:
    tab = tenant.screens.owner(at=at, language=language)
    status = tenant.screens.status("root", at=at, language=language)
    assert tab.phase is not None
    assert tab.expiry is not None
    assert (tab.phase.code, tab.expiry.days_left) == (code, days_left)
    assert (tab.stops_at, tab.stops_on) == (STOPS_AT, date(2027, 4, 8))
    if code == "grace":
        assert status.next_expiry is None
    else:
        assert status.next_expiry is not None
        assert (status.next_expiry.title, status.next_expiry.phase) == ("SuperOffice", tab.phase)
        assert status.next_expiry.expiry == tab.expiry
    warned = [] if code == "valid" else ["package_expires" if code == "warning" else "package_in_grace"]
    assert codes(tab.warnings) == codes(status.warnings) == warned


def test_a_grace_period_ends_on_the_day_before_its_midnight(empty: sl.Licensing) -> None:
    midnight = datetime(2027, 4, 8, 22, tzinfo=UTC)  # of 9 April in Copenhagen
    validity = sl.Validity(expires_at=EXPIRES_AT, grace_until=midnight)
    empty.packages.adopt_unsigned(partner_package(validity=validity), by="vendor")
    assert empty.screens.owner("nordvik").stops_on == date(2027, 4, 8)
    assert (empty.screens.owner().stops_at, empty.screens.owner().stops_on) == (None, None)


def test_an_event_is_expected_to_run_until_a_day(tenant: sl.Licensing) -> None:
    tenant.notices.start(
        sl.EventKind.NO_TRAVEL, "", expected_end=datetime(2026, 11, 26, 23, tzinfo=UTC), by="root"
    )  # midnight in Copenhagen
    (row,) = tenant.screens.status("root").notifications
    assert (row.finished, row.finished_on) == (datetime(2026, 11, 26, 23, tzinfo=UTC), date(2026, 11, 26))


# Users


def test_ids_that_look_alike_are_shown_with_each_user_and_on_the_status_tab(tenant: sl.Licensing) -> None:
    tenant.users.save(sl.User(id="Anna", may_log_in=True))
    alike = {user.id: user.looks_like for user in tenant.screens.user_licenses().users if user.looks_like}
    assert alike == {"Anna": ("anna",), "anna": ("Anna",)}
    assert tenant.screens.user("anna").user.looks_like == ("Anna",)
    assert tenant.screens.user("bo").user.looks_like == ()
    assert codes(tenant.screens.status("root").warnings) == ["ids_look_alike"]
    tenant.seats.retire("Anna", by="root")
    assert tenant.screens.user("anna").user.looks_like == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No user can administer this installation. Save a user who can log in as an administrator."),
        ("da", "Ingen bruger kan administrere denne installation. Gem en bruger, der kan logge på, som administrator."),
    ],
)
def test_where_nobody_may_administer_it_says_so(trusting: sl.Licensing, language: str, text: str) -> None:
    told = trusting.screens.status("anna", language=language).no_administrator
    assert told == LocalizedText(code="no_administrator", text=text)
    # A user as the host knows them may, though nobody has saved them.
    root = sl.User(id="root", may_log_in=True, administrator=True)
    assert trusting.screens.status(root).no_administrator is None
    # One who cannot log in may not; one who can may, whoever looks.
    trusting.users.save(evolve(root, may_log_in=False))
    assert trusting.screens.status("root", language=language).no_administrator == told
    trusting.users.save(root)
    assert trusting.screens.status("anna").no_administrator is None


# Packages that wait


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_renewal_that_waits_says_why(trusting: sl.Licensing, language: str) -> None:
    trusting.users.save(sl.User(id="root", may_log_in=True, administrator=True))
    assert trusting.screens.owner().waiting_reasons == ()
    trusting.packages.offer(issued(2, seats=1), by="nightly")
    tab = trusting.screens.owner(language=language)
    assert codes(tab.waiting_reasons) == ["package_waiting", "seats_exceed_total"]
    # The same as on the Status tab, of administrators only.
    assert trusting.screens.status("root", language=language).warnings == tab.waiting_reasons
    assert trusting.screens.status("anna", language=language).warnings == ()
    # Once the seat is free, it only waits.
    trusting.seats.release("bo", SALES, by="admin")
    assert codes(trusting.screens.owner(language=language).waiting_reasons) == ["package_waiting"]


def test_a_tab_names_the_renewal_of_its_owner_only(trusting: sl.Licensing) -> None:
    trusting.packages.offer(issued(2, seats=1), by="nightly")
    partner = partner_issued(1, sl.ModuleLicense(name="nordvik.route-planner", scope=sl.LicenseScope.SYSTEM))
    trusting.packages.activate(trusting.packages.preview(partner), by="admin")
    assert trusting.screens.owner("nordvik").waiting_reasons == ()
    assert len(trusting.screens.owner().waiting_reasons) == len(("package_waiting", "seats_exceed_total"))


# Terms


def test_terms_that_differ_are_shown_with_the_service(store: sl.Store, clock: Clock) -> None:
    old = (meters.MAILINGS, meters.STORAGE)
    before = staffed(open_licensing(store, INSTALLATION, clock=clock, meters=old))
    sent = sl.UsageEvent(source="mailer", id="1", meter="mailings", quantity=1, at=NOW - timedelta(hours=1))
    before.meters.record([sent])
    new = open_licensing(store, INSTALLATION, clock=clock, meters=(evolve(meters.MAILINGS, included=9), meters.STORAGE))

    def differing(licensing: sl.Licensing, month: str | None = None, at: datetime | None = None) -> list[str]:
        shown = licensing.screens.metered_services(month, at=at)
        return [row.service.code for row in shown.services if row.terms_differ]

    assert codes(new.screens.status("root").warnings) == ["terms_differ"]
    assert (differing(before), differing(new)) == ([], ["mailings"])
    assert differing(new, "2026-10") == []  # of other months nobody compares them
    assert differing(new, at=NOW) == []


# Facts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "The licensing data has not been refreshed since 24 November 2026 at 09:00 CET",
        ),
        (
            "da",
            "Licensdata er ikke blevet opdateret siden 24. november 2026 kl. 09.00 CET",
        ),
    ],
)
def test_stale_facts_are_shown_with_their_age(language: str, text: str) -> None:
    since = datetime(2026, 11, 24, 8, tzinfo=UTC)
    facts = NotRefreshed(since=since, until=since + timedelta(hours=1))
    zone = time_zone("Europe/Copenhagen")
    context = ScreenContext(
        world=evolve(empty_world(INSTALLATION, sl.Policy()), not_refreshed=facts),
        at=since,
        zone=zone,
        localizer=Localizer(language, zone=zone),
    )
    warning = status_tab(context, None, "anna", {}, None).warnings[-1]
    assert (warning.code, warning.text.split(": ")[0]) == ("facts_not_refreshed", text)


# Events


@pytest.mark.parametrize(
    ("kind", "english", "danish"),
    [
        (sl.EventKind.NO_LOGIN, ["Login"], ["Logon"]),
        (
            sl.JobKind.COUNTER_REBUILD,
            ["Status images", "Statistics tab", "Counters"],
            ["Statusbilleder", "Fanen Statistik", "Tællere"],
        ),
        (sl.EventKind.MESSAGE_OF_THE_DAY, [], []),
    ],
)
def test_a_running_event_says_what_is_unavailable(
    tenant: sl.Licensing, kind: sl.EventKind | sl.JobKind, english: list[str], danish: list[str]
) -> None:
    event = sl.SystemEvent(id="e1", kind=kind, started_at=NOW)
    tenant.apply([sl.StartEvent(event=event)], by="root")
    for language, features in (("en", english), ("da", danish)):
        (row,) = tenant.screens.status("anna", language=language).notifications
        assert texts(row.effects) == features
        assert row.reaches_user

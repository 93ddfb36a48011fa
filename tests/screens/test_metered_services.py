"""The dashboard of metered services: used, included, above, and where the month is going."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.messages import Localizer
from superlicense.rules.world_update import empty_world
from superlicense.screens import DerivationRow, LocalizedText, MonthRow, ProjectionRow, ServiceRow
from superlicense.screens.context import ScreenContext
from superlicense.screens.metered_services import metered_services
from superlicense.time_zones import time_zone
from tests.installation import Clock, open_licensing
from tests.screens.golden import assert_golden
from tests.screens.tenant import INSTALLATION, NOW, STAFF, staffed

LANGUAGES = ("en", "da")
NOVEMBER = datetime(2026, 10, 31, 23, tzinfo=UTC)  # in Copenhagen
DECEMBER = datetime(2026, 11, 30, 23, tzinfo=UTC)
SOLD = (
    evolve(meters.MAILINGS, included=1_000, included_per_user=500, price_per_block=Decimal("0.5"), currency="DKK"),
    evolve(meters.STORAGE, included=10**9),
    meters.FORM_SUBMISSIONS,
    sl.Meter(code="nordvik.routes", unit="route", kind=sl.MeterKind.COUNTER, included=10),
)


def sent(quantity: int, at: datetime, meter: str = "mailings") -> sl.UsageEvent:
    return sl.UsageEvent(source="mailer", id=f"{meter} {at.isoformat()}", meter=meter, quantity=quantity, at=at)


@pytest.fixture
def metered(store: sl.Store, clock: Clock) -> sl.Licensing:
    """Five users; 4,000 e-mails in November, which includes 3,500, and 800 in October."""
    licensing = staffed(open_licensing(store, INSTALLATION, clock=clock, meters=SOLD))
    licensing.meters.record(
        [
            sent(800, NOVEMBER - timedelta(days=20)),
            sent(4_000, NOVEMBER + timedelta(days=10)),
            sent(7, NOVEMBER + timedelta(days=10), "nordvik.routes"),
            sent(600_000_000, NOVEMBER + timedelta(days=1), "storage"),
        ]
    )
    return licensing


def service(licensing: sl.Licensing, code: str, month: str | None = None, language: str = "en") -> ServiceRow:
    shown = licensing.screens.metered_services(month, language=language)
    (row,) = [row for row in shown.services if row.service.code == code]
    return row


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dashboard_looks_like_this(metered: sl.Licensing, language: str) -> None:
    assert_golden("metered_services", language, metered.screens.metered_services(language=language).to_dict())


def test_a_service_shows_what_was_used_and_what_lies_above(metered: sl.Licensing) -> None:
    row = service(metered, "mailings")
    assert (row.service.text, row.unit.text) == ("Emails sent via Mailings", "email")
    assert (row.used, row.threshold, row.overage) == (4_000, 3_500, 500)
    assert row.derivation == DerivationRow(
        included=1_000,
        included_per_user=500,
        users=5,
        counted=LocalizedText(code="highest", text="Peak number of users in the month"),
        counted_at=NOW,
        text="1,000 + 500 × 5 = 3,500 (peak users, 24 November 2026 at 10:00 CET)",
    )


def test_the_dashboard_says_what_the_meters_say(metered: sl.Licensing) -> None:
    """One truth: the invoice is made of the same numbers."""
    shown = metered.screens.metered_services("2026-11")
    usages = {usage.meter: usage for usage in metered.meters.usage("2026-11")}
    assert [row.service.code for row in shown.services] == list(usages)
    for row in shown.services:
        usage = usages[row.service.code]
        assert (row.used, row.threshold, row.overage) == (usage.used, usage.threshold, usage.overage)
        assert row.derivation.users == usage.users
    lines = {line.meter: (line.used, line.overage) for line in metered.meters.statement("2026-11").lines}
    assert {row.service.code: (row.used, row.overage) for row in shown.services} == lines


@pytest.mark.parametrize(
    ("code", "english", "danish"),
    [
        ("mailings", "Emails sent via Mailings", "E-mails sendt via Udsendelser"),
        ("storage", "Storage space used", "Brugt lagerplads"),
        ("form_submissions", "Form submissions", "Formularindsendelser"),
        ("nordvik.routes", "nordvik.routes", "nordvik.routes"),
    ],
)
def test_a_service_has_the_words_of_the_vendor_and_a_hosts_own_its_code(
    metered: sl.Licensing, code: str, english: str, danish: str
) -> None:
    assert service(metered, "nordvik.routes", language="da").unit == LocalizedText(code="route", text="route")
    assert service(metered, "form_submissions", language="da").unit == LocalizedText(
        code="submission", text="indsendelse"
    )
    assert service(metered, code, language="en").service == LocalizedText(code=code, text=english)
    assert service(metered, code, language="da").service == LocalizedText(code=code, text=danish)


def test_the_services_of_the_vendor_have_words_in_every_language() -> None:
    for meter in (*meters.STANDARD, *meters.SUITE):
        for language in LANGUAGES:
            for label in (f"meter.{meter.code}", f"unit.{meter.unit}"):
                assert sl.message(label, language) != label


# Months


def test_a_month_is_one_of_the_installations_zone(metered: sl.Licensing) -> None:
    shown = metered.screens.metered_services(sl.Month(2026, 11))
    assert (shown.month, shown.starts_at, shown.ends_at) == ("2026-11", NOVEMBER, DECEMBER)
    assert metered.screens.metered_services() == metered.screens.metered_services("2026-11") == shown


@pytest.mark.parametrize(
    ("forward", "month"), [({"days": 6, "hours": 13, "minutes": 59}, "2026-11"), ({"days": 6, "hours": 14}, "2026-12")]
)
def test_without_a_month_it_is_the_one_that_runs(
    metered: sl.Licensing, clock: Clock, forward: dict[str, float], month: str
) -> None:
    clock.forward(**forward)
    assert metered.screens.metered_services().month == month


def test_twelve_months_of_history_come_before_it_oldest_first(metered: sl.Licensing) -> None:
    history = service(metered, "mailings").history
    assert [row.month for row in history] == [
        *(f"2025-{month}" for month in (11, 12)),
        *(f"2026-{month:02}" for month in range(1, 11)),
    ]
    assert history[-1] == MonthRow(month="2026-10", used=800, threshold=1_000, overage=0)
    assert {(row.used, row.threshold) for row in history[:-1]} == {(0, 1_000)}
    # In December, November is history.
    assert service(metered, "mailings", "2026-12").history[-1] == MonthRow(
        month="2026-11", used=4_000, threshold=3_500, overage=500
    )


def test_a_closed_month_stays_in_the_history(metered: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=10)
    for month in ("2026-10", "2026-11"):
        metered.meters.close(month, by="billing")
    history = service(metered, "mailings").history
    assert (history[-1].month, history[-1].used, history[-1].overage) == ("2026-11", 4_000, 500)


def test_a_month_without_users_includes_the_fixed_part(metered: sl.Licensing) -> None:
    found = service(metered, "mailings", "2026-10").derivation
    assert found.users == 0
    assert found.text == "1,000 + 500 × 0 = 1,000 (peak users, 1 October 2026 at 00:00 CEST)"


def test_bought_seats_have_no_instant(store: sl.Store, clock: Clock) -> None:
    policy = sl.Policy(user_count=sl.UserCount.BOUGHT)
    licensing = staffed(open_licensing(store, INSTALLATION, clock=clock, meters=SOLD, policy=policy))
    found = service(licensing, "mailings", language="da").derivation
    assert (found.users, found.counted_at) == (63, None)
    assert found.counted == LocalizedText(code="bought", text="Købte brugerlicenser")
    assert found.text == "1.000 + 500 × 63 = 32.500 (købte brugerlicenser)"


# Where it is going


def test_a_month_that_runs_is_projected(metered: sl.Licensing) -> None:
    (expected,) = [one for one in metered.meters.projection("2026-11") if one.meter == "nordvik.routes"]
    found = service(metered, "nordvik.routes").projection
    assert found == ProjectionRow(
        expected=expected.expected,
        expected_overage=expected.expected_overage,
        expected_amount=str(expected.expected_amount),
        currency=expected.currency,
        passed=False,
        passes_on=expected.passes_on,
    )
    # Seven routes in 23 days and 10 hours of 30 days: nine, and ten are included.
    assert found == ProjectionRow(
        expected=9, expected_overage=0, expected_amount="0.00", currency="", passed=False, passes_on=None
    )


def test_what_has_passed_its_threshold_says_so(metered: sl.Licensing) -> None:
    found = service(metered, "mailings").projection
    assert found is not None
    assert found.passed
    assert found.expected_overage == found.expected - 3_500
    assert (found.expected_amount, found.currency) == ("812.50", "DKK")


def test_what_will_pass_its_threshold_says_when(metered: sl.Licensing) -> None:
    metered.meters.record([sent(2, NOW, "nordvik.routes")])
    # Nine routes in 23 days and 10 hours: at that rate the eleventh is begun in the evening of the 27th.
    found = service(metered, "nordvik.routes").projection
    assert found == ProjectionRow(
        expected=12, expected_overage=2, expected_amount="0.00", currency="", passed=False, passes_on=date(2026, 11, 27)
    )


@pytest.mark.parametrize("month", ["2026-10", "2026-12"])
def test_only_a_month_that_runs_is_projected(metered: sl.Licensing, month: str) -> None:
    assert service(metered, "mailings", month).projection is None


# The past


def test_the_past_shows_what_was_recorded_by_then(metered: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=1)
    metered.meters.record([sent(1_000, NOW)])
    metered.seats.retire("anna", by="root")
    assert service(metered, "mailings").used == 5_000
    then = metered.screens.metered_services("2026-11", at=NOW)
    (row,) = [row for row in then.services if row.service.code == "mailings"]
    assert (row.used, row.threshold, row.derivation.users) == (4_000, 3_500, len(STAFF))


@pytest.mark.parametrize("month", ["2026-13", "november", "0002-05"])
def test_a_month_has_to_be_one_with_a_year_before_it(metered: sl.Licensing, month: str) -> None:
    with pytest.raises(sl.InvalidValueError):
        metered.screens.metered_services(month)


def test_without_meters_there_is_nothing_to_show(store: sl.Store, clock: Clock) -> None:
    licensing = open_licensing(store, INSTALLATION, clock=clock, meters=())
    assert licensing.screens.metered_services().services == ()


def test_a_month_without_the_meter_is_empty(metered: sl.Licensing) -> None:
    """A host may pass readings of its own, such as those of meters that it began to sell this month."""
    november = sl.Month.parse("2026-11")

    class Readings:
        def usage(self, month: sl.Month, *, at: datetime | None = None) -> tuple[sl.MeterUsage, ...]:
            return metered.meters.usage(month, at=at) if month == november else ()

        bounds = staticmethod(metered.meters.bounds)
        projection = staticmethod(metered.meters.projection)

    world = empty_world(INSTALLATION, sl.Policy())
    context = ScreenContext(world=world, at=NOW, zone=time_zone("Europe/Copenhagen"), localizer=Localizer("en"))
    shown = metered_services(context, Readings(), november, None)
    assert {row for service in shown.services for row in service.history if row.month == "2026-10"} == {
        MonthRow(month="2026-10", used=0, threshold=0, overage=0)
    }

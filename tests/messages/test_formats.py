"""Dates, instants, numbers, amounts and sizes, as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from superlicense.messages import Localizer, formats
from superlicense.messages.formats import Formats, last_day_before
from superlicense.model.month import Month
from superlicense.model.reason import Reason, ReasonCode, because
from tests.for_each import for_each

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TONGA = ZoneInfo("Pacific/Tongatapu")
MIDNIGHT = datetime(2027, 6, 30, 22, tzinfo=UTC)  # 1 July in Copenhagen


def spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@for_each(
    ("end", "zone", "english", "danish"),
    [
        (MIDNIGHT, COPENHAGEN, "30 June 2027", "30. juni 2027"),
        (MIDNIGHT, UTC, "30 June 2027 at 22:00 UTC", "30. juni 2027 kl. 22.00 UTC"),
        (datetime(2027, 7, 1, tzinfo=UTC), UTC, "30 June 2027", "30. juni 2027"),
        (datetime(2027, 7, 1, tzinfo=UTC), COPENHAGEN, "1 July 2027 at 02:00 CEST", "1. juli 2027 kl. 02.00 CEST"),
        (
            datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC),
            TONGA,
            "1 January 2027 at 13:00:05 UTC+13",
            "1. januar 2027 kl. 13.00.05 UTC+13",
        ),
        (datetime.min.replace(tzinfo=UTC), UTC, "1 January 1 at 00:00 UTC", "1. januar 1 kl. 00.00 UTC"),
    ],
    ids=str,
)
def test_the_end_of_a_period_is_shown_as_its_last_day(end: datetime, zone: tzinfo, english: str, danish: str) -> None:
    assert (Formats("en", zone).end(end), Formats("da", zone).end(end)) == (english, danish)


@for_each(
    "reason",
    [
        because(ReasonCode.PACKAGE_EXPIRES, owner="superoffice", expires_at=MIDNIGHT),
        because(ReasonCode.PACKAGE_STOPPED, owner="superoffice", stopped_at=MIDNIGHT),
        because(ReasonCode.MAINTENANCE_ENDED, owner="superoffice", ended_at=MIDNIGHT),
        because(ReasonCode.MONTH_NOT_OVER, month="2027-06", ends_at=MIDNIGHT),
        because(ReasonCode.IDENTITY_CHANGED, serial_number="1010000014", company="Nordvik", until=MIDNIGHT),
        because(ReasonCode.ISSUED_TO_FORMER, owner="acme", serial_number="1", company="Nordvik", until=MIDNIGHT),
    ],
    ids=str,
)
def test_a_reason_names_the_last_day_of_what_ends(reason: Reason) -> None:
    assert "30 June 2027" in Localizer("en", zone=COPENHAGEN).of(reason).text
    assert " at " not in Localizer("en", zone=COPENHAGEN).of(reason).text.partition("30 June 2027")[2]
    assert "30 June 2027 at 22:00 UTC" in Localizer("en", zone=UTC).of(reason).text


def test_the_day_that_daylight_saving_begins_is_the_last_day_of_what_ends_at_its_midnight() -> None:
    ends_with_the_short_day = datetime(2027, 3, 28, 22, tzinfo=UTC)
    assert last_day_before(ends_with_the_short_day, COPENHAGEN) == date(2027, 3, 28)
    assert Formats("en", COPENHAGEN).end(ends_with_the_short_day) == "28 March 2027"


@for_each(
    ("number", "english", "danish"),
    [
        (0, "0", "0"),
        (12_662, "12,662", "12.662"),
        (-1_000, "-1,000", "-1.000"),
        (Decimal("12662.50"), "12,662.50", "12.662,50"),
        (Decimal("0.000001"), "0.000001", "0,000001"),
        (10**18, "1,000,000,000,000,000,000", "1.000.000.000.000.000.000"),
    ],
)
def test_numbers_have_the_separators_of_the_language(number: int | Decimal, english: str, danish: str) -> None:
    assert (Formats("en").number(number), Formats("da").number(number)) == (english, danish)


@for_each(
    ("amount", "currency", "english", "danish"),
    [
        (Decimal("12662.50"), "DKK", "12,662.50 DKK", "12.662,50 kr."),
        (Decimal(0), "EUR", "0.00 €", "0,00 €"),
        (Decimal("1.5"), "", "1.5", "1,5"),
    ],
)
def test_amounts_have_their_currency(amount: Decimal, currency: str, english: str, danish: str) -> None:
    shown = [spaces(Formats(language).money(amount, currency)) for language in ("en", "da")]
    assert shown == [english, danish]


@for_each(
    ("size", "english", "danish"),
    [
        (0, "0 B", "0 B"),
        (1_023, "1,023 B", "1.023 B"),
        (1_024, "1 kB", "1 kB"),
        (1_536 * 1_024 * 1_024, "1.5 GB", "1,5 GB"),
        (-2_048, "-2 kB", "-2 kB"),
        (1_024**6, "1,024 PB", "1.024 PB"),
    ],
)
def test_sizes_are_in_the_largest_unit_that_they_reach(size: int, english: str, danish: str) -> None:
    assert (Formats("en").size(size), Formats("da").size(size)) == (english, danish)


def test_without_babel_dates_are_iso_and_numbers_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_locale", lambda _catalog: None)
    plain = Formats("da", COPENHAGEN)
    assert plain.end(MIDNIGHT) == "2027-06-30"
    assert plain.instant(MIDNIGHT) == "2027-07-01 00:00 CEST"
    assert plain.instant(datetime(2027, 7, 1, 0, 0, 5)) == "2027-07-01 00:00:05"  # noqa: DTZ001 - shown as it is
    assert plain.day(date(2027, 6, 30)) == "2027-06-30"
    assert (plain.number(12_662), plain.number(Decimal("1E+3"))) == ("12662", "1000")
    assert plain.money(Decimal("12662.50"), "DKK") == "12662.50 DKK"
    assert plain.size(1_536) == "1.5 kB"
    assert plain.month(Month(2026, 11)) == "2026-11"


def test_a_language_that_babel_does_not_know_is_written_plainly() -> None:
    assert Formats("xx").number(12_662) == "12662"


@for_each(
    ("start", "shown"),
    [
        (MIDNIGHT, "1 July 2027"),
        (datetime(2027, 7, 1, tzinfo=UTC), "1 July 2027 at 02:00 CEST"),
    ],
    ids=str,
)
def test_the_start_of_a_period_is_shown_as_its_first_day(start: datetime, shown: str) -> None:
    assert Localizer("en", zone=COPENHAGEN).start(start) == shown


def test_a_month_has_its_name() -> None:
    closed = because(ReasonCode.MONTH_CLOSED, month="2026-11")
    assert Localizer("da").month(Month(2026, 11)) == Localizer("da").month("2026-11") == "november 2026"
    assert Localizer("en").of(closed).text == "November 2026 is closed."
    assert Localizer("en").text("cli_statement", month=Month(2026, 11), invoice="later", state="draft") == (
        "Statement for November 2026, on the invoice for later: draft"
    )


def test_a_quantity_has_the_form_of_its_unit() -> None:
    assert [Localizer("en").quantity(2**31, unit) for unit in ("byte", "email")] == ["2 GB", "2,147,483,648"]

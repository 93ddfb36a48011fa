from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest

from superlicense.errors import UnknownTimeZoneError
from superlicense.interop.superoffice import read_package_xml
from superlicense.model.package import Validity
from tests.for_each import for_each


def dated(field: str, text: str, zone: str | tzinfo = "UTC") -> Validity:
    fields = {"ExpiryDate": "2300-01-01T00:00:00", field: text}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    head = "<SerialNr>1010000014</SerialNr><CompanyName>Fjord</CompanyName><OwnerName>SUPEROFFICE</OwnerName>"
    return read_package_xml(f"<Root>{head}{inner}</Root>".encode(), time_zone=zone).validity


def test_a_zone_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownTimeZoneError):
        dated("ExpiryDate", "2027-03-27", "Europe/Atlantis")


def test_a_zone_may_be_an_object() -> None:
    zone = timezone(timedelta(hours=-3))
    assert dated("MaintenanceDate", "2027-03-27", zone).maintenance_until == datetime(2027, 3, 28, 3, tzinfo=UTC)


@for_each(
    ("field", "text", "zone", "expected"),
    [
        # a zone-less midnight names a day: what begins on it …
        ("next_check_at", "2026-10-25T00:00:00", "Europe/Copenhagen", "2026-10-24T22:00:00"),
        ("next_check_at", "2026-10-26T00:00:00", "Europe/Copenhagen", "2026-10-25T23:00:00"),
        # … and what is valid through it, over the day of 25 and of 23 hours
        ("maintenance_until", "2026-10-25T00:00:00", "Europe/Copenhagen", "2026-10-25T23:00:00"),
        ("maintenance_until", "2026-03-29T00:00:00", "Europe/Copenhagen", "2026-03-29T22:00:00"),
        ("maintenance_until", "2026-12-31T00:00:00", "Pacific/Kiritimati", "2026-12-31T10:00:00"),
        ("maintenance_until", "2026-12-31", "UTC", "2027-01-01T00:00:00"),
        # where midnight does not exist the day begins when the clocks have been put forward
        ("next_check_at", "2018-11-04T00:00:00", "America/Sao_Paulo", "2018-11-04T03:00:00"),
        ("maintenance_until", "2018-11-03T00:00:00", "America/Sao_Paulo", "2018-11-04T03:00:00"),
        ("next_check_at", "2023-04-28T00:00:00", "Africa/Cairo", "2023-04-27T22:00:00"),
        ("maintenance_until", "2023-04-27T00:00:00", "Africa/Cairo", "2023-04-27T22:00:00"),
        # … where a whole day does not exist, with the day after …
        ("next_check_at", "2011-12-30T00:00:00", "Pacific/Apia", "2011-12-30T10:00:00"),
        # … and where midnight comes twice, when it comes first
        ("next_check_at", "2026-11-01T00:00:00", "America/Havana", "2026-11-01T04:00:00"),
        # any other time stands as it is, in the zone or at its offset
        ("maintenance_until", "2026-07-01T12:00:00", "Europe/Copenhagen", "2026-07-01T10:00:00"),
        ("maintenance_until", "2026-10-25T02:30:00", "Europe/Copenhagen", "2026-10-25T00:30:00"),
        ("maintenance_until", "2026-07-01T00:00:01", "Europe/Copenhagen", "2026-06-30T22:00:01"),
        ("maintenance_until", "2026-07-01T00:00:00.0000000", "Europe/Copenhagen", "2026-07-01T22:00:00"),
        ("maintenance_until", "2026-07-01T00:00:00Z", "Europe/Copenhagen", "2026-07-01T00:00:00"),
        ("maintenance_until", "2026-07-01T00:00:00+05:30", "Europe/Copenhagen", "2026-06-30T18:30:00"),
        ("maintenance_until", "2026-07-01T00:00:00-03:30", "Europe/Copenhagen", "2026-07-01T03:30:00"),
        ("maintenance_until", "2026-07-01T00:00:00.1234567", "UTC", "2026-07-01T00:00:00.123456"),
        # zero dates mean never
        ("maintenance_until", "0001-01-01T00:00:00", "Europe/Copenhagen", None),
        ("maintenance_until", "0001-01-01T01:00:00+01:00", "Europe/Copenhagen", None),
        ("maintenance_until", "9999-12-31T23:59:59.9999999", "America/New_York", None),
        ("maintenance_until", "9999-12-31T00:00:00", "Europe/Copenhagen", None),
        ("next_check_at", "1760-01-01T00:00:00", "Europe/Copenhagen", None),
        ("next_check_at", "1899-12-30T00:00:00", "Europe/Copenhagen", None),
    ],
)
def test_a_date_is_read_in_the_zone(field: str, text: str, zone: str, expected: str | None) -> None:
    element = {"next_check_at": "NextCheckDate", "maintenance_until": "MaintenanceDate"}[field]
    instant = None if expected is None else datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert getattr(dated(element, text, zone), field) == instant


def test_absent_dates_stay_absent() -> None:
    head = b"<SerialNr>1010000014</SerialNr><CompanyName>Fjord</CompanyName><OwnerName>SUPEROFFICE</OwnerName>"
    assert read_package_xml(b"<Root>" + head + b"</Root>").validity == Validity()

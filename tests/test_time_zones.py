from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from superlicense.errors import UnknownTimeZoneError
from superlicense.time_zones import time_zone

MIDSUMMER = datetime(2026, 6, 24, 12, tzinfo=UTC)
UNKNOWN = ["Europe/Atlantis", "", "Europe", "../UTC", "/etc/localtime", "Europe/København", "a\x00b", "x" * 254, "."]


def test_utc_needs_no_table() -> None:
    assert time_zone("UTC") is UTC


def test_a_zone_is_found_by_its_name() -> None:
    zone = time_zone("Europe/Copenhagen")
    assert MIDSUMMER.astimezone(zone).utcoffset() == timedelta(hours=2)
    assert (MIDSUMMER - timedelta(days=180)).astimezone(zone).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_zone_that_nobody_knows_is_named(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError) as caught:
        time_zone(name)
    assert caught.value.name == name


class TestWithoutTheSystemsTable:
    @pytest.fixture(autouse=True)
    def no_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> zoneinfo.ZoneInfo:
            raise zoneinfo.ZoneInfoNotFoundError(name)

        monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)

    def test_the_copy_of_dateutil_is_used(self) -> None:
        assert MIDSUMMER.astimezone(time_zone("Europe/Copenhagen")).utcoffset() == timedelta(hours=2)

    @pytest.mark.parametrize("name", UNKNOWN)
    def test_a_zone_that_nobody_knows_is_named(self, name: str) -> None:
        with pytest.raises(UnknownTimeZoneError):
            time_zone(name)

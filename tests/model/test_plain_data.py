"""Instants as text, and nouns as plain data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from superlicense.errors import InvalidValueError
from superlicense.model.instants import document_instant, record_instant
from superlicense.model.license import LicenseName, LicenseScope, ModuleLicense
from superlicense.model.month import Month
from superlicense.model.package import InstalledPackage
from superlicense.model.plain_data import plain_data
from superlicense.model.row import Row, Table
from superlicense.model.site import Site
from superlicense.model.user import UserType
from superlicense.testing.samples import FULL_NOUNS
from superlicense.testing.samples import NOON as STARTED

NOON = datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC)


def test_both_forms_of_an_instant_are_in_utc() -> None:
    for at in (NOON, NOON.astimezone(timezone(timedelta(hours=-5)))):
        assert document_instant(at) == "2026-11-24T12:00:00Z"
        assert record_instant(at) == "2026-11-24T12:00:00.000005Z"


def test_an_instant_without_a_zone_has_no_form() -> None:
    for write in (document_instant, record_instant):
        with pytest.raises(InvalidValueError, match="time zone"):
            write(NOON.replace(tzinfo=None))


def test_a_noun_is_an_object_of_its_fields() -> None:
    license_ = ModuleLicense(
        name="web", scope=LicenseScope.USER, allowed_user_types=[UserType.RESOURCE, UserType.INTERNAL]
    )
    data = plain_data(license_)
    assert (data["name"], data["scope"], data["quantity"], data["hidden"]) == ("superoffice.web", "user", 1, False)
    assert data["allowed_user_types"] == ["internal", "resource"]
    assert all(type(value) in {str, int, bool, list, dict, type(None)} for value in data.values())
    assert all(type(data[name]) is str for name in ("name", "scope", "kind"))


def test_values_that_json_lacks_are_strings() -> None:
    assert plain_data([NOON, date(2026, 11, 24), Month(2026, 11), Decimal("1E+3"), LicenseName.parse("web")]) == [
        "2026-11-24T12:00:00Z",
        "2026-11-24",
        "2026-11",
        "1000",
        "superoffice.web",
    ]
    assert plain_data(NOON, instant=record_instant) == "2026-11-24T12:00:00.000005Z"


def test_bytes_of_a_noun_are_left_out() -> None:
    row = Row(
        table=Table.SITES,
        key="oslo",
        noun=Site(id="oslo", name="Oslo"),
        start=STARTED,
        started_by="bo",
        sequence=1,
        document=b"x",
    )
    data = plain_data(row)
    assert "document" not in data
    assert ("record" in data, data["noun"]) == (False, {"id": "oslo", "name": "Oslo", "company": ""})


def test_fields_can_be_added_to_nouns() -> None:
    def titled(noun: object) -> dict[str, object]:
        return {"title": noun.name} if isinstance(noun, Site) else {}

    data = plain_data({"of": (Site(id="oslo", name="Oslo"),)}, extra=titled)
    assert data == {"of": [{"id": "oslo", "name": "Oslo", "company": "", "title": "Oslo"}]}


def test_mappings_of_a_noun_keep_their_order() -> None:
    installed = next(noun for _, _, noun in FULL_NOUNS if isinstance(noun, InstalledPackage))
    assert list(plain_data(installed)["package"]["licenses"][0]["unmodeled"]) == ["Row/@z", "Row/@a"]

"""Required fields and defaults of every noun, as the table of design section 5 has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

import attrs
import pytest

import superlicense as sl
from superlicense.errors import InvalidValueError
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.row import Row, Table, assignment_key
from tests.for_each import for_each

NOW = datetime(2026, 11, 24, 9, 13, 0, 123456, tzinfo=UTC)
COMPANY = "Nordvik Handel A/S"
SERIAL = "1010000014"
PACKAGE = sl.LicensePackage(owner="ACME", company=COMPANY, serial_number=SERIAL)

# Noun: what is required, with a good value, and what everything else is where nobody says otherwise.
FIELDS: dict[type[Any], tuple[dict[str, Any], dict[str, Any]]] = {
    sl.ModuleLicense: (
        {"name": sl.LicenseName("superoffice", "user"), "scope": sl.LicenseScope.USER},
        {
            "quantity": 1,
            "unrestricted": False,
            "hidden": False,
            "description": "",
            "tooltip": "",
            "version": "",
            "extra_info": "",
            "sort_order": 0,
            "prerequisite": None,
            "allowed_user_types": frozenset(),
            "kind": sl.LicenseKind.MODULE,
            "grants": (),
            "unmodeled": FrozenMap(),
        },
    ),
    sl.LicensePackage: (
        {"owner": "SUPEROFFICE", "company": COMPANY, "serial_number": SERIAL},
        {
            "owner_description": "",
            "database_id": None,
            "issue": None,
            "issued_at": None,
            "validity": sl.Validity(),
            "licenses": (),
            "license_version": "",
            "deployment_type": None,
            "product_type": "",
            "product_description": "",
            "license_url": "",
            "replaces": None,
            "resets_clock": False,
            "unmodeled": FrozenMap(),
        },
    ),
    sl.InstalledPackage: (
        {"package": PACKAGE, "digest": "a" * 64, "installed_at": NOW, "installed_by": "admin"},
        {"signed_by": (), "root_version": None, "unsigned": False, "waiting": False},
    ),
    sl.TrustRoot: (
        {"version": 1, "expires_at": NOW, "accepted_at": NOW},
        {"revoked_keys": (), "revoked_packages": (), "thresholds": FrozenMap()},
    ),
    sl.Validity: (
        {},
        dict.fromkeys(("warns_at", "expires_at", "grace_until", "maintenance_until", "next_check_at")),
    ),
    sl.Installation: (
        {"serial_number": SERIAL, "company": COMPANY},
        {
            "database_id": None,
            "database_owner": COMPANY,
            "site": "central",
            "product_type": "",
            "time_zone": "UTC",
        },
    ),
    sl.Site: ({"id": "oslo", "name": "Oslo"}, {"company": ""}),
    sl.User: (
        {"id": "anna"},
        {
            "name": "anna",
            "type": sl.UserType.INTERNAL,
            "may_log_in": False,
            "awaiting_approval": False,
            "retired": False,
            "administrator": False,
            "on_travel": False,
            "site": "central",
            "groups": (),
        },
    ),
    sl.Assignment: (
        {"license": sl.LicenseName("superoffice", "user"), "holder": "anna", "start": NOW},
        {"end": None, "assigned_by": "host", "ended_by": None, "comment": ""},
    ),
    sl.SystemEvent: (
        {"id": "event-1", "kind": sl.EventKind.NO_LOGIN, "started_at": NOW},
        {
            "scope": sl.EventScope.ALL_DATABASES,
            "target": None,
            "message": "",
            "description": "",
            "started_by": "host",
            "expected_end": None,
            "ended_at": None,
            "ended_by": None,
        },
    ),
    sl.Policy: (
        {},
        {
            "rule_set": None,
            "on_site": False,
            "after_grace": sl.Outcome.READ_ONLY,
            "administrators_bypass_no_login": True,
            "allow_central_login": False,
            "accept_unsigned": None,
            "identity_grace": timedelta(days=30),
            "revocation_grace": timedelta(days=14),
            "user_count": sl.UserCount.HIGHEST,
            "crossing_levels": (50, 80, 100, 120),
            "max_staleness": timedelta(seconds=1),
            "stale_grace": timedelta(seconds=60),
            "look_patience": timedelta(seconds=2),
            "write_patience": timedelta(seconds=60),
            "retire_limit": Decimal("0.2"),
        },
    ),
    sl.Meter: (
        {"code": "mailings", "unit": "e-mail", "kind": sl.MeterKind.COUNTER},
        {
            "aggregation": sl.Aggregation.SUM,
            "included": 0,
            "included_per_user": 0,
            "block_size": 1,
            "price_per_block": Decimal(0),
            "currency": "",
        },
    ),
    sl.UsageEvent: (
        {"source": "mailer", "id": "1", "meter": "mailings", "quantity": 1, "at": NOW},
        {"corrects": None},
    ),
    sl.UserTally: (
        {"users": 12, "counted": sl.UserCount.HIGHEST, "asked": sl.UserCount.BOUGHT},
        {"at": None},
    ),
    sl.Question: ({"topic": sl.Topic.LOGIN}, {"subject": "", "access": sl.Access.VIEW}),
    sl.Reason: ({"code": sl.ReasonCode.ON_TRAVEL}, {"params": FrozenMap()}),
    sl.Decision: (
        {"outcome": sl.Outcome.ALLOWED, "asked": sl.Question(topic=sl.Topic.LOGIN)},
        {"reasons": (), "warnings": (), "valid_until": None, "rule_set": None, "clauses": (), "notices": ()},
    ),
}
REQUIRED = [(noun, name) for noun, (required, _) in FIELDS.items() for name in required]
INSTANTS = [
    (noun, field.name)
    for noun in FIELDS
    for field in attrs.fields(noun)
    if "datetime" in str(field.type) and field.validator is not None
]


class _Nowhere(tzinfo):
    """A time zone that does not know its offset, so that its instants are naive."""

    def utcoffset(self, dt: datetime | None) -> None:
        del dt

    def dst(self, dt: datetime | None) -> None:
        del dt

    def tzname(self, dt: datetime | None) -> None:
        del dt


@for_each("noun", FIELDS)
def test_a_noun_has_these_fields_and_no_others(noun: type[Any]) -> None:
    required, defaults = FIELDS[noun]
    made = noun(**required)
    assert {field.name: getattr(made, field.name) for field in attrs.fields(noun) if field.init} == {
        **required,
        **defaults,
    }


@for_each(("noun", "name"), REQUIRED)
def test_a_required_field_cannot_be_left_out(noun: type[Any], name: str) -> None:
    required = {key: value for key, value in FIELDS[noun][0].items() if key != name}
    with pytest.raises(TypeError, match=name):
        noun(**required)


def test_there_are_instants_to_look_at() -> None:
    assert len(INSTANTS) == 5 + 1 + 1 + 2 + 2 + 3 + 2


@for_each(("noun", "name"), INSTANTS)
@for_each(
    "value",
    [NOW.replace(tzinfo=None), NOW.replace(tzinfo=_Nowhere()), NOW.date(), "2026-11-24T09:13:00Z", 0],
    ids=["naive", "of no offset", "a date", "a text", "a number"],
)
def test_what_is_no_aware_instant_is_refused(noun: type[Any], name: str, value: object) -> None:
    with pytest.raises(InvalidValueError) as refused:
        noun(**{**FIELDS[noun][0], name: value})
    assert (refused.value.path, refused.value.value) == (name, value)


@for_each(("noun", "name"), INSTANTS)
def test_every_instant_becomes_utc_and_keeps_its_microseconds(noun: type[Any], name: str) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    required = {**FIELDS[noun][0], name: NOW.astimezone(east)}
    if name == "grace_until":
        required["expires_at"] = NOW
    kept = getattr(noun(**required), name)
    assert (kept, kept.tzinfo) == (NOW, UTC)


@for_each("noun", [sl.User, sl.Site, sl.SystemEvent])
@for_each("given", ["", "x" * 255, " a", "a ", "a\nb", "a\x00b", "\ud800", "a\u202eb"])
def test_an_id_is_printable_and_neither_empty_nor_long(noun: type[Any], given: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        noun(**{**FIELDS[noun][0], "id": given})
    assert refused.value.path == "id"


@for_each("noun", [sl.User, sl.Site, sl.SystemEvent])
@for_each("given", ["x" * 254, "Å", "a b", "anna@nordvik.dk", "0"])
def test_an_id_is_the_hosts_own(noun: type[Any], given: str) -> None:
    assert noun(**{**FIELDS[noun][0], "id": given}).id == given


@pytest.mark.parametrize("given", [["sales"], ("sales",), {"sales"}, "sales"])
def test_groups_are_frozen_and_a_lone_text_is_one_of_them(given: Any) -> None:  # noqa: ANN401 - whatever a host has
    assert sl.User(id="anna", groups=given).groups == ("sales",)


class TestARow:
    """A fact, from when until when."""

    ROW = Row(table=Table.USERS, key="anna", noun=sl.User(id="anna"), start=NOW, started_by="host", sequence=1)

    def test_holds_from_its_start_on(self) -> None:
        microsecond = timedelta(microseconds=1)
        assert not self.ROW.holds_at(NOW - microsecond)
        assert self.ROW.holds_at(NOW)
        assert self.ROW.holds_at(NOW + timedelta(days=10_000))
        assert self.ROW.instant == NOW

    def test_holds_no_longer_at_its_end(self) -> None:
        end = NOW + timedelta(days=1)
        ended = self.ROW.ended(at=end, by="admin")
        assert ended.holds_at(end - timedelta(microseconds=1))
        assert not ended.holds_at(end)
        assert (ended.end, ended.ended_by, ended.instant, ended.noun) == (end, "admin", end, self.ROW.noun)
        assert self.ROW.end is None


def test_the_key_of_an_assignment_tells_holder_and_license_apart() -> None:
    keys = {assignment_key(name, holder) for name in ("acme.x", "acme.x y") for holder in ("x", "x y", "acme.x")}
    assert len(keys) == 2 * 3
    assert all(key.count("\n") == 1 for key in keys)


def test_the_holders_of_a_license_are_frozen() -> None:
    usage = sl.SeatUsage(license=sl.LicenseName("acme", "x"), in_use=1, total=2, free=1, holders=["anna"])
    assert usage.holders == ("anna",)
    assert hash(usage) == hash(sl.SeatUsage(license=usage.license, in_use=1, total=2, free=1, holders=("anna",)))

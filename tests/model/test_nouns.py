"""What all nouns have in common, and what each of them refuses."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

import superlicense as sl
from superlicense.errors import InvalidValueError
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.reason import because
from superlicense.model.site import luhn_digit
from tests.for_each import for_each

NOW = datetime(2026, 11, 24, 9, 13, 0, 123456, tzinfo=UTC)
SERIAL = "1010000014"

ROW = sl.ModuleLicense(name="user", scope=sl.LicenseScope.USER)
VALID: dict[type, dict[str, Any]] = {
    sl.ModuleLicense: {"name": "user", "scope": sl.LicenseScope.USER},
    sl.Validity: {},
    sl.LicensePackage: {"owner": "SUPEROFFICE", "company": "Nordvik Handel A/S", "serial_number": SERIAL},
    sl.InstalledPackage: {
        "package": sl.LicensePackage(owner="ACME", company="Nordvik Handel A/S", serial_number=SERIAL),
        "digest": "a" * 64,
        "installed_at": NOW,
        "installed_by": "admin",
    },
    sl.TrustRoot: {"version": 1, "expires_at": NOW, "accepted_at": NOW},
    sl.Installation: {"serial_number": SERIAL, "company": "Nordvik Handel A/S"},
    sl.Site: {"id": "oslo", "name": "Oslo"},
    sl.User: {"id": "anna"},
    sl.Assignment: {"license": "user", "holder": "anna", "start": NOW},
    sl.SystemEvent: {"id": "e", "kind": sl.EventKind.NO_LOGIN, "started_at": NOW},
    sl.Policy: {},
    sl.Reason: {"code": sl.ReasonCode.NO_PACKAGE, "params": {"owner": "superoffice"}},
    sl.Question: {"topic": sl.Topic.LOGIN},
    sl.Clause: {"kind": sl.ClauseKind.NEEDS, "met": False, "through": ("superoffice.ten-sales",)},
    sl.Decision: {
        "outcome": sl.Outcome.READ_ONLY,
        "asked": sl.Question(topic=sl.Topic.FEATURE, access=sl.Access.VIEW),
        "reasons": [sl.Reason(code=sl.ReasonCode.ONE_LICENSE_OF, params={"licenses": ("a", "b")})],
        "valid_until": NOW,
    },
    sl.Assign: {"license": "user", "holder": "anna"},
    sl.ActivatePackage: {"package": sl.LicensePackage(owner="ACME", company="x", serial_number=SERIAL)},
}
NOUNS = [kind(**fields) for kind, fields in VALID.items()]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
class TestEveryNoun:
    """Frozen all the way down."""

    def test_cannot_be_changed(self, noun: object) -> None:
        with pytest.raises((FrozenInstanceError, AttributeError)):
            noun.anything = 1  # type: ignore[attr-defined]  # the defect

    def test_is_hashed_copied_and_pickled_by_value(self, noun: object) -> None:
        for again in (copy.copy(noun), copy.deepcopy(noun), pickle.loads(pickle.dumps(noun))):  # noqa: S301 - our own bytes
            assert again == noun
            assert hash(again) == hash(noun)

    def test_takes_its_fields_by_keyword_only(self, noun: object) -> None:
        with pytest.raises(TypeError):
            type(noun)("positional")  # type: ignore[call-arg]  # the defect


@for_each(
    ("kind", "fields", "path"),
    [
        (sl.Validity, {"grace_until": NOW}, "grace_until"),
        (sl.Validity, {"expires_at": NOW, "grace_until": NOW - timedelta(seconds=1)}, "grace_until"),
        (sl.Validity, {"expires_at": NOW, "warns_at": NOW + timedelta(seconds=1)}, "warns_at"),
        (sl.Validity, {"expires_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))}, "expires_at"),
        (sl.LicensePackage, {"owner": "A_B"}, "owner"),
        (sl.LicensePackage, {"owner": 7}, "owner"),
        (sl.LicensePackage, {"company": ""}, "company"),
        (sl.LicensePackage, {"company": " Nordvik"}, "company"),
        (sl.LicensePackage, {"company": "Nord\nvik"}, "company"),
        (sl.LicensePackage, {"company": "x" * 255}, "company"),
        (sl.LicensePackage, {"serial_number": "1010000015"}, "serial_number"),
        (sl.LicensePackage, {"serial_number": 1010000014}, "serial_number"),
        (sl.LicensePackage, {"issue": 0}, "issue"),
        (sl.LicensePackage, {"issue": 2**53}, "issue"),
        (sl.LicensePackage, {"validity": None}, "validity"),
        (sl.LicensePackage, {"licenses": ("user",)}, "licenses[0]"),
        (
            sl.LicensePackage,
            {"licenses": (sl.ModuleLicense(name="acme.x", scope=sl.LicenseScope.USER),)},
            "licenses[0].name",
        ),
        (
            sl.LicensePackage,
            {"licenses": [sl.ModuleLicense(name=name, scope=sl.LicenseScope.USER) for name in ("x", "X")]},
            "licenses[1].name",
        ),
        (sl.LicensePackage, {"deployment_type": "cloud"}, "deployment_type"),
        (sl.LicensePackage, {"license_url": None}, "license_url"),
        (sl.LicensePackage, {"replaces": "1010000015"}, "replaces"),
        (sl.LicensePackage, {"resets_clock": 1}, "resets_clock"),
        (sl.LicensePackage, {"owner": 7, "licenses": (ROW,)}, "owner"),
        (sl.LicensePackage, {"owner": "A_B", "licenses": (ROW,)}, "owner"),
        (sl.LicensePackage, {"owner": "\u212aURT"}, "owner"),
        (sl.LicensePackage, {"unmodeled": {"Signature": ("abc",)}}, "unmodeled"),
        (sl.LicensePackage, {"unmodeled": {7: "abc"}}, "unmodeled"),
        (sl.LicensePackage, {"deployment_type": 2**31}, "deployment_type"),
        (sl.InstalledPackage, {"package": None}, "package"),
        (sl.InstalledPackage, {"signed_by": ("",)}, "signed_by"),
        (sl.InstalledPackage, {"root_version": 0}, "root_version"),
        (sl.TrustRoot, {"version": 0}, "version"),
        (sl.Installation, {"serial_number": "101000001"}, "serial_number"),
        (sl.Installation, {"serial_number": "\uff11010000014"}, "serial_number"),
        (sl.Installation, {"company": None}, "company"),
        (sl.Installation, {"database_id": ""}, "database_id"),
        (sl.Installation, {"database_id": "1010000022"}, "database_id"),
        (sl.Installation, {"database_id": "{0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44}"}, "database_id"),
        (sl.Installation, {"database_id": 7}, "database_id"),
        (sl.Installation, {"time_zone": ""}, "time_zone"),
        (sl.Site, {"id": ""}, "id"),
        (sl.Site, {"name": 1}, "name"),
        (sl.User, {"id": ""}, "id"),
        (sl.User, {"id": 7}, "id"),
        (sl.User, {"type": "internal"}, "type"),
        (sl.User, {"may_log_in": 1}, "may_log_in"),
        (sl.User, {"groups": ("",)}, "groups"),
        (sl.User, {"site": None}, "site"),
        (sl.Assignment, {"license": "a_b"}, "license"),
        (sl.Assignment, {"holder": ""}, "holder"),
        (sl.Assignment, {"end": NOW - timedelta(seconds=1)}, "end"),
        (sl.SystemEvent, {"kind": "no_login"}, "kind"),
        (sl.SystemEvent, {"scope": sl.EventScope.USER}, "target"),
        (sl.SystemEvent, {"scope": sl.EventScope.GROUP}, "target"),
        (sl.SystemEvent, {"target": "oslo"}, "target"),
        (sl.SystemEvent, {"ended_at": NOW - timedelta(microseconds=1)}, "ended_at"),
        (sl.SystemEvent, {"scope": "user"}, "scope"),
        (sl.Policy, {"after_grace": sl.Outcome.ALLOWED}, "after_grace"),
        (sl.Policy, {"rule_set": "suite"}, "rule_set"),
        (sl.Policy, {"revocation_grace": timedelta(seconds=-1)}, "revocation_grace"),
        (sl.Policy, {"revocation_grace": timedelta(days=3660, microseconds=1)}, "revocation_grace"),
        (sl.Policy, {"revocation_grace": 14}, "revocation_grace"),
        (sl.Policy, {"max_staleness": 1}, "max_staleness"),
        (sl.Policy, {"stale_grace": timedelta(microseconds=-1)}, "stale_grace"),
        (sl.Policy, {"stale_grace": timedelta(days=3660, microseconds=1)}, "stale_grace"),
        (sl.Policy, {"look_patience": timedelta(microseconds=-1)}, "look_patience"),
        (sl.Policy, {"look_patience": 2}, "look_patience"),
        (sl.Policy, {"write_patience": timedelta(microseconds=-1)}, "write_patience"),
        (sl.Policy, {"after_grace": "read_only"}, "after_grace"),
        (sl.Policy, {"on_site": 1}, "on_site"),
        (sl.Policy, {"retire_limit": 0.2}, "retire_limit"),
        (sl.Policy, {"retire_limit": "1.01"}, "retire_limit"),
        (sl.Policy, {"retire_limit": -1}, "retire_limit"),
        (sl.Policy, {"retire_limit": "NaN"}, "retire_limit"),
        (sl.Policy, {"retire_limit": "a fifth"}, "retire_limit"),
        (sl.Policy, {"retire_limit": True}, "retire_limit"),
        (sl.Policy, {"crossing_levels": (80, 50)}, "crossing_levels"),
        (sl.Policy, {"crossing_levels": (0,)}, "crossing_levels"),
        (sl.Policy, {"user_count": "highest"}, "user_count"),
    ],
)
def test_a_noun_names_the_field_that_is_wrong(
    kind: Callable[..., object], fields: dict[str, object], path: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        kind(**{**VALID[kind], **fields})  # type: ignore[index]  # every kind is a noun of the table
    assert refused.value.path == path
    assert refused.value.code == "invalid_value"


def test_a_package_stops_when_it_expires_unless_it_has_grace() -> None:
    assert sl.Validity().stops_at is None
    assert sl.Validity(expires_at=NOW).stops_at == NOW
    later = NOW + timedelta(days=12)
    assert sl.Validity(expires_at=NOW, grace_until=later).stops_at == later


def test_an_installation_is_known_by_its_database_or_else_by_its_serial_number() -> None:
    database = "0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"
    assert sl.Installation(serial_number=SERIAL, company="x").key == f"serial:{SERIAL}"
    assert sl.Installation(serial_number=SERIAL, company="x", database_id=database).key == f"database:{database}"
    assert sl.Installation(serial_number=SERIAL, company="x", database_id=database.upper()).database_id == database


@pytest.mark.parametrize(
    ("owner", "key", "ours"),
    [("SUPEROFFICE", "superoffice", True), ("SuperOffice", "superoffice", True), ("ACME", "acme", False)],
)
def test_owners_are_compared_without_case_and_kept_as_they_are_spelled(owner: str, key: str, *, ours: bool) -> None:
    package = sl.LicensePackage(owner=owner, company="x", serial_number=SERIAL)
    assert (package.owner, package.owner_key, package.is_superoffice) == (owner, key, ours)


def test_a_package_finds_its_rows_by_name() -> None:
    row = sl.ModuleLicense(name="acme.routes", scope=sl.LicenseScope.SYSTEM)
    package = sl.LicensePackage(owner="ACME", company="Nordvik", serial_number=SERIAL, licenses=[row])
    assert package.find("Routes") is package.find("acme.routes") is row
    assert package.find("maps") is None


@pytest.mark.parametrize("serial", ["1010000014", "1010000006", "1010999991", "1801852599", "1600065823"])
def test_published_serial_numbers_pass_and_one_digit_off_does_not(serial: str) -> None:
    assert luhn_digit(serial[:-1]) == int(serial[-1])
    for place in range(10):
        other = serial[:place] + str((int(serial[place]) + 1) % 10) + serial[place + 1 :]
        with pytest.raises(InvalidValueError):
            sl.Installation(serial_number=other, company="Nordvik")


def test_demo_serials_are_recognized_by_five_zeros() -> None:
    assert sl.is_demo_serial("1010000006")
    assert not sl.is_demo_serial(SERIAL)
    assert sl.Installation(serial_number="1010000006", company="x").is_demo


def test_the_central_site_is_central() -> None:
    assert sl.Site(id="central", name="Head office").is_central
    assert not sl.Site(id="oslo", name="Oslo").is_central


class TestADecision:
    """It grants what was asked, or it does not."""

    @pytest.mark.parametrize(
        ("outcome", "access", "allowed"),
        [
            (sl.Outcome.ALLOWED, sl.Access.VIEW, True),
            (sl.Outcome.ALLOWED, sl.Access.EDIT, True),
            (sl.Outcome.READ_ONLY, sl.Access.VIEW, True),
            (sl.Outcome.READ_ONLY, sl.Access.EDIT, False),
            (sl.Outcome.DENIED, sl.Access.VIEW, False),
            (sl.Outcome.DENIED, sl.Access.EDIT, False),
        ],
    )
    def test_is_true_when_what_was_asked_is_granted(
        self, outcome: sl.Outcome, access: sl.Access, *, allowed: bool
    ) -> None:
        decision = sl.Decision(outcome=outcome, asked=sl.Question(topic=sl.Topic.FEATURE, access=access))
        assert decision.allowed is bool(decision) is allowed

    def test_shows_reasons_in_logs(self) -> None:
        reason = sl.Reason(code=sl.ReasonCode.ONE_LICENSE_OF, params={"licenses": ("a", "b")})
        assert str(reason) == "one_license_of (licenses=a+b)"
        assert str(because(sl.ReasonCode.ON_TRAVEL)) == "on_travel"
        assert because(sl.ReasonCode.NO_PACKAGE, owner="acme") == sl.Reason(
            code=sl.ReasonCode.NO_PACKAGE, params={"owner": "acme"}
        )


class TestAFrozenMap:
    """A mapping that cannot change and can be hashed."""

    def test_is_a_mapping_by_value(self) -> None:
        one, other = FrozenMap({"a": 1, "b": 2}), FrozenMap({"b": 2, "a": 1})
        assert one == other
        assert hash(one) == hash(other)
        assert (len(one), list(one), one["b"]) == (2, ["a", "b"], 2)
        assert repr(one) == "FrozenMap({'a': 1, 'b': 2})"

    def test_does_not_change_with_what_it_was_made_of(self) -> None:
        source = {"a": 1}
        made = FrozenMap(source)
        source["a"] = 2
        assert made["a"] == 1
        with pytest.raises(AttributeError, match="frozen"):
            made.other = 1
        with pytest.raises(AttributeError, match="frozen"):
            delattr(made, "_items")
        assert copy.deepcopy(made) == made

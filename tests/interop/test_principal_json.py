from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import MalformedPrincipalError
from superlicense.interop.superoffice import Principal, read_principal_json
from superlicense.model.decision import Access, Client, Outcome, RuleSet
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode
from superlicense.model.user import User, UserType
from tests.for_each import for_each

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def licensed(name: str, kind: str | int = "UserLicense", **fields: object) -> dict[str, object]:
    return {"OwnerName": "SUPEROFFICE", "Name": name, "LicenseType": kind, "LicenseNumber": 700, **fields}


def payload(*licenses: dict[str, object], **fields: object) -> dict[str, object]:
    return {
        "UserType": "InternalAssociate",
        "Associate": "tora",
        "AssociateId": 11,
        "Licenses": list(licenses),
        "RoleName": "User level 0",
        "Score": 1.5,
        **fields,
    }


def read(value: object, *, time_zone: str = "UTC", policy: Policy | None = None) -> Principal:
    return read_principal_json(json.dumps(value).encode(), time_zone=time_zone, policy=policy)


TORA = payload(
    licensed("server", "SiteLicense"),
    licensed("online-webservices", 1),
    licensed("quote", "SiteLicense"),
    licensed("user", ExpiryDate="2027-03-27T00:00:00", IsHidden=True),
    licensed("web", IsHidden=True, IsUnrestricted=False),
    licensed("t2"),
    licensed("quote-cal"),
    licensed(
        "ten-sales", ExtraFlags=1, ExtraInfo="set=user,web,t2,quote-cal", Description="Sales Premium", SortOrder=3
    ),
)


class TestAPrincipal:
    """One user's licenses, without a store."""

    def test_logs_in_with_what_it_holds(self) -> None:
        decision = read(TORA).login(Client.WEB, at=NOON)
        assert (decision.outcome, decision.rule_set) == (Outcome.ALLOWED, RuleSet.MODULE_BASED)

    def test_does_not_log_in_with_what_it_lacks(self) -> None:
        decision = read(TORA).login(Client.MOBILE, at=NOON)
        assert [(reason.code, reason.params["license"]) for reason in decision.reasons] == [
            (ReasonCode.LICENSE_MISSING, "superoffice.pocket-crm-cal")
        ]

    def test_answers_for_features(self) -> None:
        tora = read(TORA)
        assert tora.feature("quote", Access.EDIT, at=NOON).outcome is Outcome.ALLOWED
        assert tora.feature("sale", at=NOON).outcome is Outcome.DENIED
        assert tora.feature("no name!", at=NOON).reasons[0].code is ReasonCode.UNKNOWN_FEATURE

    def test_says_what_is_granted(self) -> None:
        tora = read(TORA)
        assert (tora.holds("Quote-CAL"), tora.holds("sale-cal", at=NOON)) == (True, False)
        assert (tora.has_system("quote"), tora.has_system("sale", at=NOON)) == (True, False)

    def test_is_a_user_with_the_right_to_log_in(self) -> None:
        assert read(TORA).user == User(id="tora", may_log_in=True)
        assert read(payload(Associate="", UserType="SystemAssociate")).user == User(
            id="11", type=UserType.SYSTEM, may_log_in=True
        )
        assert read(payload(UserType=None)).user.type is UserType.INTERNAL

    def test_is_of_the_type_that_the_payload_names_or_numbers(self) -> None:
        assert read(payload(UserType=3)).user.type is UserType.EXTERNAL
        assert read(payload(UserType="")).user.type is UserType.INTERNAL

    def test_has_a_package_an_owner(self) -> None:
        routes = licensed("routes", OwnerName="ACME", OwnerDescription="Acme routes", LicenseNumber=0)
        tora = read(payload(licensed("server", "SiteLicense"), routes))
        assert [(package.owner, package.owner_description) for package in tora.packages] == [
            ("SUPEROFFICE", ""),
            ("ACME", "Acme routes"),
        ]
        assert tora.holds("acme.routes")
        assert tora.packages[1].licenses[0].quantity == 1

    def test_reads_plans_with_their_sets(self) -> None:
        plan = read(TORA).packages[0].licenses[-1]
        assert (plan.kind, plan.description, plan.sort_order) == (LicenseKind.PLAN, "Sales Premium", 3)
        assert plan.grants[0] == LicenseName("superoffice", "user")
        assert read(payload(licensed("no-selection", ExtraFlags=1, ExtraInfo=" "))).packages[0].licenses[0].grants == ()

    def test_reads_markers_and_grants_that_are_named_twice(self) -> None:
        marker = licensed("sales-t2", "SiteLicense", ExtraFlags=2, ExtraInfo="10-sal")
        plan = licensed("ten-sales", ExtraFlags=1, ExtraInfo="set=user,superoffice.user,WEB,web")
        read_marker, read_plan = read(payload(marker, plan)).packages[0].licenses
        assert (read_marker.kind, read_marker.extra_info) == (LicenseKind.MARKER, "10-sal")
        assert read_plan.grants == (LicenseName("superoffice", "user"), LicenseName("superoffice", "web"))

    def test_enters_reporter_studio_with_the_site_license(self) -> None:
        holder = payload(
            licensed("server", "SiteLicense"),
            licensed("user"),
            licensed("reporter-studio-user"),
            licensed("reporter-studio", "SatelliteLicense"),
        )
        assert read(holder).login(Client.REPORTER_STUDIO, at=NOON).allowed

    def test_reads_only_after_the_day_of_expiry(self) -> None:
        listed = payload(*TORA["Licenses"])  # type: ignore[misc]  # it is a list
        first = licensed("server", "SiteLicense", ExpiryDate="2027-03-27T00:00:00")
        tora = read({**listed, "Licenses": [first, *listed["Licenses"][1:]]}, time_zone="Europe/Copenhagen")  # type: ignore[index]  # it is a list
        last = datetime(2027, 3, 27, 22, 59, 59, tzinfo=UTC)
        assert tora.login(Client.WEB, at=last).outcome is Outcome.ALLOWED
        assert tora.login(Client.WEB, at=last.replace(hour=23, minute=0, second=0)).outcome is Outcome.READ_ONLY

    def test_expires_with_the_earliest_date_of_its_owner(self) -> None:
        never = licensed("server", "SiteLicense", ExpiryDate="0001-01-01T00:00:00")
        late = licensed("user", ExpiryDate="2027-03-27T00:00:00")
        early = licensed("web", ExpiryDate="2027-02-27T00:00:00")
        other = licensed("routes", OwnerName="ACME", ExpiryDate="2026-12-31T00:00:00")
        first, second = read(payload(licensed("t2"), never, late, early, other)).packages
        assert first.validity == Validity(expires_at=datetime(2027, 2, 28, tzinfo=UTC))
        assert second.validity == Validity(expires_at=datetime(2027, 1, 1, tzinfo=UTC))

    def test_follows_the_hosts_policy(self) -> None:
        on_site = payload(licensed("server", "SiteLicense"), licensed("user"), licensed("web"), licensed("t1"))
        assert not read(on_site).login(Client.WEB, at=NOON).allowed
        assert read(on_site, policy=Policy(on_site=True, accept_unsigned=False)).login(Client.WEB, at=NOON).allowed


@for_each(
    ("value", "path"),
    [
        ([], ""),
        ({"Associate": "tora"}, "Licenses"),
        (payload(Licenses={}), "Licenses"),
        (payload(Associate="", AssociateId=None), "Associate"),
        (payload(Associate="a\nb"), "Associate"),
        (payload(Associate=7), "Associate"),
        (payload(UserType="Guest"), "UserType"),
        (payload("server"), "Licenses[0]"),  # type: ignore[arg-type]  # the defect
        (payload({"Name": "server", "LicenseType": 1}), "Licenses[0].OwnerName"),
        (payload({"OwnerName": "SUPEROFFICE", "LicenseType": 1}), "Licenses[0].Name"),
        (payload(licensed("server", "Bogus")), "Licenses[0].LicenseType"),
        (payload(licensed("server", LicenseType=None)), "Licenses[0].LicenseType"),
        (payload(licensed("server", LicenseType=True)), "Licenses[0].LicenseType"),
        (payload(licensed("ser_ver")), "Licenses[0].Name"),
        (payload(licensed("server", LicenseNumber="7")), "Licenses[0].LicenseNumber"),
        (payload(licensed("server", LicenseNumber=10**10)), "Licenses[0].LicenseNumber"),
        (payload(licensed("p", ExtraFlags=1, ExtraInfo="grant=user")), "Licenses[0].ExtraInfo"),
        (payload(licensed("p", ExtraFlags=1, ExtraInfo="set=acme.routes")), "Licenses[0].ExtraInfo"),
        (payload(licensed("user"), licensed("USER")), "Licenses[1].Name"),
        (payload(licensed("web"), licensed("user", ExpiryDate="tomorrow")), "Licenses[1].ExpiryDate"),
        (payload(licensed("web"), licensed("user", OwnerDescription="x" * 4000)), "Licenses[1].OwnerDescription"),
        (payload(UserType=True), "UserType"),
        (payload(UserType=1.5), "UserType"),
        (payload(Associate=1.5), "Associate"),
        (payload(AssociateId=1.5), "AssociateId"),
        (payload(associate="anna"), ""),
    ],
)
def test_a_malformed_principal_is_refused_with_its_place(value: object, path: str) -> None:
    with pytest.raises(MalformedPrincipalError) as refused:
        read(value)
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not valid JSON"),
        (b'{"Licenses": [], "Licenses": []}', "duplicate key"),
        (b'{"AssociateId": NaN}', "NaN"),
        (b'{"AssociateId": ' + b"9" * 29 + b"}", "28 digits"),
        (b"[" * 200_000, "nests deeper"),
        (b'{"Score": ' + b"[" * 32 + b"]" * 32 + b"}", "nests deeper than 32"),
        (b'{"\\ud800\\n": 1, "\\ud800\\n": 1}', r"duplicate key '\\ud800\\n'"),
        (b" " * (2 * 1024 * 1024 + 1), "more than"),
    ],
)
def test_what_is_no_json_of_ours_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(MalformedPrincipalError, match=problem):
        read_principal_json(data)


def test_two_mebibytes_of_json_are_read() -> None:
    data = json.dumps(TORA).encode()
    assert read_principal_json(data + b" " * (2 * 1024 * 1024 - len(data))).user.id == "tora"


def test_a_message_does_not_grow_with_what_was_sent() -> None:
    key = json.dumps("k" * 100_000).encode()
    with pytest.raises(MalformedPrincipalError) as refused:
        read_principal_json(b"{" + key + b": 1, " + key + b": 1}")
    assert len(str(refused.value)) < 200


DATA = json.dumps(TORA).encode()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        "OwnerName",
        "OwnerDescription",
        "Name",
        "Description",
        "Version",
        "LicenseType",
        "ExtraFlags",
        "ExtraInfo",
        "SortOrder",
        "LicenseNumber",
        "IsHidden",
        "IsUnrestricted",
        "ExpiryDate",
    ]
)


@given(place=st.integers(0, len(DATA) - 1), value=st.integers(0, 255), cut=st.integers(0, 40))
def test_no_foreign_error_comes_of_a_changed_byte(place: int, value: int, cut: int) -> None:
    with suppress(MalformedPrincipalError):
        read_principal_json(DATA[:place] + bytes([value]) + DATA[place + cut :])


@given(name=FIELDS, value=JSON, whole=JSON)
def test_no_foreign_error_comes_of_any_value_in_a_field(name: str, value: object, whole: object) -> None:
    plan = licensed("ten-sales", ExtraFlags=1, ExtraInfo="set=user")
    for one in (payload({**plan, name: value}), payload(Licenses=whole), payload(Associate=whole), whole):
        with suppress(MalformedPrincipalError):
            read(one).login(Client.WEB, at=NOON)

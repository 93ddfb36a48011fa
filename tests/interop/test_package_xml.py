from __future__ import annotations

import logging
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import MalformedPackageError
from superlicense.interop.superoffice import read_package_xml
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import Validity
from superlicense.model.user import UserType
from tests.for_each import for_each
from tests.interop.defects import DEFECTS, FILES, document, path

VALID = (FILES / "valid.xml").read_bytes()
PACKAGE = read_package_xml(VALID, time_zone="Europe/Copenhagen")


class TestAPackage:
    """What the vendor's document says is read into our nouns."""

    def test_says_whose_it_is_and_for_whom(self) -> None:
        assert (PACKAGE.owner, PACKAGE.owner_description) == ("SUPEROFFICE", "The CRM vendor")
        assert (PACKAGE.company, PACKAGE.serial_number) == ("Fjordglimt Ærø A/S", "1010000014")
        assert (PACKAGE.license_version, PACKAGE.deployment_type) == ("11.11", 1)
        assert (PACKAGE.product_type, PACKAGE.product_description) == ("online", "CRM Online")
        assert PACKAGE.license_url == "https://licenses.example/buy"

    def test_has_neither_issue_nor_instant_of_issue(self) -> None:
        assert (PACKAGE.issue, PACKAGE.issued_at, PACKAGE.database_id) == (None, None, None)

    def test_warns_from_the_start_of_a_day_and_is_valid_through_a_day(self) -> None:
        assert PACKAGE.validity == Validity(
            warns_at=datetime(2027, 2, 26, 23, tzinfo=UTC),
            expires_at=datetime(2027, 3, 27, 23, tzinfo=UTC),
            grace_until=datetime(2027, 4, 8, 22, tzinfo=UTC),
            maintenance_until=datetime(2027, 2, 27, 23, tzinfo=UTC),
            next_check_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
        )

    def test_reads_the_vendors_words_for_scopes_and_roles(self) -> None:
        read = {row.name.module: (row.scope, row.kind, row.quantity) for row in PACKAGE.licenses}
        assert read == {
            "server": (LicenseScope.SYSTEM, LicenseKind.MODULE, 1),
            "satellite": (LicenseScope.SITE, LicenseKind.MODULE, 3),
            "ten-sales": (LicenseScope.USER, LicenseKind.PLAN, 21),
            "user": (LicenseScope.USER, LicenseKind.MODULE, 21),
            "web": (LicenseScope.USER, LicenseKind.MODULE, 21),
            "visible-for": (LicenseScope.USER, LicenseKind.MODULE, 1),
            "sales-t2": (LicenseScope.SYSTEM, LicenseKind.MARKER, 21),
        }

    def test_reads_a_plans_set_with_names_that_are_not_sold(self) -> None:
        plan = PACKAGE.licenses[2]
        assert plan.grants == tuple(
            LicenseName("superoffice", module) for module in ("user", "web", "t2", "quote-cal", "not-sold")
        )
        assert plan.extra_info == "set=user, web,t2,quote-cal,not-sold,web"
        assert (plan.tooltip, plan.version, plan.sort_order) == ("Edits sales", "10.5", 7)
        assert plan.allowed_user_types == frozenset({UserType.INTERNAL})

    def test_reads_flags_and_prerequisites(self) -> None:
        rows = {row.name.module: row for row in PACKAGE.licenses}
        assert rows["user"].hidden
        assert rows["web"].prerequisite == LicenseName("superoffice", "user")
        assert rows["visible-for"].unrestricted

    def test_loses_nothing(self) -> None:
        assert dict(PACKAGE.unmodeled) == {
            "ExtraFlags": "0",
            "Signature": "cGFja2FnZQ==",
            "PublicKey.OwnerName": "SUPEROFFICE",
            "PublicKey.Key.P": "cA==",
            "PublicKey.Key.Q": "cQ==",
        }
        rows = {row.name.module: dict(row.unmodeled) for row in PACKAGE.licenses if row.unmodeled}
        assert rows == {
            "server": {"Signature": "c2VydmVy"},
            "visible-for": {
                "ExtraFlags": "4",
                "HostDomain.Part[0]@kind": "main",
                "HostDomain.Part[0]": "fjord.example",
                "HostDomain.Part[1]": "ferry.example",
            },
        }

    def test_of_any_root_and_any_namespace_reads_the_same(self) -> None:
        other = VALID.replace(b"LicenseInfo", b"Anything").replace(b"Services88", b"Services99")
        assert read_package_xml(other, time_zone="Europe/Copenhagen") == PACKAGE

    def test_of_a_partner_needs_licenses_of_the_partner_or_of_superoffice(self) -> None:
        text = VALID.decode().replace("SUPEROFFICE", "ACME").replace("<OwnerName>superoffice<", "<OwnerName>acme<")
        text = text.replace("<PrerequisiteModuleName>user<", "<PrerequisiteModuleName>windows<", 1)
        rows = {row.name: row for row in read_package_xml(text.encode()).licenses}
        assert rows[LicenseName("acme", "web")].prerequisite == LicenseName("superoffice", "windows")
        full = text.replace(">windows<", ">nordvik.routes<")
        rows = {row.name: row for row in read_package_xml(full.encode()).licenses}
        assert rows[LicenseName("acme", "web")].prerequisite == LicenseName("nordvik", "routes")

    def test_reads_license_types_by_number_and_four_with_a_warning(self, caplog: pytest.LogCaptureFixture) -> None:
        text = VALID.decode().replace(">SiteLicense<", ">1<").replace(">SatelliteLicense<", ">2<")
        with caplog.at_level(logging.WARNING, "superlicense"):
            assert read_package_xml(text.replace(">UserLicense<", ">3<").encode()).licenses == PACKAGE.licenses
            assert not caplog.records
            assert read_package_xml(text.replace(">UserLicense<", ">4<").encode()).licenses == PACKAGE.licenses
        assert "4 is read as UserLicense" in caplog.text

    def test_keeps_a_zero_that_nobody_counts(self) -> None:
        text = VALID.decode().replace(
            "<NumberOfLicenses>21</NumberOfLicenses>\n      <ExtraFlags>2",
            "<NumberOfLicenses>0</NumberOfLicenses>\n      <ExtraFlags>2",
        )
        marker = read_package_xml(text.encode()).licenses[-1]
        assert (marker.quantity, dict(marker.unmodeled)) == (1, {"NumberOfLicenses": "0"})

    def test_of_several_user_types_lets_each_hold_it(self) -> None:
        text = VALID.replace(b">InternalAssociate<", b">InternalAssociate, 3 SystemAssociate<")
        assert read_package_xml(text).licenses[2].allowed_user_types == {
            UserType.INTERNAL,
            UserType.EXTERNAL,
            UserType.SYSTEM,
        }
        anybody = VALID.replace(b">InternalAssociate<", b">Unknown<")
        assert read_package_xml(anybody).licenses[2].allowed_user_types == frozenset()

    def test_of_a_plan_without_a_set_grants_nothing(self) -> None:
        text = VALID.replace(b"<ExtraInfo>set=user, web,t2,quote-cal,not-sold,web</ExtraInfo>", b"")
        plan = read_package_xml(text).licenses[2]
        assert (plan.kind, plan.grants) == (LicenseKind.PLAN, ())

    def test_of_a_plan_that_names_a_license_twice_grants_it_once(self) -> None:
        plan = VALID.replace(b"set=user, web,", b"set=user,superoffice.USER, web,,")
        assert read_package_xml(plan).licenses[2].grants == PACKAGE.licenses[2].grants

    def test_of_a_plan_may_grant_a_module_with_a_dot(self) -> None:
        plan = VALID.replace(b"<ModuleName>visible-for<", b"<ModuleName>visible.for<").replace(
            b"t2,q", b"visible.for,q"
        )
        assert LicenseName("superoffice", "visible.for") in read_package_xml(plan).licenses[2].grants

    def test_with_flags_that_fit_no_scope_is_a_module_and_keeps_them(self) -> None:
        server = VALID.replace(b"<Signature>c2VydmVy<", b"<ExtraFlags>1</ExtraFlags><Signature>c2VydmVy<")
        row = read_package_xml(server).licenses[0]
        assert (row.kind, dict(row.unmodeled)) == (LicenseKind.MODULE, {"ExtraFlags": "1", "Signature": "c2VydmVy"})


@for_each("defect", DEFECTS)
def test_a_document_with_one_defect_is_refused_with_its_place(defect: str) -> None:
    kept = (FILES / f"{defect}.xml").read_bytes()
    assert kept == document(defect)
    with pytest.raises(MalformedPackageError) as refused:
        read_package_xml(kept)
    assert refused.value.path == path(defect)


@given(place=st.integers(0, len(VALID) - 1), value=st.integers(0, 255), cut=st.integers(0, 40))
def test_no_foreign_error_leaves_the_reader(place: int, value: int, cut: int) -> None:
    mutated = VALID[:place] + bytes([value]) + VALID[place + cut :]
    with suppress(MalformedPackageError):
        read_package_xml(mutated)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<&>"), max_size=12)
VALUES = TEXTS | st.integers().map(str) | st.datetimes().map(datetime.isoformat) | st.dates().map(str)


@given(place=st.integers(0, 200), value=VALUES)
def test_no_foreign_error_comes_of_any_text_in_a_field(place: int, value: str) -> None:
    pieces = re.split(r"(?<=>)([^<>]*)(?=</)", VALID.decode())
    pieces[place % (len(pieces) // 2) * 2 + 1] = value
    with suppress(MalformedPackageError):
        read_package_xml("".join(pieces).encode(), time_zone="America/New_York")


def test_every_defect_has_its_file_and_every_file_its_defect() -> None:
    assert {Path(file).stem for file in FILES.glob("*.xml")} == {"valid", *DEFECTS}

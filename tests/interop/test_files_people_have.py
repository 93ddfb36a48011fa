"""Files as they come: with a byte order mark, in an envelope, of another kind, with the vendor's numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from superlicense.errors import InvalidValueError, MalformedPackageError, MalformedPrincipalError
from superlicense.interop.superoffice import (
    Kind,
    read_granted_licenses_json,
    read_package_json,
    read_package_xml,
    read_principal_json,
    read_user_licenses_json,
    recognize,
)
from superlicense.interop.superoffice.user_licenses_json import LicenseLink
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from tests.document.corpus import PAYLOAD, ROOT_DOCUMENT, VALID
from tests.for_each import for_each
from tests.interop.defects import FILES

PAYLOADS = Path(__file__).parent / "payloads"
XML = (FILES / "valid.xml").read_bytes()
INNER = XML.partition(b"?>")[2].strip()
TORA = User(id="tora", may_log_in=True)


def soap(*inner: bytes) -> bytes:
    return (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetLicenseResponse>'
        + b"".join(inner)
        + b"</GetLicenseResponse></s:Body></s:Envelope>"
    )


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


KINDS = {
    "signed package": (VALID, Kind.SIGNED_PACKAGE),
    "trust root": (ROOT_DOCUMENT, Kind.TRUST_ROOT),
    "unsigned payload": (PAYLOAD, Kind.PACKAGE_PAYLOAD),
    "unsigned root": (b'{"_type":"root","v":1}', Kind.ROOT_PAYLOAD),
    "draft of a root": (b'{"version":1,"root":{"keys":[]},"owners":{}}', Kind.ROOT_PAYLOAD),
    "another object with owners": (b'{"version":1,"root":"/","owners":{}}', Kind.UNKNOWN),
    "XML": (XML, Kind.PACKAGE_XML),
    "XML after blank lines": (b"\r\n  \r\n" + XML, Kind.PACKAGE_XML),
    "XML in a SOAP answer": (soap(INNER), Kind.PACKAGE_XML),
    "XML in UTF-16": (XML.decode().replace("utf-8", "utf-16").encode("utf-16"), Kind.PACKAGE_XML),
    "LicenseInfo": (payload("license_info"), Kind.PACKAGE_JSON),
    "ExtendedLicenseInfo": (payload("extended_license_info"), Kind.PACKAGE_JSON),
    "ExtendedLicenseInfo[]": (b"[%s]" % payload("extended_license_info"), Kind.PACKAGE_JSON),
    "GrantedModuleLicense[]": (payload("granted_licenses"), Kind.GRANTED_LICENSES),
    "GetUserLicenses": (payload("user_licenses"), Kind.USER_LICENSES),
    "principal": (payload("principal"), Kind.PRINCIPAL),
    "nothing": (b"", Kind.UNKNOWN),
    "other XML": (b"<html/>", Kind.UNKNOWN),
    "other JSON": (b'{"a":1}', Kind.UNKNOWN),
    "another envelope": (b'{"payload":"","payloadType":"text/plain"}', Kind.UNKNOWN),
    "numbers": (b"[1,2]", Kind.UNKNOWN),
    "other objects": (b'[{"a":1}]', Kind.UNKNOWN),
    "a word": (b'"x"', Kind.UNKNOWN),
    "another type": (b'{"_type":"cat"}', Kind.UNKNOWN),
    "a key": (b"-----BEGIN PRIVATE KEY-----", Kind.UNKNOWN),
    "too much": (b"[" + b" " * 2**21 + b"]", Kind.UNKNOWN),
}


@for_each("name", list(KINDS))
def test_a_file_is_recognized_with_or_without_a_byte_order_mark(name: str) -> None:
    data, kind = KINDS[name]
    assert recognize(data) is kind
    if not data.startswith(b"\xff\xfe"):
        assert recognize(b"\xef\xbb\xbf" + data) is kind


class TestXml:
    """One package, however it arrives."""

    @for_each(
        "data",
        [
            b"\xef\xbb\xbf" + XML,
            b"\r\n  \r\n" + XML,
            b"\n\xef\xbb\xbf" + XML,
            XML.replace(b"\n", b"\r\n"),
            XML.decode().replace("utf-8", "utf-16").encode("utf-16"),
            XML.decode().replace("utf-8", "iso-8859-1").encode("latin-1"),
            soap(INNER),
            b"\n" + soap(INNER),
            soap(b"<New/>", INNER.replace(b"LicenseInfo", b"Current")),
            soap(INNER.replace(b"LicenseInfo", b"New"), INNER.replace(b"LicenseInfo", b"Current")),
        ],
    )
    def test_is_the_same(self, data: bytes) -> None:
        assert read_package_xml(data) == read_package_xml(XML)

    def test_of_an_answer_with_two_packages_is_refused(self) -> None:
        with pytest.raises(MalformedPackageError, match="contains 2 license packages"):
            read_package_xml(soap(INNER, INNER))

    def test_of_an_answer_without_a_package_is_refused(self) -> None:
        with pytest.raises(MalformedPackageError) as refused:
            read_package_xml(soap(b"<Fault>none</Fault>"))
        assert refused.value.path == "Envelope.OwnerName"

    def test_of_an_answer_names_the_path_from_its_root(self) -> None:
        with pytest.raises(MalformedPackageError) as refused:
            read_package_xml(soap(INNER.replace(b"1010000014", b"1010000015")))
        assert refused.value.path == "Envelope.Body.GetLicenseResponse.LicenseInfo.SerialNr"

    def test_that_is_broken_is_refused_in_few_words(self) -> None:
        for broken in (b"<a>&%s;</a>" % (b"x" * 5_000), b"<%s" % (b"x" * 5_000), b"<a></%s>" % (b"b" * 5_000)):
            with pytest.raises(MalformedPackageError) as refused:
                read_package_xml(broken)
            assert len(str(refused.value)) < 120


class TestQuantities:
    """The vendor's column is an unsigned integer of 32 bits."""

    @for_each("number", [10**9 + 1, 2**32 - 1])
    def test_beyond_reach_are_unrestricted_and_kept_as_text(self, number: int) -> None:
        rows = read_package_xml(XML.replace(b">21<", b">%d<" % number)).licenses
        assert (rows[2].unrestricted, rows[2].quantity) == (True, 10**9)
        assert rows[2].unmodeled["NumberOfLicenses"] == str(number)

    def test_at_our_bound_are_counted(self) -> None:
        row = read_package_xml(XML.replace(b">21<", b">1000000000<")).licenses[2]
        assert (row.unrestricted, row.quantity, dict(row.unmodeled)) == (False, 10**9, {})

    def test_of_system_rows_are_kept(self) -> None:
        assert read_package_xml(XML).licenses[-1].quantity == 21
        info = json.loads(payload("license_info"))
        info["ModuleLicenses"][0]["NumberOfLicenses"] = 5
        info["ModuleLicenses"][-1]["NumberOfLicenses"] = 2**32 - 1
        rows = read_package_json(json.dumps(info).encode()).licenses
        assert (rows[0].quantity, rows[-1].quantity, rows[-1].unrestricted) == (5, 10**9, False)
        assert rows[-1].unmodeled["NumberOfLicenses"] == "4294967295"

    def test_of_a_principal_are_read_as_well(self) -> None:
        rows = {row.name: row for row in read_principal_json(payload("principal")).packages[0].licenses}
        assert rows[LicenseName("superoffice", "quote-cal")].unrestricted
        assert rows[LicenseName("superoffice", "t2")].quantity == 1600
        with pytest.raises(MalformedPrincipalError) as refused:
            read_principal_json(payload("principal").replace(b"4294967295", b"4294967296"))
        assert refused.value.path == "Licenses[5].LicenseNumber"

    def test_sort_orders_beyond_ours_are_cut_and_kept(self) -> None:
        row = read_package_xml(XML.replace(b"<SortOrder>7<", b"<SortOrder>2147483647<")).licenses[2]
        assert (row.sort_order, row.unmodeled["SortOrder"]) == (10**9, "2147483647")


class TestGrantedLicenses:
    """The licenses of a principal without the principal."""

    def test_answer_for_the_user_who_is_named(self) -> None:
        alone = read_granted_licenses_json(payload("granted_licenses"), user=TORA)
        whole = read_principal_json(payload("principal"))
        assert (alone.user, alone.packages) == (whole.user, whole.packages)
        assert alone.holds("acme.routes")

    @for_each(("data", "path"), [(b"{}", ""), (b"[7]", "[0]"), (b'[{"OwnerName":"A"}]', "[0].Name")])
    def test_of_another_shape_are_refused(self, data: bytes, path: str) -> None:
        with pytest.raises(MalformedPrincipalError) as refused:
            read_granted_licenses_json(data, user=TORA)
        assert refused.value.path == path


class TestUserLicenses:
    """What GetUserLicenses answers for one user."""

    LINKS = {link.license: link for link in read_user_licenses_json(payload("user_licenses"))}  # noqa: RUF012 - read only

    def test_say_what_is_assigned(self) -> None:
        assert [name for name, link in self.LINKS.items() if link.assigned] == [
            "superoffice.ten-sales",
            "superoffice.user",
        ]

    def test_say_how_many_there_are(self) -> None:
        assert self.LINKS[LicenseName("superoffice", "windows")] == LicenseLink(
            license=LicenseName("superoffice", "windows"),
            description="",
            assigned=False,
            can_assign=False,
            hidden=False,
            total=2**32 - 1,
            in_use=20,
            free=2**32 - 21,
            prerequisite=LicenseName("superoffice", "user"),
        )

    def test_without_restriction_have_no_total(self) -> None:
        link = self.LINKS[LicenseName("superoffice", "visible-for")]
        assert (link.total, link.in_use, link.free) == (None, 40, None)

    def test_of_a_partner_may_need_one_of_superoffice(self) -> None:
        assert self.LINKS[LicenseName("acme", "routes")].prerequisite == "superoffice.windows"

    @for_each(
        ("old", "new", "path"),
        [
            (b'"Name": "user"', b'"Name": "TEN-sales"', "[0].RestrictedModuleLicenses[1].Name"),
            (b'"Name": "user"', b'"Name": "us_er"', "[0].RestrictedModuleLicenses[1].Name"),
            (b'"Name": "ACME"', b'"Name": "A_B"', "[1].RestrictedModuleLicenses[0].Name"),
            (
                b'"PrerequisiteModuleName": "user"',
                b'"PrerequisiteModuleName": "u_"',
                "[0].RestrictedModuleLicenses[2].",
            ),
            (b'"Total": 21', b'"Total": -1', "[0].RestrictedModuleLicenses[0].Total"),
            (b'"Assigned": true', b'"Assigned": 1', "[0].RestrictedModuleLicenses[0].Assigned"),
            (b'"Name": "SUPEROFFICE"', b'"Name": null', "[0].Name"),
        ],
    )
    def test_with_one_defect_are_refused_with_its_place(self, old: bytes, new: bytes, path: str) -> None:
        with pytest.raises(MalformedPrincipalError) as refused:
            read_user_licenses_json(payload("user_licenses").replace(old, new, 1))
        assert refused.value.path.startswith(path)


READERS: list[Callable[[bytes], object]] = [
    recognize,
    read_package_xml,
    read_package_json,
    read_principal_json,
    read_user_licenses_json,
    lambda data: read_granted_licenses_json(data, user=TORA),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("data", ["{}", None, 7, [b"{}"]])
def test_what_is_not_bytes_is_an_invalid_value(read: Callable[[object], object], data: object) -> None:
    with pytest.raises(InvalidValueError, match="data: must be bytes"):
        read(data)

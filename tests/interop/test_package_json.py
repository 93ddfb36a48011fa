"""The package as the vendor's REST and agent services answer; payloads of our own making."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import MalformedPackageError
from superlicense.interop.superoffice import read_package_json, read_package_xml
from tests.for_each import for_each
from tests.interop.defects import FILES

PAYLOADS = Path(__file__).parent / "payloads"
LICENSE_INFO = (PAYLOADS / "license_info.json").read_bytes()
EXTENDED = (PAYLOADS / "extended_license_info.json").read_bytes()
PACKAGE = read_package_json(LICENSE_INFO, time_zone="Europe/Copenhagen")


def changed(path: tuple[str | int, ...], value: object) -> bytes:
    fields: Any = json.loads(LICENSE_INFO)
    inner = fields
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return json.dumps(fields).encode()


class TestThePayload:
    """JSON says what the XML says."""

    def test_is_the_package_of_the_xml(self) -> None:
        assert read_package_xml((FILES / "valid.xml").read_bytes(), time_zone="Europe/Copenhagen") == PACKAGE

    def test_keeps_what_is_not_modeled(self) -> None:
        assert PACKAGE.unmodeled["Signature"] == "cGFja2FnZQ=="
        assert PACKAGE.unmodeled["PublicKey.Key.P"] == "cA=="
        assert dict(PACKAGE.licenses[0].unmodeled) == {"Signature": "cm93"}
        assert PACKAGE.licenses[5].unmodeled["ExtraFlags"] == "4"

    def test_may_begin_with_a_byte_order_mark_and_blank_lines(self) -> None:
        assert read_package_json(b"\xef\xbb\xbf\r\n" + LICENSE_INFO, time_zone="Europe/Copenhagen") == PACKAGE

    def test_with_its_use_is_the_package_in_force(self) -> None:
        assert read_package_json(EXTENDED, time_zone="Europe/Copenhagen") == PACKAGE
        answer = json.loads(EXTENDED)
        answer["Current"] = None
        new = read_package_json(json.dumps(answer).encode())
        assert new.licenses[2].quantity == 30
        assert read_package_json(json.dumps([answer]).encode()) == new

    def test_of_several_owners_is_refused(self) -> None:
        info = json.loads(LICENSE_INFO)
        with pytest.raises(MalformedPackageError, match="contains 2 license packages"):
            read_package_json(json.dumps([info, info]).encode())


@for_each(
    ("path", "value", "said"),
    [
        (("ModuleLicenses", 1, "NumberOfLicenses"), "three", "LicenseInfo.ModuleLicenses[1].NumberOfLicenses"),
        (("ModuleLicenses", 1, "NumberOfLicenses"), 2**32, "LicenseInfo.ModuleLicenses[1].NumberOfLicenses"),
        (("ModuleLicenses", 1, "NumberOfLicenses"), 3.5, "LicenseInfo.ModuleLicenses[1].NumberOfLicenses"),
        (("ModuleLicenses", 1, "NumberOfLicenses"), [1, 2], "LicenseInfo.ModuleLicenses[1].NumberOfLicenses"),
        (("ModuleLicenses", 0, "IsHidden"), "perhaps", "LicenseInfo.ModuleLicenses[0].IsHidden"),
        (("ModuleLicenses", 0), "server", "LicenseInfo.ModuleLicenses[0].ModuleName"),
        (("ModuleLicenses",), {"ModuleName": "x"}, "LicenseInfo.ModuleLicenses[0].LicenseType"),
        (("ExpiryDate",), 20270327, "LicenseInfo.ExpiryDate"),
        (("CompanyName",), {"a": 1}, "LicenseInfo.CompanyName"),
        (("OwnerName",), None, "LicenseInfo.OwnerName"),
        (("x" * 300,), 1, ""),
    ],
)
def test_a_payload_with_one_defect_is_refused_with_its_place(
    path: tuple[str | int, ...], value: object, said: str
) -> None:
    with pytest.raises(MalformedPackageError) as refused:
        read_package_json(changed(path, value))
    assert refused.value.path == said


@for_each("data", [b"", b"7", b'"x"', b"null", b"[]", b"{}", b"[" * 40, b'{"a":1,"a":2}', b"\xff", b"9" * 5_000])
def test_what_is_no_such_payload_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedPackageError):
        read_package_json(data)


@given(place=st.integers(0, len(EXTENDED) - 1), value=st.integers(0, 255), cut=st.integers(0, 40))
def test_no_foreign_error_leaves_the_reader(place: int, value: int, cut: int) -> None:
    with suppress(MalformedPackageError):
        read_package_json(EXTENDED[:place] + bytes([value]) + EXTENDED[place + cut :])

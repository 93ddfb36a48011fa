"""Documents with one defect each, made from fixed seeds; run it to write ``files`` anew.

What a defect is refused with stands beside it: the class of the error and the
path that it names.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from superlicense import errors
from superlicense.document import envelope, package, root
from superlicense.document.keys import SigningKey
from superlicense.model.license import LicenseKind, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.user import UserType

FILES = Path(__file__).parent / "files"

ROOT_KEY = SigningKey.from_seed(b"r" * 32)
SECOND_ROOT_KEY = SigningKey.from_seed(b"R" * 32)
VENDOR_KEY = SigningKey.from_seed(b"v" * 32)
SECOND_VENDOR_KEY = SigningKey.from_seed(b"V" * 32)
PARTNER_KEY = SigningKey.from_seed(b"p" * 32)
STRANGER_KEY = SigningKey.from_seed(b"s" * 32)

PACKAGE = LicensePackage(
    owner="SUPEROFFICE",
    owner_description="The CRM vendor",
    company="Fjordglimt Ærø A/S",
    serial_number="1010000014",
    database_id="7d9f2a52-3f0c-4a44-9d0e-6b1d9b9ad001",
    issue=7,
    issued_at=datetime(2026, 11, 1, tzinfo=UTC),
    validity=Validity(
        warns_at=datetime(2027, 2, 27, tzinfo=UTC),
        expires_at=datetime(2027, 3, 27, tzinfo=UTC),
        grace_until=datetime(2027, 4, 8, tzinfo=UTC),
        maintenance_until=datetime(2027, 2, 27, tzinfo=UTC),
        next_check_at=datetime(2026, 12, 1, tzinfo=UTC),
    ),
    license_version="11.11",
    deployment_type=1,
    product_type="online",
    product_description="CRM Online",
    license_url="https://licenses.example/buy",
    replaces="1010000022",
    resets_clock=True,
    licenses=(
        ModuleLicense(name="server", scope=LicenseScope.SYSTEM),
        ModuleLicense(
            name="ten-sales",
            scope=LicenseScope.USER,
            quantity=21,
            kind=LicenseKind.PLAN,
            grants=("user", "web"),
            allowed_user_types=[UserType.INTERNAL],
            description="Sales Premium",
            sort_order=3,
        ),
        ModuleLicense(name="user", scope=LicenseScope.USER, quantity=21, hidden=True),
        ModuleLicense(name="web", scope=LicenseScope.USER, quantity=21, hidden=True, prerequisite="user"),
        ModuleLicense(name="routes-link", scope=LicenseScope.USER, unrestricted=True, prerequisite="acme.routes"),
    ),
)


def root_draft(**fields: Any) -> root.RootDraft:  # noqa: ANN401 - fields of the draft
    """Draft the root that the corpus is read under."""
    return root.RootDraft(
        **{
            "version": 1,
            "previous": ROOT.digest if fields.get("version", 1) > 1 else None,
            "issued_at": datetime(2026, 1, 1, tzinfo=UTC),
            "expires_at": datetime(2028, 1, 1, tzinfo=UTC),
            "root_keys": [ROOT_KEY.public],
            "owners": {
                "SUPEROFFICE": root.Owner(keys=[VENDOR_KEY.public, SECOND_VENDOR_KEY.public], threshold=1),
                "ACME": root.Owner(keys=[PARTNER_KEY.public], modules=("maps", "route-*")),
            },
            **fields,
        }
    )


ROOT_DOCUMENT = root_draft().sign([ROOT_KEY])
ROOT = root.open_pinned(ROOT_DOCUMENT)
VALID = package.PackageDraft(PACKAGE).issue([VENDOR_KEY])
PAYLOAD = package.write(PACKAGE)

Fields = dict[str, Any]


def sealed(payload: bytes, *signers: SigningKey, kind: str = package.PAYLOAD_TYPE) -> bytes:
    """Sign any payload, whatever it says."""
    return envelope.sign(payload, payload_type=kind, signers=signers or [VENDOR_KEY])


def said(change: Callable[[Fields], object]) -> bytes:
    """Change what the package says, and sign that canonically."""
    fields = json.loads(PAYLOAD)
    change(fields)
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sealed(text.encode("utf-8", "surrogatepass"))


def row(place: int, **changes: object) -> bytes:
    """Change fields of one row."""
    return said(lambda fields: fields["licenses"][place].update(changes))


def field(**changes: object) -> bytes:
    """Change fields of the package."""
    return said(lambda fields: fields.update(changes))


def without(name: str) -> bytes:
    """Leave a field out."""
    return said(lambda fields: fields.pop(name))


def wrapped(**changes: object) -> bytes:
    """Change the envelope around a good payload."""
    return json.dumps({**json.loads(VALID), **changes}).encode()


def signature(**changes: object) -> bytes:
    """Change the one signature."""
    (one,) = json.loads(VALID)["signatures"]
    return wrapped(signatures=[{name: value for name, value in {**one, **changes}.items() if value is not ...}])


def bytes_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_GOOD = json.loads(VALID)
_SIG = _GOOD["signatures"][0]["sig"]
_Malformed, _Envelope, _Json = errors.MalformedPackageError, errors.MalformedEnvelopeError, errors.MalformedJsonError

# Name of the defect: the document, the error and the path.
DEFECTS: Mapping[str, tuple[bytes, type[errors.SuperlicenseError], str]] = {
    # the envelope
    "empty": (b"", _Json, ""),
    "no_json": (VALID[:-1], _Json, ""),
    "no_object": (b"[]", _Json, ""),
    "byte_order_mark": (b"\xef\xbb\xbf" + VALID, _Json, ""),
    "no_utf8": (VALID.replace(b"payloadType", b"payload\xffType"), _Json, ""),
    "duplicate_key": (VALID.replace(b'"payloadType"', b'"payload":"","payloadType"'), _Json, "payload"),
    "float_in_envelope": (wrapped(extra=1.5), _Json, ""),
    "nan_in_envelope": (wrapped(extra=float("nan")), _Json, ""),
    "long_number_in_envelope": (wrapped(extra=10**16), _Json, ""),
    "envelope_too_deep": (wrapped(extra=[[[[]]]]), _Json, ""),
    "payload_missing": (wrapped(payload=None), _Envelope, "payload"),
    "payload_type_missing": (wrapped(payloadType=None), _Envelope, "payloadType"),
    "signatures_missing": (wrapped(signatures=None), _Envelope, "signatures"),
    "no_signatures": (wrapped(signatures=[]), _Envelope, "signatures"),
    "seventeen_signatures": (wrapped(signatures=_GOOD["signatures"] * 17), _Envelope, "signatures"),
    "signature_is_no_object": (wrapped(signatures=["sig"]), _Envelope, "signatures[0]"),
    "key_id_too_long": (signature(keyid="k" * 129), _Envelope, "signatures[0].keyid"),
    "key_id_is_a_number": (signature(keyid=7), _Envelope, "signatures[0].keyid"),
    "sig_missing": (signature(sig=...), _Envelope, "signatures[0].sig"),
    "sig_of_63_bytes": (signature(sig=base64.b64encode(b"s" * 63).decode()), _Envelope, "signatures[0].sig"),
    "sig_with_spaces": (signature(sig=f" {_SIG}"), _Envelope, "signatures[0].sig"),
    "sig_without_padding": (signature(sig=_SIG.rstrip("=")), _Envelope, "signatures[0].sig"),
    "sig_with_spare_bits": (signature(sig=f"{_SIG[:-3]}{chr(ord(_SIG[-3]) + 1)}=="), _Envelope, "signatures[0].sig"),
    "two_base64_alphabets": (wrapped(payload="+-__"), _Envelope, "payload"),
    "payload_is_no_base64": (wrapped(payload="æ"), _Envelope, "payload"),
    "another_payload_type": (sealed(PAYLOAD, kind="text/plain"), errors.WrongPayloadTypeError, "payloadType"),
    "a_root_for_a_package": (ROOT_DOCUMENT, errors.WrongPayloadTypeError, "payloadType"),
    # who signed it
    "signed_by_unknown_key": (sealed(PAYLOAD, STRANGER_KEY), errors.UntrustedKeyError, "signatures"),
    "signature_of_another_payload": (
        wrapped(payload=bytes_of("{}")),
        errors.UntrustedKeyError,
        "signatures",
    ),
    "signed_for_another_type": (
        wrapped(signatures=json.loads(sealed(PAYLOAD, kind="text/plain"))["signatures"]),
        errors.UntrustedKeyError,
        "signatures",
    ),
    "signed_by_another_owner": (sealed(PAYLOAD, PARTNER_KEY), errors.OwnerThresholdError, "signatures"),
    "owner_unknown_to_the_root": (field(owner="NOBODY"), errors.UnknownOwnerError, "owner"),
    # the bytes of the payload
    "payload_is_no_json": (sealed(b"{"), _Json, ""),
    "payload_with_space": (sealed(PAYLOAD.replace(b",", b", ", 1)), errors.NotCanonicalError, "payload"),
    "payload_in_ascii": (
        sealed(json.dumps(json.loads(PAYLOAD), sort_keys=True, separators=(",", ":")).encode()),
        errors.NotCanonicalError,
        "payload",
    ),
    "payload_unsorted": (sealed(b'{"v":1,"_type":"package"}'), errors.NotCanonicalError, "payload"),
    "payload_with_minus_zero": (
        sealed(PAYLOAD.replace(b'"sort_order":0', b'"sort_order":-0', 1)),
        errors.NotCanonicalError,
        "payload",
    ),
    "payload_with_lone_surrogate": (sealed(b'{"a":"\\ud800"}'), _Json, ""),
    "payload_too_deep": (sealed(b'{"a":[[[[[[]]]]]]}'), _Json, ""),
    "payload_with_duplicate_key": (sealed(b'{"a":1,"a":1}'), _Json, "a"),
    "payload_with_float": (sealed(b'{"a":1.0}'), _Json, ""),
    "payload_with_long_number": (sealed(b'{"a":12345678901234567}'), _Json, ""),
    # what the package says
    "another_type": (field(_type="root"), _Malformed, "_type"),
    "another_version": (field(v=2), _Malformed, "v"),
    "version_is_true": (field(v=True), _Malformed, "v"),
    "field_missing": (without("license_url"), _Malformed, "license_url"),
    "field_unknown": (field(discount=10), _Malformed, "discount"),
    "row_field_missing": (said(lambda fields: fields["licenses"][0].pop("tooltip")), _Malformed, "licenses[0].tooltip"),
    "row_field_unknown": (row(0, price=1), _Malformed, "licenses[0].price"),
    "row_is_no_object": (said(lambda fields: fields["licenses"].append(7)), _Malformed, "licenses[5]"),
    "licenses_are_no_list": (field(licenses={}), _Malformed, "licenses"),
    "owner_malformed": (field(owner="A_B"), _Malformed, "owner"),
    "owner_is_a_number": (field(owner=7), _Malformed, "owner"),
    "company_empty": (field(company=""), _Malformed, "company"),
    "serial_number_wrong": (field(serial_number="1010000015"), _Malformed, "serial_number"),
    "database_id_is_no_uuid": (field(database_id="ours"), _Malformed, "database_id"),
    "database_id_in_capitals": (
        field(database_id="7D9F2A52-3F0C-4A44-9D0E-6B1D9B9AD001"),
        _Malformed,
        "database_id",
    ),
    "issue_zero": (field(issue=0), _Malformed, "issue"),
    "issue_null": (field(issue=None), _Malformed, "issue"),
    "issue_too_great": (field(issue=2**53), _Malformed, "issue"),
    "issue_is_true": (field(issue=True), _Malformed, "issue"),
    "issued_at_null": (field(issued_at=None), _Malformed, "issued_at"),
    "instant_with_fraction": (field(issued_at="2026-11-01T00:00:00.0Z"), _Malformed, "issued_at"),
    "instant_with_offset": (field(issued_at="2026-11-01T00:00:00+00:00"), _Malformed, "issued_at"),
    "instant_of_no_month": (field(issued_at="2026-13-01T00:00:00Z"), _Malformed, "issued_at"),
    "instant_before_2000": (field(issued_at="1999-12-31T23:59:59Z"), _Malformed, "issued_at"),
    "instant_after_2199": (field(issued_at="2200-01-01T00:00:00Z"), _Malformed, "issued_at"),
    "instant_in_other_digits": (field(issued_at="\uff12026-11-01T00:00:00Z"), _Malformed, "issued_at"),
    "grace_before_expiry": (field(grace_until="2027-03-26T00:00:00Z"), _Malformed, "grace_until"),
    "grace_without_expiry": (field(expires_at=None), _Malformed, "grace_until"),
    "warning_after_expiry": (field(warns_at="2027-03-28T00:00:00Z"), _Malformed, "warns_at"),
    "replaces_missing": (without("replaces"), _Malformed, "replaces"),
    "replaces_no_serial_number": (field(replaces="1010000015"), _Malformed, "replaces"),
    "replaces_is_a_number": (field(replaces=1010000022), _Malformed, "replaces"),
    "resets_clock_missing": (without("resets_clock"), _Malformed, "resets_clock"),
    "resets_clock_null": (field(resets_clock=None), _Malformed, "resets_clock"),
    "resets_clock_is_a_number": (field(resets_clock=1), _Malformed, "resets_clock"),
    "deployment_type_is_a_text": (field(deployment_type="cloud"), _Malformed, "deployment_type"),
    "module_twice": (row(3, module="USER"), _Malformed, "licenses[3].name"),
    "module_malformed": (row(0, module="ser_ver"), _Malformed, "licenses[0].module"),
    "scope_unknown": (row(0, scope="galaxy"), _Malformed, "licenses[0].scope"),
    "kind_unknown": (row(0, kind="bundle"), _Malformed, "licenses[0].kind"),
    "quantity_zero": (row(2, quantity=0), _Malformed, "licenses[2].quantity"),
    "quantity_too_great": (row(2, quantity=10**9 + 1), _Malformed, "licenses[2].quantity"),
    "hidden_is_a_number": (row(2, hidden=1), _Malformed, "licenses[2].hidden"),
    "user_type_unknown": (row(1, user_types=["guest"]), _Malformed, "licenses[1].user_types"),
    "user_types_unsorted": (row(1, user_types=["system", "internal"]), _Malformed, "licenses[1].user_types"),
    "user_type_twice": (row(1, user_types=["internal", "internal"]), _Malformed, "licenses[1].user_types"),
    "grants_are_numbers": (row(1, grants=[7]), _Malformed, "licenses[1].grants[0]"),
    "grant_twice": (row(1, grants=["user", "user"]), _Malformed, "licenses[1].grants"),
    "grant_of_a_system_license": (row(1, grants=["server"]), _Malformed, "licenses[1].grants"),
    "grant_of_a_plan": (row(1, grants=["ten-sales"]), _Malformed, "licenses[1].grants"),
    "grants_of_no_plan": (row(2, grants=["web"]), _Malformed, "licenses[2].grants"),
    "plan_for_the_system": (row(1, scope="system"), _Malformed, "licenses[1].kind"),
    "marker_for_users": (row(2, kind="marker"), _Malformed, "licenses[2].kind"),
    "sixty_five_grants": (row(1, grants=[f"m{number}" for number in range(65)]), _Malformed, "licenses[1].grants"),
    "prerequisite_missing": (row(3, prerequisite="windows"), _Malformed, "licenses[3].prerequisite"),
    "prerequisite_malformed": (row(3, prerequisite="win_dows"), _Malformed, "licenses[3].prerequisite"),
    "prerequisites_in_a_circle": (row(2, prerequisite="web"), _Malformed, "licenses[2].prerequisite"),
}


if __name__ == "__main__":
    (FILES / "valid.json").write_bytes(VALID)
    for name in DEFECTS:
        (FILES / f"{name}.json").write_bytes(DEFECTS[name][0])

"""What a file is: the files that people have, told apart by their contents.

Rule 1: a file is recognized by what it contains, never by its name, and without
the extra ``xml``. Nothing is verified, and a file that is recognized may still
be refused by its reader.

Source: domain sections 2.8 and 16; documents.md, "Envelope" and "Canonical JSON payload".
"""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from superlicense.codec.file_bytes import BYTE_ORDER_MARK, bytes_of_file
from superlicense.codec.strict_json import JsonReader
from superlicense.errors import MalformedJsonError
from superlicense.interop.superoffice.elements import LARGEST_BYTES
from superlicense.interop.superoffice.json_fields import Fraction

__all__ = ["Kind", "recognize"]


class Kind(StrEnum):
    """What a file is."""

    SIGNED_PACKAGE = "signed_package"  # `packages.activate`
    TRUST_ROOT = "trust_root"  # `packages.install_root`, or pinned as ``trust``
    PACKAGE_PAYLOAD = "package_payload"  # not signed yet: `superlicense issue`
    ROOT_PAYLOAD = "root_payload"  # not signed yet: `superlicense root` signs a draft
    PACKAGE_XML = "package_xml"  # `read_package_xml`
    PACKAGE_JSON = "package_json"  # `read_package_json`
    PRINCIPAL = "principal"  # `read_principal_json`
    GRANTED_LICENSES = "granted_licenses"  # `read_granted_licenses_json`
    USER_LICENSES = "user_licenses"  # `read_user_licenses_json`
    UNKNOWN = "unknown"  # none of these


_READER: Final = JsonReader(
    MalformedJsonError, size=LARGEST_BYTES, depth=32, digits=28, fraction=Fraction, fold_case=True
)
_WHITESPACE: Final = b" \t\r\n"
# In a document in UTF-16, once its zero bytes are removed, too.
_LICENSE_INFO: Final = re.compile(rb"<(?:[\w.-]{1,64}:)?(?:SerialNr|ModuleLicenses)[\s/>]", re.IGNORECASE)
_SIGNED: Final = MappingProxyType(
    {
        "application/vnd.superlicense.package.v1+json": Kind.SIGNED_PACKAGE,
        "application/vnd.superlicense.root.v1+json": Kind.TRUST_ROOT,
    }
)
_UNSIGNED: Final = MappingProxyType({"package": Kind.PACKAGE_PAYLOAD, "root": Kind.ROOT_PAYLOAD})


def recognize(data: bytes) -> Kind:
    """Return what *data* is.

    >>> recognize(b'{"Associate": "anna", "Licenses": []}')
    <Kind.PRINCIPAL: 'principal'>

    Args:
        data: The contents of a file. A byte order mark and blank lines at the
            beginning are ignored.

    Returns:
        Its kind; UNKNOWN also for what is damaged or larger than 2 MiB.

    Raises:
        InvalidValueError: *data* is not bytes.
    """
    data = bytes_of_file(data, "data").lstrip(_WHITESPACE).removeprefix(BYTE_ORDER_MARK)
    if len(data) > LARGEST_BYTES:
        return Kind.UNKNOWN
    if data.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return Kind.PACKAGE_XML if _LICENSE_INFO.search(data.replace(b"\x00", b"")) else Kind.UNKNOWN
    try:
        value = _READER.read(data)
    except MalformedJsonError:
        return Kind.UNKNOWN
    if isinstance(value, dict):
        return _object_kind(value)
    return _list_kind(value) if isinstance(value, list) else Kind.UNKNOWN


def _object_kind(fields: dict[str, Any]) -> Kind:
    if "payload" in fields and isinstance(fields.get("payloadtype"), str):
        return _SIGNED.get(fields["payloadtype"], Kind.UNKNOWN)
    if isinstance(fields.get("_type"), str):
        return _UNSIGNED.get(fields["_type"], Kind.UNKNOWN)
    if "version" in fields and isinstance(fields.get("root"), dict) and isinstance(fields.get("owners"), dict):
        return Kind.ROOT_PAYLOAD  # a draft as the command describes it
    if isinstance(fields.get("licenses"), list) and fields.keys() & {"associate", "associateid", "usertype"}:
        return Kind.PRINCIPAL
    return Kind.PACKAGE_JSON if _holds_license_info(fields) else Kind.UNKNOWN


def _holds_license_info(fields: dict[str, Any]) -> bool:
    """Return whether *fields* are a LicenseInfo, or one with its use: an ExtendedLicenseInfo."""
    if "ownername" in fields and fields.keys() & {"serialnr", "modulelicenses"}:
        return True
    inner = (fields.get("current"), fields.get("new"))
    return any(isinstance(one, dict) and "ownername" in one and "serialnr" in one for one in inner)


def _list_kind(items: list[Any]) -> Kind:
    """Return the kind of a list by its first object; an empty list is none of them."""
    first = items[0] if items else None
    if not isinstance(first, dict):
        return Kind.UNKNOWN
    if first.keys() & {"restrictedmodulelicenses", "unrestrictedmodulelicenses"}:
        return Kind.USER_LICENSES
    if "ownername" in first and "name" in first and "licensetype" in first:
        return Kind.GRANTED_LICENSES
    return Kind.PACKAGE_JSON if _holds_license_info(first) else Kind.UNKNOWN

"""The package document: the bytes that stand for a `LicensePackage`.

Source: documents.md, "Package".
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from superlicense.document.strict_json import encode
from superlicense.errors import MalformedPackageError
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import LicensePackage

__all__ = ["digest", "write"]

_YEARS = range(2000, 2200)


def write(package: LicensePackage) -> bytes:
    """Write the canonical payload of *package*.

    Raises:
        MalformedPackageError: a date that the format cannot hold; it has whole
            seconds of the years 2000 to 2199.
    """
    validity = package.validity
    return encode(
        {
            "_type": "package",
            "v": 1,
            "owner": package.owner,
            "owner_description": package.owner_description,
            "company": package.company,
            "serial_number": package.serial_number,
            "database_id": package.database_id,
            "issue": package.issue,
            "issued_at": _instant("issued_at", package.issued_at),
            "warns_at": _instant("warns_at", validity.warns_at),
            "expires_at": _instant("expires_at", validity.expires_at),
            "grace_until": _instant("grace_until", validity.grace_until),
            "maintenance_until": _instant("maintenance_until", validity.maintenance_until),
            "next_check_at": _instant("next_check_at", validity.next_check_at),
            "license_version": package.license_version,
            "deployment_type": package.deployment_type,
            "product_type": package.product_type,
            "product_description": package.product_description,
            "license_url": package.license_url,
            "licenses": [_license(row) for row in package.licenses],
        }
    )


def _license(row: ModuleLicense) -> dict[str, object]:
    return {
        "module": row.name.module,
        "scope": row.scope,
        "quantity": row.quantity,
        "unrestricted": row.unrestricted,
        "hidden": row.hidden,
        "kind": row.kind,
        "grants": [grant.module for grant in row.grants],
        "prerequisite": _prerequisite(row),
        "user_types": sorted(row.allowed_user_types),
        "description": row.description,
        "tooltip": row.tooltip,
        "version": row.version,
        "sort_order": row.sort_order,
        "extra_info": row.extra_info,
    }


def _prerequisite(row: ModuleLicense) -> str | None:
    """Name a prerequisite of the same owner by its module alone, any other in full.

    A module with a dot is named in full, too, because its first part would be
    read as an owner.
    """
    name: LicenseName | None = row.prerequisite
    if name is None:
        return None
    return name.module if name.owner == row.name.owner and "." not in name.module else str(name)


def _instant(path: str, at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.year not in _YEARS or at.microsecond:
        raise MalformedPackageError(path, f"{at.isoformat()} is no whole second of the years 2000 to 2199")
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(payload: bytes) -> str:
    """Give the identity of a package: SHA-256 of its payload, in hex."""
    return hashlib.sha256(payload).hexdigest()

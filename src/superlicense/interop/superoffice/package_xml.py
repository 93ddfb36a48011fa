"""The vendor's license package in XML: the file, and the answer of a web service.

Rule 1: any root element, and any envelope around it; fields by local name.

Rule 2: a document type, an entity, more than 2 MiB, and whatever means nothing
is refused with the path of the element.

Source: domain sections 2.8 and 16. Needs the extra ``xml``.
"""

from __future__ import annotations

from datetime import tzinfo

from superlicense.interop.superoffice.elements import parse
from superlicense.interop.superoffice.package_fields import license_info_in, read_license_info
from superlicense.model.package import LicensePackage
from superlicense.time_zones import time_zone as find_time_zone

__all__ = ["read_package_xml"]


def read_package_xml(data: bytes, *, time_zone: str | tzinfo = "UTC") -> LicensePackage:
    """Read a license package as the vendor's license server sends it.

    The package may lie in a SOAP envelope. A byte order mark and blank lines
    before the document are ignored.

    Args:
        data: The document, at most 2 MiB.
        time_zone: Zone in which its days are counted, by name or as an object.

    Returns:
        The package, without ``issue`` and ``issued_at``, which the format lacks.

    Raises:
        MalformedPackageError: no such document; with the path of the element.
        InvalidValueError: *data* is not bytes.
        UnknownTimeZoneError: the zone is unknown.
        ImportError: the extra ``xml`` is not installed.

    Source: domain section 2.8; midnights as in `superlicense.interop.superoffice.dates`.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    root = license_info_in(parse(data))
    group = root.part("ModuleLicenses")
    return read_license_info(root, group, [] if group is None else group.parts("ModuleLicense"), zone)

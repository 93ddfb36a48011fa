"""The vendor's license package in JSON, as its REST and agent services answer.

Rule 1: the fields are those of the XML; the rows are a list.

Rule 2: an answer that lists packages with their use, ExtendedLicenseInfo, holds
the package in force as ``Current``, which is the one that is read.

Source: domain section 16.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from superlicense.codec.strict_json import JsonReader
from superlicense.errors import MalformedPackageError
from superlicense.interop.superoffice.elements import LARGEST_BYTES, Part, element_of, measure
from superlicense.interop.superoffice.json_fields import Fraction, vendor_json
from superlicense.interop.superoffice.package_fields import license_info_in, read_license_info
from superlicense.model.package import LicensePackage
from superlicense.time_zones import time_zone as find_time_zone

__all__ = ["read_package_json"]

_READER: Final = JsonReader(MalformedPackageError, size=LARGEST_BYTES, depth=32, digits=28, fraction=Fraction)


def read_package_json(data: bytes, *, time_zone: str | tzinfo = "UTC") -> LicensePackage:
    """Read a LicenseInfo in JSON, as the vendor's REST and agent services send it.

    An ExtendedLicenseInfo is read as its current package, or its new one if it
    has only that.

    Args:
        data: The payload in UTF-8, at most 2 MiB.
        time_zone: Zone in which its days are counted, by name or as an object.

    Returns:
        The package, without ``issue`` and ``issued_at``, which the format lacks.

    Raises:
        MalformedPackageError: no such payload, or several packages; with the
            path of the field.
        InvalidValueError: *data* is not bytes.
        UnknownTimeZoneError: the zone is unknown.

    Source: domain sections 2.8 and 16.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    value = vendor_json(_READER, data)
    if not isinstance(value, dict | list):
        raise MalformedPackageError("", "must be an object or a list")
    element = element_of(value, "LicenseInfo")
    measure(element)
    root = license_info_in(Part(element, "LicenseInfo"))
    return read_license_info(root, None, root.parts("ModuleLicenses"), zone)

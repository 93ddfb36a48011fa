"""SuperOffice: the files and payloads of its license services, read into our nouns.

Source: domain sections 2.8 and 16.
"""

from superlicense.interop.superoffice.package_json import read_package_json
from superlicense.interop.superoffice.package_xml import read_package_xml
from superlicense.interop.superoffice.principal_json import (
    Principal,
    read_granted_licenses_json,
    read_principal_json,
)
from superlicense.interop.superoffice.recognizing import Kind, recognize
from superlicense.interop.superoffice.user_licenses_json import LicenseLink, read_user_licenses_json

__all__ = [
    "Kind",
    "LicenseLink",
    "Principal",
    "read_granted_licenses_json",
    "read_package_json",
    "read_package_xml",
    "read_principal_json",
    "read_user_licenses_json",
    "recognize",
]

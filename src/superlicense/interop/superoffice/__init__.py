"""SuperOffice: its license package in XML, and its principal in JSON.

Source: domain sections 2.8 and 16.
"""

from superlicense.interop.superoffice.package_xml import read_package_xml
from superlicense.interop.superoffice.principal_json import Principal, read_principal_json

__all__ = ["Principal", "read_package_xml", "read_principal_json"]

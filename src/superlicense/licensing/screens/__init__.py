"""Screens: what an administrator sees, as frozen rows of plain data.

A frontend shows them and counts nothing. Every row is a frozen dataclass of the
standard library, which FastAPI and Django serialize as it is; ``to_dict()``
gives plain data.
"""

from superlicense.licensing.screens.license_rows import HolderRow, LicenseDetail, LicenseRow
from superlicense.licensing.screens.notification_rows import ActivatedBy, NotificationRow, Portrait
from superlicense.licensing.screens.owner_tab import Expiry, Link, OwnerTab, PackageRow
from superlicense.licensing.screens.screens import Screens
from superlicense.licensing.screens.shown import Shown, Words
from superlicense.licensing.screens.status_tab import NextExpiry, StatusTab, UserShown

__all__ = [
    "ActivatedBy",
    "Expiry",
    "HolderRow",
    "LicenseDetail",
    "LicenseRow",
    "Link",
    "NextExpiry",
    "NotificationRow",
    "OwnerTab",
    "PackageRow",
    "Portrait",
    "Screens",
    "Shown",
    "StatusTab",
    "UserShown",
    "Words",
]

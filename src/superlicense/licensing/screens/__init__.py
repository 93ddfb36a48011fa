"""Screens: what an administrator sees, as frozen rows of plain data.

A frontend shows them and counts nothing. Every row is a frozen dataclass of the
standard library, which FastAPI and Django serialize as it is; ``to_dict()``
gives plain data.
"""

from superlicense.licensing.screens.activation_dialog import ActivationDialog
from superlicense.licensing.screens.activation_rows import ChangeRow, LoginRow, LossRow, MoveRow, SuperfluousRow
from superlicense.licensing.screens.license_rows import HolderRow, LicenseDetail, LicenseRow
from superlicense.licensing.screens.metered_services import (
    DerivationRow,
    MeteredServices,
    MonthRow,
    ProjectionRow,
    ServiceRow,
)
from superlicense.licensing.screens.notification_rows import ActivatedBy, NotificationRow, Portrait
from superlicense.licensing.screens.owner_tab import Expiry, Link, OwnerTab, PackageRow
from superlicense.licensing.screens.restriction_rows import RestrictionRow
from superlicense.licensing.screens.screens import Screens
from superlicense.licensing.screens.shown import Shown, Words
from superlicense.licensing.screens.status_tab import NextExpiry, StatusTab, UserShown
from superlicense.licensing.screens.user_card import Choice, OwnerChoices, UserCard
from superlicense.licensing.screens.user_licenses import HeldRow, UserLicenses, UserRow

__all__ = [
    "ActivatedBy",
    "ActivationDialog",
    "ChangeRow",
    "Choice",
    "DerivationRow",
    "Expiry",
    "HeldRow",
    "HolderRow",
    "LicenseDetail",
    "LicenseRow",
    "Link",
    "LoginRow",
    "LossRow",
    "MeteredServices",
    "MonthRow",
    "MoveRow",
    "NextExpiry",
    "NotificationRow",
    "OwnerChoices",
    "OwnerTab",
    "PackageRow",
    "Portrait",
    "ProjectionRow",
    "RestrictionRow",
    "Screens",
    "ServiceRow",
    "Shown",
    "StatusTab",
    "SuperfluousRow",
    "UserCard",
    "UserLicenses",
    "UserRow",
    "UserShown",
    "Words",
]

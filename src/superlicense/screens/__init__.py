"""Screens: view models for administrators, as frozen dataclasses of plain data.

A frontend displays them and computes nothing. FastAPI and Django serialize the
dataclasses directly; ``to_dict()`` returns plain data.
"""

from superlicense.messages import LocalizedText
from superlicense.screens.activation_dialog import ActivationDialog
from superlicense.screens.activation_rows import ChangeRow, LoginRow, LossRow, MoveRow, SuperfluousRow
from superlicense.screens.license_rows import HolderRow, LicenseDetail, LicenseRow
from superlicense.screens.metered_services import (
    DerivationRow,
    MeteredServices,
    MeterReadings,
    MonthRow,
    ProjectionRow,
    ServiceRow,
)
from superlicense.screens.notification_rows import ActivatedBy, NotificationRow, Portrait
from superlicense.screens.owner_tab import Expiry, Link, OwnerTab, PackageRow
from superlicense.screens.restriction_rows import RestrictionRow
from superlicense.screens.status_tab import NextExpiry, StatusTab, UserShown
from superlicense.screens.user_card import Choice, OwnerChoices, UserCard
from superlicense.screens.user_licenses import HeldRow, UserLicenses, UserRow
from superlicense.screens.view_model import ViewModel

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
    "LocalizedText",
    "LoginRow",
    "LossRow",
    "MeterReadings",
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
    "ServiceRow",
    "StatusTab",
    "SuperfluousRow",
    "UserCard",
    "UserLicenses",
    "UserRow",
    "UserShown",
    "ViewModel",
]

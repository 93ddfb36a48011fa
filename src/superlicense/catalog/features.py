"""Features: the user license required to edit what a system license makes visible.

Rule 1: a feature is named by its system license ``x``. Its user license is
``x-cal``, whose holders may edit.

Rule 2: `NAMED_OTHERWISE` lists the features whose user license has another name.

Rule 3: a feature in the catalog without a user license in the catalog has none:
all users may edit with the system license alone.

Rule 4: a feature that is not in the catalog, for example a partner's, follows
Rule 1.

Source: domain 0.2 (pairs) and 4.D (exceptions); inferring Rule 3 from the
vendor's list of user licenses is our choice (ADR 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from superlicense.catalog import module_table, modules
from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseName, LicenseScope

__all__ = ["FEATURES", "NAMED_OTHERWISE", "user_license_of"]

NAMED_OTHERWISE: Mapping[LicenseName, LicenseName] = MappingProxyType(
    {
        # One license for all guides (domain 4.D: "guide-cal to edit").
        modules.GUIDE_PROJECT: modules.GUIDE_CAL,
        modules.GUIDE_SALE: modules.GUIDE_CAL,
        # One license for all targets: its title names targets in general (domain 4.D).
        modules.TARGET_SALE: modules.TARGET_CAL,
        modules.TARGET_SALE_U: modules.TARGET_CAL,
        modules.TARGET_PROJ: modules.TARGET_CAL,
        modules.TARGET_PROJ_U: modules.TARGET_CAL,
        modules.TARGET_APPNT: modules.TARGET_CAL,
        modules.TARGET_APPNT_U: modules.TARGET_CAL,
        modules.TARGET_TICK: modules.TARGET_CAL,
        modules.TARGET_TICK_U: modules.TARGET_CAL,
        # The row of synchronizer-cal names its system license (domain 4.B).
        modules.EXCHANGE_SYNC: modules.SYNCHRONIZER_CAL,
        # Server and user license of the same product (domain 4.B, 6).
        modules.POCKET_CRM_SERVER: modules.POCKET_CRM_CAL,
        modules.REPORTER_STUDIO: modules.REPORTER_STUDIO_USER,
    }
)
"""Features whose user license is not ``<feature>-cal``."""


def _by_convention(feature: LicenseName) -> LicenseName | None:
    try:
        return LicenseName(feature.owner, f"{feature.module}-cal")
    except InvalidValueError:
        # The feature's name is too long to append "-cal".
        return None


def _user_license(feature: LicenseName) -> LicenseName | None:
    named = NAMED_OTHERWISE.get(feature) or _by_convention(feature)
    return named if named in module_table.ALL else None


FEATURES: Mapping[LicenseName, LicenseName | None] = MappingProxyType(
    {row.name: _user_license(row.name) for row in module_table.ALL.values() if row.scope is not LicenseScope.USER}
)
"""Every feature of the catalog with its user license, `None` if it has none."""


def user_license_of(feature: LicenseName | str) -> LicenseName | None:
    """Return the user license required to edit *feature*.

    >>> user_license_of("quote")
    LicenseName('superoffice', 'quote-cal')
    >>> user_license_of("guide-sale")
    LicenseName('superoffice', 'guide-cal')
    >>> user_license_of("nordvik.routes")
    LicenseName('nordvik', 'routes-cal')
    >>> user_license_of("document") is None
    True

    Args:
        feature: Name of its system license, of any owner.

    Returns:
        The user license, or `None` if the feature is in the catalog and has none,
        so that all users may edit with the system license alone.

    Raises:
        InvalidValueError: *feature* is not a license name.
    """
    name = LicenseName.parse(feature)
    return FEATURES[name] if name in FEATURES else _by_convention(name)

"""Features: which user license lets somebody edit what a system license shows.

Rule 1: a feature is named by its system license ``x``. Its user license is
``x-cal``, and whoever holds it may edit.

Rule 2: `NAMED_OTHERWISE` lists the features whose user license is called
something else.

Rule 3: where the catalog knows the feature and no user license of it, there is
none to hold: the system license alone lets everybody edit.

Rule 4: a feature that the catalog does not know, a partner's for example,
follows Rule 1.

Source: domain 0.2 (pairs) and 4.D (exceptions); that Rule 3 follows from the
silence of the vendor's list of user licenses is our choice (ADR 5).
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
        # One license edits all guides (domain 4.D: "guide-cal to edit").
        modules.GUIDE_PROJECT: modules.GUIDE_CAL,
        modules.GUIDE_SALE: modules.GUIDE_CAL,
        # One license edits all targets: its title speaks of targets in general (domain 4.D).
        modules.TARGET_SALE: modules.TARGET_CAL,
        modules.TARGET_SALE_U: modules.TARGET_CAL,
        modules.TARGET_PROJ: modules.TARGET_CAL,
        modules.TARGET_PROJ_U: modules.TARGET_CAL,
        modules.TARGET_APPNT: modules.TARGET_CAL,
        modules.TARGET_APPNT_U: modules.TARGET_CAL,
        modules.TARGET_TICK: modules.TARGET_CAL,
        modules.TARGET_TICK_U: modules.TARGET_CAL,
        # The row of synchronizer-cal names the system license that it is for (domain 4.B).
        modules.EXCHANGE_SYNC: modules.SYNCHRONIZER_CAL,
        # Server side and user side of one thing (domain 4.B, 6).
        modules.POCKET_CRM_SERVER: modules.POCKET_CRM_CAL,
        modules.REPORTER_STUDIO: modules.REPORTER_STUDIO_USER,
    }
)
"""Features whose user license is not ``<feature>-cal``."""


def _by_convention(feature: LicenseName) -> LicenseName | None:
    try:
        return LicenseName(feature.owner, f"{feature.module}-cal")
    except InvalidValueError:
        # The feature's own name is so long that no license can be called that.
        return None


def _user_license(feature: LicenseName) -> LicenseName | None:
    named = NAMED_OTHERWISE.get(feature) or _by_convention(feature)
    return named if named in module_table.ALL else None


FEATURES: Mapping[LicenseName, LicenseName | None] = MappingProxyType(
    {row.name: _user_license(row.name) for row in module_table.ALL.values() if row.scope is not LicenseScope.USER}
)
"""Every feature of the catalog with its user license, `None` where there is none."""


def user_license_of(feature: LicenseName | str) -> LicenseName | None:
    """Name the user license that lets its holder edit *feature*.

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
        The user license, or `None` where the catalog knows that there is none,
        so that the system license alone lets everybody edit.

    Raises:
        InvalidValueError: *feature* is no license name.
    """
    name = LicenseName.parse(feature)
    return FEATURES[name] if name in FEATURES else _by_convention(name)

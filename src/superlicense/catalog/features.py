"""Features: the license required to edit what a system license makes visible.

Rule 1: a feature is named by its system license ``x``. Its editing license is
``x-cal``, unless the catalog names another one.

Rule 2: `NAMED_OTHERWISE` lists the features whose editing license has another
name: ``x-cal`` does not exist, or it is the login license of another user type,
which never lets its holder edit.

Rule 3: the sources name no editing license for some features. Internal users
who hold `NONE_NAMED` may edit them, and no other users.

Rule 4: a feature that is not in the catalog, for example a partner's, follows
Rule 1.

Source: domain 0.2 (pairs) and 4; `EDITING` has the source of every feature.
Rules 2 and 3 are explained in ADR 37.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from superlicense.catalog import module_table, modules
from superlicense.catalog._editing import EDITING_LICENSES, EditingLicense
from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseName, LicenseScope

__all__ = [
    "EDITING",
    "FEATURES",
    "NAMED_OTHERWISE",
    "NONE_NAMED",
    "EditingLicense",
    "user_license_of",
]

NONE_NAMED = modules.USER
"""The license that lets internal users edit a feature without an editing license of its own."""

NAMED_OTHERWISE: Mapping[LicenseName, LicenseName] = MappingProxyType(
    {feature: editing.license for feature, editing in EDITING_LICENSES.items() if editing.license is not None}
)
"""Features whose editing license is not ``<feature>-cal``."""


def _by_convention(feature: LicenseName) -> LicenseName | None:
    try:
        return LicenseName(feature.owner, f"{feature.module}-cal")
    except InvalidValueError:
        # The feature's name is too long to append "-cal".
        return None


def _editing(row: module_table.CatalogModule) -> EditingLicense:
    named = EDITING_LICENSES.get(row.name)
    if named is not None:
        return named
    convention = _by_convention(row.name)
    pair = None if convention is None else module_table.ALL.get(convention)
    if pair is not None:
        return EditingLicense(pair.name, f"domain 0.2: pairs [{' '.join(pair.sources)}]")
    unnamed = "no user license for it in domain 4, release notes 10.2.7 list all of them"
    return EditingLicense(None, f"{unnamed} [{' '.join(row.sources)}]")


EDITING: Mapping[LicenseName, EditingLicense] = MappingProxyType(
    {row.name: _editing(row) for row in module_table.ALL.values() if row.scope is not LicenseScope.USER}
)
"""Every feature of the catalog with its editing license and the source."""

FEATURES: Mapping[LicenseName, LicenseName | None] = MappingProxyType(
    {feature: editing.license for feature, editing in EDITING.items()}
)
"""Every feature of the catalog with its editing license, `None` if the sources name none."""


def user_license_of(feature: LicenseName | str) -> LicenseName | None:
    """Return the user license that lets a user edit *feature*.

    >>> user_license_of("quote")
    LicenseName('superoffice', 'quote-cal')
    >>> user_license_of("extern-user")
    LicenseName('superoffice', 'admin-extern-user')
    >>> user_license_of("nordvik.routes")
    LicenseName('nordvik', 'routes-cal')
    >>> user_license_of("document") is None
    True

    Args:
        feature: Name of its system license, of any owner.

    Returns:
        The license, or `None` if the sources name none, so that only internal
        users who hold `NONE_NAMED` may edit.

    Raises:
        InvalidValueError: *feature* is not a license name.
    """
    name = LicenseName.parse(feature)
    return FEATURES[name] if name in FEATURES else _by_convention(name)

"""The module table: one row with the properties of each module license.

It is separate from `superlicense.catalog.modules` so that importing names does
not load descriptions.

Rule 1: the table is not binding. The row of its package applies to an
installation; a row of this table is a default for drafting and checking packages.

Rule 2: properties without a source are left out. An unknown scope is `None`; a
guessed code is marked ``provisional``.

Source: domain 4.A to 4.I; for prerequisites and unrestricted licenses also domain 3.
The keys in the rows are explained at `superlicense.catalog.rows.Source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from superlicense.catalog._announced_modules import ANNOUNCED_MODULES
from superlicense.catalog._base_modules import BASE_MODULES
from superlicense.catalog._feature_modules import FEATURE_MODULES
from superlicense.catalog._plan_modules import PLAN_MODULES
from superlicense.catalog._service_modules import SERVICE_MODULES
from superlicense.catalog.rows import CatalogModule, Source
from superlicense.model.license import LicenseName

__all__ = ["ALL", "WITHDRAWN_CONSTANTS", "CatalogModule", "Source", "find"]

ALL: Mapping[LicenseName, CatalogModule] = MappingProxyType(
    {row.name: row for row in chain(BASE_MODULES, FEATURE_MODULES, SERVICE_MODULES, PLAN_MODULES, ANNOUNCED_MODULES)}
)
"""Every row by its name, in the order of the domain's families."""

WITHDRAWN_CONSTANTS = ("ErpConnect", "Mailchimp", "Map4You", "MsTeamsChat")
"""Constants removed in version 11.13. Their codes were never public, so they have
no row. Source: release notes 11.13."""


def find(name: LicenseName | str) -> CatalogModule | None:
    """Return the row of *name*, `None` if the vendor's catalog does not have it.

    >>> find("quote-cal").title
    'Sale Quote Access'
    >>> find("nordvik.route-planner") is None
    True

    Raises:
        InvalidValueError: *name* is not a license name.
    """
    return ALL.get(LicenseName.parse(name))

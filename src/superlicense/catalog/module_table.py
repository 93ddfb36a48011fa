"""The module table: what is known of every module license, a row each.

Apart from `superlicense.catalog.modules`, so that whoever needs only names does
not pay for descriptions.

Rule 1: nothing here binds. What applies to an installation is the row of its
package; a row of this table is a default to draft and check packages with.

Rule 2: what no source states is not filled in. A scope that is unknown is
`None`; a code that is a guess is marked ``provisional``.

Source: domain 4.A to 4.I; prerequisites and what is unrestricted also domain 3.
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
"""Constants that version 11.13 deleted. Their codes were never public, so they
have no row. Source: release notes 11.13."""


def find(name: LicenseName | str) -> CatalogModule | None:
    """Find the row of *name*, `None` where the vendor's catalog has none.

    >>> find("quote-cal").title
    'Sale Quote Access'
    >>> find("nordvik.route-planner") is None
    True

    Raises:
        InvalidValueError: *name* is no license name.
    """
    return ALL.get(LicenseName.parse(name))

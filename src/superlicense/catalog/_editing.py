"""Editing licenses: the license that lets a user edit a feature, with the source of each row.

A row is the license, the source, and the features it is for.

Source: domain 0.2 and 4; the keys in brackets are those of
`superlicense.catalog.rows.Source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from superlicense.catalog import modules
from superlicense.model.license import LicenseName

__all__ = ["EDITING_LICENSES", "EditingLicense", "of_service"]


@frozen
class EditingLicense:
    """The license that lets a user edit a feature, and the source.

    Attributes:
        license: The license; `None` if the sources name none.
        source: Where that is said.
    """

    license: LicenseName | None
    source: str


_SERVICE: Final = EditingLicense(
    modules.EJ_CLIENT,
    "domain 4.B: the Service (ticket) client [s23]; domain 4.E: modules of Service [s23]",
)
of_service: Final = (
    modules.EJ_MOD_ADMIN,
    modules.EJ_MOD_ADVANCED_FAQ,
    modules.EJ_MOD_BLOGIC,
    modules.EJ_MOD_MACRO,
    modules.EJ_MOD_DOCUMENT,
    modules.EJ_MOD_EXTDB,
    modules.EJ_MOD_HELP,
    modules.EJ_MOD_KNOWLEDGE,
    modules.EJ_MOD_SMS,
    modules.EJ_MOD_STAT,
    modules.EJ_MOD_TICKET,
    modules.ESCALATE,
    modules.INBOX_FILTER,
    modules.REQUEST_BATCH,
)
"""Features of the Service client that have no license of their own for editing."""

_ROWS: Final = (
    # The "-cal" of these three is the login license of another user type.
    (
        EditingLicense(modules.ADMIN_EXTERN_USER, "domain 4.C: may manage external users in the client [s23]"),
        (modules.EXTERN_USER,),
    ),
    (
        EditingLicense(modules.ADMIN_ANONYMOUS_USER, "domain 4.C: may manage anonymous users [s23]"),
        (modules.ANONYMOUS_USER,),
    ),
    (
        EditingLicense(modules.ADMIN_SYSTEM_USER, "domain 4.C: may manage system users [s23]"),
        (modules.SYSTEM_USER,),
    ),
    (
        EditingLicense(modules.GUIDE_CAL, "domain 4.D: guide-cal to edit [scr]"),
        (modules.GUIDE_PROJECT, modules.GUIDE_SALE),
    ),
    (
        EditingLicense(modules.TARGET_CAL, "domain 4.D: its title names targets in general [s25 scr]"),
        (
            modules.TARGET_SALE,
            modules.TARGET_SALE_U,
            modules.TARGET_PROJ,
            modules.TARGET_PROJ_U,
            modules.TARGET_APPNT,
            modules.TARGET_APPNT_U,
            modules.TARGET_TICK,
            modules.TARGET_TICK_U,
        ),
    ),
    (EditingLicense(modules.CHAT_CAL, "domain 4.F: chat for that user [s23]"), (modules.CHAT_FREE,)),
    (EditingLicense(modules.FORMS_CAL, "domain 4.F: forms designer [s23]"), (modules.FORMS_FREE,)),
    (
        EditingLicense(modules.SYNCHRONIZER_CAL, "domain 4.B: use of the exchange-sync license [s23]"),
        (modules.EXCHANGE_SYNC,),
    ),
    (
        EditingLicense(modules.POCKET_CRM_CAL, "domain 4.B: mobile server side; CAL still needed [s23]"),
        (modules.POCKET_CRM_SERVER,),
    ),
    (
        EditingLicense(modules.REPORTER_STUDIO_USER, "domain 4.D: user license too [s23]"),
        (modules.REPORTER_STUDIO,),
    ),
    (_SERVICE, of_service),
)

EDITING_LICENSES: Final[Mapping[LicenseName, EditingLicense]] = MappingProxyType(
    {feature: editing for editing, features in _ROWS for feature in features}
)
"""The features whose editing license is not ``<feature>-cal``."""

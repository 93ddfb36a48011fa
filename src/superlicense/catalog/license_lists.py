"""Lists of licenses as shown on screens and in the vendor's help.

Screens group licenses under the headings system, site and user licenses; plans
are listed with the user licenses. The licenses of an installation are those of
its package; these lists contain the ones that the vendor documents.

Source: seed page, section "Licenstyper" (7 October 2025, version 10.5), mapped
to codes by domain 1; legacy lists by domain 3, 5 and 15.
"""

from __future__ import annotations

from attrs import frozen

from superlicense.catalog import modules
from superlicense.catalog.rows import Source, sources_of
from superlicense.model.license import LicenseName

__all__ = [
    "LEGACY_SITE_LICENSES",
    "LEGACY_SYSTEM_LICENSES",
    "LEGACY_USER_LICENSES",
    "LOOSE_LICENSES",
    "SYSTEM_LICENSES",
    "ListedLicense",
]


@frozen(kw_only=True)
class ListedLicense:
    """One line of a list.

    Attributes:
        name: The license.
        english: Its English title in the list.
        danish: Its Danish title; empty if no Danish list is public.
        sources: Sources of the line.
    """

    name: LicenseName
    english: str
    danish: str = ""
    sources: tuple[Source, ...]


def _seen(name: LicenseName, english: str, danish: str) -> ListedLicense:
    return ListedLicense(name=name, english=english, danish=danish, sources=sources_of("seed scr"))


# The first line of the seed's table, "System", is a heading and not a license.
SYSTEM_LICENSES = (
    _seen(modules.SERVER, "SuperOffice Server", "SuperOffice Server"),
    _seen(modules.ONLINE_WEBSERVICES, "Online Web Services", "Online Web Services"),
    _seen(modules.SAINT, "Sales Intelligence", "Sales Intelligence"),
    _seen(modules.EXCHANGE_SYNC, "Exchange Synchronizer", "Exchange Synchronizer"),
    # Called Developer Tools on newer screens.
    _seen(modules.EXPANDER_SERVICES, "SuperOffice Expander Services", "SuperOffice Expander Services"),
    _seen(modules.EJ_MOD_CUSTOMER, "Customer Centre", "Customer Centre"),
    _seen(modules.QUOTE, "Sales Quote Management", "Håndtering af salgstilbud"),
)
"""The seven system licenses of the web era, in the order of the seed page."""


def _legacy(name: LicenseName, english: str) -> ListedLicense:
    return ListedLicense(name=name, english=english, sources=sources_of("help scr"))


LEGACY_SYSTEM_LICENSES = (*SYSTEM_LICENSES, _legacy(modules.AREA_MGT, "Area Management"))
"""System licenses of the last Windows release (8.5 R17)."""

LEGACY_SITE_LICENSES = (
    _legacy(modules.SATELLITE, "Satellite"),
    _legacy(modules.REPORTER_STUDIO, "Reporter Studio"),
    _legacy(modules.AUDIENCE, "Audience"),
)
"""Site licenses of the last Windows release, counted per database."""

LEGACY_USER_LICENSES = (
    _legacy(modules.SUPERLICENSE_CONTACT_MANAGER, "Standard CRM"),
    _legacy(modules.SUPERLICENSE_MARKETING_PRO, "Marketing"),
    _legacy(modules.SUPERLICENSE_SALES_PRO, "Sales"),
    _legacy(modules.SUPERLICENSE_SERVICE_PRO, "Service"),
    _legacy(modules.SUPERLICENSE_COMPLETE, "Complete"),
    _legacy(modules.WINDOWS, "Windows App"),
    _legacy(modules.REMOTE_TRAVEL, "Remote Travel"),
    _legacy(modules.POCKET_CRM_CAL, "Pocket CRM"),
    _legacy(modules.OUTLOOK_SYNCHRONIZER, "Outlook Synchronizer"),
    _legacy(modules.QUOTE_CAL, "Sale Quote Access"),
)
"""User licenses of the last Windows release: five plans, then separate licenses."""

LOOSE_LICENSES: tuple[LicenseName, ...] = (
    modules.SERVER,
    modules.USER,
    modules.WEB,
    modules.WINDOWS,
    modules.POCKET_CRM_SERVER,
    modules.POCKET_CRM_CAL,
    modules.TRAVEL,
    modules.REMOTE_TRAVEL,
    modules.QUOTE_CAL,
    modules.VISIBLE_FOR,
)
"""Licenses that versions 6 and 7, which had no plans, sold separately.

The requirement of each is the ``prerequisite`` of its row in the module table.
"""

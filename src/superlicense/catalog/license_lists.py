"""Lists of licenses as people see them on screens and in the vendor's help.

The screens group licenses under the headings system, site and user licenses;
plans stand among the user licenses. Which of them an installation has, its
package says; these lists name the ones that the vendor writes about.

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
        english: What the list calls it in English.
        danish: What it calls it in Danish; empty where no Danish list is public.
        sources: Where the line comes from.
    """

    name: LicenseName
    english: str
    danish: str = ""
    sources: tuple[Source, ...]


def _seen(name: LicenseName, english: str, danish: str) -> ListedLicense:
    return ListedLicense(name=name, english=english, danish=danish, sources=sources_of("seed scr"))


# The first line of the seed's table, "System", is a heading and no license.
SYSTEM_LICENSES = (
    _seen(modules.SERVER, "SuperOffice Server", "SuperOffice Server"),
    _seen(modules.ONLINE_WEBSERVICES, "Online Web Services", "Online Web Services"),
    _seen(modules.SAINT, "Sales Intelligence", "Sales Intelligence"),
    _seen(modules.EXCHANGE_SYNC, "Exchange Synchronizer", "Exchange Synchronizer"),
    # Called Developer Tools in newer screens.
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
"""User licenses of the last Windows release: five plans, then loose ones."""

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
"""What versions 6 and 7, which had no plans, sold one by one and let mix freely.

What each requires is the ``prerequisite`` of its row in the module table.
"""

"""Rows of the module table: the product and its markers, logins, and users other than employees."""

from __future__ import annotations

from superlicense.catalog import modules
from superlicense.catalog.rows import CatalogModule, site, system, user
from superlicense.model.user import UserType

_EXTERNAL = frozenset({UserType.EXTERNAL})
_ANONYMOUS = frozenset({UserType.ANONYMOUS})
_SYSTEM = frozenset({UserType.SYSTEM})

BASE_MODULES: tuple[CatalogModule, ...] = (
    # The product itself, markers of the installation, and its commercial state.
    system(modules.SERVER, "Server", "SuperOffice Server", "The product itself; nothing runs without it", "s23 seed"),
    system(modules.ONLINE, "Online", "", "Marks a cloud tenant", "s23"),
    # The seed page spells it Online Web Services.
    system(
        modules.ONLINE_WEBSERVICES,
        "OnlineWebServices",
        "Online WebServices",
        "Web client and web services in cloud tenants; not needed on-site",
        "s23 scr seed",
    ),
    system(
        modules.ONLINE_SERVICES,
        "OnlineServices",
        "",
        "Cloud helper services (Google, Office, mailing provider)",
        "s23",
        hidden=True,
    ),
    system(modules.TEST, "Test", "", "Test installation marker", "s23"),
    system(modules.TESTDRIVE, "TestDrive", "", "Test-drive marker (cloud)", "s23"),
    system(modules.SANDBOX, "Sandbox", "", "Non-production dev/test tenant", "s23w"),
    system(
        modules.DEMO, "Demo", "demo site", "Demo installation (legacy name; constant came back in 12.2)", "legacy rn"
    ),
    system(modules.FREETRIAL, "FreeTrial", "", "Short-lived free trial", "s23"),
    system(modules.SOLO, "Solo", "", "SOLO edition; switches on e-learning menu", "s23 rn"),
    system(modules.MAINTENANCE, "Maintenance", "", "On-site customer on yearly maintenance", "s23", hidden=True),
    system(modules.SUBSCRIPTION, "Subscription", "", "On-site monthly/quarterly subscription", "s23", hidden=True),
    system(modules.RENTAL, "Rental", "", "On-site rental", "s23", hidden=True),
    system(
        modules.NEED_CONSENT,
        "NeedConsent",
        "",
        "On-site maintenance customer who must accept an addendum dialog",
        "s23",
        hidden=True,
    ),
    system(
        modules.FEATURE_PRICING, "FeaturePricing", "", "Feature price list in use (versions 8-9)", "s23", hidden=True
    ),
    system(modules.G9, "G9", "", "Price list of version 9, bought licenses cleaned out", "s23", hidden=True),
    system(modules.TEN, "Ten", "", "Price list of version 10, bought licenses cleaned out", "s23w", hidden=True),
    system(modules.DEVNET, "Devnet", "", "Developer-network member; test-license tool", "s23"),
    system(modules.PREMIUM_SUPPORT, "PremiumSupport", "", "Premium support bought", "s25"),
    # Called a site license in a text from the time when that also meant system license.
    site(
        modules.EXTRA_STORAGE,
        "ExtraStorage",
        "",
        "Carries info on bought cloud storage capacity",
        "s23",
        provisional=True,
    ),
    system(
        modules.USER_MANAGEMENT,
        "UserManagement",
        "",
        "User management in admin (off where users live in an outside portal)",
        "s23",
        hidden=True,
    ),
    system(modules.FEDERATION, "Federation", "", "Cloud login integration marker", "s23", hidden=True),
    system(
        modules.AD_AUTH,
        "AdAuth",
        "",
        "Active Directory login plug-in (constant deleted in 12.2)",
        "s23 rn",
        hidden=True,
    ),
    system(modules.OFFICE365, "Office365", "", "Office 365 login and documents", "s23", hidden=True),
    system(modules.GOOGLEAPPS, "GoogleApps", "", "Google login and documents", "s23", hidden=True),
    system(modules.SCIM, "SCIM", "", "Automated user provisioning", "s23w"),
    system(modules.DB_MIRROR, "DbMirror", "", "Database mirroring active", "s23"),
    system(
        modules.SUPERLICENSE_ONLINE_STD, "SuperlicenseOnlineStd", "Online Standard", "Old cloud edition marker", "s23"
    ),
    system(modules.SUPERLICENSE_ONLINE_PRO, "SuperlicenseOnlinePro", "Online Pro", "Old cloud edition marker", "s23"),
    system(
        modules.SUPERLICENSE_EJ_ONLINE_STD,
        "SuperlicenseEjOnlineStd",
        "eJournal Online Standard",
        "Old cloud Service edition marker",
        "s23",
    ),
    system(
        modules.SUPERLICENSE_EJ_ONLINE_PRO,
        "SuperlicenseEjOnlinePro",
        "eJournal Online Pro",
        "Old cloud Service edition marker",
        "s23",
    ),
    system(modules.SUPERLICENSE_VISMANET_PRO, "SuperlicenseVismaNetPro", "", "Old Visma.net edition marker", "s23"),
    # Login and client access.
    user(modules.USER, "User", "User login", "Half of a login; a client license is the other half", "s23 xml"),
    user(modules.WEB, "Web", "Web login", "Web client", "s23", prerequisite=modules.USER),
    user(modules.WINDOWS, "Windows", "Windows App", "Windows client", "s23", prerequisite=modules.USER),
    user(
        modules.EJ_CLIENT,
        "EJournalClient",
        "Customer Service",
        "Service (ticket) client",
        "s23 scr",
        prerequisite=modules.USER,
    ),
    user(
        modules.EJ_READONLY_CLIENT,
        "EJournalReadonlyClient",
        "",
        "Read-only Service client",
        "s23",
        prerequisite=modules.USER,
    ),
    user(
        modules.EJ_SIM_CLIENT,
        "EJournalSimClient",
        "",
        "Simultaneous (floating) Service client",
        "s23",
        prerequisite=modules.USER,
    ),
    user(
        modules.EJ_SIM_READONLY_CLIENT,
        "EJournalSimReadonlyClient",
        "",
        "Simultaneous read-only Service client",
        "s23",
        prerequisite=modules.USER,
    ),
    system(modules.POCKET_CRM_SERVER, "PocketCrmServer", "", "Mobile server side; CAL still needed", "s23"),
    user(modules.POCKET_CRM_CAL, "PocketCrmCal", "Pocket CRM", "Mobile client", "s23", prerequisite=modules.USER),
    user(modules.TRAVEL, "Travel", "Travel", "Travel menu", "s23", unrestricted=True, prerequisite=modules.WINDOWS),
    user(
        modules.REMOTE_TRAVEL,
        "RemoteTravel",
        "Remote Travel",
        "Remote travel client",
        "s23",
        prerequisite=modules.TRAVEL,
    ),
    user(modules.OUTLOOK_SYNCHRONIZER, "OutlookSynchronizer", "Outlook Synchronizer", "Outlook client sync", "s23"),
    user(modules.SYNCHRONIZER_CAL, "SynchronizerCal", "", "Use of exchange-sync", "s23"),
    # Its own description says site license; the vendor's list of user licenses includes it.
    user(modules.NEBULA, "Nebula", "", "InfoBridge synchronizer", "s25"),
    # The title is from a screen; the code is a guess.
    system(
        modules.SYNCHRONIZER,
        "Synchronizer",
        "synchronizer",
        "Calendar synchronization in the Suite",
        "rn scr",
        provisional=True,
    ),
    user(
        modules.REPORTER_STUDIO_USER,
        "ReporterStudioUser",
        "Reporter Studio",
        "Log in to Reporter Studio",
        "s23",
        unrestricted=True,
        prerequisite=modules.REPORTER_STUDIO,
    ),
    # External, anonymous and system users.
    system(modules.EXTERN_USER, "ExternUser", "", "External users on in admin and NetServer", "s23", hidden=True),
    user(
        modules.EXTERN_USER_CAL,
        "ExternUserCal",
        "",
        "External person login (Audience, portal, NetServer)",
        "s23",
        unrestricted=True,
        allowed_user_types=_EXTERNAL,
    ),
    system(modules.ANONYMOUS_USER, "AnonymousUser", "", "Anonymous users on", "s23", hidden=True),
    user(
        modules.ANONYMOUS_USER_CAL,
        "AnonymousUserCal",
        "",
        "Anonymous account login",
        "s23",
        unrestricted=True,
        allowed_user_types=_ANONYMOUS,
    ),
    system(modules.SYSTEM_USER, "SystemUser", "", "System users on", "s23", hidden=True),
    user(
        modules.SYSTEM_USER_CAL,
        "SystemUserCal",
        "System user",
        "System account login to NetServer",
        "s23 arc",
        unrestricted=True,
        allowed_user_types=_SYSTEM,
    ),
    user(
        modules.ADMIN_EXTERN_USER,
        "AdminExternUser",
        "External user administrator",
        "May manage external users in client",
        "s23",
        unrestricted=True,
    ),
    user(
        modules.ADMIN_SYSTEM_USER,
        "AdminSystemUser",
        "System user administrator",
        "May manage system users",
        "s23",
        hidden=True,
        unrestricted=True,
    ),
    user(
        modules.ADMIN_ANONYMOUS_USER,
        "AdminAnonymousUser",
        "Anonymous user admin",
        "May manage anonymous users",
        "s23",
        hidden=True,
        unrestricted=True,
    ),
    user(
        modules.PUBLISH,
        "Publish",
        "Publish to external",
        "Publish tick-box in client",
        "s23",
        unrestricted=True,
        prerequisite=modules.EXTERN_USER,
    ),
    user(
        modules.VISIBLE_FOR,
        "VisibleFor",
        "Confidential activities",
        "Visible-for list on follow-ups, documents, sales",
        "s23",
        unrestricted=True,
    ),
    site(modules.AUDIENCE, "Audience", "Audience", "Audience web site", "s23", prerequisite=modules.EXTERN_USER),
    system(
        modules.SUPERLICENSE_EXPANDER_FOR_COLLABORATION,
        "SuperlicenseExpanderForCollaboration",
        "",
        "External and anonymous access to NetServer (legacy)",
        "s23",
    ),
    # Newer screens call it Developer Tools.
    system(
        modules.EXPANDER_SERVICES,
        "ExpanderServices",
        "SuperOffice Expander Services",
        "Extra tables, external users, ERP sync, custom apps",
        "s23 xml seed",
    ),
    system(modules.CUSTOM_APPS, "CustomApps", "", "Uncertified apps outside the app store", "s23", hidden=True),
)

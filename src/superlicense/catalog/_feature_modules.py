"""Rows of the module table: features of the client and the admin."""

from __future__ import annotations

from superlicense.catalog import modules
from superlicense.catalog.rows import CatalogModule, site, system, user

FEATURE_MODULES: tuple[CatalogModule, ...] = (
    # Features: `x` shows the panel, `x-cal` is required to edit.
    system(modules.DOCUMENT, "Document", "", "Create/edit documents", "plans"),
    system(modules.SELECTION, "Selection", "", "Selection panel", "s23 plans"),
    user(modules.SELECTION_CAL, "SelectionCal", "", "Edit selections (else read-only)", "s23"),
    user(
        modules.SELECTION_COMBINED_CAL,
        "SelectionCombinedCal",
        "Combined Selections",
        "Create combined selections",
        "s23 scr",
    ),
    system(modules.RELATION, "Relation", "", "Relations archive", "s23 plans"),
    user(modules.RELATION_CAL, "RelationCal", "", "Create/edit relations", "s23"),
    system(modules.PROJECT, "Project", "Project Functionality", "Project panel", "s25 scr"),
    user(modules.PROJECT_CAL, "ProjectCal", "Project Editing", "Edit projects", "s23 scr"),
    system(modules.FREE_PROJECTS, "FreeProjects", "Projects (free)", "Projects for tier-1 users", "s23w scr"),
    system(modules.SALE, "Sale", "Sale Functionality", "Sales panel", "scr"),
    user(modules.SALE_CAL, "SaleCal", "Sale Editing", "Edit sales", "s23 scr"),
    system(modules.QUOTE, "Quote", "Sales Quote Management", "Products/quotes in admin", "s23 scr seed"),
    # The only license explicitly described as restricted.
    user(modules.QUOTE_CAL, "QuoteCal", "Sale Quote Access", "Quotes in client", "s23 scr", prerequisite=modules.USER),
    # Code and scope are guesses.
    system(modules.QUOTE_APPROVAL, "QuoteApproval", "", "Quote approval", "rn", provisional=True),
    system(modules.STAKEHOLDER, "Stakeholder", "Sale Stakeholders", "View sale stakeholders", "s25 scr"),
    user(modules.STAKEHOLDER_CAL, "StakeholderCal", "Sale Stakeholder Editing", "Edit stakeholders", "s25 scr"),
    system(modules.GUIDE, "Guide", "Admin Guides", "Guide editor in admin", "s23w scr"),
    # Edited with guide-cal, as guide-sale is; see `features`.
    system(modules.GUIDE_PROJECT, "GuideProject", "Enable Project Guides", "Project guides", "scr"),
    system(modules.GUIDE_SALE, "GuideSale", "Enable Sale Guides", "Sale guides", "scr"),
    user(modules.GUIDE_CAL, "GuideCal", "Guides", "Guide tab in client", "s23w scr"),
    system(modules.TARGET, "Target", "Targets Functionality", "Target menu", "s25 scr"),
    user(modules.TARGET_CAL, "TargetCal", "Enable Target editing", "Edit targets", "s25 scr"),
    system(modules.TARGET_SALE, "TargetSale", "Activate Sales Targets", "Basic sale targets", "s25 scr"),
    system(
        modules.TARGET_SALE_U,
        "TargetSaleUnlimited",
        "Sales Targets Unlimited",
        "More target types and groups",
        "s25 scr",
    ),
    system(modules.TARGET_PROJ, "TargetProject", "", "Project targets", "s25"),
    system(modules.TARGET_PROJ_U, "TargetProjectUnlimited", "", "Unlimited project targets", "s25"),
    system(modules.TARGET_APPNT, "TargetAppointment", "", "Appointment targets", "s25"),
    system(modules.TARGET_APPNT_U, "TargetAppointmentUnlimited", "", "Unlimited appointment targets", "s25"),
    system(modules.TARGET_TICK, "TargetTicket", "", "Ticket targets", "s25"),
    system(modules.TARGET_TICK_U, "TargetTicketUnlimited", "", "Unlimited ticket targets", "s25"),
    system(modules.REPORT, "Report", "", "Report panel", "s25"),
    user(modules.REPORT_CAL, "ReportCal", "", "Edit reports", "s23"),
    site(
        modules.REPORTER_STUDIO,
        "ReporterStudio",
        "Reporter Studio",
        "Custom reports at that site; each user needs a license too",
        "s23",
    ),
    system(modules.DASH, "Dash", "", "View dashboards, basic tile edits", "s23w"),
    user(modules.DASH_CAL, "DashCal", "Dashboard Designer", "Tile/graph editor", "s23w scr"),
    system(modules.SAINT, "Saint", "Sales Intelligence", "Counters and status monitors", "s23 scr seed", hidden=True),
    user(modules.SAINT_CAL, "SaintCal", "SAINT Admin Access", "SAINT admin for that user", "s25 scr"),
    user(modules.MAIL_MERGE_CAL, "MailMergeCal", "", "Mail merge, besides the functional right", "s23"),
    system(modules.IMPORT, "Import", "", "Import panel in admin", "s23", hidden=True),
    system(modules.UDEF, "Udef", "", "User-defined-field panel", "s23", hidden=True),
    system(modules.ERP_SYNC, "ErpSync", "", "ERP sync", "s23"),
    system(modules.VIDEO_MEET, "VideoMeet", "", "Video meetings", "s23"),
    system(modules.UTM_SAVING, "UtmSaving", "", "Store UTM parameters", "s25"),
    system(
        modules.CONFIG_SCREENS,
        "ConfigScreens",
        "Configurable Screens",
        "Screen designer on built-in screens",
        "s23w xml",
        hidden=True,
    ),
    system(modules.CUSTOM_OBJECTS, "CustomObjects", "", "Custom screens for extra tables", "s23w"),
    system(modules.DATABRIDGE, "DataBridge", "", "Databridge import/export", "s23w"),
    system(modules.AREA_MGT, "AreaMgt", "Area Management", "Area management", "s23"),
    site(modules.SATELLITE, "Satellite", "Satellite", "Satellite dialogs; quantity = satellites", "s23"),
    # A site license in old Windows lists.
    system(modules.EXCHANGE_SYNC, "ExchangeSync", "Exchange Synchronizer", "InfoBridge Exchange sync", "s23 seed"),
    site(modules.SYNC_SERVER, "SyncServer", "", "Intellisync server (Notes)", "s23"),
    site(modules.SAPB1LINK, "Sapb1link", "", "SAP B1 link client", "s23"),
)

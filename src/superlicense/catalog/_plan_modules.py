"""Rows of the module table: tiers, tier markers and plans."""

from __future__ import annotations

from superlicense.catalog import modules
from superlicense.catalog.rows import CatalogModule, marker, plan, system, user

PLAN_MODULES: tuple[CatalogModule, ...] = (
    # Tiers: of a user, of the tenant, and of the Suite.
    user(modules.T1, "T1", "", "This user is tier 1 (Essentials)", "s23w", hidden=True),
    user(modules.T2, "T2", "Premium Tier", "This user is tier 2 (Premium)", "s23w scr", hidden=True),
    marker(modules.SALES_T1, "SalesT1", "", "Sales Essentials in the tenant", "s25"),
    marker(
        modules.SALES_T2,
        "SalesT2",
        "Sales Premium Tier",
        "Sales Premium in the tenant; its quantity sums the plans with Sales",
        "s25 scr",
    ),
    marker(modules.SERVICE_T1, "ServiceT1", "", "Service Essentials in the tenant", "s25"),
    marker(modules.SERVICE_T2, "ServiceT2", "Service Premium Tier", "Service Premium in the tenant", "s25 scr"),
    marker(modules.MARKETING_T1, "MarketingT1", "", "Marketing Essentials in the tenant", "s25"),
    marker(modules.MARKETING_T2, "MarketingT2", "Marketing Premium Tier", "Marketing Premium in the tenant", "s25 scr"),
    system(modules.SUITE, "SuiteMarker", "", "CRM Suite marker", "s25", hidden=True),
    system(modules.SUITE1, "Suite1Starter", "CRM Suite Starter", "Suite tier 1", "s25"),
    system(modules.SUITE2, "Suite2Core", "CRM Suite Core", "Suite tier 2", "s25 scr"),
    system(modules.SUITE3, "Suite3Growth", "CRM Suite Growth", "Suite tier 3", "s25"),
    system(modules.SUITE4, "Suite4Plus", "CRM Suite Plus", "Suite tier 4", "s25"),
    system(modules.SUITE5, "Suite5Super", "CRM Suite Super", "Suite tier 5", "s25"),
    # Plans.
    plan(
        modules.SUPERLICENSE_NO_SELECTION,
        "SuperLicenseNoSelection",
        "(No Selection)",
        "Grants nothing; parking place for disabled users",
        "s23 mdo",
        unrestricted=True,
    ),
    plan(
        modules.SUPERLICENSE_ASSISTANT,
        "SuperLicenseAssistant",
        "",
        "Plan of versions 8-9: login in the web client only",
        "s23",
    ),
    plan(
        modules.SUPERLICENSE_CONTACT_MANAGER,
        "SuperLicenseContactManager",
        "Standard CRM User",
        "Plan of versions 8-9",
        "s23",
    ),
    plan(modules.SUPERLICENSE_SALES_PRO, "SuperLicenseSalesPro", "Sales User", "Plan of versions 8-9", "s23 arc"),
    plan(
        modules.SUPERLICENSE_MARKETING_PRO,
        "SuperLicenseMarketingPro",
        "Marketing User",
        "Plan of versions 8-9",
        "s23 arc",
    ),
    plan(modules.SUPERLICENSE_SERVICE_PRO, "SuperLicenseServicePro", "Service User", "Plan of versions 8-9", "s23"),
    plan(modules.SUPERLICENSE_COMPLETE, "SuperLicenseComplete", "Complete CRM User", "Plan of versions 8-9", "s23 arc"),
    # Titles from screens; the Essentials tier is sold under the same codes.
    plan(modules.TEN_SALES, "TenSales", "Sales Premium", "Plan of versions 10-11", "s23w xml"),
    plan(modules.TEN_SERVICE, "TenService", "Service Premium", "Plan of versions 10-11", "s23w mdo"),
    plan(modules.TEN_MARKETING, "TenMarketing", "Marketing Premium", "Plan of versions 10-11", "s23w mdo"),
    plan(modules.TEN_SALESSERVICE, "TenSalesService", "", "Plan of versions 10-11 for several solutions", "s23w"),
    plan(modules.TEN_SALESMARKETING, "TenSalesMarketing", "", "Plan of versions 10-11 for several solutions", "s23w"),
    plan(
        modules.TEN_SERVICEMARKETING, "TenServiceMarketing", "", "Plan of versions 10-11 for several solutions", "s23w"
    ),
    plan(
        modules.TEN_SALESSERVICEMARKETING,
        "TenSalesServiceMarketing",
        "SalesPremiumServicePremiumMarketingPremium",
        "Plan of versions 10-11 for several solutions",
        "s23w json",
    ),
    # Shown under the title of the Suite plan, for example Core.
    plan(modules.SUITE_USER, "SuiteUser", "", "Seat of the Suite; what it grants varies with the plan", "s25 scr"),
)

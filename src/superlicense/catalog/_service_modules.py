"""Rows of the module table: Service, marketing, chat and AI."""

from __future__ import annotations

from superlicense.catalog import modules
from superlicense.catalog.rows import CatalogModule, system, user

SERVICE_MODULES: tuple[CatalogModule, ...] = (
    # Service; ej stands for eJournal, its former name.
    system(modules.EJ_MOD_ADMIN, "EJournalAdmin", "", "Service admin", "s23", hidden=True),
    system(modules.EJ_MOD_ADVANCED_FAQ, "EJournalAdvancedFaq", "", "Advanced FAQ", "s23", hidden=True),
    system(modules.EJ_MOD_BLOGIC, "EJournalBlogic", "", "Business logic, scripts, custom screens", "s23", hidden=True),
    system(modules.EJ_MOD_MACRO, "EJournalMacro", "", "Macros", "s23", hidden=True),
    system(modules.EJ_MOD_CUSTOMER, "EJournalCustomer", "", "Customer Centre", "s23 seed", hidden=True),
    system(
        modules.EJ_MOD_CUSTOMER_LANG,
        "EJournalCustomerLang",
        "",
        "Customer Centre in several languages",
        "s23",
        hidden=True,
    ),
    system(modules.EJ_MOD_DOCUMENT, "EJournalDocument", "", "Documents", "s23", hidden=True),
    system(modules.EJ_MOD_EXTDB, "EJournalExtdb", "", "Outside-database link", "s23", hidden=True),
    system(modules.EJ_MOD_HELP, "EJournalHelp", "", "Help pages", "s23", hidden=True),
    system(modules.EJ_MOD_KNOWLEDGE, "EJournalKnowledge", "", "Knowledge base, reply templates", "s23", hidden=True),
    system(modules.EJ_MOD_RMS, "EJournalRms", "eJournal Login pages", "Login pages", "s23 scr", hidden=True),
    system(modules.EJ_MOD_SOAP, "EJournalSoap", "", "Developer SOAP SDK", "s23", hidden=True),
    system(modules.EJ_MOD_SOAP_PUBLIC, "EJournalSoapPublic", "", "Public SOAP API", "s23", hidden=True),
    system(modules.EJ_MOD_STAT, "EJournalStat", "", "Statistics", "s23", hidden=True),
    system(
        modules.EJ_MOD_STANDARD_EDITION,
        "EJournalStandardEdition",
        "",
        "Restriction marker: no scripts, custom screens, extra tables",
        "s23",
        hidden=True,
    ),
    system(modules.EJ_MOD_SPM, "EJournalSpm", "", "Mailings module", "s23", hidden=True),
    # Unrestricted according to the description of its constant.
    user(modules.EJ_MOD_SPM_CAL, "EJournalSpmCal", "", "Mailings user", "s23", unrestricted=True),
    system(modules.EJ_MOD_SMS, "EJournalSms", "", "SMS", "s23"),
    system(
        modules.EJ_MOD_TICKET,
        "EJournalTicket",
        "Enables request management",
        "Request management",
        "s23 scr",
        hidden=True,
    ),
    system(modules.MOD_SMS_MAILINGS, "SmsMailings", "", "SMS in mailings", "s23w"),
    system(modules.ESCALATE, "Escalate", "", "Ticket escalation", "s23w"),
    system(modules.INBOX_FILTER, "InboxFilter", "", "Rules on incoming requests", "s23w"),
    system(modules.REQUEST_BATCH, "RequestBatch", "", "Bulk request actions, change log", "s23w"),
    system(modules.SUPERLICENSE_EJ_DESIGNER, "SuperlicenseEJournalDesigner", "", "Old bundle: designer studio", "s23"),
    system(
        modules.SUPERLICENSE_EJ_INTEGRATOR,
        "SuperlicenseEJournalIntegrator",
        "",
        "Old bundle: integrators (MAPI, LDAP, ODBC, SDK)",
        "s23",
    ),
    system(
        modules.SUPERLICENSE_EJ_CUSTOMER_CENTRE,
        "SuperlicenseEJournalCustomerCentre",
        "",
        "Old bundle: Customer Centre",
        "s23",
    ),
    system(modules.SUPERLICENSE_EJ_EMARKETING, "SuperlicenseEJournalEmarketing", "", "Old bundle: mass mail", "s23"),
    system(modules.SUPERLICENSE_AIM_SDK, "SuperlicenseAimSdk", "", "Old AIM bundle", "s23"),
    system(modules.SUPERLICENSE_AIM_INTEGRATOR, "SuperlicenseAimIntegrator", "", "Old AIM bundle", "s23"),
    system(modules.SUPERLICENSE_AIM_CUSTOMER_CENTRE, "SuperlicenseAimCustomerCentre", "", "Old AIM bundle", "s23"),
    system(modules.SUPERLICENSE_AIM_CUSTOMER_PAGES, "SuperlicenseAimCustomerPages", "", "Old AIM bundle", "s23"),
    system(modules.SUPERLICENSE_AIM_CUSTOMER_PORTAL, "SuperlicenseAimCustomerPortal", "", "Old AIM bundle", "s23"),
    system(modules.SUPERLICENSE_AIM_FAQ, "SuperlicenseAimFaq", "", "Old AIM bundle", "s23"),
    # Marketing, chat, engagement, AI.
    system(modules.CHAT, "Chat", "", "Chat system; admin page", "s23"),
    user(modules.CHAT_CAL, "ChatCal", "", "Chat for that user", "s23"),
    system(modules.CHAT_FREE, "ChatFree", "", "Chat without the platform add-on", "s25"),
    system(modules.FORMS, "Forms", "", "Forms panel", "s23"),
    user(modules.FORMS_CAL, "FormsCal", "", "Forms designer", "s23"),
    system(modules.FORMS_FREE, "FormsFree", "", "Forms without the platform add-on", "s25"),
    system(modules.MKTG_AUTO, "MarketingAutomation", "", "Flows panel", "s23"),
    user(modules.MKTG_AUTO_CAL, "MarketingAutomationCal", "", "Flows designer", "s23"),
    system(
        modules.MARKETINGPLATFORM, "MarketingPlatform", "Marketing Platform Premium", "Marketing features", "s23w scr"
    ),
    system(modules.FREE_MAILINGS, "FreeMailings", "Mailings (free)", "Old mailings right", "s23w scr"),
    # One constant whose value changed: engagement until 2023, cep by 2025.
    system(
        modules.CEP,
        "Engagement",
        "Customer Engagement Platform",
        "Add-on for chat, forms and Customer Centre",
        "s25 scr",
    ),
    system(
        modules.ENGAGEMENT,
        "Engagement",
        "Customer Engagement Platform",
        "Add-on for chat, forms and Customer Centre",
        "s23",
    ),
    # A second constant, HugoAI, has the same value.
    system(modules.AI, "AI", "AI", "AI in general", "s23 s25"),
    system(modules.AIPLATFORM, "AiPlatform", "AI: Platform", "AI base add-on", "s23w scr"),
    system(
        modules.AICATEGORIZATION,
        "AiCategorization",
        "AI: Categorize requests",
        "Request categorization",
        "s23w scr",
        prerequisite=modules.AIPLATFORM,
    ),
    system(modules.AICHATBOT, "AiChatbot", "AI: Chatbot", "Chatbot tab", "s23w scr", prerequisite=modules.AIPLATFORM),
    system(
        modules.AITEXTSERVICES,
        "AiTextServices",
        "AI: Analyze text",
        "Translation, sentiment",
        "s23w scr",
        prerequisite=modules.AIPLATFORM,
    ),
)

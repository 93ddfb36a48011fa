"""Rows of the module table: licenses known only by the names of their constants."""

from __future__ import annotations

from superlicense.catalog import modules
from superlicense.catalog.rows import CatalogModule, system, unclear

ANNOUNCED_MODULES: tuple[CatalogModule, ...] = (
    # Codes are guesses: the vendor published these as constant names only (11.10 to 12.2).
    unclear(modules.ADMIN_ROLE, "AdminRole", "", "Role administration (not in Starter)", "rn"),
    unclear(modules.AI_COPILOT, "AiCopilot", "", "Copilot", "rn"),
    unclear(modules.AI_NLQ, "AiNLQ", "", "Natural-language search (Plus)", "rn"),
    unclear(modules.AI_SERVICE_COPILOT, "AiServiceCopilot", "", "Service copilot", "rn"),
    unclear(modules.AI_SUMMARIZE, "AiSummarize", "", "Summaries", "rn"),
    unclear(modules.AI_TRANSLATE, "AiTranslate", "", "Translation", "rn"),
    unclear(modules.AI_AGENT, "AiAgent", "", "AI agent (11.13)", "rn"),
    unclear(modules.AI_BG_REMOVER, "AiBgRemover", "", "Image background (11.13)", "rn"),
    unclear(modules.AI_FORM_COPILOT, "AiFormCopilot", "", "Form styling (11.13)", "rn"),
    unclear(modules.AI_MCP, "AiMcp", "", "MCP access (11.13)", "rn"),
    unclear(modules.AI_TEXT, "AiText", "", "Text AI (11.13)", "rn"),
    unclear(modules.BIZ_CARD, "BizCard", "", "Business-card scan", "rn"),
    unclear(modules.BOOK_MY_CALENDAR, "BookMyCalendar", "", "Booking page", "rn"),
    unclear(modules.CRMSCRIPT, "CrmScript", "", "CRMScript", "rn"),
    unclear(modules.DATABRIDGE_PRO, "DatabridgePro", "", "Databridge Pro", "rn"),
    unclear(modules.ENRICH_CONT, "EnrichCont", "", "Company enrichment", "rn"),
    unclear(modules.FREE_CONFIG_SCREENS, "FreeConfigScreens", "", "Granted without charge", "rn"),
    unclear(modules.FREE_CUSTOM_OBJECTS, "FreeCustomObjects", "", "Granted without charge", "rn"),
    unclear(modules.FREE_REPLICATION_SERVER, "FreeReplicationServer", "", "Granted without charge", "rn"),
    unclear(modules.FREE_SCIM, "FreeScim", "", "Granted without charge", "rn"),
    unclear(modules.LABEL_SUBST, "LabelSubst", "", "Field-label renaming", "rn"),
    unclear(modules.LEAD_MGT, "LeadMgt", "", "Leads", "rn"),
    unclear(modules.MOBILE_REQUEST, "MobileRequest", "", "Requests on mobile (Core)", "rn"),
    # Seen among the system licenses of a screen.
    system(modules.MS_TEAMS, "MsTeams", "MS Teams for SuperOffice", "Teams app", "rn scr", provisional=True),
    unclear(modules.SMART_FILTER, "SmartFilter", "", "Smart filter", "rn"),
    unclear(modules.TICKET_LOG, "TicketLog", "", "Request change log (Growth)", "rn"),
    unclear(modules.TICKET_TYPE, "TicketType", "", "Request types (Growth)", "rn"),
    unclear(modules.UNI_SEARCH, "UniSearch", "", "Universal search", "rn"),
    unclear(modules.ACTIVITY_BOARD, "ActivityBoard", "", "Activity board (11.11)", "rn"),
    unclear(modules.ACTIVITY_FOLDERS, "ActivityFolders", "", "Not described (11.13)", "rn"),
    unclear(modules.CONTRACT_MANAGER, "ContractManager", "", "Add-on (11.11)", "rn"),
    unclear(modules.CONNECT_ERP_STANDARD, "ConnectErpStandard", "", "Took the place of ErpConnect (11.13)", "rn"),
    unclear(modules.CONNECT_ERP_PROFESSIONAL, "ConnectErpProfessional", "", "Not described (11.13)", "rn"),
    unclear(modules.MAP4YOU_PRO, "Map4YouPro", "", "Took the place of Map4You (11.13)", "rn"),
)

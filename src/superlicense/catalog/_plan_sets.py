"""The licenses that each plan is known to grant.

Only two sets of versions 10-11 have been published in full: Sales Premium, and
all three solutions Premium. All others are incomplete or derived, and the plans
that use them are marked provisional.

``visible-for`` is in no set: it is a separate checkbox beside the plan.

Source: domain 5; the quantity sums are those of domain 3.
"""

from __future__ import annotations

from superlicense.catalog import modules

# The web client requires both, and both are granted by plans (domain 0.3).
LOGIN = (modules.USER, modules.WEB)

# Versions 8-9: from the comments of the constants (S23). The strings of real
# packages were not published. Licenses were added over time: the documentation
# (PLANS) includes pocket-crm-cal, selection-combined-cal and mail-merge-cal in the
# standard user, and chat and forms were added later. None of these sets is complete.
CONTACT_MANAGER = (
    *LOGIN,
    modules.PROJECT_CAL,
    modules.SELECTION_CAL,
    modules.REPORT_CAL,
    modules.RELATION_CAL,
)
SALES_PRO = (
    *CONTACT_MANAGER,
    modules.SALE_CAL,
    modules.QUOTE_CAL,
    modules.SELECTION_COMBINED_CAL,
)
MARKETING_PRO = (*CONTACT_MANAGER, modules.SELECTION_COMBINED_CAL, modules.EJ_MOD_SPM_CAL)
SERVICE_PRO = (*CONTACT_MANAGER, modules.EJ_CLIENT)
COMPLETE = (
    *CONTACT_MANAGER,
    modules.EJ_CLIENT,
    modules.SALE_CAL,
    modules.QUOTE_CAL,
    modules.SELECTION_COMBINED_CAL,
    modules.EJ_MOD_SPM_CAL,
)

# Versions 10-11, published in full: the fragment of a license package (XML).
SALES_PREMIUM = (
    *LOGIN,
    modules.POCKET_CRM_CAL,
    modules.SELECTION_CAL,
    modules.RELATION_CAL,
    modules.REPORT_CAL,
    modules.CHAT_CAL,
    modules.FORMS_CAL,
    modules.SALE_CAL,
    modules.T2,
    modules.SAINT_CAL,
    modules.TARGET_CAL,
    modules.PROJECT_CAL,
    modules.QUOTE_CAL,
    modules.GUIDE_CAL,
    modules.STAKEHOLDER_CAL,
    modules.DASH_CAL,
    modules.SELECTION_COMBINED_CAL,
)
# Published in full: a logged-in user's principal (JSON).
ALL_PREMIUM = (
    *SALES_PREMIUM,
    modules.MAIL_MERGE_CAL,
    modules.EJ_CLIENT,
    modules.EJ_MOD_SPM_CAL,
    modules.MKTG_AUTO_CAL,
)

# Derived. On real screens the quantity of each of these hidden licenses is the sum
# over all plans of the tenant, so each plan grants them (user is one of them).
_EVERY_PREMIUM = (
    *LOGIN,
    modules.T2,
    modules.SAINT_CAL,
    modules.PROJECT_CAL,
    modules.GUIDE_CAL,
    modules.DASH_CAL,
    modules.SELECTION_COMBINED_CAL,
)
# Derived: ej-client counts the two plans with Service.
SERVICE_PREMIUM = (*_EVERY_PREMIUM, modules.EJ_CLIENT)
# Derived: what all three together grant beyond Sales and Service.
MARKETING_PREMIUM = (
    *_EVERY_PREMIUM,
    modules.MAIL_MERGE_CAL,
    modules.EJ_MOD_SPM_CAL,
    modules.MKTG_AUTO_CAL,
)

# Incomplete: the developer documentation's table (PLANS), without its visible-for,
# which real sets do not have, and with the tier's own license.
SALES_ESSENTIALS = (
    *LOGIN,
    modules.POCKET_CRM_CAL,
    modules.RELATION_CAL,
    modules.SALE_CAL,
    modules.T1,
)
# Derived: requests come with Service Essentials, mailings with Marketing Essentials
# (domain 4.L); nothing else of these two sets was published.
SERVICE_ESSENTIALS = (*LOGIN, modules.EJ_CLIENT, modules.T1)
MARKETING_ESSENTIALS = (*LOGIN, modules.EJ_MOD_SPM_CAL, modules.T1)

"""Features: the system license shows, the user license lets edit."""

import re

import pytest

from superlicense.catalog import module_table, modules
from superlicense.catalog.features import EDITING, FEATURES, NAMED_OTHERWISE, user_license_of
from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.user import UserType
from tests.for_each import for_each


@for_each(
    ("feature", "user_license"),
    [
        # by convention
        ("quote", modules.QUOTE_CAL),
        ("sale", modules.SALE_CAL),
        ("SuperOffice.Project", modules.PROJECT_CAL),
        ("guide", modules.GUIDE_CAL),
        ("target", modules.TARGET_CAL),
        ("dash", modules.DASH_CAL),
        ("mktg-auto", modules.MKTG_AUTO_CAL),
        ("ej-mod-spm", modules.EJ_MOD_SPM_CAL),
        # named otherwise
        ("extern-user", modules.ADMIN_EXTERN_USER),
        ("anonymous-user", modules.ADMIN_ANONYMOUS_USER),
        ("system-user", modules.ADMIN_SYSTEM_USER),
        ("ej-mod-ticket", modules.EJ_CLIENT),
        ("escalate", modules.EJ_CLIENT),
        ("guide-project", modules.GUIDE_CAL),
        ("guide-sale", modules.GUIDE_CAL),
        ("target-sale", modules.TARGET_CAL),
        ("target-tick-u", modules.TARGET_CAL),
        ("exchange-sync", modules.SYNCHRONIZER_CAL),
        ("pocket-crm-server", modules.POCKET_CRM_CAL),
        ("reporter-studio", modules.REPORTER_STUDIO_USER),
        # none is named
        ("document", None),
        ("import", None),
        ("udef", None),
        ("config-screens", None),
        ("server", None),
        ("ai-copilot", None),
        # not in the catalog
        ("route-planner", "superoffice.route-planner-cal"),
        ("nordvik.quote", "nordvik.quote-cal"),
    ],
)
def test_a_feature_has_this_user_license(feature: str, user_license: str | None) -> None:
    assert user_license_of(feature) == user_license


def test_every_system_license_of_the_catalog_is_a_feature() -> None:
    assert list(FEATURES) == [one.name for one in module_table.ALL.values() if one.scope is not LicenseScope.USER]


def test_every_user_license_of_a_feature_is_a_user_license() -> None:
    for user_license in FEATURES.values():
        if user_license is not None:
            assert module_table.ALL[user_license].scope is LicenseScope.USER


def test_every_exception_is_a_feature_and_one_to_the_convention() -> None:
    for feature, user_license in NAMED_OTHERWISE.items():
        assert FEATURES[feature] == user_license
        assert user_license != f"{feature}-cal"


def test_every_feature_has_a_source() -> None:
    assert EDITING.keys() == FEATURES.keys()
    for editing in EDITING.values():
        assert re.search(r"domain [\d.A-Z]+.* \[\w+( \w+)*\]$", editing.source), editing.source


def test_no_login_license_of_another_user_type_edits() -> None:
    others = {
        name
        for name, row in module_table.ALL.items()
        if row.allowed_user_types and UserType.INTERNAL not in row.allowed_user_types
    }
    assert others == {modules.EXTERN_USER_CAL, modules.ANONYMOUS_USER_CAL, modules.SYSTEM_USER_CAL}
    assert others.isdisjoint(license for license in FEATURES.values() if license is not None)


def test_all_licenses_to_edit_belong_to_a_feature_or_to_a_login() -> None:
    to_edit = {name for name in module_table.ALL if name.endswith("-cal")}

    assert to_edit - set(FEATURES.values()) == {
        # Both widen what another license lets a user edit, and have no panel of their own.
        modules.MAIL_MERGE_CAL,
        modules.SELECTION_COMBINED_CAL,
        # The login licenses of other user types.
        modules.EXTERN_USER_CAL,
        modules.ANONYMOUS_USER_CAL,
        modules.SYSTEM_USER_CAL,
    }


@pytest.mark.parametrize("text", ["", "what?"])
def test_what_names_no_feature_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        user_license_of(text)


def test_a_feature_with_too_long_a_name_for_a_cal_has_no_user_license() -> None:
    assert user_license_of("nordvik." + 239 * "x") is None


def test_a_name_is_taken_as_well_as_a_text() -> None:
    assert user_license_of(LicenseName("nordvik", "routes")) == LicenseName("nordvik", "routes-cal")

"""The descriptive rows: what binds them together, and what they must not claim."""

import pytest
from attrs.exceptions import FrozenInstanceError

from superlicense.catalog import module_table, modules
from superlicense.catalog.module_table import ALL, CatalogModule, Source, find
from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import UserType


def row(name: LicenseName) -> CatalogModule:
    found = find(name)
    assert found is not None
    return found


def names(*, kind: LicenseKind) -> set[str]:
    return {one.name.module for one in ALL.values() if one.kind is kind}


def test_a_row_says_everything_that_is_known() -> None:
    assert row(modules.QUOTE_CAL) == CatalogModule(
        name=modules.QUOTE_CAL,
        constant="QuoteCal",
        title="Sale Quote Access",
        gates="Quotes in client",
        sources=(Source.S23, Source.SCR),
        scope=LicenseScope.USER,
        prerequisite=modules.USER,
    )


@pytest.mark.parametrize("text", ["quote-cal", "superoffice.quote-cal", "SUPEROFFICE.Quote-CAL"])
def test_any_spelling_finds_the_row(text: str) -> None:
    assert find(text) is row(modules.QUOTE_CAL)


def test_what_the_vendor_does_not_sell_has_no_row() -> None:
    assert find("quotes") is None
    assert find("nordvik.quote") is None


def test_what_is_no_license_name_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        find("what?")


def test_rows_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        row(modules.WEB).hidden = True  # type: ignore[misc]  # the point of the test
    assert len(set(ALL.values())) == len(ALL)


def test_every_row_names_its_source_and_what_it_gates() -> None:
    for one in ALL.values():
        assert one.sources
        assert one.gates
        assert one.constant


def test_every_source_serves_some_part_of_the_catalog() -> None:
    used = {source for one in ALL.values() for source in one.sources}
    assert set(Source) - used == {Source.HELP, Source.DERIVED}  # these serve plans and lists


def test_a_name_that_only_release_notes_know_is_provisional() -> None:
    for one in ALL.values():
        if one.sources == (Source.RN,):
            assert one.provisional


def test_only_provisional_rows_leave_the_scope_open() -> None:
    unclear = [one for one in ALL.values() if one.scope is None]
    assert len(unclear) == 33
    assert all(one.provisional for one in unclear)


def test_guessed_codes_of_known_scope_are_provisional_too() -> None:
    guessed = {one.name for one in ALL.values() if one.provisional and one.scope is not None}
    assert guessed == {modules.EXTRA_STORAGE, modules.SYNCHRONIZER, modules.QUOTE_APPROVAL, modules.MS_TEAMS}


def test_constants_that_were_withdrawn_have_no_row() -> None:
    assert not {one.constant for one in ALL.values()} & set(module_table.WITHDRAWN_CONSTANTS)


def test_every_row_of_known_scope_makes_a_license() -> None:
    for one in ALL.values():
        if one.scope is not None:
            drafted = ModuleLicense(
                name=one.name,
                scope=one.scope,
                kind=one.kind,
                hidden=one.hidden,
                unrestricted=one.unrestricted,
                description=one.title,
                prerequisite=one.prerequisite,
                allowed_user_types=one.allowed_user_types,
            )
            assert drafted.name in ALL


def test_plans_are_user_licenses_and_markers_system_licenses() -> None:
    scopes = {(one.kind, one.scope) for one in ALL.values() if one.kind is not LicenseKind.MODULE}
    assert scopes == {(LicenseKind.PLAN, LicenseScope.USER), (LicenseKind.MARKER, LicenseScope.SYSTEM)}


def test_there_are_fifteen_plans() -> None:
    assert names(kind=LicenseKind.PLAN) == {
        "superlicense-no-selection",
        "superlicense-assistant",
        "superlicense-contact-manager",
        "superlicense-sales-pro",
        "superlicense-marketing-pro",
        "superlicense-service-pro",
        "superlicense-complete",
        "ten-sales",
        "ten-service",
        "ten-marketing",
        "ten-salesservice",
        "ten-salesmarketing",
        "ten-servicemarketing",
        "ten-salesservicemarketing",
        "suite-user",
    }


def test_there_is_a_marker_for_each_solution_and_tier() -> None:
    assert names(kind=LicenseKind.MARKER) == {
        f"{solution}-{tier}" for solution in ("sales", "service", "marketing") for tier in ("t1", "t2")
    }


def test_tiers_are_hidden_user_licenses() -> None:
    for tier in (modules.T1, modules.T2):
        assert (row(tier).scope, row(tier).hidden, row(tier).kind) == (LicenseScope.USER, True, LicenseKind.MODULE)


def test_site_licenses_are_the_legacy_ones() -> None:
    assert {one.name for one in ALL.values() if one.scope is LicenseScope.SITE} == {
        modules.EXTRA_STORAGE,
        modules.AUDIENCE,
        modules.REPORTER_STUDIO,
        modules.SATELLITE,
        modules.SYNC_SERVER,
        modules.SAPB1LINK,
    }


def test_the_stated_licenses_are_unrestricted() -> None:
    assert {one.name for one in ALL.values() if one.unrestricted} == {
        modules.VISIBLE_FOR,
        modules.TRAVEL,
        modules.REPORTER_STUDIO_USER,
        modules.PUBLISH,
        modules.EXTERN_USER_CAL,
        modules.SYSTEM_USER_CAL,
        modules.ANONYMOUS_USER_CAL,
        modules.ADMIN_EXTERN_USER,
        modules.ADMIN_SYSTEM_USER,
        modules.ADMIN_ANONYMOUS_USER,
        modules.SUPERLICENSE_NO_SELECTION,
        modules.EJ_MOD_SPM_CAL,
    }


@pytest.mark.parametrize(
    ("name", "user_type"),
    [
        (modules.EXTERN_USER_CAL, UserType.EXTERNAL),
        (modules.ANONYMOUS_USER_CAL, UserType.ANONYMOUS),
        (modules.SYSTEM_USER_CAL, UserType.SYSTEM),
    ],
)
def test_login_rights_of_other_users_are_for_them_alone(name: LicenseName, user_type: UserType) -> None:
    assert row(name).allowed_user_types == {user_type}
    assert sum(bool(one.allowed_user_types) for one in ALL.values()) == 3


def test_prerequisites_are_those_that_a_source_states() -> None:
    stated = {one.name: one.prerequisite for one in ALL.values() if one.prerequisite}
    assert stated == {
        modules.WEB: modules.USER,
        modules.WINDOWS: modules.USER,
        modules.POCKET_CRM_CAL: modules.USER,
        modules.QUOTE_CAL: modules.USER,
        modules.EJ_CLIENT: modules.USER,
        modules.EJ_READONLY_CLIENT: modules.USER,
        modules.EJ_SIM_CLIENT: modules.USER,
        modules.EJ_SIM_READONLY_CLIENT: modules.USER,
        modules.TRAVEL: modules.WINDOWS,
        modules.REMOTE_TRAVEL: modules.TRAVEL,
        modules.AUDIENCE: modules.EXTERN_USER,
        modules.PUBLISH: modules.EXTERN_USER,
        modules.REPORTER_STUDIO_USER: modules.REPORTER_STUDIO,
        modules.AICATEGORIZATION: modules.AIPLATFORM,
        modules.AICHATBOT: modules.AIPLATFORM,
        modules.AITEXTSERVICES: modules.AIPLATFORM,
    }


def test_every_prerequisite_exists_and_leads_to_an_end() -> None:
    for one in ALL.values():
        seen = [one.name]
        while (prerequisite := row(seen[-1]).prerequisite) is not None:
            assert prerequisite not in seen
            seen.append(prerequisite)

"""Lists of licenses as people see them."""

from superlicense.catalog import license_lists, module_table, modules
from superlicense.catalog.rows import Source
from superlicense.model.license import LicenseKind, LicenseScope


def test_the_seven_system_licenses_have_the_names_of_the_seed() -> None:
    assert [(one.name.module, one.english, one.danish) for one in license_lists.SYSTEM_LICENSES] == [
        ("server", "SuperOffice Server", "SuperOffice Server"),
        ("online-webservices", "Online Web Services", "Online Web Services"),
        ("saint", "Sales Intelligence", "Sales Intelligence"),
        ("exchange-sync", "Exchange Synchronizer", "Exchange Synchronizer"),
        ("expander-services", "SuperOffice Expander Services", "SuperOffice Expander Services"),
        ("ej-mod-customer", "Customer Centre", "Customer Centre"),
        ("quote", "Sales Quote Management", "Håndtering af salgstilbud"),
    ]


def test_rows_of_the_module_table_know_that_the_seed_names_them() -> None:
    named = {one.name for one in module_table.ALL.values() if Source.SEED in one.sources}
    assert named == {one.name for one in license_lists.SYSTEM_LICENSES}


def test_each_list_holds_licenses_of_its_own_scope() -> None:
    for scope, listed in (
        (LicenseScope.SYSTEM, license_lists.LEGACY_SYSTEM_LICENSES),
        (LicenseScope.SITE, license_lists.LEGACY_SITE_LICENSES),
        (LicenseScope.USER, license_lists.LEGACY_USER_LICENSES),
    ):
        assert {module_table.ALL[one.name].scope for one in listed} == {scope}
        assert len({one.name for one in listed}) == len(listed)


def test_the_last_windows_release_lists_these_licenses() -> None:
    assert license_lists.LEGACY_SYSTEM_LICENSES[:-1] == license_lists.SYSTEM_LICENSES
    assert license_lists.LEGACY_SYSTEM_LICENSES[-1].name == modules.AREA_MGT
    assert [one.english for one in license_lists.LEGACY_SITE_LICENSES] == ["Satellite", "Reporter Studio", "Audience"]
    assert [one.english for one in license_lists.LEGACY_USER_LICENSES] == [
        "Standard CRM",
        "Marketing",
        "Sales",
        "Service",
        "Complete",
        "Windows App",
        "Remote Travel",
        "Pocket CRM",
        "Outlook Synchronizer",
        "Sale Quote Access",
    ]


def test_legacy_plans_come_before_loose_licenses() -> None:
    kinds = [module_table.ALL[one.name].kind for one in license_lists.LEGACY_USER_LICENSES]
    assert kinds == [LicenseKind.PLAN] * 5 + [LicenseKind.MODULE] * 5


def test_nobody_published_danish_names_of_legacy_licenses() -> None:
    assert {one.danish for one in license_lists.LEGACY_SITE_LICENSES + license_lists.LEGACY_USER_LICENSES} == {""}


def test_loose_licenses_come_after_what_they_require() -> None:
    for place, name in enumerate(license_lists.LOOSE_LICENSES):
        prerequisite = module_table.ALL[name].prerequisite
        assert prerequisite is None or prerequisite in license_lists.LOOSE_LICENSES[:place]

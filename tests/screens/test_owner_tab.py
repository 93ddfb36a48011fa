"""The tab of an owner, field by field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import modules
from superlicense.screens import Expiry, HolderRow, LicenseRow, Link, LocalizedText, OwnerTab, PackageRow
from tests.installation import EXPIRES_AT, STOPS_AT, WARNS_AT, Clock, open_licensing
from tests.licensing.vendor import issued
from tests.screens.golden import assert_golden
from tests.screens.tenant import (
    ALL_THREE,
    BOUGHT,
    INSTALLATION,
    MARKETING,
    NOW,
    SALES,
    SERVICE,
    VALIDITY,
    licenses,
    package,
    partner_package,
)

LANGUAGES = ("en", "da")


def by_license(rows: tuple[LicenseRow, ...]) -> dict[str, LicenseRow]:
    return {row.license: row for row in rows}


def numbers(rows: tuple[LicenseRow, ...]) -> dict[str, tuple[int | None, int | None, int | None]]:
    return {row.license.removeprefix("superoffice."): (row.in_use, row.free, row.total) for row in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_looks_like_this(tenant: sl.Licensing, language: str) -> None:
    assert_golden("owner", language, tenant.screens.owner(language=language).to_dict())


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_hidden_rows_it_looks_like_this(tenant: sl.Licensing, language: str) -> None:
    tab = tenant.screens.owner(hidden=True, language=language).to_dict()
    assert_golden("owner_hidden", language, {name: tab[name] for name in ("system_licenses", "user_licenses")})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_license_looks_like_this(tenant: sl.Licensing, language: str) -> None:
    assert_golden("license", language, tenant.screens.license(ALL_THREE, language=language).to_dict())


def test_the_head_says_whose_and_until_when(tenant: sl.Licensing) -> None:
    tab = tenant.screens.owner("SuperOffice")
    assert (tab.owner, tab.title, tab.company, tab.serial_number) == (
        "superoffice",
        "SuperOffice",
        "Nordvik Handel A/S",
        "1010000014",
    )
    assert tab.expiry == Expiry(
        at=EXPIRES_AT, on=date(2027, 3, 27), days_left=123, text="Expires on 27 March 2027 (123 days left)"
    )
    assert tab.phase == LocalizedText(code="valid", text="Valid")
    assert tab.warnings == ()
    shop = "https://licenses.example/shop"
    assert tab.purchase == Link(code="purchase_new_licenses", text="Purchase new licenses", url=shop)
    assert tab.fetch is not None
    assert tab.fetch.url == shop
    assert tab.next_check_at == VALIDITY.next_check_at
    assert tab.state == LocalizedText(code="license_up_to_date", text="Your license is up to date")
    assert tab.in_force == PackageRow(
        issue=1, issued_at=NOW, license_version="11.11", since=NOW, by="vendor", unsigned=True
    )
    assert tab.waiting is None


def test_hidden_licenses_sum_up_over_the_plans_that_grant_them(tenant: sl.Licensing) -> None:
    """63, 41 and 35 are the sums of a real screen (domain section 3)."""
    totals = {
        row.license.removeprefix("superoffice."): row.total for row in tenant.screens.owner(hidden=True).user_licenses
    }
    assert {totals[name] for name in ("user", "web", "t2", "project-cal", "dash-cal", "saint-cal", "guide-cal")} == {63}
    assert {totals[name] for name in ("sale-cal", "quote-cal", "target-cal", "stakeholder-cal")} == {21 + 20}
    assert totals["ej-client"] == 15 + 20
    assert totals["ej-mod-spm-cal"] == 20 + 7
    assert {name: total for name, total in totals.items() if sl.LicenseName.parse(name) in BOUGHT} == {
        name.module: total for name, total in BOUGHT.items()
    }


def test_only_what_people_assign_is_shown_unless_asked(tenant: sl.Licensing) -> None:
    tab = tenant.screens.owner()
    assert numbers(tab.user_licenses) == {
        "ten-sales": (1, 20, 21),
        "ten-service": (1, 14, 15),
        "ten-salesservicemarketing": (2, 18, 20),
        "ten-marketing": (1, 6, 7),
        "visible-for": (1, None, None),
    }
    shown = numbers(tenant.screens.owner(hidden=True).user_licenses)
    assert list(shown)[:5] == list(numbers(tab.user_licenses))
    assert shown["user"] == (5, 58, 63)
    assert shown["quote-cal"] == (3, 38, 41)
    assert shown["ej-client"] == (3, 32, 35)
    hidden = [row.license for row in tenant.screens.owner(hidden=True).system_licenses if row.hidden]
    assert hidden == ["superoffice.saint", "superoffice.ej-mod-customer"]


def test_every_number_is_the_one_that_seats_give(tenant: sl.Licensing) -> None:
    """One function per truth: gate, command and screen count alike."""
    for row in tenant.screens.owner(hidden=True).user_licenses:
        usage = tenant.seats.usage(row.license)
        assert (row.in_use, row.free, row.total) == (usage.in_use, usage.free, usage.total)
        assert tuple(holder.id for holder in tenant.screens.license(row.license).holders) == usage.holders
        assert row.in_use == len(usage.holders)


def test_a_system_license_is_ticked_and_not_counted(tenant: sl.Licensing) -> None:
    rows = tenant.screens.owner().system_licenses
    assert [row.license.removeprefix("superoffice.") for row in rows] == [
        "server", "online-webservices", "exchange-sync", "expander-services", "quote", "sales-t2", "service-t2",
        "marketing-t2",
    ]  # fmt: skip
    assert {(row.ticked, row.in_use, row.free, row.total, row.unrestricted) for row in rows} == {
        (True, None, None, None, False)
    }


def test_rows_follow_their_sort_order_not_the_package(tenant: sl.Licensing) -> None:
    orders = [row.sort_order for row in tenant.screens.owner(hidden=True).user_licenses]
    assert orders == sorted(orders)
    assert orders != [row.sort_order for row in licenses() if row.scope is sl.LicenseScope.USER]


@pytest.mark.parametrize(
    ("license", "language", "title", "description"),
    [
        (SALES, "da", "Sales Premium", "The plan Sales Premium"),
        (SERVICE, "da", "Service Premium", ""),
        (MARKETING, "en", "Marketing Premium", ""),
        (modules.QUOTE, "en", "Sales Quote Management", "Allows the use of quotes."),
        (modules.QUOTE, "da", "Håndtering af salgstilbud", "Tillader brug af tilbud."),
        (modules.SERVER, "da", "SuperOffice Server", "Påkrævet til at bruge SuperOffice CRM."),
        (modules.USER, "en", "User login", ""),
        (modules.CHAT_CAL, "en", "chat-cal", ""),
    ],
)
def test_what_a_license_is_called(
    tenant: sl.Licensing, license: sl.LicenseName, language: str, title: str, description: str
) -> None:
    row = tenant.screens.license(license, language=language).row
    assert (row.title, row.description) == (title, description)


def test_an_issuers_own_words_stay(empty: sl.Licensing) -> None:
    own = evolve(licenses()[-3], description="Quotes, as we sell them", tooltip="Ours")
    assert own.name == modules.QUOTE
    empty.packages.adopt_unsigned(package(licenses=(own,)), by="vendor")
    (row,) = empty.screens.owner(language="da").system_licenses
    assert (row.title, row.description) == ("Quotes, as we sell them", "Ours")


def test_a_plan_whose_tier_nobody_can_tell_is_called_by_its_code(empty: sl.Licensing) -> None:
    plan = sl.ModuleLicense(name=SALES, scope=sl.LicenseScope.USER, kind=sl.LicenseKind.PLAN, grants=("user",))
    empty.packages.adopt_unsigned(package(licenses=(plan,)), by="vendor")
    assert [row.title for row in empty.screens.owner().user_licenses] == ["ten-sales"]


def test_a_click_shows_who_holds_it_and_through_what(tenant: sl.Licensing) -> None:
    detail = tenant.screens.license("quote-cal")
    assert detail.row == by_license(tenant.screens.owner(hidden=True).user_licenses)["superoffice.quote-cal"]
    three = "Sales Premium + Service Premium + Marketing Premium"
    assert detail.holders == (
        HolderRow(id="anna", name="Anna Nordvik", through=("Sales Premium",)),
        HolderRow(id="cy", name="Cy Carlsen", through=(three,)),
        HolderRow(id="dorthe", name="Dorthe Dam", through=(three,)),
    )
    assert detail.granted_by == ("Sales Premium", three)
    assert detail.grants == ()
    assert detail.owner == "SuperOffice"


def test_a_click_shows_what_must_be_held_first(tenant: sl.Licensing) -> None:
    detail = tenant.screens.license("visible-for")
    assert detail.prerequisite == "User login"
    assert detail.holders == (HolderRow(id="anna", name="Anna Nordvik", through=()),)


def test_a_click_on_a_plan_shows_what_it_grants(tenant: sl.Licensing) -> None:
    assert tenant.screens.license(MARKETING).grants[:2] == ("User login", "Web login")


def test_a_click_on_what_nobody_sells_is_refused(tenant: sl.Licensing) -> None:
    with pytest.raises(sl.UnknownLicenseError):
        tenant.screens.license("windows")


# Time


@pytest.mark.parametrize(
    ("at", "days_left", "text", "phase", "warning"),
    [
        (NOW, 123, "Expires on 27 March 2027 (123 days left)", "valid", []),
        (WARNS_AT, 28, "Expires on 27 March 2027 (28 days left)", "warning", ["package_expires"]),
        # In Copenhagen it is the 26th until 23:00 UTC.
        (
            datetime(2027, 3, 26, 22, 59, tzinfo=UTC),
            1,
            "Expires on 27 March 2027 (1 day left)",
            "warning",
            ["package_expires"],
        ),
        (
            EXPIRES_AT - timedelta(microseconds=1),
            0,
            "Expires on 27 March 2027 (0 days left)",
            "warning",
            ["package_expires"],
        ),
        (EXPIRES_AT, 0, "Expired on 27 March 2027 (0 days ago)", "grace", ["package_in_grace"]),
        (
            datetime(2027, 3, 28, 9, tzinfo=UTC),
            -1,
            "Expired on 27 March 2027 (1 day ago)",
            "grace",
            ["package_in_grace"],
        ),
        (STOPS_AT, -12, "Expired on 27 March 2027 (12 days ago)", "stopped", ["package_stopped"]),
        (
            EXPIRES_AT + timedelta(days=250),
            -250,
            "Expired on 27 March 2027 (250 days ago)",
            "stopped",
            ["package_stopped"],
        ),
    ],
)
def test_the_days_that_are_left(  # noqa: PLR0913, PLR0917  # the columns of the table
    tenant: sl.Licensing, at: datetime, days_left: int, text: str, phase: str, warning: list[str]
) -> None:
    tab = tenant.screens.owner(at=at)
    assert tab.expiry is not None
    assert (tab.expiry.days_left, tab.expiry.text) == (days_left, text)
    assert tab.phase is not None
    assert tab.phase.code == phase
    assert [one.code for one in tab.warnings] == warning
    assert all(" " in one.text for one in tab.warnings)
    # A stopped SUPEROFFICE package still grants; its effect is read-only.
    assert {row.ticked for row in tab.system_licenses} == {True}


@pytest.mark.parametrize("at", [datetime(9999, 12, 31, 23, 30, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_instants_too(tenant: sl.Licensing, at: datetime) -> None:
    expiry = tenant.screens.owner(at=at).expiry
    if at < NOW:
        assert expiry is None  # nothing was there yet
    else:
        assert expiry is not None
        assert expiry.days_left == (date(2027, 3, 27) - date(9999, 12, 31)).days
    assert tenant.screens.status("anna", at=at).next_expiry is None


def test_a_license_without_an_end_shows_no_date(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(package(validity=sl.Validity()), by="vendor")
    assert empty.screens.owner().expiry is None


def test_the_past_shows_the_facts_of_that_instant(tenant: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=1)
    tenant.seats.retire("anna", by="root")
    assert numbers(tenant.screens.owner().user_licenses)["ten-sales"] == (0, 21, 21)
    assert numbers(tenant.screens.owner(at=NOW).user_licenses)["ten-sales"] == (1, 20, 21)
    assert [holder.id for holder in tenant.screens.license(SALES, at=NOW).holders] == ["anna"]
    assert tenant.screens.license(SALES).holders == ()
    assert tenant.screens.owner(at=NOW - timedelta(days=1)).in_force is None


# Owners


def test_without_a_package_the_tab_is_empty_and_says_so(empty: sl.Licensing) -> None:
    tab = empty.screens.owner()
    assert (tab.title, tab.company, tab.serial_number) == ("SuperOffice", "Nordvik Handel A/S", "1010000014")
    assert (tab.in_force, tab.waiting, tab.expiry, tab.phase, tab.purchase, tab.next_check_at) == (None,) * 6
    assert (tab.system_licenses, tab.site_licenses, tab.user_licenses) == ((), (), ())
    assert tab.state.code == "no_license"
    assert [one.code for one in tab.warnings] == ["no_package"]


def test_a_partner_has_a_tab_of_its_own(tenant: sl.Licensing) -> None:
    tenant.packages.adopt_unsigned(partner_package(), by="vendor")
    tenant.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    tenant.seats.assign("aarhus", "nordvik.depot", by="root")
    tenant.seats.assign("bo", "nordvik.driver", by="root")

    first, partner = tenant.screens.owners()
    assert first == tenant.screens.owner()
    assert partner == tenant.screens.owner("NORDVIK")
    assert (partner.owner, partner.title, partner.expiry) == ("nordvik", "Nordvik Apps", None)
    assert [row.title for row in partner.system_licenses] == ["Route planner"]
    assert numbers(partner.site_licenses) == {"nordvik.depot": (1, 1, 2)}
    assert numbers(partner.user_licenses) == {"nordvik.driver": (1, 4, 5)}
    assert tenant.screens.license("nordvik.depot").holders == (HolderRow(id="aarhus", name="Aarhus", through=()),)
    assert tenant.screens.license("nordvik.driver").holders == (HolderRow(id="bo", name="Bo Berg", through=()),)


def test_a_site_that_nobody_has_saved_is_called_by_its_id(tenant: sl.Licensing) -> None:
    tenant.packages.adopt_unsigned(partner_package(), by="vendor")
    tenant.seats.assign("central", "nordvik.depot", by="root")
    assert tenant.screens.license("nordvik.depot").holders == (HolderRow(id="central", name="central", through=()),)


def test_the_stopped_package_of_a_partner_ticks_nothing(tenant: sl.Licensing, clock: Clock) -> None:
    ends = NOW + timedelta(days=10)
    tenant.packages.adopt_unsigned(partner_package(validity=sl.Validity(expires_at=ends)), by="vendor")
    assert tenant.screens.owner("nordvik").system_licenses[0].ticked is True
    clock.forward(days=10)
    tab = tenant.screens.owner("nordvik")
    assert tab.system_licenses[0].ticked is False
    assert [one.code for one in tab.warnings] == ["package_stopped"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//licenses.example", "shop", ""])
def test_only_an_address_of_the_web_becomes_a_link(empty: sl.Licensing, url: str) -> None:
    empty.packages.adopt_unsigned(package(license_url=url), by="vendor")
    tab = empty.screens.owner()
    assert (tab.purchase, tab.fetch) == (None, None)


def test_an_owner_is_named_as_owners_are(tenant: sl.Licensing) -> None:
    with pytest.raises(sl.InvalidValueError) as error:
        tenant.screens.owner("Nord_vik")
    assert error.value.path == "owner"
    assert isinstance(tenant.screens.owner("nobody"), OwnerTab)


# Packages that wait, and packages that are broken


def test_a_package_that_waits_is_told(trusting: sl.Licensing, clock: Clock) -> None:
    assert trusting.screens.owner().state.code == "license_up_to_date"
    clock.forward(days=1)
    trusting.packages.offer(issued(2, seats=1), by="nightly")
    tab = trusting.screens.owner(language="da")
    assert tab.state == LocalizedText(code="activate_new_license", text="Aktivér ny licens")
    assert tab.waiting is not None
    assert (tab.waiting.issue, tab.waiting.since, tab.waiting.by) == (2, clock.now, "nightly")
    assert tab.in_force is not None
    assert (tab.in_force.issue, tab.in_force.unsigned) == (1, False)
    # What is shown is in force.
    assert numbers(tab.user_licenses)["ten-sales"] == (2, 1, 3)


@pytest.mark.usefixtures("tenant")
def test_a_renamed_company_is_told(store: sl.Store, clock: Clock) -> None:
    renamed = open_licensing(store, evolve(INSTALLATION, company="Sydvik Handel A/S"), clock=clock)
    tab = renamed.screens.owner(language="da")
    assert tab.warnings == (
        LocalizedText(
            code="other_company",
            text=(
                "Licenspakken fra SuperOffice er udstedt til et andet firma "
                "(»Nordvik Handel A/S«, denne installation er »Sydvik Handel A/S«)."
            ),
        ),
    )
    assert tab.company == "Nordvik Handel A/S"
    assert {row.ticked for row in tab.system_licenses} == {False}


# Languages


def test_a_language_that_nobody_speaks_is_refused(tenant: sl.Licensing) -> None:
    with pytest.raises(sl.InvalidValueError) as error:
        tenant.screens.owner(language="tlh")
    assert error.value.path == "language"


def test_a_package_that_expires_at_midnight_expires_on_the_day_before() -> None:
    midnight = datetime(2027, 3, 27, 23, tzinfo=UTC)  # of 28 March in Copenhagen
    home = evolve(INSTALLATION, time_zone="Europe/Copenhagen")
    licensing = open_licensing(installation=home, clock=Clock())
    validity = sl.Validity(expires_at=midnight, grace_until=midnight + timedelta(days=9))
    licensing.packages.adopt_unsigned(
        sl.LicensePackage(
            owner="SUPEROFFICE", company=home.company, serial_number=home.serial_number, validity=validity
        ),
        by="admin",
    )
    for at, days_left, text in (
        (midnight - timedelta(hours=1), 0, "Expires on 27 March 2027 (0 days left)"),
        (midnight, -1, "Expired on 27 March 2027 (1 day ago)"),
    ):
        expiry = licensing.screens.owner("superoffice", at=at).expiry
        assert expiry is not None
        assert (expiry.at, expiry.on, expiry.days_left, expiry.text) == (midnight, date(2027, 3, 27), days_left, text)

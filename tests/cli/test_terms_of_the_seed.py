"""The terms of the vendor's help for administrators: each stands in a field of a screen, most in a command.

Source: seed page, "SuperOffice og licenser" (7 October 2025, version 10.5). Its English is that
of the vendor's English page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import plans
from superlicense.catalog.license_lists import SYSTEM_LICENSES
from superlicense.testing import Clock
from tests.cli.shop import OPENED, VENDOR, Shop
from tests.installation import package

LANGUAGES = ("en", "da")


class Term(NamedTuple):
    """A term, the field that shows it, and the commands whose output has it; none where only screens show it."""

    field: str
    english: str
    danish: str
    commands: tuple[str, ...] = ()


TERMS = (
    # Skærmbilledet Licenser
    Term("status/labels/licenses", "Licenses", "Licenser"),
    Term("owner/labels/owner_information", "Owner information", "Ejeroplysninger"),
    Term("owner/labels/company_name", "Company name", "Firmanavn", ("licenses",)),
    Term("owner/labels/serial_number", "Serial number", "Serienummer", ("licenses",)),
    Term("owner/labels/expiry_date", "Expiry date", "Udløbsdato", ("licenses",)),
    Term("owner/labels/license_list", "License list", "Licensliste", ("licenses",)),
    Term("owner/labels/in_use", "In use", "I brug", ("licenses",)),
    Term("owner/labels/free", "Available", "Tilgængelige", ("licenses",)),
    Term("owner/labels/system_licenses", "System licenses", "Systemlicenser", ("licenses",)),
    Term("owner/labels/site_licenses", "Site licenses", "Site-licenser", ("licenses",)),
    Term("owner/labels/user_licenses", "User licenses", "Brugerlicenser", ("licenses", "users")),
    Term("owner/labels/license", "License", "Licens"),
    Term("owner/labels/description", "Description", "Beskrivelse"),
    Term("user/labels/user_plans", "User plans", "Brugerplaner"),
    # Fanen Status
    Term("status/labels/status", "Status", "Status", ("status", "events")),
    Term("status/labels/database", "Database", "Database"),
    Term("status/labels/database_owner", "Database owner", "Ejer af databasen", ("status",)),
    Term("status/labels/serial_number", "Serial number", "Serienummer", ("status",)),
    Term("status/labels/type", "Type", "Type", ("status", "events")),
    Term("status/type", "Central database", "Central database", ("status",)),
    Term("satellite/type", "Satellite database", "Satellitdatabase"),
    Term("status/labels/next_expiry_date", "Next expiry date", "Næste udløbsdato", ("status",)),
    Term("status/labels/user_logged_in", "User logged in", "Bruger, der er logget på", ("status",)),
    # Forbrugstjenester
    Term("status/labels/metered_services", "Metered services", "Forbrugstjenester"),
    Term("metered_services/labels/metered_services", "Metered services", "Forbrugstjenester"),
    Term("metered_services/services/storage/service", "Storage space used", "Brugt lagerplads", ("usage",)),
    Term(
        "metered_services/services/mailings/service", "Emails sent via Mailings", "E-mails sendt via Udsendelser",
        ("usage",),
    ),
    Term(
        "metered_services/services/customer_centre_logins/service", "Customer centre logins", "Logon på kundecenter",
        ("usage",),
    ),
    Term(
        "metered_services/services/chat_sessions/service", "Chat sessions started", "Indledte chatsessioner",
        ("usage",),
    ),
    Term(
        "metered_services/services/form_submissions/service", "Form submissions", "Formularindsendelser", ("usage",)
    ),
    # Systemmeddelelser
    Term("status/labels/system_notifications", "System notifications", "Systemmeddelelser", ("status",)),
    Term("status/labels/system_events", "System events", "Systemhændelser"),
    Term("status/labels/events", "Events", "Hændelser"),
    Term("status/labels/description", "Description", "Beskrivelse"),
    Term("status/labels/event", "Event", "Hændelse", ("status", "events")),
    Term("status/labels/message", "Message", "Meddelelse", ("status", "events")),
    Term("status/labels/activated", "Activated", "Aktiveret", ("status", "events")),
    Term("status/labels/activated_by", "Activated by", "Aktiveret af", ("status", "events")),
    Term("status/labels/user_id", "User ID", "Bruger-id"),
    Term("status/labels/portrait", "Portrait", "Portræt"),
    Term("status/labels/finished", "Finished", "Afsluttet", ("status", "events")),
)  # fmt: skip

# Systemlicenser: code, English title, Danish title, Danish description.
LICENSES = (
    ("server", "SuperOffice Server", "SuperOffice Server", "Påkrævet til at bruge SuperOffice CRM."),
    (
        "online-webservices", "Online Web Services", "Online Web Services",
        "Påkrævet for at få adgang til SuperOffice CRM fra en webklient.",
    ),
    ("saint", "Sales Intelligence", "Sales Intelligence", "Tillader SAINT-statusovervågning."),
    ("exchange-sync", "Exchange Synchronizer", "Exchange Synchronizer", "Tillader brug af SuperOffice Synchronizer."),
    (
        "expander-services", "SuperOffice Expander Services", "SuperOffice Expander Services",
        (
            "Tillader funktionalitet for anonyme og eksterne brugere via blandt andet SuperOffice Audience eller "
            "tredjepartsapplikationer."
        ),
    ),
    ("ej-mod-customer", "Customer Centre", "Customer Centre", "Tillader brug af Kundecenteret."),
    ("quote", "Sales Quote Management", "Håndtering af salgstilbud", "Tillader brug af tilbud."),
)  # fmt: skip

# Brugerplaner. A code names the solutions; the tier follows from what the plan grants, so a package has one of the two.
PLANS = {
    "Essentials": {"ten-sales": "Sales Essentials", "ten-service": "Service Essentials",
                   "ten-marketing": "Marketing Essentials"},
    "Premium": {"ten-sales": "Sales Premium", "ten-service": "Service Premium", "ten-marketing": "Marketing Premium"},
}  # fmt: skip


def rows(tier: str) -> tuple[sl.ModuleLicense, ...]:
    """Return the seed's system licenses, a site license, a user license, and the plans of *tier*."""
    system, site, user = sl.LicenseScope.SYSTEM, sl.LicenseScope.SITE, sl.LicenseScope.USER
    found = [sl.ModuleLicense(name=listed.name, scope=system) for listed in SYSTEM_LICENSES]
    found.append(sl.ModuleLicense(name="reporter-studio", scope=site, quantity=2))
    granted: dict[sl.LicenseName, None] = {}
    for title in PLANS[tier].values():
        sold = plans.find(title)
        assert sold is not None
        found.append(
            sl.ModuleLicense(
                name=sold.name, scope=user, quantity=9, kind=sl.LicenseKind.PLAN, grants=tuple(sold.grants)
            )
        )
        granted.update(dict.fromkeys(sold.grants))
    found += (sl.ModuleLicense(name=name, scope=user, unrestricted=True, hidden=True) for name in granted)
    return tuple(found)


def furnish(shop: Shop, tier: str) -> None:
    """Put the package with the plans of *tier* in force, and start an event."""
    clock = Clock(OPENED + timedelta(hours=1))
    licensing = shop.open(clock)
    ends = sl.utc_now().replace(microsecond=0) + timedelta(days=400)
    bought = package(licenses=rows(tier), validity=sl.Validity(expires_at=ends))
    licensing.seats.release("anna", "ten-sales", by="signe")
    licensing.packages.activate(licensing.packages.preview(VENDOR.issue(bought)), by="signe")
    licensing.notices.start(sl.EventKind.NO_LOGIN, "Vi opdaterer", by="signe")


def screens(shop: Shop, language: str) -> dict[str, str]:
    """Return the texts of all screens by their place."""
    licensing = shop.open()
    satellite = sl.Licensing(
        sl.MemoryStore(), evolve(licensing.installation, site="aarhus"), trust=None, clock=Clock(OPENED)
    )
    plain = {
        "owner": licensing.screens.owner(language=language).to_dict(),
        "status": licensing.screens.status("signe", language=language).to_dict(),
        "satellite": satellite.screens.status("signe", language=language).to_dict(),
        "user": licensing.screens.user("anna", language=language).to_dict(),
        "metered_services": licensing.screens.metered_services(language=language).to_dict(),
    }
    return dict(places(plain))


def places(plain: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - data of JSON
    """Yield each text with its place; the rows of a list are placed by their code."""
    if isinstance(plain, str):
        yield path, plain
    elif isinstance(plain, list):
        for number, one in enumerate(plain):
            yield from places(one, f"{path}/{key_of(one, number)}")
    elif isinstance(plain, Mapping):
        if {"code", "text"} == set(plain):
            yield path, plain["text"]
        else:
            for name, one in plain.items():
                yield from places(one, f"{path}/{name}" if path else name)


def key_of(one: Any, number: int) -> str:  # noqa: ANN401 - data of JSON
    if isinstance(one, Mapping):
        if "service" in one:
            return str(one["service"]["code"])
        return str(one.get("code") or one.get("license") or number).removeprefix("superoffice.")
    return str(number)


def of(language: str, english: str, danish: str) -> str:
    return danish if language == "da" else english


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_term_stands_in_its_field(shop: Shop, language: str) -> None:
    furnish(shop, "Premium")
    shown = screens(shop, language)
    found = {term.field: shown.get(term.field) for term in TERMS}
    assert found == {term.field: of(language, term.english, term.danish) for term in TERMS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_term_is_printed_by_its_commands(shop: Shop, language: str) -> None:
    furnish(shop, "Premium")
    asked = {"status": ("--user", "signe")}
    printed = {
        command: "\n".join(shop.told(command, *asked.get(command, ()), "--lang", language))
        for command in ("licenses", "users", "status", "events", "usage")
    }
    terms = [(command, of(language, term.english, term.danish)) for term in TERMS for command in term.commands]
    assert len({command for command, _ in terms}) == len(printed)
    assert [(command, term) for command, term in terms if term not in printed[command]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_system_licenses_have_their_titles_and_what_they_allow(shop: Shop, language: str) -> None:
    furnish(shop, "Premium")
    shown = screens(shop, language)
    printed = shop.told("licenses", "--lang", language)
    for code, english, danish, description in LICENSES:
        title = of(language, english, danish)
        assert shown[f"owner/system_licenses/{code}/title"] == title
        assert any(line.strip().startswith(f"{title} ") and line.endswith("✓") for line in printed)
        if language == "da":
            assert shown[f"owner/system_licenses/{code}/description"] == description


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", PLANS)
def test_the_six_plans_have_their_names(shop: Shop, tier: str, language: str) -> None:
    furnish(shop, tier)
    shown = screens(shop, language)
    printed = "\n".join(shop.told("licenses", "--lang", language))
    titles = PLANS[tier]
    assert {code: shown[f"owner/user_licenses/{code}/title"] for code in titles} == titles
    assert {code: shown[f"user/owners/0/plans/{number}/row/title"] for number, code in enumerate(titles)} == titles
    assert [title for title in titles.values() if f"  {title} " not in printed] == []

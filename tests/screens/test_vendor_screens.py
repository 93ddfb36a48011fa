"""The vendor's screens, field by field as people read them, with a customer of our own making.

What stands there is put together from the labels and fields of the screens only, as a frontend
does it.

Source: domain section 13; the numbers of the dialog, domain section 8; limits, domain section 12.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.messages import Localizer
from superlicense.screens import ActivationDialog, LicenseRow, OwnerTab, StatusTab
from tests.screens.shipping_company import ENDS, VALIDITY, bought, on_plans, on_the_suite, package

LANGUAGES = ("en", "da")


@pytest.fixture
def firm() -> sl.Licensing:
    return on_plans()


@pytest.fixture
def suite() -> sl.Licensing:
    return on_the_suite()


def labels(screen: OwnerTab | StatusTab | ActivationDialog) -> dict[str, str]:
    return {label.code: label.text for label in screen.labels}


def cells(row: LicenseRow, words: Localizer) -> tuple[str, ...]:
    """Return title, in use, available and total, as a frontend shows them."""
    numbers = (row.in_use, row.free, row.total)
    return row.title, "✓" if row.ticked else "", *("" if number is None else words.number(number) for number in numbers)


HEAD = {
    "en": {
        "Company name": "Havblik Rederi A/S",
        "Serial number": "1010000048",
        "Expiry date": "Expires on 30 June 2027 (218 days left)",
        "fetch": "Click here to fetch your new license information from the web",
        "state": "Your license is up to date",
        "purchase": "Purchase new licenses",
    },
    "da": {
        "Firmanavn": "Havblik Rederi A/S",
        "Serienummer": "1010000048",
        "Udløbsdato": "Udløber 30. juni 2027 (218 dage tilbage)",
        "fetch": "Klik her for at hente dine nye licensoplysninger fra internettet",
        "state": "Din licens er opdateret",
        "purchase": "Køb nye licenser",
    },
}
LISTS = {
    "en": {
        "System licenses": [
            ("SuperOffice Server", "✓", "", "", ""),
            ("Online Web Services", "✓", "", "", ""),
            ("Sales Quote Management", "✓", "", "", ""),
        ],
        "Site licenses": [("Reporter Studio", "", "0", "2", "2")],
        "User licenses": [("Sales Premium", "", "3", "1,247", "1,250"), ("Service Premium", "", "1", "11", "12")],
    },
    "da": {
        "Systemlicenser": [
            ("SuperOffice Server", "✓", "", "", ""),
            ("Online Web Services", "✓", "", "", ""),
            ("Håndtering af salgstilbud", "✓", "", "", ""),
        ],
        "Site-licenser": [("Reporter Studio", "", "0", "2", "2")],
        "Brugerlicenser": [("Sales Premium", "", "3", "1.247", "1.250"), ("Service Premium", "", "1", "11", "12")],
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_of_the_owner(firm: sl.Licensing, language: str) -> None:
    tab, words = firm.screens.owner(language=language), firm.words(language)
    label = labels(tab)
    assert tab.title == "SuperOffice"
    assert tab.expiry is not None
    assert tab.fetch is not None
    assert tab.purchase is not None
    assert {
        label["company_name"]: tab.company,
        label["serial_number"]: tab.serial_number,
        label["expiry_date"]: tab.expiry.text,
        "fetch": tab.fetch.text,
        "state": tab.state.text,
        "purchase": tab.purchase.text,
    } == HEAD[language]
    lists = {"system": tab.system_licenses, "site": tab.site_licenses, "user": tab.user_licenses}
    assert {label[f"{scope}_licenses"]: [cells(row, words) for row in rows] for scope, rows in lists.items()} == LISTS[
        language
    ]


STATUS = {
    "en": {
        "Database owner": "Nordvik Handel A/S",
        "Serial number": "1010000048",
        "Subscription": "SuperOffice Online",
        "Type": "Central database",
        "Plan": "",
        "Next expiry date": "Expires on 30 June 2027 (218 days left)",
        "User logged in": "Astrid Holm",
        "button": "Metered services",
    },
    "da": {
        "Ejer af databasen": "Nordvik Handel A/S",
        "Serienummer": "1010000048",
        "Abonnement": "SuperOffice Online",
        "Type": "Central database",
        "Plan": "",
        "Næste udløbsdato": "Udløber 30. juni 2027 (218 dage tilbage)",
        "Bruger, der er logget på": "Astrid Holm",
        "button": "Forbrugstjenester",
    },
}


def database_block(tab: StatusTab) -> dict[str, str]:
    label = labels(tab)
    return {
        label["database_owner"]: tab.database_owner,
        label["serial_number"]: tab.serial_number,
        label["subscription"]: tab.subscription,
        label["type"]: tab.type.text,
        label["plan"]: tab.plan or "",
        label["next_expiry_date"]: "" if tab.next_expiry is None else tab.next_expiry.expiry.text,
        label["user_logged_in"]: tab.user.name,
        "button": label["metered_services"] if tab.metered_services else "",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_database_block(firm: sl.Licensing, language: str) -> None:
    assert database_block(firm.screens.status("astrid", language=language)) == STATUS[language]


@pytest.mark.parametrize(
    ("language", "restriction", "upgrade"),
    [("en", "97 of 100 active projects", "Upgrade"), ("da", "97 af 100 aktive projekter", "Opgrader")],
)
def test_the_database_block_of_the_suite(suite: sl.Licensing, language: str, restriction: str, upgrade: str) -> None:
    tab = suite.screens.status("u00", counts={"active_projects": 97}, language=language)
    there = STATUS[language]
    changed = {"SuperOffice Online": "SuperOffice CRM Suite", "Metered services": "", "Forbrugstjenester": ""}
    assert database_block(tab) == {name: changed.get(value, value) for name, value in there.items()} | {"Plan": "Core"}
    (row,) = tab.restrictions
    assert (row.text, labels(tab)["upgrade"] if row.may_upgrade else "") == (restriction, upgrade)
    assert row.state.code == "near"  # from 85 of 100 on


def test_the_licenses_of_the_suite(suite: sl.Licensing) -> None:
    """The seat stands under the name of the plan: Core 17 / 20."""
    (row,) = suite.screens.user_licenses().licenses
    assert cells(row, suite.words("en")) == ("Core", "", "17", "3", "20")


ROW = {
    "en": {
        "Event": "No Login",
        "Status": "Running",
        "Message": "Upgrade tonight",
        "Activated": "24 November 2026 at 09:30 CET",
        "Activated by": "Astrid Holm",
        "User ID": "astrid",
        "Portrait": "portraits/astrid",
        "Finished": "24 November 2026 at 23:00 CET",
        "Type": "All databases",
        "Description": "From 22 o'clock on",
    },
    "da": {
        "Hændelse": "Ingen logon",
        "Status": "Aktiv",
        "Meddelelse": "Upgrade tonight",
        "Aktiveret": "24. november 2026 kl. 09.30 CET",
        "Aktiveret af": "Astrid Holm",
        "Bruger-id": "astrid",
        "Portræt": "portraits/astrid",
        "Afsluttet": "24. november 2026 kl. 23.00 CET",
        "Type": "Alle databaser",
        "Beskrivelse": "From 22 o'clock on",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_system_notifications(firm: sl.Licensing, language: str) -> None:
    firm.notices.start(
        sl.EventKind.NO_LOGIN,
        "Upgrade tonight",
        description="From 22 o'clock on",
        expected_end=datetime(2026, 11, 24, 22, tzinfo=UTC),
        by="astrid",
    )
    tab = firm.screens.status("birk", portrait=lambda user: f"portraits/{user}", language=language)
    (row,) = tab.notifications
    label, words = labels(tab), firm.words(language)
    assert row.finished is not None
    assert {
        label["event"]: row.event.text,
        label["status"]: row.status.text,
        label["message"]: row.message,
        label["activated"]: words.instant(row.activated),
        label["activated_by"]: row.activated_by.name,
        label["user_id"]: row.activated_by.user_id,
        label["portrait"]: row.activated_by.portrait,
        label["finished"]: words.instant(row.finished),
        label["type"]: row.type.text,
        label["description"]: row.description,
    } == ROW[language]


def test_the_list_of_users(firm: sl.Licensing) -> None:
    """User ID, name and user plan; the seats of a license are counted as in the list of licenses."""
    screen = firm.screens.user_licenses()
    assert [(user.id, user.name, user.plans, user.may_log_in) for user in screen.users] == [
        ("astrid", "Astrid Holm", ("Sales Premium",), True),
        ("birk", "Birk Lind", ("Sales Premium",), True),
        ("clara", "Clara Vang", ("Sales Premium",), True),
        ("dag", "Dag Rask", ("Service Premium",), True),
    ]
    assert [user.id for user in firm.screens.user_licenses("ten-service").users] == ["dag"]
    assert screen.licenses == firm.screens.owner().user_licenses


CHANGES = {
    # in use, total, +/-, new total, new free
    "en": [
        ("Sales Premium", "3", "1,250", "-1,248", "2", "-1"), ("Service Premium", "1", "12", "1,013", "1,025", "1,024"),
    ],
    "da": [
        ("Sales Premium", "3", "1.250", "-1.248", "2", "-1"), ("Service Premium", "1", "12", "1.013", "1.025", "1.024"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialog_of_activation(firm: sl.Licensing, language: str) -> None:
    later = evolve(VALIDITY, expires_at=ENDS + timedelta(days=366), grace_until=ENDS + timedelta(days=400))
    preview = firm.packages.preview_unsigned(package(*bought(2, 1_025), validity=later))
    dialog, words = firm.screens.activation(preview, language=language), firm.words(language)
    numbers = [(row.in_use, row.total, row.added, row.new_total, row.new_free) for row in dialog.changes]
    assert [
        (row.title, *(words.number(number or 0) for number in counts))
        for row, counts in zip(dialog.changes, numbers, strict=True)
    ] == CHANGES[language]
    (blocked,) = dialog.superfluous
    # In use, available, must be removed, and who holds them.
    assert (blocked.in_use, blocked.available, blocked.must_remove) == (3, 2, 1)
    assert [holder.name for holder in blocked.holders] == ["Astrid Holm", "Birk Lind", "Clara Vang"]
    assert not dialog.can_be_activated
    assert dialog.expiry is not None
    assert dialog.new_expiry is not None
    days = {"en": "Expires on 30 June 2028 (584 days left)", "da": "Udløber 30. juni 2028 (584 dage tilbage)"}
    assert (dialog.expiry.on.isoformat(), dialog.new_expiry.text) == ("2027-06-30", days[language])

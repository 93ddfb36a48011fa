from __future__ import annotations

import logging
import socket
from collections import Counter
from importlib.resources import files

import pytest
from click.testing import CliRunner

from superlicense.cli.commands import commands
from superlicense.cli.demo_texts import demo_text
from superlicense.interop.superoffice import read_package_xml
from superlicense.messages import languages
from superlicense.model.license import LicenseKind, LicenseScope
from superlicense.model.site import Installation
from tests.cli.program import INSTALLED, run
from tests.for_each import for_each

PACKAGE = read_package_xml(files("superlicense.cli").joinpath("demo_package.xml").read_bytes())
PEOPLE = (
    "Signe Lund",
    "Anders Krogh",
    "Birgit Holm",
    "Chidi Obi",
    "Dagny Falk",
    "Emil Vang",
    "Freja Toft",
    "Gorm Friis",
    "Hanne Berg",
)

NO_QUOTES = "The user license Sale Quote Access (superoffice.quote-cal) is missing."


def told(*options: str) -> str:
    done = CliRunner().invoke(commands, ["demo", *options])
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    return done.stdout


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def after(line: str, text: str, count: int) -> list[str]:
    lines = squeezed(text)
    place = lines.index(line) + 1
    return lines[place : place + count]


def test_the_story_shows_the_owner_and_how_long_the_package_lasts() -> None:
    assert after("Owner information", told(), 4) == [
        "Owner SuperOffice",
        "Company name Fjordglimt A/S",
        "Serial number 1010000006",
        "Expiry date Expires on 27 March 2027 (54 days left)",
    ]


def test_system_licenses_have_a_tick_and_user_licenses_their_numbers() -> None:
    assert after("License list", told(), 16) == [
        "License In use Available Total",
        "System licenses",
        "SuperOffice Server ✓",
        "Online Web Services ✓",
        "Sales Intelligence ✓",
        "Exchange Synchronizer ✓",
        "SuperOffice Expander Services ✓",
        "Customer Centre ✓",
        "Sales Quote Management ✓",
        "plus 8 hidden ones that also apply",
        "User licenses",
        "Sales Premium 2 1 3",
        "Service Premium 2 1 3",
        "Sales, Service and Marketing Premium 2 0 2",
        "Confidential activities 1 Unlimited",
        "plus 22 hidden ones from plans",
    ]


def test_numbers_of_the_list_stand_under_each_other() -> None:
    lines = told().splitlines()
    head = next(line for line in lines if "In use" in line)
    row = next(line for line in lines if "Service Premium" in line)
    for label, number in (("In use", "2"), ("Total", "3"), ("Available", "1")):
        assert row[head.index(label) + len(label) - 1] == number


@for_each(
    ("answer", "reasons"),
    [
        ("✓ Anders Krogh Web client Allowed", []),
        (
            "✗ Dagny Falk Web client Denied",
            [
                "The user has no user plan; an Essentials or Premium user plan is required.",
            ],
        ),
        ("✗ Freja Toft Web client Denied", ["The user is not allowed to log in: “Can log in” is off."]),
        ("✗ Gorm Friis Web client Denied", ["The user is awaiting approval."]),
        (
            "✗ Hanne Berg Web client Denied",
            ["The client “Web client” is not available to users of the type “External user”."],
        ),
        (
            "✗ Meeting room 4 Web client Denied",
            [
                "The user is not allowed to log in: “Can log in” is off.",
                "The client “Web client” is not available to users of the type “Resource”.",
            ],
        ),
        ("✗ (unknown user) Web client Denied", ["The user is unknown."]),
        ("✓ Chidi Obi Service Allowed", []),
        ("✓ Anders Krogh Quotes, edit Allowed", []),
        (
            "✓ Chidi Obi Quotes, view Read-only",
            [NO_QUOTES],
        ),
        (
            "✗ Chidi Obi Quotes, edit Read-only",
            [NO_QUOTES],
        ),
        ("✓ Emil Vang Web client Allowed", []),
        ("✓ Signe Lund Web client Allowed", ["Administrators are exempt."]),
        (
            "✓ Anders Krogh 27 February 2027 Web client Allowed",
            ["The SuperOffice license package expires on 27 March 2027."],
        ),
        (
            "✓ Anders Krogh 9 April 2027 Web client Read-only",
            ["The SuperOffice license package stopped working after 8 April 2027."],
        ),
    ],
)
def test_people_get_in_or_are_told_every_reason(answer: str, reasons: list[str]) -> None:
    text = told()
    assert after(answer, text, len(reasons)) == reasons
    assert not any(line.endswith(".") for line in after(answer, text, len(reasons) + 1)[len(reasons) :])


def test_a_no_login_event_keeps_people_out() -> None:
    assert after("No Login", told(), 2) == [
        "✗ Anders Krogh Web client Denied",
        "The system event “No Login” is running: “The server is being moved tonight”.",
    ]


def test_a_plan_is_refused_for_its_own_seats_and_for_the_hidden_ones_it_grants() -> None:
    lines = after("Emil Vang is not assigned Sales Premium", told(), 3)
    assert lines[0] == ("No seats left for Sales Premium: 3 of 3 are in use (and 4 hidden licenses that come with it).")
    assert lines[1:] == ["Birgit Holm leaves the company", "Emil Vang is assigned Sales Premium"]


def test_the_same_story_is_told_in_danish_with_the_terms_of_the_page() -> None:
    lines = squeezed(told("--lang", "da"))
    for line in (
        "Ejeroplysninger",
        "Ejer SuperOffice",
        "Firmanavn Fjordglimt A/S",
        "Serienummer 1010000006",
        "Udløbsdato Udløber 27. marts 2027 (54 dage tilbage)",
        "Licensliste",
        "Licens I brug Tilgængelige I alt",
        "Systemlicenser",
        "Håndtering af salgstilbud ✓",
        "Brugerlicenser",
        "Confidential activities 1 Ubegrænset",
        "✓ Anders Krogh Webklient Tilladt",
        "✗ Mødelokale 4 Webklient Afvist",
        "Brugeren har ingen brugerplan; der kræves en Essentials- eller Premium-brugerplan.",
        "✓ Chidi Obi Tilbud, vis Kun læseadgang",
        (
            "Der er ingen ledige pladser på licensen Sales Premium: 3 af 3 er i brug "
            "(og 4 skjulte licenser, der følger med)."
        ),
        "Ingen logon",
    ):
        assert line in lines


def test_no_sentence_is_the_same_in_both_languages() -> None:
    english, danish = squeezed(told()), squeezed(told("--lang", "da"))
    assert len(english) == len(danish)
    assert not [line for line, other in zip(english, danish, strict=True) if line == other and line.endswith(".")]


@pytest.mark.parametrize("language", languages())
def test_everybody_appears(language: str) -> None:
    text = told("--lang", language)
    assert not [
        name for name in (*PEOPLE, demo_text("room", language), demo_text("unknown_user", language)) if name not in text
    ]


def test_what_a_language_lacks_is_told_in_english() -> None:
    assert demo_text("later", "sv") == demo_text("later", "en")


def test_an_unknown_language_is_a_usage_error() -> None:
    done = CliRunner().invoke(commands, ["demo", "--lang", "xx"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'xx' is not one of" in done.stderr


def test_it_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the demo opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    assert told() == told()


def test_it_leaves_the_log_of_whoever_calls_it_alone() -> None:
    log = logging.getLogger("superlicense")
    told()
    before = (log.propagate, log.level, list(log.handlers))
    told()
    assert (log.propagate, log.level, list(log.handlers)) == before
    assert log.propagate


@pytest.mark.slow
@pytest.mark.parametrize("program", [pytest.param((str(INSTALLED),), id="installed"), None])
@pytest.mark.parametrize("language", languages())
def test_the_program_tells_the_same_in_a_pipe(program: tuple[str, ...] | None, language: str) -> None:
    if program is not None and not INSTALLED.exists():
        pytest.skip("the program is not installed beside this python")
    arguments = ("demo", "--lang", language)
    done = run(*arguments) if program is None else run(*arguments, program=program)
    assert (done.code, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").splitlines() == told("--lang", language).splitlines()


def test_the_package_is_for_a_demo_and_its_serial_number_is_valid() -> None:
    Installation(serial_number=PACKAGE.serial_number, company=PACKAGE.company)
    assert PACKAGE.serial_number[4:9] == "00000"


def test_hidden_licenses_of_the_demo_are_the_sums_of_the_plans_that_grant_them() -> None:
    sums: Counter[str] = Counter()
    for plan in PACKAGE.licenses:
        if plan.kind is LicenseKind.PLAN:
            sums.update(dict.fromkeys(plan.grants, plan.quantity))
    hidden = {row.name: row.quantity for row in PACKAGE.licenses if row.hidden and row.scope is LicenseScope.USER}
    assert hidden == sums


def test_a_denied_login_shows_its_remedy_and_succeeds_after_it() -> None:
    assert after("What would help", told(), 7) == [
        "Ida Krag joins the company",
        "✗ Ida Krag Web client Denied",
        "The user has no user plan; an Essentials or Premium user plan is required.",
        "1. Assign Service Premium to ida.",
        "2. Buy 1 more license Sales Premium. Assign Sales Premium to ida.",
        "The first of them is carried out",
        "✓ Ida Krag Web client Allowed",
    ]


def test_the_first_failing_login_is_forecast() -> None:
    assert after("The first login that fails", told(), 3) == [
        "SuperOffice license package, 8 April 2027: Grace period ends.",
        "✗ Hanne Berg Customer Centre Denied",
        "The SuperOffice license package stopped working after 8 April 2027.",
    ]

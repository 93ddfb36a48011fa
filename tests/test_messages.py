"""What people read: every code, enum member and label has words in every language."""

import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from csv import DictReader
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from gettext import GNUTranslations
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense.model
from superlicense import errors
from superlicense.errors import InvalidValueError, RefusedError, SuperlicenseError
from superlicense.interop.superoffice import Kind
from superlicense.messages import catalogs, languages, message
from superlicense.model.decision import Access, Client, Outcome
from superlicense.model.event import EventKind, EventScope
from superlicense.model.journal import EntryKind
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.lint import LintCode
from superlicense.model.package import Phase
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.remedy import InstructionCode
from superlicense.model.user import UserType
from superlicense.problem import ProblemKind
from tests.for_each import for_each
from tools import make_danish_page
from tools.compile_messages import compiled, read, sources

CACHES = (catalogs._catalog, catalogs._catalog_names)  # noqa: SLF001  # emptied around a language of our own making
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

# Parameters for programs, which no sentence shows.
CHOOSES_THE_SENTENCE = {("license_missing", "scope"), ("one_plan_only", "hint")}
SAID_BY_THE_SENTENCE = {
    ("follows_login_right", "hint"),
    ("prerequisite_of", "hint"),
    ("event_needs_force", "hint"),
    ("last_administrator", "hint"),
    ("too_many_losses", "hint"),
    ("user_is_retired", "hint"),
    ("event_not_by_hand", "hint"),
}
AN_INTERNAL_ID = {("no_login_event", "event"), ("no_travel_event", "event")}
NOT_SHOWN = CHOOSES_THE_SENTENCE | SAID_BY_THE_SENTENCE | AN_INTERNAL_ID


def public_enums() -> list[type[StrEnum]]:
    found = {
        noun
        for info in iter_modules(superlicense.model.__path__, "superlicense.model.")
        for noun in vars(import_module(info.name)).values()
        if inspect.isclass(noun) and issubclass(noun, StrEnum) and noun is not StrEnum
    }
    return sorted({*found, Kind, ProblemKind}, key=lambda enum: enum.__name__)


KINDS = {
    enum: re.sub("(?<=[a-z])(?=[A-Z])", "_", enum.__name__).lower().removesuffix("_code") for enum in public_enums()
}
MEMBERS: list[StrEnum] = [
    member for enum in KINDS if enum not in {ReasonCode, InstructionCode, LintCode} for member in enum
]


def documented_parameters() -> dict[str, set[str]]:
    """Read the parameters that stand behind the codes in the source."""
    rows = re.findall(r'^    [A-Z_]+ = "(\w+)"(?:  # (.*))?$', inspect.getsource(ReasonCode), re.MULTILINE)
    return {code: set(re.findall(r"\w+(?=,|$)", comment)) for code, comment in rows}


PARAMETERS = documented_parameters()


def texts_of(source: Path) -> dict[str, tuple[str, ...]]:
    """Read a catalog: each key with its words, plural forms included."""
    texts: dict[str, tuple[str, ...]] = {}
    for entry in read(source):
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        if key:
            texts[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return texts


CATALOGS = {source.parts[-3]: texts_of(source) for source in sources()}
ENGLISH = CATALOGS["en"]


def placeholders(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


every_language = pytest.mark.parametrize("language", sorted(CATALOGS))
every_source = pytest.mark.parametrize("source", sources(), ids=lambda source: str(source.parts[-3]))

GRACE = datetime(2027, 4, 8, tzinfo=UTC)
EXPIRY = datetime(2027, 3, 27, tzinfo=UTC)

SENTENCES = [
    (
        because(ReasonCode.NO_PACKAGE, owner="superoffice"),
        "No SuperOffice license package is installed.",
        "Der er ikke installeret nogen licenspakke fra SuperOffice.",
    ),
    (
        because(ReasonCode.OTHER_COMPANY, owner="superoffice", company="Nordvik Handel A/S", expected="Solvang Lys AS"),
        (
            "The SuperOffice license package was issued to another company "
            "(“Nordvik Handel A/S”, this installation is “Solvang Lys AS”)."
        ),
        (
            "Licenspakken fra SuperOffice er udstedt til et andet firma "
            "(»Nordvik Handel A/S«, denne installation er »Solvang Lys AS«)."
        ),
    ),
    (
        because(ReasonCode.OTHER_SERIAL_NUMBER, owner="superoffice", serial_number="1010000014", expected="1010000022"),
        (
            "The SuperOffice license package was issued for another serial number "
            "(1010000014, this installation is 1010000022)."
        ),
        (
            "Licenspakken fra SuperOffice er udstedt til et andet serienummer "
            "(1010000014, denne installation er 1010000022)."
        ),
    ),
    (
        because(ReasonCode.OTHER_DATABASE, owner="superoffice", database_id="7f3e", expected=""),
        "The SuperOffice license package was issued for another database (7f3e).",
        "Licenspakken fra SuperOffice er udstedt til en anden database (7f3e).",
    ),
    (
        because(ReasonCode.OTHER_DATABASE, owner="superoffice", database_id="7f3e", expected="81bc"),
        "The SuperOffice license package was issued for another database (7f3e, this installation is 81bc).",
        "Licenspakken fra SuperOffice er udstedt til en anden database (7f3e, denne installation er 81bc).",
    ),
    (
        because(ReasonCode.PACKAGE_IN_GRACE, owner="superoffice", expired_at=EXPIRY, stops_at=GRACE),
        "The SuperOffice license package expired on 26 March 2027 and stops working after 7 April 2027.",
        "Licenspakken fra SuperOffice udløb 26. marts 2027 og holder op med at virke efter 7. april 2027.",
    ),
    (
        because(ReasonCode.UNKNOWN_USER),
        "The user is unknown.",
        "Brugeren er ukendt.",
    ),
    (
        because(ReasonCode.UNKNOWN_USER, user="anna"),
        "There is no user anna.",
        "Brugeren anna findes ikke.",
    ),
    (
        because(ReasonCode.USER_RETIRED, user="anna"),
        "The user anna is a former employee.",
        "Brugeren anna er fratrådt.",
    ),
    (
        because(ReasonCode.LOGIN_NOT_ALLOWED),
        "The user is not allowed to log in: “Can log in” is off.",
        "Brugeren har ikke logonrettigheder: »Kan logge på« er slået fra.",
    ),
    (
        because(ReasonCode.USER_TYPE_NOT_FOR_CLIENT, type=UserType.RESOURCE, client=Client.WEB),
        "The client “Web client” is not available to users of the type “Resource”.",
        "Klienten »Webklient« kan ikke bruges af brugere af typen »Ressource«.",
    ),
    (
        because(ReasonCode.NO_LOGIN_EVENT, event="7", message=""),
        "The system event “No Login” is running.",
        "Systemhændelsen »Ingen logon« er aktiv.",
    ),
    (
        because(ReasonCode.NO_LOGIN_EVENT, event="7", message="Upgrade until noon"),
        "The system event “No Login” is running: “Upgrade until noon”.",
        "Systemhændelsen »Ingen logon« er aktiv: »Upgrade until noon«.",
    ),
    (
        because(ReasonCode.LICENSE_MISSING, license=LicenseName("superoffice", "server"), scope=LicenseScope.SYSTEM),
        "The system license SuperOffice Server (superoffice.server) is missing.",
        "Systemlicensen SuperOffice Server (superoffice.server) mangler.",
    ),
    (
        because(ReasonCode.LICENSE_MISSING, license="superoffice.reporter-studio", scope="site"),
        "The site license Reporter Studio (superoffice.reporter-studio) is missing.",
        "Site-licensen Reporter Studio (superoffice.reporter-studio) mangler.",
    ),
    (
        because(ReasonCode.LICENSE_MISSING, license="superoffice.web", scope="user"),
        "The user license Web login (superoffice.web) is missing.",
        "Brugerlicensen Web login (superoffice.web) mangler.",
    ),
    (
        because(ReasonCode.LICENSE_MISSING, license="superoffice.web", scope=""),
        "The license Web login (superoffice.web) is missing.",
        "Licensen Web login (superoffice.web) mangler.",
    ),
    (
        because(ReasonCode.ONE_LICENSE_OF, licenses=("superoffice.t1", "superoffice.t2")),
        "The user needs an Essentials or Premium user plan.",
        "Brugeren skal have en Essentials- eller Premium-brugerplan.",
    ),
    (
        because(ReasonCode.NO_SEAT_LEFT, license="superoffice.web", through=None, total=15, in_use=15),
        "No seats left for Web login (superoffice.web): 15 of 15 are in use.",
        "Der er ingen ledige pladser på licensen Web login (superoffice.web): 15 af 15 er i brug.",
    ),
    (
        because(ReasonCode.NO_SEAT_LEFT, license="superoffice.web", through="superoffice.ten-sales", total=1, in_use=1),
        (
            "No seats left for Web login (superoffice.web), which comes with the user plan Sales "
            "Premium (superoffice.ten-sales): 1 of 1 are in use."
        ),
        (
            "Der er ingen ledige pladser på licensen Web login (superoffice.web), "
            "som følger med brugerplanen Sales Premium (superoffice.ten-sales): 1 af 1 er i brug."
        ),
    ),
    (
        because(
            ReasonCode.ONE_PLAN_ONLY,
            license="superoffice.ten-service",
            held="superoffice.ten-sales",
            hint="change_plan",
        ),
        (
            "The user already has the user plan Sales Premium (superoffice.ten-sales); change it to "
            "Service Premium (superoffice.ten-service) instead."
        ),
        (
            "Brugeren har allerede brugerplanen Sales Premium (superoffice.ten-sales); skift den til "
            "Service Premium (superoffice.ten-service) i stedet."
        ),
    ),
    (
        because(
            ReasonCode.ONE_PLAN_ONLY,
            license="superoffice.suite-user",
            held="superoffice.ten-sales",
            hint="release",
        ),
        (
            "The user already has the user plan Sales Premium (superoffice.ten-sales); "
            "release it before superoffice.suite-user is assigned."
        ),
        (
            "Brugeren har allerede brugerplanen Sales Premium (superoffice.ten-sales); fjern den, før "
            "superoffice.suite-user tildeles."
        ),
    ),
    (
        because(ReasonCode.TWO_PLANS, owner="superoffice", users=("anna", "bo")),
        "These users have several user plans of SuperOffice; release all but one of them: anna, bo.",
        "Disse brugere har flere brugerplaner fra SuperOffice; fjern alle undtagen én af dem: anna, bo.",
    ),
    (
        because(
            ReasonCode.PREREQUISITE_OF,
            license="superoffice.user",
            dependant="superoffice.visible-for",
            released=("superoffice.ten-sales",),
            hint="cascade",
        ),
        (
            "Sales Premium (superoffice.ten-sales) cannot be released "
            "because Confidential activities (superoffice.visible-for) requires the license User login "
            "(superoffice.user)."
        ),
        (
            "Sales Premium (superoffice.ten-sales) kan ikke fjernes, fordi Confidential activities "
            "(superoffice.visible-for) kræver licensen User login (superoffice.user)."
        ),
    ),
    (
        because(ReasonCode.RELEASE_VETOED, license="superoffice.ej-client", because="has 3 open requests"),
        "The license Customer Service (superoffice.ej-client) cannot be released now: “has 3 open requests”.",
        "Licensen Customer Service (superoffice.ej-client) kan ikke fjernes nu: »has 3 open requests«.",
    ),
    (
        because(ReasonCode.EVENT_RUNNING, kind=EventKind.MESSAGE_OF_THE_DAY),
        "The system event “Message of the Day” is already running.",
        "Systemhændelsen »Dagens meddelelse« er allerede aktiv.",
    ),
]


@for_each(("reason", "english", "danish"), SENTENCES)
def test_a_reason_is_a_sentence_in_both_languages(reason: Reason, english: str, danish: str) -> None:
    assert (message(reason), message(reason, "en"), message(reason, "da")) == (english, english, danish)


# The seed page and the vendor's Danish help, term by term: labels first, which are a table of their own.
TERMS: list[tuple[str, str, str]] = [
    *(
        (row["label"], row["english"], row["danish"])
        for row in DictReader(
            (Path(__file__).parent / "terms.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t"
        )
    ),
    (LicenseScope.SYSTEM, "System license", "Systemlicens"),
    (LicenseScope.SITE, "Site license", "Site-licens"),
    (LicenseScope.USER, "User license", "Brugerlicens"),
    (LicenseKind.PLAN, "User plan", "Brugerplan"),
    (Client.WEB, "Web client", "Webklient"),
    (Client.CUSTOMER_CENTRE, "Customer Centre", "Kundecenter"),
    (Client.REPORTER_STUDIO, "Reporter Studio", "Reporter Studio"),
    (EventKind.NO_LOGIN, "No Login", "Ingen logon"),
    (EventKind.NO_FREETEXT, "No Freetext", "Ingen fritekst"),
    (EventKind.NO_TRAVEL, "No Travel", "Ingen Travel"),
    (EventKind.MESSAGE_OF_THE_DAY, "Message of the Day", "Dagens meddelelse"),
    (EventScope.ALL_DATABASES, "All databases", "Alle databaser"),
    (UserType.SYSTEM, "System user", "Systembruger"),
    (Outcome.DENIED, "Denied", "Afvist"),
    (Outcome.READ_ONLY, "Read-only", "Kun læseadgang"),
    (Access.EDIT, "Edit", "Rediger"),
    (Phase.WARNING, "Expires soon", "Udløber snart"),
    (EntryKind.SAVE_USER, "Save user", "Gem bruger"),
    (EntryKind.SAVE_SITE, "Save site", "Gem site"),
    (EntryKind.ASSIGN, "Assign", "Tildel"),
    (EntryKind.RELEASE, "Release", "Fjern"),
    (EntryKind.CHANGE_PLAN, "Change plan", "Skift plan"),
    (EntryKind.RETIRE, "Retire", "Registrér fratrædelse"),
    (EntryKind.ACTIVATE_PACKAGE, "Activate package", "Aktivér pakke"),
    (EntryKind.KEEP_PACKAGE_WAITING, "Keep package waiting", "Lad pakke vente"),
    (EntryKind.REMOVE_PACKAGE, "Remove package", "Fjern pakke"),
    (EntryKind.INSTALL_ROOT, "Install trust root", "Installér tillidsrod"),
    (EntryKind.START_EVENT, "Start event", "Start hændelse"),
    (EntryKind.END_EVENT, "End event", "Afslut hændelse"),
    (EntryKind.CLOSE_MONTH, "Close month", "Luk måned"),
    (EntryKind.SET_TERMS, "Set terms", "Sæt vilkår"),
]


# Label; number; English and Danish.
RESTRICTED: list[tuple[str, int, str, str]] = [
    ("restriction.dashboards", 1, "1 of 1 dashboard", "1 af 1 dashboard"),
    ("restriction.dashboards", 3, "1 of 3 dashboards", "1 af 3 dashboards"),
    ("restriction.active_projects", 1, "1 of 1 active project", "1 af 1 aktivt projekt"),
    ("restriction.active_projects", 100, "1 of 100 active projects", "1 af 100 aktive projekter"),
    ("restriction.custom_objects", 1, "1 of 1 custom object", "1 af 1 brugerdefineret objekt"),
    ("restriction.custom_objects", 15, "1 of 15 custom objects", "1 af 15 brugerdefinerede objekter"),
    ("restriction.active_flows", 1, "1 of 1 active marketing flow", "1 af 1 aktivt marketingflow"),
    ("restriction.active_flows", 10, "1 of 10 active marketing flows", "1 af 10 aktive marketingflows"),
]


@pytest.mark.parametrize(("what", "maximum", "english", "danish"), RESTRICTED)
def test_room_for_one_and_for_several(what: str, maximum: int, english: str, danish: str) -> None:
    assert message(what, in_use=1, maximum=maximum) == english
    assert message(what, "da", in_use=1, maximum=maximum) == danish


# Label; number; English and Danish.
COUNTED: list[tuple[str, int, str, str]] = [
    ("expires_on", 1, "Expires on 27 March 2027 (1 day left)", "Udløber 27. marts 2027 (1 dag tilbage)"),
    ("expires_on", 0, "Expires on 27 March 2027 (0 days left)", "Udløber 27. marts 2027 (0 dage tilbage)"),
    ("expires_on", 123, "Expires on 27 March 2027 (123 days left)", "Udløber 27. marts 2027 (123 dage tilbage)"),
    ("expired_on", 1, "Expired on 27 March 2027 (1 day ago)", "Udløb 27. marts 2027 (for 1 dag siden)"),
    ("expired_on", 250, "Expired on 27 March 2027 (250 days ago)", "Udløb 27. marts 2027 (for 250 dage siden)"),
]


@pytest.mark.parametrize(("what", "days", "english", "danish"), COUNTED)
def test_one_day_and_several_days(what: str, days: int, english: str, danish: str) -> None:
    on = EXPIRY.date()
    assert (message(what, date=on, days=days), message(what, "da", date=on, days=days)) == (english, danish)


# Said by the command line, whose tests compare what it prints (tests/cli/test_words.py).
TOLD_ERRORS = [
    error
    for error in vars(errors).values()
    if inspect.isclass(error)
    and issubclass(error, SuperlicenseError)
    and not issubclass(error, RefusedError)
    and error is not SuperlicenseError
]
FOLDED = {
    f"folded.{name}"
    for name in ("no_user_plan", "no_suite_seat", "licenses_missing", "and_others", "and_more_reasons", "and_hidden")
}
OF_COMMANDS = ("label.answer_", "label.cause_", "label.cli_", "label.condition_", "label.web_")


@for_each(("what", "english", "danish"), TERMS)
def test_labels_and_members_use_the_terms_of_the_field(what: str, english: str, danish: str) -> None:
    open_ones = {name: f"{{{name}}}" for name in placeholders([english])}
    assert (message(what, **open_ones), message(what, "da", **open_ones)) == (english, danish)


def test_every_label_is_one_of_those_terms() -> None:
    labels = {f"label.{what}" for what, _, _ in TERMS if not isinstance(what, StrEnum)}
    labels |= {f"label.{what}" for what, _, _, _ in (*COUNTED, *RESTRICTED)}
    assert {key for key in ENGLISH if key.startswith("label.") and not key.startswith(OF_COMMANDS)} == labels


@every_language
@for_each("member", MEMBERS, ids=repr)
def test_every_member_of_a_public_enum_has_words(member: StrEnum, language: str) -> None:
    (words,) = CATALOGS[language][f"{KINDS[type(member)]}.{member}"]
    assert message(member, language) == words


@every_language
@for_each("code", ReasonCode)
def test_every_reason_has_words(code: ReasonCode, language: str) -> None:
    assert f"reason.{code}" in CATALOGS[language]


@every_language
@for_each("code", ReasonCode)
def test_every_reason_is_a_whole_sentence(code: ReasonCode, language: str) -> None:
    said = message(Reason(code=code), language)
    assert re.fullmatch(r"\S.* .*\.", said)
    assert message(code, language) == said
    assert "{" not in said


@every_language
def test_all_languages_say_the_same_things(language: str) -> None:
    assert CATALOGS[language].keys() == ENGLISH.keys()
    assert [key for key, texts in CATALOGS[language].items() if not all(texts)] == []


@every_source
def test_nothing_is_said_twice(source: Path) -> None:
    keys = re.findall(r'^msgid "(.+)"$', source.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def test_nothing_is_said_that_nobody_asks_for() -> None:
    known = {f"{kind}.{member}" for enum, kind in KINDS.items() for member in enum}
    known |= {f"error.{error.code}" for error in TOLD_ERRORS} | FOLDED | {"form.date_and_time"}
    said = {".".join(key.split(".")[:2]) for key in ENGLISH if not key.startswith("label.")}
    assert said == known


@every_language
def test_placeholders_agree_between_languages_and_plural_forms(language: str) -> None:
    differing = [
        (key, text)
        for key, texts in CATALOGS[language].items()
        for text in texts
        if placeholders([text]) != placeholders(ENGLISH[key])
    ]
    assert differing == []


def test_every_code_lists_its_parameters_where_the_test_can_read_them() -> None:
    assert PARAMETERS.keys() == set(ReasonCode)
    assert PARAMETERS["unknown_user"] == {"user"}
    assert PARAMETERS["no_seat_left"] == {"license", "through", "total", "in_use"}
    assert PARAMETERS["on_travel"] == set()


@for_each("code", ReasonCode)
def test_a_sentence_shows_every_parameter_but_those_we_know_of(code: ReasonCode) -> None:
    sentences = [texts for key, texts in ENGLISH.items() if f"{key}.".startswith(f"reason.{code}.")]
    shown = set().union(*map(placeholders, sentences))
    hidden = {parameter for known, parameter in NOT_SHOWN if known == code}
    assert shown | hidden == PARAMETERS[code]
    assert shown.isdisjoint(hidden)


@every_language
def test_an_instruction_shows_its_parameters(language: str) -> None:
    rows = re.findall(r'^    [A-Z_]+ = "(\w+)"  # (.*)$', inspect.getsource(InstructionCode), re.MULTILINE)
    assert {code for code, _ in rows} == set(InstructionCode)
    for code, comment in rows:
        sentences = [texts for key, texts in CATALOGS[language].items() if f"{key}.".startswith(f"instruction.{code}.")]
        shown = set().union(*map(placeholders, sentences))
        assert shown | ({"event"} if code == "end_event" else set()) == set(comment.split(", "))


# Numbers that govern a noun


@pytest.mark.parametrize(
    ("remove", "english", "danish"),
    [
        (1, "1 license must be removed.", "1 licens skal fjernes."),
        (6, "6 licenses must be", "6 licenser skal fjernes."),
    ],
)
def test_one_license_and_several_licenses_are_removed(remove: int, english: str, danish: str) -> None:
    reason = because(
        ReasonCode.SEATS_EXCEED_TOTAL,
        license="superoffice.web",
        in_use=15 + remove,
        new_total=15,
        remove=remove,
        through=(),
    )
    assert english in message(reason)
    assert danish in message(reason, "da")
    assert "comes with" not in message(reason)


def test_the_plans_that_use_too_many_seats_are_named() -> None:
    reason = because(
        ReasonCode.SEATS_EXCEED_TOTAL,
        license="superoffice.web",
        in_use=21,
        new_total=15,
        remove=6,
        through=("superoffice.ten-sales", "superoffice.ten-service"),
    )
    assert message(reason) == (
        "The new total for the license Web login (superoffice.web) is 15, but 21 are in use, "
        "because Sales Premium (superoffice.ten-sales), Service Premium (superoffice.ten-service) "
        "includes it: 6 licenses must be removed."
    )
    assert message(reason, "da") == (
        "Det nye antal for licensen Web login (superoffice.web) er 15, men 21 er i brug, "
        "fordi den følger med Sales Premium (superoffice.ten-sales), Service Premium "
        "(superoffice.ten-service): 6 licenser skal fjernes."
    )


@pytest.mark.parametrize(("in_use", "english"), [(1, "1 is in use."), (2, "2 are in use.")])
def test_one_is_and_several_are_in_use(in_use: int, english: str) -> None:
    reason = because(ReasonCode.HELD_LICENSE_GONE, license="superoffice.web", in_use=in_use)
    assert message(reason).endswith(english)
    assert message(reason, "da").endswith(f"{in_use} er i brug.")


@pytest.mark.parametrize("number", ["six", None, ()])
def test_what_is_no_number_is_several(number: object) -> None:
    assert "licenses must be removed" in message(ReasonCode.SEATS_EXCEED_TOTAL, remove=number)


# What parameters hold


@for_each(
    ("given", "shown"),
    [
        (datetime(2027, 4, 8, tzinfo=UTC), "8 April 2027 at 00:00 UTC"),
        (datetime(2027, 4, 8, 23, 59, 30, 5, tzinfo=UTC), "8 April 2027 at 23:59:30 UTC"),
        (datetime(2027, 4, 8, 2, 30, tzinfo=timezone(timedelta(hours=2))), "8 April 2027 at 00:30 UTC"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "1 January 1 at 00:00 UTC+02:00"),
        (datetime(2027, 4, 8), "8 April 2027 at 00:00"),  # noqa: DTZ001  # a naive one is shown as naive
        (datetime(2027, 4, 8, tzinfo=UTC).date(), "8 April 2027"),
        (1000000, "1000000"),
        (0, "0"),
        (False, "False"),
        (None, "?"),
        ((), "?"),
        ("", ""),
        (("a", 1, Client.WEB), "a, 1, Web client"),
    ],
)
def test_values_are_shown_for_people(given: object, shown: str) -> None:
    assert message(ReasonCode.UNKNOWN_FEATURE, feature=given) == f"There is no feature “{shown}”."


def test_a_missing_parameter_is_a_question_mark() -> None:
    assert message(Reason(code=ReasonCode.PACKAGE_STOPPED)) == "The ? license package stopped working after ?."
    danish = message(ReasonCode.PACKAGE_STOPPED, "da", owner="superoffice")
    assert danish == "Licenspakken fra SuperOffice holdt op med at virke efter ?."


def test_a_package_without_an_expiry_date_has_no_question_mark() -> None:
    said = [message(ReasonCode.PACKAGE_EXPIRES, language, owner="superoffice") for language in ("en", "da")]
    assert said == ["The SuperOffice license package expires soon.", "Licenspakken fra SuperOffice udløber snart."]


def test_a_given_parameter_replaces_that_of_the_reason() -> None:
    reason = because(ReasonCode.UNKNOWN_USER, user="anna")
    assert message(reason, user="Anna Nordvik") == "There is no user Anna Nordvik."


def test_a_parameter_may_be_called_like_an_argument() -> None:
    odd = Reason(code=ReasonCode.UNKNOWN_USER, params={"language": "xx", "what": "x", "": "y", "user": "bo"})
    assert message(odd, "da") == "Brugeren bo findes ikke."


@for_each(
    ("hostile", "shown"),
    [
        ("{user}", "{user}"),
        ("{feature.__class__.__mro__}", "{feature.__class__.__mro__}"),
        ("{0} {} }{", "{0} {} }{"),
        ("100 %s %(user)s %d%n", "100 %s %(user)s %d%n"),
        ("$user ${user} \\1 \\g<0>", "$user ${user} \\1 \\g<0>"),
        ("first\r\nsecond\u2028third", "first second third"),
        ("a\x00b\x1b[31mred", "a\\x00b\\x1b[31mred"),
        ("evil\u202eexe", "evil\\u202eexe"),
        ("\ud800", "\\ud800"),
        ("Nordvik\u00a0A/S", "Nordvik\u00a0A/S"),
        ("Søren Åkjær 東京\u3000支店", "Søren Åkjær 東京\u3000支店"),
        ("x" * 254, "x" * 254),
        ("x" * 255, "x" * 254 + "…"),
        ("\n" * 100_000, " …"),
    ],
)
def test_text_from_outside_is_shown_and_never_obeyed(hostile: str, shown: str) -> None:
    assert message(ReasonCode.UNKNOWN_FEATURE, feature=hostile) == f"There is no feature “{shown}”."
    assert message(because(ReasonCode.UNKNOWN_FEATURE, feature=hostile), "da") == f"Funktionen »{shown}« findes ikke."


@given(st.sampled_from(ReasonCode), st.sampled_from(languages()), st.text())
def test_any_text_in_any_parameter_gives_one_printable_line(code: ReasonCode, language: str, text: str) -> None:
    said = message(Reason(code=code, params=dict.fromkeys(PARAMETERS[code], text)), language)
    assert len(said.splitlines()) == 1
    assert said.encode()


# What there are no words for


class Color(StrEnum):
    RED = "red"


@every_language
def test_what_has_no_words_is_shown_as_its_code(language: str) -> None:
    assert message("no_such_label", language) == "no_such_label"
    assert message(Color.RED, language) == "red"
    assert message(ReasonCode.UNKNOWN_FEATURE, "en", feature=Color.RED) == "There is no feature “red”."
    assert type(message(Color.RED, language)) is str


@pytest.mark.parametrize("key", ["", "reason.no_package", "../../etc/passwd", "\0", "x" * 10_000])
def test_a_text_is_never_taken_for_a_key(key: str) -> None:
    assert message(key, "da") == key


@pytest.mark.parametrize("what", [None, 1, b"web", ("web",)])
def test_what_is_no_text_is_refused(what: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        message(what)  # type: ignore[arg-type]  # that is the point
    assert caught.value.path == "what"


# Languages


def test_the_languages_there_are() -> None:
    assert languages() == ("da", "en") == tuple(sorted(CATALOGS))


@pytest.mark.parametrize("tag", ["da", "DA", "da-DK", "da_DK", "da_DK.UTF-8", "da@euro", "da-Latn-DK-x-house"])
def test_all_tags_of_danish_are_danish(tag: str) -> None:
    assert message("serial_number", tag) == "Serienummer"


@pytest.mark.parametrize("tag", ["en", "en-US", "en_GB.ISO-8859-1"])
def test_all_tags_of_english_are_english(tag: str) -> None:
    assert message("serial_number", tag) == "Serial number"


@for_each("language", ["nb", "", "-", "dan", "d", "da/../en", "../da", "*", "{}", "C", None, 7, "da," * 100_000])
def test_a_language_without_a_catalog_is_refused(language: str) -> None:
    with pytest.raises(InvalidValueError, match=r"^language: must be one of da, en, got ") as caught:
        message("serial_number", language)
    assert (caught.value.path, caught.value.value) == ("language", language)


POLISH = """
msgid ""
msgstr ""
"Language: pl_PL\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "label.license"
msgstr "Licencja"

msgid "reason.unknown_user.user"
msgstr ""

msgid "reason.held_license_gone"
msgid_plural "reason.held_license_gone"
msgstr[0] "jeden {license}"
msgstr[1] "kilka {license}"
msgstr[2] "wiele {license}"
"""


@pytest.fixture
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language that somebody has begun to translate."""
    shutil.copytree(sources()[0].parents[2], tmp_path / "locale")
    folder = tmp_path / "locale" / "pl_PL" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "superlicense.po"
    source.write_text(POLISH, encoding="utf-8")
    source.with_suffix(".mo").write_bytes(compiled(source))
    (tmp_path / "locale" / "README.md").touch()
    monkeypatch.setattr(catalogs, "files", lambda _package: tmp_path)
    for cached in CACHES:
        cached.cache_clear()
    yield "pl-pl"
    for cached in CACHES:
        cached.cache_clear()


def test_a_language_is_there_once_its_folder_is(polish: str) -> None:
    assert languages() == ("da", "en", "pl_PL")
    assert message("license", polish) == message("license", "pl_PL.UTF-8") == "Licencja"
    assert message("license", "da") == "Licens"


def test_the_tag_of_a_region_is_not_the_tag_of_its_language(polish: str) -> None:
    assert polish.startswith("pl")
    with pytest.raises(InvalidValueError, match="must be one of da, en, pl_PL"):
        message("license", "pl")


def test_words_that_a_language_lacks_are_english(polish: str) -> None:
    assert message("total", polish) == "Total"
    assert message(ReasonCode.UNKNOWN_USER, polish, user="bo") == "There is no user bo."
    assert message(ReasonCode.SEATS_EXCEED_TOTAL, polish, remove=1).endswith("1 license must be removed.")
    assert message("no_such_label", polish) == "no_such_label"


@pytest.mark.parametrize(("number", "words"), [(1, "jeden"), (2, "kilka"), (5, "wiele"), (22, "kilka"), (0, "wiele")])
def test_a_language_has_the_plural_forms_it_needs(polish: str, number: int, words: str) -> None:
    assert message(ReasonCode.HELD_LICENSE_GONE, polish, in_use=number, license="a.b") == f"{words} a.b"


# What is shipped


def test_the_pages_for_a_danish_reader_are_fresh() -> None:
    for page, text in make_danish_page.pages().items():
        assert page.read_text("utf-8") == text, "run: python -m tools.regenerate"


@every_source
def test_the_compiled_catalog_is_fresh(source: Path) -> None:
    assert source.with_suffix(".mo").read_bytes() == compiled(source), "run: python -m tools.regenerate"


@every_source
def test_a_catalog_names_no_person_and_no_moment(source: Path) -> None:
    assert not re.search(r"@|-Date:|Translator|Generated-By", source.read_text(encoding="utf-8"))
    with source.with_suffix(".mo").open("rb") as file:
        header = GNUTranslations(file).info()
    assert header == {
        "language": source.parts[-3],
        "mime-version": "1.0",
        "content-type": "text/plain; charset=utf-8",
        "content-transfer-encoding": "8bit",
        "plural-forms": read(source).plural_forms,
    }


def test_importing_the_library_reads_no_catalog() -> None:
    script = "import sys, superlicense; sys.exit({'gettext', 'superlicense.messages'} & sys.modules.keys() != set())"
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603  # our own words

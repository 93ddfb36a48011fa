"""Problems: what each error and each denied decision looks like to the caller of an HTTP API."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense import errors
from superlicense.errors import InvalidValueError, SuperlicenseError, refusal
from superlicense.messages import Localizer
from superlicense.model.decision import Question, Topic
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.problem import (
    MEDIA_TYPE,
    RETRY_AFTER_SECONDS,
    ProblemKind,
    headers_of,
    kind_of,
    language_of,
    problem_of,
)
from tests.for_each import for_each
from tests.installation import EDIT, SALES, STOPS_AT, WEB, Clock, furnish, open_licensing, person

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

# Kind, status and type of each class of errors. These never change.
TABLE = """
ClockRolledBackError        refused            409
ConflictError               changed_meanwhile  409
DeniedError                 denied             403
DocumentTooLargeError       too_large          413
InvalidValueError           invalid_value      422
IssuedInFutureError         refused            409
MalformedEnvelopeError      malformed          400
MalformedJsonError          malformed          400
MalformedKeyError           malformed          400
MalformedPackageError       malformed          400
MalformedPrincipalError     malformed          400
MalformedRootError          malformed          400
ModuleOutOfScopeError       untrusted          422
MonthNotOverError           refused            409
MonthOutOfOrderError        refused            409
NoTrustRootError            refused            409
NotCanonicalError           malformed          400
OtherInstallationError      refused            409
OwnerThresholdError         untrusted          422
PackageBlockedError         refused            409
PackageConflictError        refused            409
PackageRollbackError        refused            409
PackageSourceError          source_failed      502
PackageStoppedError         refused            409
PreviewOutdatedError        changed_meanwhile  409
RefusedError                refused            409
RevokedError                refused            409
RootExpiredError            untrusted          422
RootIssuedInFutureError     untrusted          422
RootPreviousError           untrusted          422
RootThresholdError          untrusted          422
RootVersionError            untrusted          422
StoreBusyError              unavailable        503
StoreError                  failed             500
StoreFullError              unavailable        503
StoreNewerError             failed             500
StoreOutdatedError          failed             500
StoreUnavailableError       unavailable        503
StoreUnusableError          unavailable        503
SuperlicenseError           failed             500
TamperedStoreError          failed             500
TooManyVerificationsError   malformed          400
UnknownLicenseError         unknown_license    404
UnknownOwnerError           untrusted          422
UnknownTimeZoneError        invalid_value      422
UnpinnedRootError           refused            409
UnreachableRootError        failed             500
UntrustedKeyError           untrusted          422
WeakKeyError                malformed          400
WriteOutOfOrderError        invalid_value      422
WrongPayloadTypeError       malformed          400
"""
KINDS = {name: (ProblemKind(kind), int(status)) for name, kind, status in map(str.split, TABLE.split("\n")[1:-1])}
FAMILY = sorted(
    name
    for name in errors.__all__
    if isinstance(getattr(errors, name), type) and issubclass(getattr(errors, name), SuperlicenseError)
)
SECRET = "secret-person"  # noqa: S105  # the name of a person, not a password
CATALOG = (files("superlicense") / "locale" / "en" / "LC_MESSAGES" / "superlicense.po").read_text("utf-8")
PRIVATE = dict.fromkeys(("by", "holder", "holders", "place", "record", "user", "users"), SECRET)


def denied(*reasons: Reason) -> sl.Decision:
    asked = Question(topic=Topic.LOGIN, subject=WEB)
    return sl.Decision(outcome=sl.Outcome.DENIED, asked=asked, reasons=reasons)


def unarmed(name: str) -> SuperlicenseError:
    """Return an error of the class *name*, without what its constructor asks for."""
    error: SuperlicenseError = getattr(errors, name).__new__(getattr(errors, name))
    return error


def test_the_table_has_every_class_of_errors() -> None:
    assert sorted(KINDS) == FAMILY


@for_each("name", sorted(KINDS))
def test_every_class_of_errors_has_its_kind_and_status(name: str) -> None:
    kind = kind_of(unarmed(name))
    assert (kind, kind.status) == KINDS[name]


@for_each("kind", ProblemKind)
def test_the_type_is_a_stable_uri(kind: ProblemKind) -> None:
    assert kind.type == f"urn:superlicense:problem:{kind.replace('_', '-')}"


@for_each("language", ["en", "da"])
def test_every_kind_has_a_title_of_its_own(language: str) -> None:
    titles = {sl.message(kind, language) for kind in ProblemKind}
    assert len(titles) == len(ProblemKind)
    assert titles.isdisjoint(ProblemKind)


def test_a_denied_decision_is_told_with_codes_and_words() -> None:
    problem = problem_of(denied(because(ReasonCode.NO_PACKAGE, owner="superoffice")), words=Localizer("da"))
    assert problem == {
        "type": "urn:superlicense:problem:denied",
        "title": "Adgang nægtet",
        "status": 403,
        "detail": "Der er ikke installeret nogen licenspakke fra SuperOffice.",
        "code": "no_package",
        "reasons": [
            {"code": "no_package", "text": "Der er ikke installeret nogen licenspakke fra SuperOffice."},
        ],
        "remedies": [],
    }


def test_an_error_of_a_decision_is_the_same_problem_as_the_decision() -> None:
    decision = denied(because(ReasonCode.LOGIN_NOT_ALLOWED))
    assert problem_of(errors.DeniedError(decision), instance="/") == problem_of(decision, instance="/")


def test_the_instance_is_the_one_that_was_given() -> None:
    decision = denied(because(ReasonCode.LOGIN_NOT_ALLOWED))
    assert "instance" not in problem_of(decision)
    assert problem_of(decision, instance="/quotes/7")["instance"] == "/quotes/7"


@for_each("outcome", [sl.Outcome.ALLOWED, sl.Outcome.READ_ONLY])
def test_a_login_that_is_granted_is_not_a_problem(outcome: sl.Outcome) -> None:
    granted = evolve(denied(because(ReasonCode.PACKAGE_STOPPED)), outcome=outcome)
    with pytest.raises(InvalidValueError, match="does not grant"):
        problem_of(granted)


def test_read_only_is_a_problem_where_editing_was_asked_for() -> None:
    asked = Question(topic=Topic.FEATURE, subject="quote", access=EDIT)
    reasons = (because(ReasonCode.LICENSE_MISSING, license="superoffice.quote-cal", scope="user"),)
    problem = problem_of(sl.Decision(outcome=sl.Outcome.READ_ONLY, asked=asked, reasons=reasons))
    assert (problem["status"], problem["code"]) == (403, "license_missing")


def test_what_is_neither_is_invalid() -> None:
    with pytest.raises(InvalidValueError):
        problem_of("no")  # type: ignore[arg-type]  # what is tested


def test_an_invalid_value_names_its_field() -> None:
    problem = problem_of(InvalidValueError("licenses[2].quantity", 0, "must be at least 1"))
    assert (problem["code"], problem["path"]) == ("invalid_value", "licenses[2].quantity")


def test_a_store_that_is_down_says_when_to_try_again_and_nothing_of_the_driver() -> None:
    problem = problem_of(errors.StoreUnavailableError("password=hunter2"))
    assert problem["retry_after"] == RETRY_AFTER_SECONDS
    assert "hunter2" not in json.dumps(problem)
    assert headers_of(problem) == {
        "Content-Type": MEDIA_TYPE,
        "Cache-Control": "no-store",
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }


def test_other_problems_have_no_time_to_try_again() -> None:
    problem = problem_of(denied(because(ReasonCode.LOGIN_NOT_ALLOWED)))
    assert "Retry-After" not in headers_of(problem)


def test_what_an_operator_has_to_do_is_for_administrators() -> None:
    tampered = errors.TamperedStoreError("row 7")
    assert "verify-store" not in problem_of(tampered)["detail"]
    assert "verify-store" in problem_of(tampered, administers=True)["detail"]


EXAMPLES: Any = MappingProxyType(
    {
        "losses": 7,
        "license": "superoffice.web",
        "owner": "superoffice",
        "expired_at": NOON,
        "stops_at": STOPS_AT,
    }
)


@for_each("code", ReasonCode)
@for_each("language", ["en", "da"])
def test_no_reason_names_others_to_a_caller_who_may_not_administer(code: ReasonCode, language: str) -> None:
    error = refusal([because(code, **EXAMPLES, **PRIVATE)])
    problem = problem_of(error, words=Localizer(language))
    assert SECRET not in json.dumps(problem)
    assert problem["reasons"][0]["code"] == code
    assert problem["reasons"][0]["text"]


@for_each("code", ReasonCode)
@for_each("language", ["en", "da"])
def test_no_text_has_a_gap_where_a_name_was_left_out(code: ReasonCode, language: str) -> None:
    everything = dict.fromkeys(re.findall(r"{([a-z_]+)}", CATALOG), "x")
    problem = problem_of(refusal([because(code, **everything)]), words=Localizer(language))
    assert "?" not in problem["reasons"][0]["text"]
    assert "?" not in problem["detail"]


def test_a_refusal_names_the_holder_to_an_administrator() -> None:
    error = refusal([because(ReasonCode.NO_SEAT_LEFT, license="superoffice.web", total=1, in_use=1, holder="bo")])
    problem = problem_of(error, administers=True)
    assert problem["detail"].startswith("bo: ")
    assert problem["reasons"][0]["params"]["holder"] == "bo"
    assert "bo" not in problem_of(error)["detail"]


@given(st.lists(st.sampled_from(ReasonCode), min_size=1, max_size=5))
def test_every_reason_is_in_the_problem_in_its_order(codes: list[ReasonCode]) -> None:
    problem = problem_of(refusal([because(code, **PRIVATE) for code in codes]))
    assert [reason["code"] for reason in problem["reasons"]] == codes
    assert problem["code"] == codes[0]


def test_remedies_are_those_of_the_person() -> None:
    licensing = furnish(open_licensing(), "anna", "bo", holders={"anna": SALES})
    decision = licensing.gate.login("bo", WEB)
    problem = problem_of(decision, remedies=licensing.gate.remedies("bo", WEB))
    assert problem["remedies"] == [
        {
            "code": "license_needed",
            "text": sl.message(sl.UserRemedyCode.LICENSE_NEEDED),
        }
    ]


def test_an_administrator_sees_what_a_remedy_consists_of() -> None:
    licensing = furnish(open_licensing(), "anna", "bo", holders={"anna": SALES})
    decision = licensing.gate.login("bo", WEB)
    problem = problem_of(decision, remedies=licensing.gate.remedies("bo", WEB), administers=True)
    first = problem["remedies"][0]
    assert first["code"] == "license_needed"
    assert first["instructions"][0]["code"] == "assign"
    assert first["applicable"] is True
    assert json.loads(json.dumps(problem)) == problem


def test_after_the_grace_period_a_login_is_read_only_and_no_problem(clock: Clock) -> None:
    licensing = furnish(open_licensing(clock=clock), person("anna"), holders={"anna": SALES})
    clock.now = STOPS_AT
    decision = licensing.gate.login("anna", WEB)
    assert decision.outcome is sl.Outcome.READ_ONLY
    with pytest.raises(InvalidValueError):
        problem_of(decision)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("da", "da"),
        ("da-DK", "da"),
        ("DA", "da"),
        ("nb,da;q=0.8,en;q=0.7", "da"),
        ("en;q=0.5,da;q=0.9", "da"),
        ("en, da", "en"),
        ("da;q=0, en;q=0.1", "en"),
        ("da;q=0.0005", "en"),
        ("da;q=x", "en"),
        ("da;level=1", "en"),
        ("fr, *", "en"),
        (";;,,", "en"),
        ("fr," * 500 + "da", "en"),
    ],
)
def test_the_language_is_the_first_one_that_has_a_catalog(header: str | None, language: str) -> None:
    assert language_of(header) == language


def test_the_reference_lists_every_type_with_its_status() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "problems.md").read_text("utf-8")
    listed = re.findall(r"^\| `(urn:[\w:-]+)` \| (\d+) \|", page, re.MULTILINE)
    assert sorted(listed) == sorted((kind.type, str(kind.status)) for kind in ProblemKind)

"""What a run reports, and which files it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from superlicense.errors import InvalidValueError
from superlicense.scenarios import Report, read, run

FACTS = """
format = 1
title = "One user"
facts = [
  { activate = "base" },
  { save_user = "anna", may_log_in = true },
]

[packages.base]
licenses = [
  { module = "server", scope = "system" },
  { module = "user", scope = "user", quantity = 1 },
  { module = "windows", scope = "user", quantity = 1, prerequisite = "user" },
]
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "one.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def scenario(ask: str, expect: str, more: str = "") -> str:
    return f'{FACTS}\n[[scenarios]]\nname = "it"\n{more}\nask = {{ {ask} }}\nexpect = {{ {expect} }}\n'


def parts(report: Report) -> list[str]:
    return [mismatch.part for result in report.results for mismatch in result.mismatches]


LOGIN = 'login = "anna", client = "windows"'


def test_what_is_as_expected_holds(write: Write) -> None:
    report = run(write(scenario(LOGIN, 'outcome = "denied", rule_set = "legacy", valid_until = "never"')))

    assert report.ok
    assert list(report.lines()) == ["1 of 1 scenarios hold"]


@pytest.mark.parametrize(
    ("expect", "part"),
    [
        ('outcome = "allowed"', "outcome"),
        ("allowed = true", "allowed"),
        ("reasons = []", "reasons"),
        ('reasons = ["license_missing"]', "reasons"),
        ('reasons = ["license_missing", "license_missing", "license_missing"]', "reasons"),
        ('reasons = ["license_missing", { code = "license_missing", license = "superoffice.web" }]', "reasons"),
        ('reasons = ["license_missing", { code = "license_missing", seats = 3 }]', "reasons"),
        ('reasons = ["license_missing", "user_retired"]', "reasons"),
        ('warnings = ["package_expires"]', "warnings"),
        ("valid_until = 2027-01-01T00:00:00Z", "valid_until"),
        ('rule_set = "suite"', "rule_set"),
    ],
)
def test_what_is_not_as_expected_is_reported(write: Write, expect: str, part: str) -> None:
    report = run(write(scenario(LOGIN, expect)))

    assert not report.ok
    assert parts(report) == [part]


def test_a_bare_code_leaves_the_fuller_reason_to_whom_it_fits(write: Write) -> None:
    expect = 'reasons = ["license_missing", { code = "license_missing", license = "superoffice.user" }]'

    assert run(write(scenario(LOGIN, expect))).ok


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ("in_use = 0, total = 1, free = 1, holders = []", True),
        ("in_use = 1", False),
        ('holders = ["anna"]', False),
        ("in_use = false", False),
        ('total = "unrestricted"', False),
    ],
)
def test_seats_are_compared(write: Write, expect: str, holds: bool) -> None:  # noqa: FBT001 - the table says so
    assert run(write(scenario('usage = "user"', expect))).ok is holds


def test_a_fact_that_is_refused_is_an_error_of_the_scenario(write: Write) -> None:
    report = run(write(scenario(LOGIN, 'outcome = "denied"', 'given = [{ assign = "windows", to = "anna" }]')))

    assert not report.ok
    assert "prerequisite_missing" in report.results[0].error
    assert "prerequisite_missing" in "\n".join(report.lines())


def test_a_clock_that_goes_back_is_an_error_or_an_answer_but_no_crash(write: Write) -> None:
    back = 'given = [{ wait_until = 2020-01-01T00:00:00Z }, { assign = "user", to = "anna" }]'

    assert run(write(scenario(LOGIN, 'outcome = "denied"', back))).results


def test_a_question_of_what_is_unknown_is_answered_by_its_refusal(write: Write) -> None:
    assert run(write(scenario('usage = "teleport"', 'refused = ["unknown_license"]'))).ok
    assert parts(run(write(scenario('usage = "teleport"', "in_use = 0")))) == ["in_use"]


def test_a_preview_of_a_package_for_somebody_else_is_answered_by_its_refusal(write: Write) -> None:
    other = '[packages.other]\nlike = "base"\ncompany = "Fjordbyg ApS"\n'
    text = scenario('preview = "other"', 'refused = ["other_company"]').replace(
        "[[scenarios]]", f"{other}[[scenarios]]"
    )

    assert run(write(text)).ok


def test_a_report_is_plain_json(write: Write) -> None:
    report = run(write(scenario(LOGIN, "reasons = [], valid_until = 2027-01-01T00:00:00Z")))

    data = json.loads(json.dumps(report.to_dict()))

    assert data["ok"] is False
    assert [one["part"] for one in data["results"][0]["mismatches"]] == ["reasons", "valid_until"]
    assert data["results"][0]["mismatches"][1]["expected"] == "2027-01-01T00:00:00Z"
    assert "valid_until: expected 2027-01-01T00:00:00Z, got never" in "\n".join(report.lines())


def test_a_folder_without_scenarios_does_not_pass(tmp_path: Path) -> None:
    assert not run(tmp_path).ok


BROKEN = [
    ("format = 1", "scenarios: must have at least one"),
    ("[[", "is not TOML"),
    (f"format = {'1' * 5_000}", "is not TOML"),
    ("format = 2\ntitle = 'x'", "format: must be 1"),
    ("title = 'x'", "format: is missing"),
    (
        scenario(LOGIN, 'outcome = "denied"').replace("anna", "x", 1).replace('"One user"', "3"),
        "title: must be a string",
    ),
    (scenario(LOGIN, 'outcome = "denied"', "colour = 3"), "scenarios[0].colour: is not a field"),
    (scenario('login = "anna"', 'outcome = "denied"'), "scenarios[0].ask.client: is missing"),
    (scenario('login = "anna", client = "fax"', 'outcome = "denied"'), "scenarios[0].ask.client: must be one of"),
    (scenario('client = "web"', 'outcome = "denied"'), "scenarios[0].ask: must have one of login"),
    (scenario(LOGIN, "answer = true"), "scenarios[0].expect.answer: must be one of"),
    (scenario(LOGIN, ""), "scenarios[0].expect: must expect something"),
    (scenario(f"{LOGIN}, open_sessions = true", "allowed = true"), "ask.open_sessions: must be an integer"),
    (scenario(f"{LOGIN}, at = 2026-11-24T09:00:00", "allowed = true"), "ask.at: must have an offset"),
    (scenario('try = { dance = "anna" }', "done = true"), "scenarios[0].ask.try: must have one of save_user"),
    (scenario('try = { activate = "gone" }', "done = true"), "try.activate: is not a package of this file"),
    (scenario('try = { assign = "a.b.c d.", to = 3 }', "done = true"), "try.to: must be a string"),
    (scenario('try = { assign = "!", to = "anna" }', "done = true"), "try.license: must be a license name"),
    (
        scenario('holds = "user", user = "anna"', "answer = true").replace('"system"', '"galaxy"'),
        "scope: must be one of",
    ),
    (scenario('holds = "user", user = "anna"', "answer = true").replace("quantity = 1", "quantity = 0", 1), "quantity"),
    (
        scenario('holds = "user", user = "anna"', "answer = true", 'opened_as = { serial_number = "12" }'),
        "serial_number",
    ),
    (scenario(LOGIN, "allowed = true").replace("[packages.base]", "[policy]\nx = 1\n[packages.base]"), "policy.x"),
    (scenario(LOGIN, "allowed = true").replace("[packages.base]", '[packages.base]\nlike = "x"'), "packages.base.like"),
    (scenario(LOGIN, "allowed = true") + "[packages.x]\nlike = 'base'\nwithout = ['y']\n", "packages.x.without[0]"),
    (scenario(LOGIN, "allowed = true") + scenario(LOGIN, "allowed = true").split("\n]\n")[-1], "scenarios[1].name"),
    (FACTS, "scenarios: must have at least one"),
    (FACTS.replace("facts = [", "facts = [ 3,"), "facts[0]: must be a table"),
    (FACTS.replace('scope = "user", quantity', 'scope = "user", user_types = ["robot"], quantity'), "user_types"),
    (FACTS.replace("may_log_in = true", 'groups = ["a", 3]'), "groups[1]: must be a string"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_file_that_is_not_one_of_scenarios_is_refused_with_the_place(write: Write, text: str, message: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        read(write(text))

    assert message in str(raised.value)
    assert "one.toml" in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="cannot be read"):
        read(tmp_path / "gone.toml")

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from superlicense.cli.commands import commands
from superlicense.interop.superoffice import read_package_xml
from superlicense.model.license import LicenseKind, LicenseScope

PACKAGE = read_package_xml(files("superlicense.cli").joinpath("demo_package.xml").read_bytes())


def told(*options: str) -> str:
    done = CliRunner().invoke(commands, ["demo", *options])
    assert done.exit_code == 0, done.output
    return done.output


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_story_shows_the_owner_and_the_licenses_in_use() -> None:
    lines = squeezed(told())
    assert "Company name Fjordglimt A/S" in lines
    assert "Serial number 1010000006" in lines
    assert "Expiry date 2027-03-27 (54 days left)" in lines
    assert "Sales Premium 2 3 1" in lines
    assert "Confidential activities 0 Unlimited" in lines
    assert "and 30 hidden licenses, which only plans grant" in lines


def test_people_get_in_or_are_told_every_reason() -> None:
    lines = squeezed(told())
    assert "✓ Anders Krogh Web client Allowed" in lines
    place = lines.index("✗ Dagny Falk Web client Denied")
    assert lines[place + 1 : place + 4] == [
        "The user license superoffice.user is missing.",
        "The user license superoffice.web is missing.",
        "One of these licenses is needed: superoffice.t1, superoffice.t2.",
    ]
    assert "✗ Chidi Obi Quotes, edit Read-only" in lines
    assert "No seat is left of the license superoffice.ten-sales (3 of 3 in use)." in lines


def test_the_same_story_is_told_in_danish_with_the_terms_of_the_page() -> None:
    lines = squeezed(told("--lang", "da"))
    for line in (
        "Ejeroplysninger",
        "Firmanavn Fjordglimt A/S",
        "Serienummer 1010000006",
        "Udløbsdato 2027-03-27 (54 dage tilbage)",
        "Licensliste",
        "Systemlicenser",
        "Brugerlicenser",
        "✓ Anders Krogh Webklient Tilladt",
        "Ingen logon",
    ):
        assert line in lines


def test_both_languages_tell_as_many_lines() -> None:
    assert len(told().splitlines()) == len(told("--lang", "da").splitlines())


def test_an_unknown_language_is_a_usage_error() -> None:
    done = CliRunner().invoke(commands, ["demo", "--lang", "xx"])
    assert done.exit_code == 2
    assert "'xx' is not one of" in done.output


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"PYTHONIOENCODING": "utf-8", "COLUMNS": "40"}])
def test_the_program_writes_plain_lines_into_a_pipe(variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "superlicense.cli", "demo"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1", **variables},
    )
    text = done.stdout.decode("utf-8")
    assert "\x1b" not in text
    assert done.stderr == b""
    assert squeezed(text) == squeezed(told())


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise ModuleNotFoundError(\"No module named 'click'\", name='click')")
    done = subprocess.run(
        [sys.executable, "-c", "from superlicense.cli import main; main()"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "superlicense: click is missing; install superlicense[cli]"


def test_hidden_licenses_of_the_demo_are_the_sums_of_the_plans_that_grant_them() -> None:
    sums: Counter[str] = Counter()
    for plan in PACKAGE.licenses:
        if plan.kind is LicenseKind.PLAN:
            sums.update(dict.fromkeys(plan.grants, plan.quantity))
    hidden = {row.name: row.quantity for row in PACKAGE.licenses if row.hidden and row.scope is LicenseScope.USER}
    assert hidden == sums

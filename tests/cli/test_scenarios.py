from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from superlicense.cli.commands import commands

SCENARIOS = Path(__file__).parents[1] / "scenarios"
HOLDS = SCENARIOS / "files" / "rule_sets.toml"
NOTICES = SCENARIOS / "files" / "notices.toml"


@pytest.fixture
def failing(tmp_path: Path) -> str:
    """A file whose first scenario expects another message."""
    text = NOTICES.read_text(encoding="utf-8").replace('notices = ["Cake at three"]', 'notices = ["Cake at four"]')
    file = tmp_path / "failing.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_scenarios_that_hold_exit_with_0() -> None:
    result = CliRunner().invoke(commands, ["check", str(HOLDS)])

    assert result.exit_code == 0
    assert result.output.endswith("scenarios hold\n")


def test_scenarios_that_do_not_hold_are_told_and_exit_with_1(failing: str) -> None:
    result = CliRunner().invoke(commands, ["check", str(HOLDS), failing])

    assert result.exit_code == 1
    assert "notices: expected [Cake at four], got [Cake at three]" in result.output


def test_the_report_is_told_as_json(failing: str) -> None:
    result = CliRunner().invoke(commands, ["check", "--json", failing])

    assert result.exit_code == 1
    assert json.loads(result.output)["ok"] is False


def test_a_broken_file_is_an_error_of_usage(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("format = 7", encoding="utf-8")

    result = CliRunner().invoke(commands, ["check", str(broken)])

    assert result.exit_code == 2
    assert "format: must be 1" in result.output

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from superlicense.cli.commands import commands

SCENARIOS = Path(__file__).parents[1] / "scenarios"
HOLDS = SCENARIOS / "files" / "rule_sets.toml"
PENDING = SCENARIOS / "pending" / "notices.toml"


def test_scenarios_that_hold_exit_with_0() -> None:
    result = CliRunner().invoke(commands, ["check", str(HOLDS)])

    assert result.exit_code == 0
    assert result.output.endswith("scenarios hold\n")


def test_scenarios_that_do_not_hold_are_told_and_exit_with_1() -> None:
    result = CliRunner().invoke(commands, ["check", str(HOLDS), str(PENDING)])

    assert result.exit_code == 1
    assert "notices: expected [Cake at three], got []" in result.output


def test_the_report_is_told_as_json() -> None:
    result = CliRunner().invoke(commands, ["check", "--json", str(PENDING)])

    assert result.exit_code == 1
    assert json.loads(result.output)["ok"] is False


def test_a_broken_file_is_an_error_of_usage(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("format = 7", encoding="utf-8")

    result = CliRunner().invoke(commands, ["check", str(broken)])

    assert result.exit_code == 2
    assert "format: must be 1" in result.output

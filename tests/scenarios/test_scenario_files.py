from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from superlicense.scenarios import ScenarioFile, read, run, schema
from tests.scenarios.validating import violations

HERE = Path(__file__).parent
FILES = sorted((HERE / "files").glob("*.toml"))
EVERY_QUESTION = {"Login", "Feature", "Administer", "Holds", "HasSystem", "Usage", "Try", "Preview"}


@pytest.fixture(scope="module")
def all_files() -> list[ScenarioFile]:
    return [read(path) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_of_the_file_holds(path: Path) -> None:
    report = run(path)

    assert list(report.lines())[:-1] == []
    assert report.ok


def test_there_are_at_least_two_hundred_scenarios_and_every_kind_of_question(all_files: list[ScenarioFile]) -> None:
    scenarios = [scenario for file in all_files for scenario in file.scenarios]

    assert len(scenarios) >= 200
    assert {type(scenario.question).__name__ for scenario in scenarios} == EVERY_QUESTION


def test_every_file_names_its_source(all_files: list[ScenarioFile]) -> None:
    assert [file.path.name for file in all_files if not file.source] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_as_the_schema_says(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))

    assert list(violations(data, schema(), schema())) == []


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"title": 3},
        {"colour": "red"},
        {"scenarios": []},
        {"facts": [{"dance": "anna"}]},
        {"facts": [{"assign": "user"}]},
        {"installation": {"serial_number": "12"}},
        {"now": "tomorrow"},
        {"policy": {"revocation_grace_days": -1}},
        {"packages": {"base": {"licenses": [{"module": "user"}]}}},
    ],
)
def test_the_schema_refuses_what_is_not_in_the_format(change: dict[str, object]) -> None:
    data = tomllib.loads(FILES[0].read_text(encoding="utf-8"))

    assert list(violations(data | change, schema(), schema()))

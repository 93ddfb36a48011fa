"""Scenario files, read from TOML."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model.decision import Outcome, RuleSet
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.scenarios.packages import read_packages
from superlicense.scenarios.questions import Question, read_expected, read_question
from superlicense.scenarios.steps import Packages, Step, read_step
from superlicense.scenarios.tables import Table

__all__ = ["FORMAT", "Scenario", "ScenarioFile", "read", "schema"]

FORMAT: Final = 1
"""Version of the format; a file of a later version is refused."""

_INSTALLATION: Final = Installation(serial_number="1010000014", company="Nordvik Handel A/S")
_NOW: Final = datetime(2026, 11, 24, 9, tzinfo=UTC)


@frozen(kw_only=True)
class Scenario:
    """One question, with the facts that it is asked of and the expected answer.

    Attributes:
        name: A sentence that is true if the scenario holds.
        given: What happens before the question, besides the facts of the file.
        opened_as: The installation as the question is asked of it.
        question: What is asked.
        expect: The expected parts of the answer, as they stand in the file.
        source: Where the rule comes from; that of the file where it is empty.
    """

    name: str
    given: tuple[Step, ...]
    opened_as: Installation
    question: Question
    expect: FrozenMap[object] = field(converter=FrozenMap)
    source: str = ""


@frozen(kw_only=True)
class ScenarioFile:
    """The scenarios of one file, and what they share.

    Attributes:
        path: Where it was read from.
        title: What its scenarios are about.
        source: Where its rules come from.
        now: What the clock shows at the beginning.
        installation: Whose licenses these are.
        policy: The host's choices.
        facts: What has happened, for all scenarios.
        scenarios: In the order of the file.
    """

    path: Path
    title: str
    source: str
    now: datetime
    installation: Installation
    policy: Policy
    facts: tuple[Step, ...]
    scenarios: tuple[Scenario, ...]


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, draft 2020-12."""
    text = files("superlicense.scenarios").joinpath("scenario.schema.json").read_text(encoding="utf-8")
    read_schema: dict[str, Any] = json.loads(text)
    return read_schema


def read(path: Path | str) -> ScenarioFile:
    """Read the scenario file at *path*.

    Raises:
        InvalidValueError: it cannot be read, is not TOML, or a field is invalid; with the path of the field.
    """
    place = Path(path)
    try:
        with place.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise InvalidValueError(str(place), error.strerror or "", "cannot be read") from error
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or an integer of thousands of digits
        raise InvalidValueError(str(place), str(error), "is not TOML") from error
    try:
        return _file(Table(data, ""), place)
    except InvalidValueError as error:
        raise InvalidValueError(f"{place}: {error.path}", error.value, error.problem) from error


def _file(table: Table, path: Path) -> ScenarioFile:
    version = table.required("format", table.number("format"))
    if version != FORMAT:
        raise InvalidValueError("format", version, f"must be {FORMAT}")
    installation = _installation(table.table("installation"), _INSTALLATION)
    policy = _policy(table.table("policy"))
    packages = read_packages(table, installation)
    facts = tuple(read_step(step, packages) for step in table.tables("facts"))
    scenarios = tuple(_scenario(one, packages, installation) for one in table.tables("scenarios"))
    if not scenarios:
        raise InvalidValueError("scenarios", None, "must have at least one")
    names = [one.name for one in scenarios]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InvalidValueError(f"scenarios[{place}].name", name, "must be unique")
    return table.build(
        ScenarioFile,
        path=path,
        title=table.required("title", table.text("title")),
        source=table.text("source") or "",
        now=table.instant("now") or _NOW,
        installation=installation,
        policy=policy,
        facts=facts,
        scenarios=scenarios,
    )


def _installation(table: Table | None, usual: Installation) -> Installation:
    if table is None:
        return usual
    fields = {name: table.text(name) for name in ("serial_number", "company", "database_id", "site", "time_zone")}
    if fields["company"] is not None:
        fields["database_owner"] = fields["company"]
    return table.build(lambda **given: evolve(usual, **given), **fields)


def _policy(table: Table | None) -> Policy:
    if table is None:
        return Policy()
    days = table.number("revocation_grace_days")
    return table.build(
        Policy,
        rule_set=table.member("rule_set", RuleSet),
        on_site=table.flag("on_site"),
        after_grace=table.member("after_grace", Outcome),
        administrators_bypass_no_login=table.flag("administrators_bypass_no_login"),
        allow_central_login=table.flag("allow_central_login"),
        revocation_grace=None if days is None else timedelta(days=days),
    )


def _scenario(table: Table, packages: Packages, installation: Installation) -> Scenario:
    given = tuple(read_step(step, packages) for step in table.tables("given"))
    question = read_question(table.required("ask", table.table("ask")), packages)
    expect = read_expected(table.required("expect", table.table("expect")), question)
    return table.build(
        Scenario,
        name=table.required("name", table.text("name")),
        given=given,
        opened_as=_installation(table.table("opened_as"), installation),
        question=question,
        expect=expect,
        source=table.text("source"),
    )

"""The JSON Schemas that are shipped describe what screens and answers return."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import superlicense as sl
from superlicense import screens
from superlicense.messages import Localizer
from superlicense.model.plain_data import PlainNoun, Words
from tests.every_answer import every_answer
from tests.for_each import for_each
from tests.screens.golden import FILES
from tools.make_schemas import FOLDER, described, text_of

NOUNS = list(described())
Answer = PlainNoun | sl.Hypothesis
SCREENS = {
    "activation": "ActivationDialog",
    "license": "LicenseDetail",
    "metered_services": "MeteredServices",
    "owner": "OwnerTab",
    "status": "StatusTab",
    "user": "UserCard",
    "user_licenses": "UserLicenses",
}


def schema(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files("superlicense").joinpath("schemas", f"{name}.json").read_text("utf-8"))


@cache
def validator(name: str, *, closed: bool) -> Draft202012Validator:
    """Return what validates; if *closed*, fields that the schema does not name are mistakes as well."""
    found = schema(name)
    if closed:
        for definition in found["$defs"].values():
            definition["additionalProperties"] = False
    return Draft202012Validator(found)


def mistakes(name: str, data: object, *, closed: bool = False) -> list[str]:
    return [error.message for error in validator(name, closed=closed).iter_errors(data)]


@for_each("noun", NOUNS)
def test_a_schema_is_as_its_class(noun: type) -> None:
    file = FOLDER / f"{noun.__name__}.json"
    assert file.read_text("utf-8") == text_of(noun), "run: python -m tools.regenerate"


def test_there_is_one_for_every_screen_and_every_answer_and_none_else() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == {noun.__name__ for noun in NOUNS}
    assert {"Decision", "SeatUsage", "ActivationPreview", "MeterUsage", "Statement"} <= {one.__name__ for one in NOUNS}
    tops = {one for name in screens.__all__ if hasattr(one := getattr(screens, name), "labels") and name != "Localizer"}
    assert {one.__name__ for one in tops} <= {noun.__name__ for noun in NOUNS}


@for_each("noun", NOUNS)
def test_a_schema_is_a_schema(noun: type) -> None:
    Draft202012Validator.check_schema(schema(noun.__name__))


@for_each(("file", "noun"), SCREENS.items())
@pytest.mark.parametrize("language", ["en", "da"])
def test_screens_are_as_described(file: str, noun: str, language: str) -> None:
    assert mistakes(noun, json.loads((FILES / f"{file}.{language}.json").read_text("utf-8"))) == []


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    return every_answer()


def test_there_is_an_answer_of_every_kind(answers: list[Answer]) -> None:
    assert {type(answer) for answer in answers} == {noun for noun in NOUNS if issubclass(noun, Answer)}


@for_each("words", [None, sl.message, lambda one: f"<{one.code}>", Localizer("da").of])
def test_answers_are_as_described_and_hold_nothing_else(answers: list[Answer], words: Words | None) -> None:
    for answer in answers:
        assert mistakes(type(answer).__name__, answer.to_dict(words), closed=True) == []


def test_what_is_not_as_described_is_found(answers: list[Answer]) -> None:
    plain = next(answer for answer in answers if isinstance(answer, sl.Decision)).to_dict()
    assert mistakes("Decision", {**plain, "outcome": "perhaps"}) != []
    assert mistakes("Decision", {**plain, "allowed": "yes"}) != []
    assert mistakes("Decision", {**plain, "more": 1}, closed=True) != []
    del plain["reasons"]
    assert mistakes("Decision", plain) != []

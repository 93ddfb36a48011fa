"""The JSON Schemas that are shipped describe what screens and answers return."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import superlicense as sl
from superlicense import screens
from tests.for_each import for_each
from tests.model.test_to_dict import answers, licensing
from tests.screens.golden import FILES
from tools.make_schemas import FOLDER, described, text_of

__all__ = ["licensing"]  # the fixture

NOUNS = list(described())
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


def mistakes(name: str, data: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(data)]


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


@pytest.mark.parametrize("words", [None, sl.message], ids=["codes", "words"])
def test_answers_are_as_described(licensing: sl.Licensing, words: Any) -> None:  # noqa: ANN401 - the fixture
    for answer in answers(licensing):
        assert mistakes(type(answer).__name__, answer.to_dict(words)) == []


def test_what_is_not_as_described_is_found(licensing: sl.Licensing) -> None:
    plain = licensing.gate.login("anna", sl.Client.WEB).to_dict()
    assert mistakes("Decision", {**plain, "outcome": "perhaps"}) != []
    assert mistakes("Decision", {**plain, "allowed": "yes"}) != []
    del plain["reasons"]
    assert mistakes("Decision", plain) != []

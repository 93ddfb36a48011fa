"""The words of the command line: nothing is missing, and nothing is said that nobody asks for."""

from __future__ import annotations

import re
from pathlib import Path

import superlicense
from superlicense.messages import languages, message
from tests.for_each import for_each
from tests.test_messages import CATALOGS

SOURCE = Path(superlicense.__file__).parent
SAID = re.compile(r"""context\.(?:text|done)\(\s*["'](\w+)["']""")
FACT = re.compile(r"\bfact\(\s*ReasonCode\.(\w+)")
# Facts about a package that one loop looks at, and the one about a feature that has no name.
DEFECTS = {"other_company", "other_serial_number", "other_database", "tampered", "unknown_feature"}


def commands() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (SOURCE / "cli").glob("*.py"))


def facts() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (SOURCE / "rules").rglob("*.py")]
    return DEFECTS | {name.lower() for text in texts for name in FACT.findall(text)}


def test_everything_that_commands_say_has_words() -> None:
    said = {f"label.cli_{word}" for word in SAID.findall(commands())}
    assert len(said) > 10
    assert said - CATALOGS["en"].keys() == set()


def test_nothing_has_words_that_no_command_says() -> None:
    words = {key.removeprefix("label.cli_") for key in CATALOGS["en"] if key.startswith("label.cli_")}
    assert {word for word in words if not re.search(rf"""["'](cli_)?{word}["']""", commands())} == set()


@for_each("language", languages())
@for_each("code", sorted(facts()))
def test_every_fact_is_said_as_a_condition(code: str, language: str) -> None:
    key = f"condition_{code}"
    assert message(key, language) != key
    assert f"label.{key}" in CATALOGS[language]

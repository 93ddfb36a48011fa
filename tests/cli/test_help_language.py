"""Help and usage errors in the language of the command line, click's own included."""

from __future__ import annotations

import ast
import gettext
import os
import re
from pathlib import Path

import click
import pytest

import superlicense.cli
from superlicense.cli.commands import commands
from superlicense.cli.help_language import chosen_language, help_in, language_of, localized
from superlicense.cli.lazy_group import LazyGroup
from tests.cli.shop import Shop
from tests.cli.test_commands import COMMANDS
from tests.for_each import for_each
from tools.compile_messages import compiled, read, sources

(SOURCE,) = sources("usage")
SAID = {
    one: (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    for entry in read(SOURCE)
    if entry.id
    for one in ((entry.id,) if isinstance(entry.id, str) else entry.id)
}
# Of other versions of click, or put together while it runs.
OF_OTHER_VERSIONS = {"No such option: {name}", "Positional arguments"}
PLACEHOLDER = re.compile(r"\{[^}]*\}")


def texts_of_commands() -> set[str]:
    assert isinstance(commands, LazyGroup)
    found = {commands.help or "", *commands.sections, *commands.common.values()}
    found |= {short for rows in commands.sections.values() for _, short in rows.values()}
    for command in filter(None, COMMANDS.values()):
        found |= {one.help for one in command.params if isinstance(one, click.Option) and one.help}
    for file in Path(superlicense.cli.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "localized":
                found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
    return found


def test_everything_is_said_in_danish() -> None:
    assert texts_of_commands() - SAID.keys() == set()
    assert [english for english, danish in SAID.items() if not all(danish)] == []


def test_nothing_is_said_that_nobody_says() -> None:
    source = "".join(file.read_text("utf-8") for file in sorted(Path(click.__file__).parent.glob("*.py")))
    source = re.sub(r'"\s+f?"', "", source).replace('\\"', '"')
    ours = texts_of_commands() | {"that of the terminal", *OF_OTHER_VERSIONS}
    assert [
        english for english in SAID if english not in ours and english not in source.replace("\\n\\t", "\n\t")
    ] == []


def test_no_placeholder_is_invented() -> None:
    for english, danish in SAID.items():
        for text in danish[-1:]:
            allowed = set(PLACEHOLDER.findall(english)) | set(PLACEHOLDER.findall(" ".join(SAID)))
            assert set(PLACEHOLDER.findall(text)) <= allowed


def test_the_compiled_catalog_is_fresh() -> None:
    assert SOURCE.with_suffix(".mo").read_bytes() == compiled(SOURCE), "run: python -m tools.regenerate"


@for_each(
    ("words", "said"),
    [
        (("activate",), "Fejl: Manglende argument 'FILE'."),
        (("users", "--wings"), "Fejl: Tilvalget '--wings' findes ikke."),
        (("whine",), "Fejl: Kommandoen 'whine' findes ikke."),
        (("activate", "nowhere.json"), "'nowhere.json' findes ikke."),
        (("idle", "--after", "-3"), "Fejl: Ugyldig værdi for '--after': -3 er ikke i intervallet x>=0."),
        (("start-event", "party"), "Fejl: Ugyldig værdi for 'KIND': 'party' er ikke en af 'no_login'"),
        (("users", "--at", "soon"), "Fejl: Ugyldig værdi for '--at': 'soon' er ikke et tidspunkt som"),
        (("users", "--json", "--csv"), "Fejl: --json og --csv kan ikke kombineres"),
        (("assign",), "Fejl: hvem får hvad? Brug: superlicense assign HOLDER LICENSE, eller --file FILE"),
        (("explain", "anna", "web", "2126-01-01"), "Fejl: INSTANT må ikke være senere"),
        (("verify", "root.json"), "Fejl: Manglende tilvalg '--root'."),
    ],
)
def test_usage_errors_are_danish(shop: Shop, words: tuple[str, ...], said: str) -> None:
    for typed in (("--lang", "da", *words), (*words, "--lang=da")):
        done = shop.run(*typed)
        assert done.exit_code == 2
        assert said in done.stderr
        assert done.stderr.startswith("Brug: ")


def test_help_is_danish(nowhere: Shop) -> None:
    overview = nowhere.run("--help", variables={"LANG": "da_DK.UTF-8"}).stdout
    assert overview.startswith("Brug: ")
    for line in ("Tilvalg:", "Kom i gang:", "Vis brugere og deres licenser.", "Vis versionen, og afslut."):
        assert line in overview
    command = nowhere.run("activate", "--help", "--lang", "da").stdout
    assert "Aktivér en pakke, eller se den på forhånd." in command
    assert "[standard: (terminalens)]" in command
    assert "Activate the package in FILE" in nowhere.run("activate", "--help").stdout


def test_english_is_asked_for_in_a_danish_terminal(nowhere: Shop) -> None:
    done = nowhere.run("whine", "--lang", "en", variables={"LANG": "da_DK.UTF-8"})
    assert "Error: No such command 'whine'." in done.stderr


@for_each(
    ("words", "variables", "language"),
    [
        (("users",), {}, "en"),
        (("users", "--lang", "da"), {}, "da"),
        (("--lang=da", "users"), {}, "da"),
        (("users", "--lang", "da", "--lang", "en"), {}, "en"),
        (("users", "--lang"), {"SUPERLICENSE_LANG": "da"}, "da"),
        (("users", "--", "--lang", "da"), {}, "en"),
        (("users", "--lang", "klingon"), {}, "en"),
        (("users",), {"SUPERLICENSE_LANG": "da", "LANG": "en_US.UTF-8"}, "da"),
        (("users",), {"LC_ALL": "da_DK.UTF-8", "LANG": "en_US.UTF-8"}, "da"),
        (("users",), {"LANG": "C.UTF-8"}, "en"),
        (("users",), {"LANG": "tlh"}, "en"),
    ],
)
@pytest.mark.usefixtures("nowhere")
def test_the_language_is_known_before_options_are_parsed(
    words: tuple[str, ...], variables: dict[str, str], language: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        assert language_of(words) == language


@for_each("before", ["sv", None])
def test_the_process_keeps_its_own_language(before: str | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", "x")
        patch.delenv("LANGUAGE") if before is None else patch.setenv("LANGUAGE", before)
        with help_in("da"):
            assert localized("wrote {file}", file="a") == "skrev a"
            assert chosen_language() == "da"
        assert (os.environ.get("LANGUAGE"), gettext.textdomain()) == (before, "messages")

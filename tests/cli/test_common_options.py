"""Common options stand before the command or after it."""

from __future__ import annotations

import re

import click

from superlicense.cli.commands import commands
from superlicense.cli.lazy_group import LazyGroup
from tests.cli.shop import Shop
from tests.cli.test_commands import COMMANDS, options_of
from tests.for_each import for_each

# Ways to write the same: the common options before and after the command.
SAME = [
    (("users", "--json"), ("--json", "users")),
    (("users", "--lang", "da"), ("--lang", "da", "users")),
    (("users", "--lang", "da"), ("--lang=da", "users")),
    (("users", "--lang", "da", "--hidden"), ("--lang", "da", "users", "--hidden")),
    (("why", "anna", "web", "--at", "2026-06-01", "--json"), ("--at", "2026-06-01", "why", "anna", "web", "--json")),
    (("journal", "--store", "superlicense.db"), ("--store", "superlicense.db", "journal")),
    # The one behind the command counts, as the last of two does.
    (("users", "--lang", "da"), ("--lang", "en", "users", "--lang", "da")),
]


@for_each("pair", SAME)
def test_before_is_the_same_as_after(shop: Shop, pair: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    after, before = (shop.run(*words) for words in pair)
    assert (after.exit_code, before.exit_code) == (0, 0), before.output
    assert before.stdout == after.stdout


def test_a_change_takes_them_before_it_too(shop: Shop) -> None:
    shop.told("--by", "erik", "assign", "bo", "ten-sales")
    assert shop.open().journal.entries()[-1].by == "erik"


def test_the_help_names_the_options_of_a_change_and_of_a_list() -> None:
    assert isinstance(commands, LazyGroup)
    change, listing = COMMANDS["assign"], COMMANDS["events"]
    assert change is not None
    assert listing is not None
    options = [one for one in (*change.params, *listing.params) if isinstance(one, click.Option)]
    flags = {one.opts[0]: one.is_flag for one in options if one.opts[0] not in {"--comment", "--file"}}
    assert {name.partition(" ")[0]: " " not in name for name in commands.common} == flags
    assert "--by" not in options_of(COMMANDS["users"])


@for_each(
    ("words", "said"),
    [
        (("--by", "erik", "users"), "No such option.*--by"),
        (("--json", "whine"), "No such command 'whine'"),
        (("--wrong", "users"), "No such option.*--wrong"),
        (("--json", "-x", "users"), "No such option.*-x"),
        (("--lang",), "Usage:"),
        (("--lang", "da", "--json"), "Brug:"),
    ],
)
def test_what_cannot_be_is_a_mistake_of_usage(shop: Shop, words: tuple[str, ...], said: str) -> None:
    done = shop.run(*words)
    assert done.exit_code == 2
    assert re.search(said, done.output)


@for_each("words", [("--json", "--help"), ("--lang", "da", "-h"), ("--json", "--version")])
def test_what_the_group_answers_itself_may_follow_them(shop: Shop, words: tuple[str, ...]) -> None:
    assert shop.run(*words).exit_code == 0

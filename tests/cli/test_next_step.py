"""What to type next: a command that fails names the one that helps, in the language of the reader."""

from __future__ import annotations

import pytest

from superlicense.cli import next_step as module
from superlicense.cli.commands import commands
from superlicense.cli.next_step import next_step
from superlicense.errors import RefusedError, StoreBusyError, StoreOutdatedError
from superlicense.messages import message
from superlicense.model.reason import ReasonCode, because
from tests.cli.shop import Shop


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("status", "--store", "other.db"),
            4,
            {
                "en": "no_store: There is no license store at other.db.\nsuperlicense: Next step: superlicense init",
                "da": "no_store: Der er intet licenslager i other.db.\nsuperlicense: Næste skridt: superlicense init",
            },
        ),
        (
            ("users", "--store", "empty.db"),
            4,
            {"en": "\nsuperlicense: Next step: superlicense init", "da": "Næste skridt: superlicense init"},
        ),
        (
            ("status", "--store", "mysql://host/database"),
            2,
            {"en": "store: must be a file of SQLite, such as", "da": "store: skal være en SQLite-fil, f.eks."},
        ),
        (
            ("status", "--store", "not a URL://"),
            2,
            {"en": "store: must be a file of SQLite, such as", "da": "store: skal være en SQLite-fil, f.eks."},
        ),
        (
            ("assign", "anna", "nothing"),
            1,
            {"en": "Next step: superlicense licenses --hidden", "da": "Næste skridt: superlicense licenses --hidden"},
        ),
        (
            ("end-event", "e1"),
            1,
            {"en": "Next step: superlicense events", "da": "Næste skridt: superlicense events"},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "da"])
def test_it_is_said_in_both_languages(
    shop: Shop, words: tuple[str, ...], code: int, said: dict[str, str], language: str
) -> None:
    (shop.folder / "empty.db").touch()
    done = shop.run(*words, "--lang", language)
    assert (done.exit_code, said[language] in done.stderr) == (code, True), done.stderr


def test_init_mends_what_names_it(shop: Shop) -> None:
    (shop.folder / "empty.db").touch()
    assert shop.run("users", "--store", "empty.db").exit_code == 4
    assert shop.run("init", variables={"SUPERLICENSE_STORE": "empty.db"}).exit_code == 0
    assert shop.told("users", "--store", "empty.db") == ["  No users."]


def test_programs_are_not_told(shop: Shop) -> None:
    told = shop.json("users", "--store", "other.db", code=4)
    assert told == {"error": {"code": "no_store", "message": "There is no license store at other.db.", "reasons": []}}


def test_every_step_is_a_command() -> None:
    for step in (*module._STEPS.values(), *module._WITH_PARAMS.values()):  # noqa: SLF001 - the tables themselves
        program, command, *_ = step.split()
        assert program == "superlicense"
        assert commands.get_command(None, command) is not None  # type: ignore[arg-type]  # the context is not used


def test_the_first_that_helps_is_named() -> None:
    unknown = because(ReasonCode.UNKNOWN_USER, user="x")
    assert next_step(RefusedError([because(ReasonCode.NO_SEAT_LEFT), unknown])) == "superlicense users"
    assert next_step(RefusedError([because(ReasonCode.NO_SEAT_LEFT)])) is None
    assert next_step(StoreOutdatedError()) == "superlicense init"
    assert next_step(StoreBusyError()) is None


def test_a_step_repeats_what_the_reason_is_about() -> None:
    losses = because(ReasonCode.TOO_MANY_LOSSES, losses=6, users=7)
    assert next_step(RefusedError([losses])) == "superlicense sync-users FILE --retire-missing --expect-losses 6"
    retired = because(ReasonCode.USER_IS_RETIRED, user="anna berg")
    assert next_step(RefusedError([retired])) == "superlicense rehire 'anna berg'"


@pytest.mark.parametrize("language", ["en", "da"])
def test_an_outdated_store_says_what_the_next_step_says(language: str) -> None:
    assert str(next_step(StoreOutdatedError())) in message(StoreOutdatedError(), language)

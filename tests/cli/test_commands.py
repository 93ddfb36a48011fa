"""The command line as a whole: help, exit codes, what all commands have in common, and the installed program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import superlicense as sl
from superlicense.cli.commands import commands
from superlicense.cli.lazy_group import LazyGroup
from tests.cli.program import INSTALLED, run
from tests.cli.shop import Shop, sold
from tests.for_each import for_each

assert isinstance(commands, LazyGroup)
CONTEXT = click.Context(commands)
COMMANDS = {name: commands.get_command(CONTEXT, name) for name in commands.list_commands(CONTEXT)}
# They sign and show documents, or tell a story: no installation, and files instead of words.
WITHOUT_INSTALLATION = {"check", "demo", "draft-package", "inspect", "issue", "keygen", "root", "serve", "verify"}
ASKS = {"events", "export-user", "journal", "licenses", "limits", "statement", "status", "usage", "users", "why"}
ASKS |= {"compare", "dates", "explain", "forecast", "idle", "verify-store", "who"}
WITHOUT_JSON = {"demo", "draft-package", "issue", "root", "serve"}


def options_of(command: click.Command | None) -> set[str]:
    assert command is not None
    return {name for parameter in command.params for name in parameter.opts}


class TestHelp:
    """Help costs next to nothing, and says what is true."""

    @pytest.mark.slow
    def test_it_loads_nothing_heavy(self) -> None:
        program = "import sys; from superlicense.cli import main; sys.argv = ['superlicense', '--help']\ntry: main()\n"
        program += "except SystemExit: print(*sys.modules, file=sys.stderr)"
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603 - our own program
        loaded = set(done.stderr.split())
        assert {"click", "superlicense.cli.commands"} <= loaded
        heavy = {"alembic", "attr", "cryptography", "rich", "sqlalchemy", "superlicense.licensing"}
        assert loaded & heavy == set()
        assert "Show who changed what, and when." in done.stdout

    @for_each("name", COMMANDS)
    def test_the_overview_says_what_the_command_says(self, name: str) -> None:
        command = COMMANDS[name]
        assert command is not None
        rows = {row: sentence for section in commands.sections.values() for row, (_, sentence) in section.items()}
        first = (command.help or "").split(".")[0]
        assert command.name == name
        assert first
        assert rows[name].endswith(".")

    @for_each("name", COMMANDS)
    def test_every_option_has_a_sentence(self, name: str) -> None:
        command = COMMANDS[name]
        assert command is not None
        assert [one.opts for one in command.params if isinstance(one, click.Option) and not one.help] == []

    def test_what_is_no_command_is_a_mistake_of_usage(self, nowhere: Shop) -> None:
        done = nowhere.run("whine")
        assert done.exit_code == 2
        assert "No such command 'whine'" in done.stderr


class TestOptions:
    """What all commands of an installation have."""

    @for_each("name", sorted(COMMANDS.keys() - WITHOUT_INSTALLATION - {"init"}))
    def test_they_take_the_same_options(self, name: str) -> None:
        wanted = {"--at", "--company", "--config", "--database-id", "--json", "--lang", "--serial-number", "--store"}
        wanted |= {"--time-zone", "--trust", "--seal-key"} | (set() if name in ASKS else {"--by"})
        assert wanted <= options_of(COMMANDS[name])
        assert ("--by" in options_of(COMMANDS[name])) is (name not in ASKS)

    @for_each("name", COMMANDS)
    def test_no_option_of_a_command_hides_a_common_one(self, name: str) -> None:
        command = COMMANDS[name]
        assert command is not None
        names = [parameter.name for parameter in command.params]
        assert len(names) == len(set(names))

    def test_all_of_them_print_json(self) -> None:
        assert {name for name, command in COMMANDS.items() if "--json" not in options_of(command)} == WITHOUT_JSON

    def test_every_variable_of_the_environment_is_named_like_its_option(self) -> None:
        assert COMMANDS["assign"] is not None
        named = {one.opts[0]: one.envvar for one in COMMANDS["assign"].params if isinstance(one, click.Option)}
        for option, variable in named.items():
            if variable is not None:
                assert variable == f"SUPERLICENSE_{option.removeprefix('--').replace('-', '_').upper()}"


@pytest.mark.slow
class TestProgram:
    """The installed program, in a process of its own."""

    def words(self, shop: Shop) -> dict[str, tuple[str, ...]]:
        (shop.folder / "package.json").write_bytes(sold(seats=3))
        (shop.folder / "used.jsonl").touch()
        with (shop.folder / "superlicense.toml").open("a", encoding="utf-8") as settings:
            settings.write("\n[meters.mailings]\nincluded_per_user = 500\n")
        (shop.folder / "users.jsonl").write_text('{"id": "cy"}', encoding="utf-8")
        return {
            "init": (),
            "why": ("anna", "web"),
            "who": ("web",),
            "forecast": ("anna", "web"),
            "dates": (),
            "explain": ("anna", "web", "2026-01-02T09:00Z"),
            "compare": ("package.json", "package.json"),
            "idle": (),
            "status": (),
            "licenses": (),
            "users": (),
            "events": (),
            "usage": ("2026-01",),
            "statement": ("2026-01",),
            "limits": ("--count", "dashboards=3"),
            "journal": (),
            "verify-store": (),
            "assign": ("bo", "ten-sales"),
            "release": ("bo", "ten-sales"),
            "change-plan": ("anna", "ten-service"),
            "save-user": ("dora",),
            "sync-users": ("users.jsonl",),
            "retire": ("bo",),
            "forget": ("bo",),
            "rehire": ("bo",),
            "export-user": ("bo",),
            "activate": ("package.json", "--dry-run"),
            "start-event": ("no_travel",),
            "record": ("used.jsonl",),
            # A month is closed on the terms that it has.
            "set-terms": ("2026-01",),
            "close-month": ("2026-01",),
        }

    def test_every_command_runs(self, shop: Shop) -> None:
        for name, arguments in self.words(shop).items():
            done = run(name, *arguments, "--json", program=(str(INSTALLED),))
            assert (done.code, done.stderr) == (0, b""), name
            json.loads(done.stdout)

    def test_these_are_all_of_them_but_some(self, shop: Shop) -> None:
        """The others need what these have made, and are tried beside them."""
        assert COMMANDS.keys() - WITHOUT_INSTALLATION - self.words(shop).keys() == {
            "change-installation",
            "edit-event",
            "end-event",
            "install-root",
            "remove-package",
            "save-site",
        }

    def test_what_is_refused_ends_with_one_and_no_traceback(self, shop: Shop) -> None:
        done = run("assign", "nobody", "ten-sales", program=(str(INSTALLED),))
        assert (done.code, done.stdout) == (1, b"")
        assert done.stderr == b"superlicense: There is no user nobody.\nsuperlicense: Next step: superlicense users\n"
        assert shop.folder == Path.cwd()

    @pytest.mark.usefixtures("shop")
    def test_colors_are_for_terminals_that_want_them(self) -> None:
        to_plain_data = run("why", "anna", "web", variables={"NO_COLOR": "1"}).stdout
        assert b"\x1b" not in to_plain_data
        assert b"\x1b" in run("why", "anna", "web", variables={"FORCE_COLOR": "1"}).stdout
        assert b"\x1b" not in run("why", "anna", "web", variables={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout

    @pytest.mark.usefixtures("shop")
    def test_an_encoding_that_lacks_letters_breaks_nothing(self) -> None:
        latin = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        run("save-user", "Ærø")
        told = json.loads(run("why", "Ærø", "web", "--json", variables=latin).stdout)
        assert told["user"] == "Ærø"
        assert b"+ ??" not in run("journal", variables=latin).stdout

    @pytest.mark.usefixtures("nowhere")
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_shells_can_complete(self, shell: str) -> None:
        script = run(variables={"_SUPERLICENSE_COMPLETE": f"{shell}_source"}, program=(str(INSTALLED),))
        assert script.code == 0
        assert b"_SUPERLICENSE_COMPLETE=" in script.stdout

    @pytest.mark.parametrize(
        ("typed", "offered"),
        [
            ("superlicense jo", {"journal"}),
            ("superlicense why anna remo", {"remote_travel"}),
            ("superlicense why anna admin", {"administer"}),
            ("superlicense why --lang ", {"da", "en"}),
        ],
    )
    @pytest.mark.usefixtures("nowhere")
    def test_words_are_completed(self, typed: str, offered: set[str]) -> None:
        place = str(len(typed.split()) - (0 if typed.endswith(" ") else 1))
        variables = {"_SUPERLICENSE_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": place}
        done = run(variables=variables, program=(str(INSTALLED),))
        assert set(re.findall(r"plain,(\w+)", done.stdout.decode())) == offered


@pytest.mark.slow
class TestMissingExtras:
    """Without an extra it says what to install."""

    @pytest.mark.parametrize(
        ("module", "arguments", "extra"),
        [
            ("click", ("--help",), "cli"),
            ("rich", ("demo",), "cli"),
            ("sqlalchemy", ("journal",), "cli"),
            ("psycopg", ("journal", "--store", "postgresql://localhost/x"), "postgres"),
        ],
    )
    @pytest.mark.usefixtures("shop")
    def test_it_is_named(self, module: str, arguments: tuple[str, ...], extra: str) -> None:
        program = f"import sys; sys.modules[{module!r}] = None; from superlicense.cli import main; "
        program += f"sys.argv = ['superlicense', *{arguments!r}]; main()"
        done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)  # noqa: S603 - our own program
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"superlicense: {module} is missing; install superlicense[{extra}]\n"


def test_codes_are_these() -> None:
    from superlicense.cli.exit_codes import ExitCode, code_of  # noqa: PLC0415 - beside what it is about

    assert {code.name: code.value for code in ExitCode} == {"DONE": 0, "NO": 1, "USAGE": 2, "INVALID": 3, "STORE": 4}
    assert code_of(sl.StoreBusyError()) is ExitCode.STORE
    assert code_of(sl.RefusedError([sl.Reason(code=sl.ReasonCode.UNKNOWN_USER)])) is ExitCode.NO
    assert code_of(sl.InvalidValueError("at", 1, "must be so")) is ExitCode.INVALID

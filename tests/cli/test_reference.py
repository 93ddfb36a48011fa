"""The page of reference says what is so."""

from __future__ import annotations

import re
from pathlib import Path

from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.settings import _POLICY, read_settings
from tests.cli.shop import VENDOR, Shop
from tests.cli.test_commands import COMMANDS, options_of
from tests.for_each import for_each

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "operate-from-the-shell.md").read_text(encoding="utf-8")


@for_each("name", COMMANDS)
def test_every_command_is_listed(name: str) -> None:
    assert re.search(rf"^\|.*`{name}[ `]", REFERENCE, re.MULTILINE)


def test_every_code_is_listed() -> None:
    assert re.findall(r"^\| (\d) \|", REFERENCE, re.MULTILINE) == [str(code.value) for code in ExitCode]


def test_the_example_of_a_file_is_one(nowhere: Shop) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)
    path = nowhere.folder / "example.toml"
    path.write_text(example, encoding="utf-8")
    (nowhere.folder / "root.json").write_bytes(VENDOR.root)
    (nowhere.folder / "seal.key").write_text("0f" * 32 + "\n", encoding="ascii")
    settings = read_settings({}, path)
    assert (settings.store, settings.trust, settings.installation.key) == (
        "superlicense.db",
        VENDOR.root,
        "database:0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44",
    )
    assert [meter.code for meter in settings.meters or ()] == ["mailings", "pigeons"]
    assert settings.seal_key == bytes([15] * 32)
    assert [key for key in _POLICY if key not in example] == ["rule_set"]


@for_each("line", re.findall(r"^(?:\$ )?superlicense (.+?)(?: \|\| .*)?$", HOW_TO, re.MULTILINE))
def test_every_line_of_the_guide_names_a_command_and_its_options(line: str) -> None:
    name, *words = line.split()
    assert {word for word in words if word.startswith("--")} <= options_of(COMMANDS[name])

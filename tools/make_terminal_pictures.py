"""Draw the terminal pictures of the documentation: what commands show at 80 columns, as SVG.

.. code-block:: console

    uv run python -m tools.make_terminal_pictures

A test compares the pictures with what the commands show.
"""

from __future__ import annotations

import re
import sys
from contextlib import chdir
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from attrs import evolve
from click.testing import CliRunner
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.cli.commands import commands
from superlicense.testing import Clock, Vendor, installation, package, user

FOLDER = Path(__file__).parents[1] / "docs" / "how-to" / "pictures"
_DAY = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
_AT = "2026-02-03"
_CUSTOMER = evolve(installation(), time_zone="Europe/Copenhagen")
_SETTINGS = """\
trust = "root.json"

[installation]
serial_number = "1010000014"
company = "Nordvik Handel A/S"
time_zone = "Europe/Copenhagen"
"""
# Name of the picture: the command.
COMMANDS = MappingProxyType(
    {
        "licenses": ("licenses", "--at", _AT),
        "why": ("why", "bo", "quote", "--edit", "--at", _AT),
        "preview": ("activate", "renewal.json", "--dry-run"),
    }
)
# The fonts of the reader; nothing is fetched from elsewhere.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def pictures() -> dict[str, str]:
    """Return the pictures by name."""
    with TemporaryDirectory() as folder, chdir(folder):
        _furnish(Path(folder))
        return {name: _picture(name, words) for name, words in COMMANDS.items()}


def _furnish(folder: Path) -> None:
    """Write the store of a customer with three plans, and a renewal with fewer seats."""
    vendor = Vendor()
    (folder / "superlicense.toml").write_text(_SETTINGS, encoding="utf-8")
    (folder / "root.json").write_bytes(vendor.root)
    store = SqlStore(create_engine(f"sqlite:///{folder / 'superlicense.db'}"))
    store.migrate()
    licensing = sl.Licensing(store, _CUSTOMER, trust=vendor.root, clock=Clock(_DAY))
    licensing.packages.activate(licensing.packages.preview(vendor.issue(package(seats=4))), by="signe")
    people = [user(name, administrator=name == "signe") for name in ("anna", "bo", "cy", "dagny", "signe")]
    licensing.users.sync(people, by="signe")
    for name, plan in (("anna", "ten-sales"), ("cy", "ten-sales"), ("dagny", "ten-sales"), ("bo", "ten-service")):
        licensing.seats.assign(name, plan, by="signe")
    (folder / "renewal.json").write_bytes(vendor.issue(package(seats=2)))
    store.engine.dispose()


def _picture(name: str, words: tuple[str, ...]) -> str:
    environment = {"FORCE_COLOR": "1", "COLUMNS": "80", "TERM": "xterm-256color", "LC_ALL": "C"}
    done = CliRunner().invoke(commands, list(words), env=environment)
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ superlicense {' '.join(words)}", "bold"))
    console.print(Text.from_ansi(done.output))
    return console.export_svg(title=f"superlicense {words[0]}", unique_id=name, code_format=_FORMAT)


def main() -> int:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(FOLDER / f"{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A shop that the command line is tried in: one installation in a file of SQLite, and what it trusts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from attrs import evolve
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.cli.commands import commands
from superlicense.testing import Clock, Vendor
from tests.installation import INSTALLATION, package, person

# Before any day that the tests run on.
OPENED = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
VENDOR = Vendor()
OURS = evolve(INSTALLATION, time_zone="Europe/Copenhagen")

CONFIG = """\
trust = "root.json"

[installation]
serial_number = "1010000014"
company = "Nordvik Handel A/S"
time_zone = "Europe/Copenhagen"
"""


def sold(seats: int = 2) -> bytes:
    """Sign a package with *seats* of each plan, without an end."""
    return VENDOR.issue(package(seats=seats, validity=sl.Validity()))


def lasting(vendor_file: bytes) -> bytes:
    """Move every date of a file of the vendor's from 2027 to 2199: commands read the clock of the machine."""
    assert b"2027-" in vendor_file
    return vendor_file.replace(b"2027-", b"2199-")


def ending() -> bytes:
    """Sign the package that is sold with an end in 40 days, and a grace period of 14."""
    end = sl.utc_now().replace(microsecond=0) + timedelta(days=40)
    validity = sl.Validity(warns_at=end - timedelta(days=30), expires_at=end, grace_until=end + timedelta(days=14))
    return VENDOR.issue(package(seats=2, validity=validity))


@cache
def _furnished() -> bytes:
    """Return the store of a furnished shop, made once a process."""
    with TemporaryDirectory() as folder:
        licensing = Shop(Path(folder)).open(Clock(OPENED))
        licensing.packages.activate(licensing.packages.preview(sold()), by="signe")
        licensing.users.sync([person("anna"), person("bo"), person("signe", administrator=True)], by="signe")
        licensing.seats.assign("anna", "ten-sales", by="signe")
        return (Path(folder) / "superlicense.db").read_bytes()


class Shop:
    """The shop, seen from the shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(
        self, clock: Callable[[], datetime] = sl.utc_now, meters: Iterable[sl.Meter] | None = None
    ) -> sl.Licensing:
        store = SqlStore(create_engine(f"sqlite:///{self.folder / 'superlicense.db'}"))
        if not (self.folder / "superlicense.db").exists():
            store.migrate()
        return sl.Licensing(store, OURS, trust=VENDOR.root, clock=clock, meters=meters)

    def furnish(self) -> None:
        """Put a package in force, save anna, bo and the administrator signe, and give anna a plan."""
        (self.folder / "superlicense.toml").write_text(CONFIG, encoding="utf-8")
        (self.folder / "root.json").write_bytes(VENDOR.root)
        (self.folder / "superlicense.db").write_bytes(_furnished())

    def run(
        self, *words: object, variables: Mapping[str, str] = MappingProxyType({}), stdin: str | bytes = ""
    ) -> Result:
        return CliRunner().invoke(commands, [str(word) for word in words], env=dict(variables), input=stdin)

    def told(self, *words: object, code: int = 0, stdin: str = "") -> list[str]:
        """Give the lines that a command wrote."""
        done = self.run(*words, stdin=stdin)
        assert done.exit_code == code, done.output + repr(done.exception)
        return done.stdout.splitlines()

    def json(self, *words: object, code: int = 0, stdin: str = "") -> Any:  # noqa: ANN401 - what a program reads
        """Give what a command wrote for programs."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.exit_code == code, done.output + repr(done.exception)
        return json.loads(done.stdout)

"""A newer version: a copy of the package with a field, a table, an entry kind and a field of a meter's month more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import superlicense as sl

_SOURCE: Final = Path(sl.__file__).parent

# By file: what is there, and what the newer version has in its place.
_PATCHES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "codec/record.py": (("FORM: Final = 1\n", "FORM: Final = 2\n"),),
    "codec/nouns.py": (
        ('    (TEXT, "id name site"),\n', '    (TEXT, "id name site zodiac@2"),\n'),
        (
            "        Table.EVENTS: RecordCodec(_EVENT),\n",
            (
                "        Table.EVENTS: RecordCodec(_EVENT),\n"
                '        Table.VEHICLES: RecordCodec(noun_codec(Site, (TEXT, "id name company"))),\n'
            ),
        ),
        (
            "LATER_TABLES: Final[Mapping[Table, int]] = MappingProxyType({})",
            "LATER_TABLES: Final[Mapping[Table, int]] = MappingProxyType({Table.VEHICLES: 2})",
        ),
        (
            "LATER_KINDS: Final[Mapping[EntryKind, int]] = MappingProxyType({})",
            "LATER_KINDS: Final[Mapping[EntryKind, int]] = MappingProxyType({EntryKind.PARK: 2})",
        ),
    ),
    "codec/stored_usage.py": (('        (TEXT, "state"),\n', '        (TEXT, "state weather"),\n'),),
    "model/meter_month.py": (('    state: str = ""\n', '    state: str = ""\n    weather: str = ""\n'),),
    "model/user.py": (
        (
            "    groups: tuple[str, ...] = field(",
            '    zodiac: str = field(default="", validator=fields.text)\n    groups: tuple[str, ...] = field(',
        ),
    ),
    "model/row.py": (('    EVENTS = "events"  ', '    VEHICLES = "vehicles"\n    EVENTS = "events"  '),),
    "model/journal.py": (
        ('    START_EVENT = "start_event"\n', '    PARK = "park"\n    START_EVENT = "start_event"\n'),
    ),
    "model/world.py": (
        (
            "    events: Layered[str, Row[SystemEvent]] = field(factory=Layered)\n",
            (
                "    events: Layered[str, Row[SystemEvent]] = field(factory=Layered)\n"
                "    vehicles: Layered[str, Row[Site]] = field(factory=Layered)\n"
            ),
        ),
    ),
    "rules/world_update.py": (
        ('        Table.EVENTS: "events",\n', '        Table.EVENTS: "events",\n        Table.VEHICLES: "vehicles",\n'),
    ),
    # Every site is a vehicle, and saving it parks it.
    "rules/apply.py": (
        ("changes_.SaveSite: (EntryKind.SAVE_SITE, save_site)", "changes_.SaveSite: (EntryKind.PARK, save_site)"),
    ),
    "rules/seats/people.py": (("Table.SITES", "Table.VEHICLES"), ("world.sites", "world.vehicles")),
    "licensing/integrity/row_filters.py": (
        (
            "        Table.SITES: lambda key",
            "        Table.VEHICLES: lambda key, _: Site(id=key, name=key),\n        Table.SITES: lambda key",
        ),
    ),
}

_PRELUDE: Final = """
import json, logging, sys
from datetime import datetime
from sqlalchemy import NullPool, create_engine
import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore

logging.disable(logging.CRITICAL)
url, number, company, at, key = json.loads(sys.argv[1])
store = SqlStore(create_engine(url, poolclass=NullPool))
now = datetime.fromisoformat(at)

def opened():
    return sl.Licensing(
        store,
        sl.Installation(serial_number=number, company=company),
        trust=None,
        clock=lambda: now,
        seal_key=None if key is None else bytes.fromhex(key),
    )

def code(act):
    try:
        act()
    except sl.SuperlicenseError as error:
        return error.code
    return None

def told(*found):
    print(json.dumps(found))

"""


class NewerVersion:
    """A patched copy of the package, whose instances are processes of their own."""

    def __init__(self, folder: Path) -> None:
        """Make the copy in *folder*."""
        self.folder = folder
        copy = folder / "superlicense"
        shutil.copytree(_SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for name, patches in _PATCHES.items():
            path = copy / name
            text = path.read_text(encoding="utf-8")
            for before, after in patches:
                assert before in text, (name, before)
                text = text.replace(before, after)
            path.write_text(text, encoding="utf-8")

    def run(self, script: str, *about: object) -> list[Any]:
        """Run *script* after a prelude that opens the store, and return what it has told."""
        result = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", _PRELUDE + script, json.dumps(about)],
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert result.returncode == 0, result.stderr
        found: list[Any] = json.loads(result.stdout)
        return found

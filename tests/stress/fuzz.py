"""Every reader of what comes from outside, with inputs that no writer makes.

An input is read, or refused by an error of ours whose message is short and printable. Nothing
that verifies signatures accepts what was not signed.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

import click

from superlicense.cli import recording, users
from superlicense.cli.jsonl import read_objects
from superlicense.cli.settings import read_settings
from superlicense.document import envelope, package, root
from superlicense.errors import SuperlicenseError
from superlicense.interop.superoffice import (
    read_granted_licenses_json,
    read_package_json,
    read_package_xml,
    read_principal_json,
    read_user_licenses_json,
    recognize,
)
from superlicense.model.user import User
from tests.document.corpus import DEFECTS, PAYLOAD, ROOT, ROOT_DOCUMENT, ROOT_KEY, VALID, VENDOR_KEY, root_draft
from tests.interop.defects import FILES
from tests.interop.defects import document as defective_xml
from tests.stress.fuzz_reader import Reader
from tests.stress.fuzzed_inputs import mutated
from tests.stress.own_files import own_readers

PAYLOADS: Final = FILES.parent / "payloads"
XML: Final = (FILES / "valid.xml").read_bytes()
NEXT_ROOT: Final = root_draft(version=2).sign([ROOT_KEY])
LONGEST_MESSAGE: Final = 1_500
USER: Final = User(id="tora")
KNOWN: Final = {"serial_number": "1010000014", "company": "Nordvik Handel A/S"}
TOML: Final = b"""store = "shop.db"
[installation]
serial_number = "1010000014"
company = "Nordvik Handel A/S"
time_zone = "Europe/Copenhagen"
[policy]
rule_set = "suite"
revocation_grace_days = 14
crossing_levels = [50, 80, 100]
[meters.mailings]
included_per_user = 500
price_per_block = "0.05"
currency = "DKK"
"""
USER_LINES: Final = b"""{"id": "anna", "name": "Anna Berg", "type": "internal", "may_log_in": true, "groups": ["sales"]}
{"id": "bo", "administrator": true, "site": "oslo", "on_travel": false, "awaiting_approval": false}
"""
USER_LIST: Final = b"[%s]" % USER_LINES.strip().replace(b"\n", b",")
USER_CSV: Final = b"""id,name,type,may_log_in,administrator,groups
anna,"Anna ""A"" Berg",internal,true,no,sales|oslo
bo,Bo,,1,,
"""
USAGE_CSV: Final = b"""source;id;meter;quantity;at;corrects
mailer;a;mailings;250;2026-11-24T09:00:00Z;
mailer;b;mailings;0;2026-11-24T09:00:00Z;a
"""
USAGE_LINES: Final = b"""{"source": "mailer", "id": "a", "meter": "chats", "quantity": 9, "at": "2026-11-24T09:00:00Z"}
{"source": "mailer", "id": "b", "meter": "mailings", "quantity": 0, "at": "2026-11-24T09:00:00Z", "corrects": "a"}
"""


def _signed_payload(document: bytes) -> bytes | None:
    try:
        return envelope.verify(document, payload_type=package.PAYLOAD_TYPE, keys=[VENDOR_KEY.public])
    except SuperlicenseError:
        return None


# What the vendor's key has signed: the contents of the valid document, and of those with a defect in their contents.
SIGNED: Final = frozenset(_signed_payload(one) for one in (VALID, *(one for one, _, _ in DEFECTS.values()))) - {None}


def _user_lines(data: bytes) -> object:
    lines = read_objects(BytesIO(data), "user", known=users._KNOWN, needed=("id",))  # noqa: SLF001 - as the command does
    return [users._user(line) for line in lines]  # noqa: SLF001 - as above


def _usage_lines(data: bytes) -> object:
    lines = read_objects(BytesIO(data), "usage event", known=recording._KNOWN, needed=recording._NEEDED)  # noqa: SLF001 - as above
    return [recording._event(line) for line in lines]  # noqa: SLF001 - as above


def _settings_in(path: Path) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        path.write_bytes(data)
        return read_settings({}, path)

    return read


def _payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def readers(folder: Path) -> tuple[Reader, ...]:
    others = (ROOT_DOCUMENT, NEXT_ROOT, *(document for document, _, _ in DEFECTS.values() if document))
    documents = (VALID,) * len(others) + others  # one in two is of the valid one
    vendor_json = [_payload(path.stem) for path in sorted(PAYLOADS.glob("*.json"))]
    everything = (*documents, PAYLOAD, XML, *vendor_json)
    keys = [VENDOR_KEY.public]
    next_payload = envelope.unverified_payload(NEXT_ROOT, payload_type=root.PAYLOAD_TYPE)
    own_payload = envelope.unverified_payload(ROOT_DOCUMENT, payload_type=root.PAYLOAD_TYPE)
    return (
        Reader(
            "envelope",
            documents,
            lambda data: envelope.verify(data, payload_type=package.PAYLOAD_TYPE, keys=keys),
            lambda found: found in SIGNED,
        ),
        Reader(
            "package",
            documents,
            lambda data: package.open_package(data, ROOT).payload,
            lambda found: found == PAYLOAD,
        ),
        Reader(
            "next root",
            (NEXT_ROOT, NEXT_ROOT, ROOT_DOCUMENT, VALID),
            lambda data: (
                root.open_next(data, ROOT),
                envelope.unverified_payload(data, payload_type=root.PAYLOAD_TYPE),
            )[1],
            lambda found: found == next_payload,
        ),
        Reader(
            "pinned root",
            (ROOT_DOCUMENT, ROOT_DOCUMENT, NEXT_ROOT, VALID),
            lambda data: (root.open_pinned(data), envelope.unverified_payload(data, payload_type=root.PAYLOAD_TYPE))[1],
            lambda found: found in (own_payload, next_payload),
        ),
        Reader("payload", (PAYLOAD,), package.read),
        Reader("package XML", (XML, XML, defective_xml("grant_malformed"), b"\r\n" + XML), read_package_xml),
        Reader("package JSON", vendor_json, read_package_json),
        Reader("principal", (_payload("principal"),), read_principal_json),
        Reader(
            "granted licenses",
            (_payload("granted_licenses"),),
            lambda data: read_granted_licenses_json(data, user=USER),
        ),
        Reader("user licenses", (_payload("user_licenses"),), read_user_licenses_json),
        Reader("recognize", everything, recognize),
        Reader("user lines", (USER_LINES, USER_LIST), _user_lines),
        Reader("usage lines", (USAGE_LINES,), _usage_lines),
        Reader("user CSV", (USER_CSV, USER_CSV.replace(b",", b";")), _user_lines),
        Reader("usage CSV", (USAGE_CSV,), _usage_lines),
        Reader("settings", (TOML,), _settings_in(folder / "superlicense.toml")),
        *own_readers(folder),
    )


def run(inputs: int, seed: int = 1) -> Counter[str]:
    """Read that many inputs, by every reader in turn.

    Returns:
        How many each reader accepted, and how many were refused in all.
    """
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        every = readers(Path(folder))
        for number in range(inputs):
            reader = every[number % len(every)]
            data = mutated(chance, reader.sources)
            try:
                value = reader.read(data)
            except (SuperlicenseError, click.UsageError) as error:
                text = str(error)
                assert len(text) <= LONGEST_MESSAGE, (reader.name, data[:500], text[:500])
                assert text.replace(folder, "").isprintable(), (reader.name, data[:500], text)
                found["refused"] += 1
            except Exception as error:
                error.add_note(f"{reader.name}, input {number} of seed {seed}: {data[:2_000]!r}")
                raise
            else:
                assert reader.accepts(value), (reader.name, number, data)
                found[reader.name] += 1
    return found

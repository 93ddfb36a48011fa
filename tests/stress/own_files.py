"""The readers of files and records of our own: keys, drafts, settings, scenarios, and what a store gives back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from superlicense import scenarios
from superlicense.cli import signing
from superlicense.cli.settings import read_settings
from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.codec.entry_record import EntryRecord
from superlicense.codec.nouns import dump_noun, load_noun
from superlicense.codec.statements import load_statement
from superlicense.document.keys import SigningKey
from superlicense.errors import StoreUnavailableError
from superlicense.interop.superoffice import Kind
from superlicense.model.license import LicenseName
from superlicense.model.month import Month
from superlicense.model.row import Table
from superlicense.testing.samples import BARE_NOUNS, FULL_NOUNS
from tests.document.corpus import PAYLOAD, ROOT_KEY, VENDOR_KEY
from tests.stress.fuzz_reader import Reader

__all__ = ["own_readers"]

PASSWORD: Final = b"correct horse"
SCENARIOS: Final = Path(__file__).parents[1] / "scenarios" / "files"
SEALED: Final = """seal_key = "fuzzed.key"
[installation]
serial_number = "1010000014"
company = "Nordvik Handel A/S"
"""
DRAFT: Final = {
    "version": 1,
    "issued_at": "2026-11-24T09:00:00Z",
    "expires_at": "2027-11-24T09:00:00Z",
    "root": {"keys": [ROOT_KEY.public.raw.hex()], "threshold": 1},
    "owners": {"SUPEROFFICE": {"keys": [VENDOR_KEY.public.raw.hex()], "modules": ["*"]}},
    "revoked": {"keyids": [], "packages": []},
}
ENTRY: Final = (
    b'{"floor":"2026-11-24T09:00:00.000000Z","month":"2026-11",'
    b'"rows":[[1,"ended","%s"],[2,"started","%s","users","anna"]],"terms":{"mailings":"%s"}}'
) % (b"ab" * 32, b"cd" * 32, b"ef" * 32)
STATEMENT: Final = (
    b'{"closed":true,"company":"Nordvik Handel A/S","currency":"","invoice_month":"2026-12","lines":[],'
    b'"month":"2026-11","seal_head":null,"serial_number":"1010000014",'
    b'"tally":{"asked":"highest","at":"2026-11-01T00:00:00.000000Z","counted":"highest","users":0},'
    b'"time_zone":"UTC","total":"0.00","totals":{"":"0.00"}}'
)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _file(path: Path, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Return a reader of bytes that *read* gets as the file *path*."""

    def read_bytes(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return read_bytes


def _draft(path: Path) -> object:
    draft = signing._root_draft(signing._read_json(path, Kind.ROOT_PAYLOAD))  # noqa: SLF001 - as the command does
    return draft.sign([ROOT_KEY])


def _payload(path: Path) -> object:
    return signing._read_json(path, Kind.PACKAGE_PAYLOAD)  # noqa: SLF001 - as the command does


def _noun(data: bytes) -> object:
    """Read a stored noun: the name of its table, a blank and its text."""
    name, _, text = _text(data).partition(" ")
    table = next((one for one in Table if one == name), Table.USERS)
    return load_noun(table, text)


def _entry(data: bytes) -> object:
    record = EntryRecord(_text(data))
    try:
        return record.steps, record.digests, record.floor, record.month, record.terms
    except (CorruptRecordError, NewerRecordError) as error:  # the front door does the same
        raise StoreUnavailableError("a record is corrupt") from error


def _sealed(folder: Path) -> Callable[[Path], object]:
    settings = folder / "sealed.toml"
    settings.write_text(SEALED, encoding="utf-8")
    return lambda _: read_settings({}, settings)


def own_readers(folder: Path) -> tuple[Reader, ...]:
    """Return the readers, which write their inputs to *folder*."""
    nouns = tuple(f"{table} {dump_noun(table, noun)}".encode() for table, _, noun in (*FULL_NOUNS, *BARE_NOUNS))
    pem, locked = VENDOR_KEY.to_pem(), VENDOR_KEY.to_pem(PASSWORD)
    return (
        Reader("private key", (pem, locked), SigningKey.from_pem),
        Reader("private key with a password", (locked, pem), lambda data: SigningKey.from_pem(data, PASSWORD)),
        Reader("seal key", (b"0f" * 32 + b"\n", bytes(range(32))), _file(folder / "fuzzed.key", _sealed(folder))),
        Reader("root draft", (json.dumps(DRAFT).encode(),), _file(folder / "draft.json", _draft)),
        Reader("payload to sign", (PAYLOAD,), _file(folder / "payload.json", _payload)),
        Reader(
            "scenario file",
            tuple(path.read_bytes() for path in sorted(SCENARIOS.glob("*.toml"))),
            _file(folder / "scenario.toml", scenarios.read),
        ),
        Reader(
            "license name", (b"superoffice.ten-sales", b"acme.x", b"user"), lambda data: LicenseName.parse(_text(data))
        ),
        Reader("month", (b"2026-11",), lambda data: Month.parse(_text(data))),
        Reader("stored noun", nouns, _noun),
        Reader("stored entry", (ENTRY,), _entry),
        Reader("stored statement", (STATEMENT,), load_statement),
    )

"""Verifying a store from the shell, sealed and not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import superlicense as sl
from superlicense.cli.json_output import to_plain_data
from superlicense.model.store_report import FindingCode
from tests.cli.shop import CONFIG, Shop

OURS = ("--serial-number", "1010000014", "--company", "Nordvik Handel A/S")


def edited(path: Path) -> None:
    """Let somebody write anna's row past the library."""
    with closing(sqlite3.connect(path)) as database, database:
        (table,) = (
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if {"record", "key"} <= {row[1] for row in database.execute(f"PRAGMA table_info({name})")}
        )
        edit = f"UPDATE {table} SET record = replace(record, '\"anna\"', '\"eve\"') WHERE key = 'anna'"  # noqa: S608 - ours
        changed = database.execute(edit)
        assert changed.rowcount == 1


def test_what_is_as_the_journal_tells_is_good(shop: Shop) -> None:
    report = shop.open().verify_store()
    assert shop.told("verify-store") == [
        f"  ✓ Verified {report.rows} rows and {report.entries} journal entries: no problems found",
        "  No seal key: rows and journal are only compared with each other.",
    ]
    assert shop.json("verify-store") == {"ok": True, **to_plain_data(report)}


def test_what_somebody_has_changed_is_named(shop: Shop) -> None:
    edited(shop.folder / "superlicense.db")
    lines = shop.told("verify-store", "--lang", "da", code=1)
    assert lines[0].startswith("  ✗ ")
    told = shop.json("verify-store", code=1)
    words = sl.message(FindingCode(told["findings"][0]["code"]), "da")
    assert lines[1].startswith(f"    ✗ users anna: {words} (")
    assert (told["ok"], [one["key"] for one in told["findings"]]) == (False, ["anna"])


class TestSealed:
    """A store that is sealed, by the key in a file."""

    @pytest.fixture(params=[bytes(range(32)), bytes(range(32)).hex().encode() + b"\n"], ids=["bytes", "hex"])
    def sealed(self, nowhere: Shop, request: pytest.FixtureRequest) -> Shop:
        (nowhere.folder / "seal.key").write_bytes(request.param)
        nowhere.told("init", *OURS, "--seal-key", "seal.key")
        nowhere.told("save-user", "anna")
        return nowhere

    def test_gives_a_head_to_be_noted(self, sealed: Shop) -> None:
        head = sealed.json("verify-store")["head"]
        assert sealed.told("verify-store")[-1] == f"  Head (note it somewhere else): {head}"
        sealed.told("save-user", "bo")
        assert sealed.json("verify-store", "--earlier-head", head)["ok"] is True
        other = f"{head[:-1]}{'0' if head[-1] != '0' else '1'}"
        assert sealed.json("verify-store", "--earlier-head", other, code=1)["findings"][0]["code"] == (
            "earlier_head_unknown"
        )
        assert sealed.json("verify-store", "--earlier-head", "yesterday", code=3)["error"]["code"] == "invalid_value"

    def test_knows_what_somebody_else_has_written(self, sealed: Shop) -> None:
        edited(sealed.folder / "superlicense.db")
        assert sealed.json("verify-store", code=1)["ok"] is False
        assert sealed.told("journal", "--user", "anna")[1].endswith(
            "! The stored record 1 was modified outside the system."
        )
        assert "tampered" in {one["code"] for one in sealed.json("why", "anna", "web", code=1)["decision"]["reasons"]}

    def test_the_key_is_in_the_file_of_settings(self, sealed: Shop) -> None:
        assert 'seal_key = "seal.key"\n' in (sealed.folder / "superlicense.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", [b"", b"too short", bytes(33), b"0f" * 31, b"\xff" * 31])
def test_what_is_no_key_is_a_mistake_of_usage(shop: Shop, key: bytes) -> None:
    (shop.folder / "seal.key").write_bytes(key)
    (shop.folder / "superlicense.toml").write_text(f'seal_key = "seal.key"\n{CONFIG}', encoding="utf-8")
    done = shop.run("journal")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "seal_key: seal.key must contain 32 bytes or 64 hex digits" in done.stderr

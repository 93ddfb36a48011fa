"""Names from outside cannot control the terminal: everything that the program prints is escaped."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from unicodedata import category

import pytest

import superlicense as sl
from superlicense.cli.escaping import escaped, escaped_json
from superlicense.codec.strict_json import canonical
from superlicense.document.package import PAYLOAD_TYPE
from tests.cli.shop import Shop
from tests.document.corpus import PAYLOAD
from tests.for_each import for_each
from tests.installation import person

# ESC and CSI, OSC with BEL, C1, overrides of the direction, line breaks that forge a line, and a lone DEL.
EVIL = "Eve\x1b[2J\x1b]0;owned\x07\x9b31m\x90\u202e\u2066\u200f\u2028\u2029\x85\x7f\r\nroot  ✓"


def harmless(text: str) -> bool:
    return all(letter.isprintable() or category(letter) == "Zs" or letter == "\n" for letter in text)


@pytest.fixture
def haunted(shop: Shop) -> Shop:
    """A shop in which hosts have written such names wherever they may."""
    licensing = shop.open()
    licensing.users.save(person("eve", name=EVIL), by="signe")
    licensing.seats.assign("eve", "ten-service", by="signe")
    licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, EVIL, description=EVIL, by="signe")
    licensing.notices.start(sl.EventKind.NO_LOGIN, EVIL, by="signe")
    licensing.sites.save(sl.Site(id="oslo", name=EVIL, company=EVIL))
    return shop


COMMANDS = [
    ("status",),
    ("status", "--user", "eve"),
    ("users",),
    ("events",),
    ("licenses",),
    ("licenses", "--license", "ten-service"),
    ("journal",),
    ("why", "eve", "web"),
    ("verify-store",),
    ("statement", "2026-11"),
]


@for_each("words", COMMANDS)
@for_each("language", ["en", "da"])
def test_no_command_prints_a_name_raw(haunted: Shop, words: tuple[str, ...], language: str) -> None:
    plain = haunted.run(*words, "--lang", language)
    assert plain.exit_code in (0, 1), plain.output
    assert harmless(plain.output)
    data = haunted.run(*words, "--json")
    assert harmless(data.output)
    assert json.loads(data.stdout) is not None


def test_the_name_is_in_the_json_unchanged(haunted: Shop) -> None:
    users = json.loads(haunted.run("users", "--json").stdout)["users"]
    assert EVIL in {user["name"] for user in users}


def test_a_name_does_not_forge_a_line(haunted: Shop) -> None:
    lines = haunted.told("users")
    assert [line for line in lines if line.startswith("root")] == []
    assert any("Eve\\x1b[2J" in line for line in lines)


class TestUnverifiedDocuments:
    """`inspect` shows what nobody has signed."""

    @pytest.fixture
    def document(self, tmp_path: Path) -> Path:
        fields = {**json.loads(PAYLOAD), "company": EVIL, EVIL: 1}
        payload = base64.b64encode(canonical(fields)).decode()
        sig = base64.b64encode(bytes(64)).decode()
        text = json.dumps({"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": [{"sig": sig}]})
        (tmp_path / "evil.json").write_text(text)
        return tmp_path / "evil.json"

    def test_are_shown_escaped(self, nowhere: Shop, document: Path) -> None:
        done = nowhere.run("inspect", document)
        assert (done.exit_code, harmless(done.output)) == (0, True)
        assert "Eve\\u001b[2J" in done.stdout

    def test_are_the_same_value_in_json(self, nowhere: Shop, document: Path) -> None:
        done = nowhere.run("inspect", document, "--json")
        assert harmless(done.output)
        assert json.loads(done.stdout)["company"] == EVIL


@for_each(
    "words",
    [
        ("save-user", EVIL),
        ("why", EVIL, "web"),
        ("assign", "anna", EVIL),
        ("assign", EVIL, "ten-sales"),
        ("end-event", EVIL),
        ("edit-event", EVIL, "--message", EVIL),
        ("retire", EVIL),
        ("activate", "package.json", "--release", EVIL, "ten-sales"),
        ("licenses", EVIL),
    ],
)
def test_no_error_repeats_an_argument_raw(shop: Shop, words: tuple[str, ...]) -> None:
    (shop.folder / "package.json").write_bytes(b"{}")
    done = shop.run(*words)
    assert done.exit_code in (1, 2, 3), done.output
    assert harmless(done.output)
    assert harmless(shop.run(*words, "--json").output)


def test_no_setting_is_repeated_raw(nowhere: Shop) -> None:
    key = json.dumps(EVIL)
    for text in (
        f"{key} = 1",
        f"[installation]\nserial_number = {key}\ncompany = {key}",
        f"[policy]\nrule_set = {key}",
        f"[installation]\nserial_number = '1010000014'\ncompany = 'x'\n[meters.{key}]\nkind = {key}",
        f"trust = {key}",
        "a = \x1b",
    ):
        (nowhere.folder / "superlicense.toml").write_text(text, encoding="utf-8")
        done = nowhere.run("status")
        assert done.exit_code == 2
        assert harmless(done.output.replace(str(nowhere.folder), ""))


@for_each("letter", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\ud800", "\U000e0001", "\n"])
def test_a_character_that_controls_is_escaped(letter: str) -> None:
    assert escaped(f"a{letter}b").isascii()
    text = escaped_json(json.dumps(f"a{letter}b", ensure_ascii=False))
    assert harmless(text)
    assert json.loads(text) == f"a{letter}b"


@for_each("text", ["Ærø", "東京", "a\u00a0b", "a\u3000b", "שלום", "👩"])
def test_letters_and_spaces_of_every_script_are_kept(text: str) -> None:
    assert escaped(text) == text
    assert escaped_json(json.dumps(text, ensure_ascii=False)) == json.dumps(text, ensure_ascii=False)

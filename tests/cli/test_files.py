"""Files that commands read and write: whole, new, private where they are secret, and named when they are others."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from superlicense.cli import files
from superlicense.cli.files import write_new
from superlicense.cli.settings import read_settings
from superlicense.cli.stores import shown_url, without_password
from superlicense.document.keys import SigningKey
from tests.cli.shop import VENDOR, Shop, lasting, sold
from tests.document.corpus import PAYLOAD
from tests.for_each import for_each
from tests.interop.defects import FILES as XML_FILES

MARK = b"\xef\xbb\xbf"
OURS = ("--serial-number", "1010000014", "--company", "Nordvik Handel A/S")
FIELDS = {"serial_number": "1010000014", "company": "Nordvik Handel A/S"}
PAYLOADS = XML_FILES.parent / "payloads"
DRAFT = {
    "version": 1,
    "issued_at": "2026-01-01T00:00:00Z",
    "expires_at": "2028-01-01T00:00:00Z",
    "root": {"keys": [VENDOR.root_key.public.raw.hex()]},
    "owners": {},
}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def desk(nowhere: Shop) -> Shop:
    """A folder with a key, a draft and a payload."""
    (nowhere.folder / "k.pem").write_bytes(VENDOR.root_key.to_pem())
    (nowhere.folder / "v.pem").write_bytes(VENDOR.keys["superoffice"].to_pem())
    (nowhere.folder / "draft.json").write_text(json.dumps(DRAFT))
    (nowhere.folder / "payload.json").write_bytes(PAYLOAD)
    (nowhere.folder / "empty").write_bytes(b"\r\n")
    return nowhere


class TestWrittenFiles:
    """Nothing is overwritten, and nothing is half there."""

    def test_the_private_key_is_no_place_for_the_document(self, desk: Shop) -> None:
        before = (desk.folder / "k.pem").read_bytes()
        for words in (
            ("root", "draft.json", "--key", "k.pem", "--out", "k.pem"),
            ("issue", "payload.json", "--key", "k.pem", "--out", "k.pem"),
            ("issue", "payload.json", "--key", "k.pem", "--out", "payload.json"),
            ("keygen", "--out", "k.pem"),
        ):
            done = desk.run(*words)
            assert (done.exit_code, done.stdout) == (2, "")
            assert "already exists" in done.stderr
        assert (desk.folder / "k.pem").read_bytes() == before
        assert (desk.folder / "payload.json").read_bytes() == PAYLOAD

    def test_an_empty_password_leaves_no_file(self, desk: Shop) -> None:
        done = desk.run("keygen", "--out", "new.pem", "--password-file", "empty")
        assert (done.exit_code, "must have 1 to" in done.stderr) == (3, True)
        assert not [path for path in desk.folder.iterdir() if "new" in path.name]

    def test_a_private_key_is_private_whatever_the_umask(self, desk: Shop) -> None:
        old = os.umask(0)
        try:
            desk.told("keygen", "--out", "new.pem")
            desk.told("root", "draft.json", "--key", "k.pem", "--out", "root.json")
        finally:
            os.umask(old)
        assert mode(desk.folder / "new.pem") == 0o600
        assert mode(desk.folder / "root.json") == 0o666
        SigningKey.from_pem((desk.folder / "new.pem").read_bytes())

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Exception, match="already exists"):
            write_new(tmp_path / "link", b"x")
        assert not (tmp_path / "elsewhere").exists()

    def test_who_comes_first_keeps_the_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def beaten(_: Path, path: Path) -> None:
            path.write_bytes(b"theirs")
            raise FileExistsError

        monkeypatch.setattr(files, "_rename", beaten)
        with pytest.raises(Exception, match="already exists"):
            write_new(tmp_path / "k.pem", b"ours", private=True)
        assert [path.name for path in tmp_path.iterdir()] == ["k.pem"]
        assert (tmp_path / "k.pem").read_bytes() == b"theirs"

    def test_without_hard_links_it_is_written_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_links(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", no_links)
        write_new(tmp_path / "k.pem", b"ours", private=True)
        assert [(path.name, mode(path), path.read_bytes()) for path in tmp_path.iterdir()] == [
            ("k.pem", 0o600, b"ours")
        ]

    def test_a_full_disk_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_new(tmp_path / "k.pem", b"ours", private=True)
        assert list(tmp_path.iterdir()) == []


class TestInit:
    """What it writes is private, and holds no password."""

    def test_database_and_settings_are_private(self, nowhere: Shop) -> None:
        old = os.umask(0)
        try:
            nowhere.told("init", *OURS)
        finally:
            os.umask(old)
        assert {path.name: mode(path) for path in nowhere.folder.iterdir()} == {
            "superlicense.db": 0o600,
            "superlicense.toml": 0o600,
        }

    def test_an_existing_database_keeps_its_mode(self, nowhere: Shop) -> None:
        nowhere.told("init", *OURS)
        (nowhere.folder / "superlicense.db").chmod(0o640)
        nowhere.told("init")
        assert mode(nowhere.folder / "superlicense.db") == 0o640

    def test_where_it_fails_no_empty_database_is_left(self, nowhere: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def failing(_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("superlicense.cli.stores.create_store", failing)
        assert isinstance(nowhere.run("init", *OURS).exception, OSError)
        assert list(nowhere.folder.iterdir()) == []

    def test_a_password_is_not_written(self, nowhere: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        class Store:
            engine: Any = type("Engine", (), {"dispose": staticmethod(lambda: None)})

        monkeypatch.setattr("superlicense.cli.stores.create_store", lambda _: Store())
        url = "postgresql://signe:hush@db.example/shop?sslpassword=hush2&application_name=x"
        done = nowhere.run("init", *OURS, "--store", url)
        assert (done.exit_code, "hush" in done.output) == (0, False)
        assert "the password of the store is not written; pass it by SUPERLICENSE_STORE" in done.stderr
        written = (nowhere.folder / "superlicense.toml").read_text()
        assert 'store = "postgresql://signe@db.example/shop?application_name=x"' in written

    @for_each("store", ["shop.db", "sqlite:///shop.db", "postgresql://db.example/shop", "not a URL", "://"])
    def test_what_has_no_password_is_written_as_it_is(self, store: str) -> None:
        assert without_password(store) == store


def test_the_settings_show_no_secret() -> None:
    settings = read_settings({**FIELDS, "store": "postgresql://signe:hush@db.example/shop?password=hush"}, None)
    assert "hush" not in repr(evolve(settings, seal_key=b"hush" * 8))
    assert "shop.db" in repr(evolve(settings, store="shop.db"))
    from superlicense.cli.stores import store_url  # noqa: PLC0415 - needs the settings above

    assert "hush" not in shown_url(store_url(settings))


class TestAByteOrderMark:
    """Notepad writes one; the command line reads what is behind it."""

    def test_is_ignored_in_every_file(self, shop: Shop) -> None:
        folder = shop.folder
        for name in ("superlicense.toml", "root.json"):
            (folder / name).write_bytes(MARK + (folder / name).read_bytes())
        (folder / "key").write_bytes(MARK + b"00" * 32)
        (folder / "package.json").write_bytes(MARK + sold(seats=3))
        shop.told("status")
        assert shop.told("activate", "package.json")[-1] == "  ✓ Activated."
        shop.told("verify", "package.json", "--root", "root.json")
        shop.told("inspect", "package.json")
        assert read_settings({**FIELDS, "seal_key": "key"}, None).seal_key == bytes(32)

    def test_is_ignored_before_drafts_and_keys(self, desk: Shop) -> None:
        for name in ("k.pem", "v.pem", "draft.json", "payload.json"):
            (desk.folder / name).write_bytes(MARK + (desk.folder / name).read_bytes())
        desk.told("root", "draft.json", "--key", "k.pem")
        desk.told("issue", "payload.json", "--key", "v.pem")


OTHERS = {
    "root.json": (VENDOR.root, "a trust root", "superlicense install-root FILE"),
    "vendor.xml": ((XML_FILES / "valid.xml").read_bytes(), "in XML", "superlicense activate --unsigned FILE"),
    "info.json": ((PAYLOADS / "license_info.json").read_bytes(), "in JSON", "superlicense activate --unsigned FILE"),
    "payload.json": (PAYLOAD, "not signed", "superlicense issue FILE"),
    "draft.json": (b'{"_type":"root"}', "not signed", "superlicense root FILE"),
    "me.json": ((PAYLOADS / "principal.json").read_bytes(), "a principal", "only the Python library reads it"),
    "mine.json": ((PAYLOADS / "granted_licenses.json").read_bytes(), "granted licenses", "cannot be activated"),
    "all.json": ((PAYLOADS / "user_licenses.json").read_bytes(), "licenses of one user", "cannot be activated"),
}


class TestAnotherFile:
    """A file that is something else is recognized, and named with the command that takes it."""

    @for_each("name", list(OTHERS))
    def test_given_to_activate(self, shop: Shop, name: str) -> None:
        data, found, cure = OTHERS[name]
        (shop.folder / name).write_bytes(MARK + data)
        for words in ((), ("--dry-run",), ("--unattended",)):
            done = shop.run("activate", name, *words)
            assert (done.exit_code, done.stdout) == (3, "")
            assert done.stderr.startswith(f"superlicense: wrong_file: {name} is ")
            assert found in done.stderr
            assert cure in done.stderr

    def test_in_danish(self, shop: Shop) -> None:
        (shop.folder / "new.json").write_bytes(VENDOR.root)
        done = shop.run("activate", "new.json", "--lang", "da")
        assert "new.json er en tillidsrod. Brug: superlicense install-root FILE" in done.stderr

    @for_each(
        "words",
        [
            ("activate", "new.json"),
            ("change-installation", "new.json"),
            ("issue", "new.json", "--key", "k.pem"),
            ("inspect", "new.json"),
            ("verify", "new.json", "--root", "new.json"),
        ],
    )
    def test_in_the_language_of_the_terminal(self, shop: Shop, words: tuple[str, ...]) -> None:
        (shop.folder / "new.json").write_bytes(OTHERS["vendor.xml"][0])
        (shop.folder / "k.pem").write_bytes(VENDOR.root_key.to_pem())
        cure = "new.json er leverandørens licenspakke i XML. Brug: superlicense activate --unsigned FILE"
        for variables in ({"SUPERLICENSE_LANG": "da"}, {"LANG": "da_DK.UTF-8"}):
            done = shop.run(*words, variables=variables)
            assert (done.exit_code, cure in done.stderr) == (3, True), done.stderr
        assert cure not in shop.run(*words, variables={"SUPERLICENSE_LANG": "tlh"}).stderr

    def test_given_to_the_others(self, shop: Shop) -> None:
        (shop.folder / "package.json").write_bytes(sold())
        (shop.folder / "vendor.xml").write_bytes(OTHERS["vendor.xml"][0])
        (shop.folder / "k.pem").write_bytes(VENDOR.root_key.to_pem())
        (shop.folder / "draft.json").write_text('{"version": 1, "root": {"keys": []}, "owners": {}}')
        for words in (
            ("activate", "package.json", "--unsigned"),
            ("install-root", "package.json"),
            ("install-root", "vendor.xml"),
            ("verify", "vendor.xml", "--root", "root.json"),
            ("verify", "package.json", "--root", "package.json"),
            ("inspect", "vendor.xml"),
            ("issue", "package.json", "--key", "k.pem"),
            ("root", "package.json", "--key", "k.pem"),
            ("issue", "root.json", "--key", "k.pem"),
            ("issue", "draft.json", "--key", "k.pem"),
        ):
            done = shop.run(*words)
            assert (done.exit_code, "wrong_file" in done.stderr) == (3, True), words

    def test_pinned_as_the_root(self, shop: Shop) -> None:
        (shop.folder / "package.json").write_bytes(sold())
        done = shop.run("status", "--trust", "package.json", "--lang", "da")
        cure = "trust: package.json er en signeret licenspakke. Brug: superlicense activate FILE"
        assert (done.exit_code, cure in done.stderr) == (2, True)

    def test_of_no_known_kind_is_left_to_the_command(self, shop: Shop) -> None:
        (shop.folder / "new.json").write_bytes(b"{")
        assert "malformed_json" in shop.run("activate", "new.json").stderr

    def test_the_vendors_json_is_read_like_its_xml(self, nowhere: Shop) -> None:
        nowhere.told("init", "--serial-number", "1010000014", "--company", "Fjordglimt Ærø A/S")
        (nowhere.folder / "info.json").write_bytes(lasting(OTHERS["info.json"][0]))
        assert nowhere.told("activate", "info.json", "--unsigned")[-1] == "  ✓ Activated."


class TestForeignErrors:
    """What files and lines hold becomes an error of ours."""

    @for_each(
        "line",
        [
            '{"id": "cy", "groups": 5}',
            '{"id": "cy", "groups": true}',
            '{"id": "cy", "groups": [5]}',
            '{"id": "cy", "groups": null}',
            '{"id": "cy", "type": []}',
            '{"id": "cy", "name": 5}',
            '{"id": "cy", "may_log_in": 1}',
            '{"id": ' + "9" * 5_000 + "}",
            '{"id": "cy", "groups": ' + "9" * 5_000 + "}",
            '{"id": "\\ud800"}',
            '{"id": NaN}',
            "[" * 100_000,
        ],
    )
    def test_of_a_user_line(self, shop: Shop, line: str) -> None:
        done = shop.run("sync-users", "-", stdin=line)
        assert (done.exit_code, done.stdout) == (3, ""), done.exception
        assert "line 1" in done.stderr

    @for_each(
        "text",
        [
            f"store = {'9' * 5_000}",
            f"[policy]\nrevocation_grace_days = {'9' * 5_000}",
            f"[policy]\nrevocation_grace_days = {'9' * 4_000}",
            f"[policy]\ncrossing_levels = [{'9' * 4_000}]",
            "[policy]\ncrossing_levels = 5",
            "[policy]\nrule_set = [1]",
            f"[meters.mailings]\nincluded = {'9' * 4_000}",
            f"[meters.mailings]\nprice_per_block = '{'9' * 4_000}'",
            "[meters.mailings]\nprice_per_block = '1E+999999999999999999999'",
            "[installation]\nsite = 2026-11-28",
            "a = [" * 10_000,
        ],
    )
    def test_of_the_settings(self, shop: Shop, text: str) -> None:
        config = (shop.folder / "superlicense.toml").read_text()
        if "[installation]" in text:
            config = config.replace("[installation]", text)
        else:
            config = f"{text}\n{config}" if text.startswith(("store", "a")) else f"{config}\n{text}\n"
        (shop.folder / "superlicense.toml").write_text(config)
        done = shop.run("status")
        assert (done.exit_code, done.stdout) == (2, ""), done.exception
        assert len(done.stderr) < 1_000

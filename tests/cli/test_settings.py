"""Which store, which installation, what is trusted: options, the environment, the file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing

import pytest

from superlicense.cli.settings import read_settings
from superlicense.cli.stores import store_url
from superlicense.document.envelope import unverified_payload
from superlicense.document.root import PAYLOAD_TYPE
from tests.adapters.databases import a_schema
from tests.cli.shop import CONFIG, VENDOR, Shop, sold

FIELDS = {"serial_number": "1010000014", "company": "Nordvik Handel A/S"}
OURS = ("--serial-number", "1010000014", "--company", "Nordvik Handel A/S")


class TestInit:
    """A store, and the file that names the installation."""

    def test_makes_both(self, nowhere: Shop) -> None:
        assert nowhere.told("init", *OURS, "--time-zone", "Europe/Copenhagen") == [
            "superlicense.toml",
            "sqlite:///superlicense.db",
        ]
        assert (nowhere.folder / "superlicense.toml").read_text(encoding="utf-8") == CONFIG.replace(
            'trust = "root.json"\n\n', ""
        )
        assert nowhere.told("save-user", "anna") == ["  ✓ anna created"]

    def test_again_it_changes_nothing(self, shop: Shop) -> None:
        before = (shop.folder / "superlicense.db").read_bytes(), (shop.folder / "superlicense.toml").read_bytes()
        told = shop.json("init")
        after = (shop.folder / "superlicense.db").read_bytes(), (shop.folder / "superlicense.toml").read_bytes()
        assert (told["config"], told["store"]) == ("superlicense.toml", "sqlite:///superlicense.db")
        assert (told["installation"]["serial_number"], before) == ("1010000014", after)

    def test_a_file_that_is_there_is_not_changed(self, shop: Shop) -> None:
        done = shop.run("init", *OURS)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "superlicense.toml already exists" in done.stderr

    def test_what_the_environment_says_is_not_written(self, nowhere: Shop) -> None:
        store = {"SUPERLICENSE_STORE": "secret.db"}
        assert nowhere.run("init", *OURS, variables=store).stdout == "superlicense.toml\nsqlite:///secret.db\n"
        assert "secret" not in (nowhere.folder / "superlicense.toml").read_text(encoding="utf-8")
        assert nowhere.run("init", variables=store).exit_code == 0

    def test_where_the_environment_says_it_all_there_is_no_file(self, nowhere: Shop) -> None:
        named = {"SUPERLICENSE_SERIAL_NUMBER": "1010000014", "SUPERLICENSE_COMPANY": "Nordvik Handel A/S"}
        assert nowhere.run("init", variables=named).stdout == "sqlite:///superlicense.db\n"
        assert [path.name for path in nowhere.folder.iterdir()] == ["superlicense.db"]

    def test_elsewhere_paths_are_kept_whole(self, nowhere: Shop) -> None:
        (nowhere.folder / "root.json").write_bytes(VENDOR.root)
        (nowhere.folder / "etc").mkdir()
        place = ("--store", "shop.db", "--trust", "root.json", "--config", "etc/shop.toml", "--company", 'A "B" Æ/S')
        nowhere.told("init", *OURS, *place)
        written = (nowhere.folder / "etc" / "shop.toml").read_text(encoding="utf-8")
        assert f'store = "{nowhere.folder.resolve() / "shop.db"}"\n' in written
        assert f'trust = "{nowhere.folder.resolve() / "root.json"}"\n' in written
        assert 'company = "A \\"B\\" Æ/S"\n' in written
        assert nowhere.told("save-user", "anna", "--config", "etc/shop.toml") == ["  ✓ anna created"]
        assert (nowhere.folder / "shop.db").is_file()

    def test_what_is_no_trust_root_is_not_written(self, nowhere: Shop) -> None:
        (nowhere.folder / "root.json").write_bytes(b"{")
        assert nowhere.run("init", *OURS, "--trust", "root.json").exit_code == 2
        assert [path.name for path in nowhere.folder.iterdir()] == ["root.json"]

    @pytest.mark.parametrize("option", [("--serial-number", "1010000015"), ("--company", "")])
    def test_who_is_no_installation_gets_neither(self, nowhere: Shop, option: tuple[str, str]) -> None:
        done = nowhere.run("init", *OURS, *option)
        assert (done.exit_code, done.stdout) == (2, "")
        assert list(nowhere.folder.iterdir()) == []


class TestPrecedence:
    """An option counts before the environment, that before the file."""

    def test_the_store(self, shop: Shop) -> None:
        other = {"SUPERLICENSE_STORE": "other.db"}
        before = (shop.folder / "superlicense.toml").read_bytes()
        assert shop.run("init", variables=other).exit_code == 0
        assert (shop.folder / "superlicense.toml").read_bytes() == before
        assert shop.run("save-user", "cy", variables=other).exit_code == 0
        assert shop.open().users.find("cy") is None
        assert shop.run("why", "cy", "web", "--json", variables=other).stdout.count("unknown_user") == 1
        by_option = shop.run("journal", "--store", "sqlite:///superlicense.db", variables=other)
        assert len(by_option.stdout.splitlines()) == 7

    def test_the_installation(self, shop: Shop) -> None:
        variables = {"SUPERLICENSE_SERIAL_NUMBER": "1010000006", "SUPERLICENSE_COMPANY": "Fjordglimt A/S"}
        told = shop.run("why", "anna", "web", "--json", variables=variables)
        assert '"unknown_user"' in told.stdout
        assert shop.run("why", "anna", "web", "--serial-number", "1010000014", variables=variables).exit_code == 1
        again = ("--serial-number", "1010000014", "--company", "Nordvik Handel A/S")
        assert shop.run("why", "anna", "web", *again, variables=variables).exit_code == 0
        database = shop.run(
            "why",
            "anna",
            "web",
            "--json",
            variables={"SUPERLICENSE_DATABASE_ID": "0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"},
        )
        assert '"unknown_user"' in database.stdout
        wrong = shop.run("why", "anna", "web", variables={"SUPERLICENSE_DATABASE_ID": "second"})
        assert (wrong.exit_code, "must be a UUID" in wrong.stderr) == (2, True)

    def test_without_a_file_options_are_enough(self, shop: Shop) -> None:
        (shop.folder / "superlicense.toml").unlink()
        assert shop.run("why", "anna", "web", *OURS, "--trust", "root.json").exit_code == 0

    def test_the_trust_root_may_be_a_digest(self, shop: Shop) -> None:
        digest = hashlib.sha256(unverified_payload(VENDOR.root, payload_type=PAYLOAD_TYPE)).hexdigest()
        assert shop.run("why", "anna", "web", "--trust", digest).exit_code == 0
        other = shop.json("why", "anna", "web", "--trust", "0" * 64, code=3)
        assert other["error"]["code"] == "unreachable_root"

    def test_a_root_that_is_pinned_by_its_digest_has_to_be_installed_first(self, nowhere: Shop) -> None:
        digest = hashlib.sha256(unverified_payload(VENDOR.root, payload_type=PAYLOAD_TYPE)).hexdigest()
        nowhere.told("init", *OURS, "--trust", digest)
        for name, document in (("root.json", VENDOR.root), ("package.json", sold())):
            (nowhere.folder / name).write_bytes(document)
        assert "or the pinned one is not installed yet" in nowhere.run("activate", "package.json").stderr
        nowhere.told("install-root", "root.json")
        assert nowhere.told("activate", "package.json")[-1] == "  ✓ Activated."

    @pytest.mark.parametrize(
        ("variables", "word"),
        [
            ({"LANG": "da_DK.UTF-8"}, "Tilladt"),
            ({"LANG": "en_US.UTF-8", "LC_ALL": "da_DK.UTF-8"}, "Tilladt"),
            ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "da"}, "Tilladt"),
            ({"LANG": "da_DK.UTF-8", "LC_ALL": "C.UTF-8"}, "Allowed"),
            ({"LANG": "fr_FR.UTF-8"}, "Allowed"),
            ({"LANG": "da_DK.UTF-8", "SUPERLICENSE_LANG": "en"}, "Allowed"),
        ],
        ids=str,
    )
    def test_the_terminal_chooses_the_language_where_nothing_else_does(
        self, shop: Shop, variables: dict[str, str], word: str
    ) -> None:
        assert word in shop.run("why", "anna", "web", variables=variables).stdout

    def test_the_language(self, shop: Shop) -> None:
        danish = shop.run("why", "anna", "web", variables={"SUPERLICENSE_LANG": "da"})
        assert "Tilladt" in danish.stdout
        assert "Allowed" in shop.run("why", "anna", "web", "--lang", "en", variables={"SUPERLICENSE_LANG": "da"}).stdout
        assert shop.run("why", "anna", "web", "--lang", "tlh").exit_code == 2

    def test_paths_in_the_file_begin_where_it_lies(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(shop.folder.parent)
        assert shop.run("why", "anna", "web", "--config", "shop/superlicense.toml").exit_code == 0
        assert (
            shop.run("why", "anna", "web", variables={"SUPERLICENSE_CONFIG": "shop/superlicense.toml"}).exit_code == 0
        )


class TestPolicy:
    """The host's choices are in the file, so that the command line decides as the host does."""

    def decided(self, shop: Shop, *rows: str) -> dict[str, object]:
        (shop.folder / "superlicense.toml").write_text(CONFIG + "\n[policy]\n" + "\n".join(rows), encoding="utf-8")
        done = shop.run("why", "anna", "web", "--json")
        assert done.exit_code == 0, done.output
        told: dict[str, object] = json.loads(done.stdout)["decision"]
        return told

    def test_it_decides(self, shop: Shop) -> None:
        assert self.decided(shop, 'rule_set = "legacy"')["rule_set"] == "legacy"

    def test_every_choice_can_be_made(self, shop: Shop) -> None:
        self.decided(
            shop,
            'rule_set = "module_based"',
            "on_site = true",
            'after_grace = "denied"',
            "administrators_bypass_no_login = false",
            "allow_central_login = true",
            "revocation_grace_days = 7",
            'user_count = "at_close"',
            "crossing_levels = [90, 100]",
            "write_patience_seconds = 5",
        )

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ('rule_set = "modern"', "policy.rule_set: 'modern' is not a valid RuleSet"),
            ('on_site = "no"', "on_site: must be a bool"),
            ("on_sight = true", "unknown setting: policy.on_sight"),
            ('revocation_grace_days = "7"', "policy.revocation_grace_days: "),
            ("revocation_grace_days = 10000000000000", "policy.revocation_grace_days: "),
            ("revocation_grace_days = 4000", "revocation_grace: must be at most 3660 days"),
            ("crossing_levels = 7", "policy: "),
            ("crossing_levels = [100, 50]", "crossing_levels: must be strictly increasing"),
        ],
    )
    def test_what_is_no_choice_is_named(self, shop: Shop, row: str, said: str) -> None:
        (shop.folder / "superlicense.toml").write_text(f"{CONFIG}\n[policy]\n{row}\n", encoding="utf-8")
        done = shop.run("why", "anna", "web")
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr


class TestMistakes:
    """A mistake in the settings is a mistake of usage: exit code 2, one sentence."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                "",
                "missing --serial-number, --company; `superlicense init` writes superlicense.toml",
            ),
            ('[installation]\nserial_number = "1010000014"', "missing --company"),
            ('[installation]\nserial_number = 1010000014\ncompany = "A"', "must be a string of 10 digits"),
            ("[installation]\nserial = 1", "unknown setting: installation.serial"),
            ("installation = 7", "installation: must be a table"),
            ("stroe = 1", "superlicense.toml: unknown setting: stroe"),
            ("store = ", "superlicense.toml is not valid TOML"),
            ("store = " + "[" * 3000, "superlicense.toml is not valid TOML"),
            (f"store = 7\n{CONFIG}", "store: must be a string"),
            (f'store = "\\u0000"\n{CONFIG}', "store: must be a string"),
            (CONFIG.replace("root.json", "nothing.json"), "trust: file not found: nothing.json"),
            (
                f'store = "mysql://db/shop"\n{CONFIG}',
                "store: must be a file of SQLite, such as",
            ),
            (
                f'store = "sqlite+aiosqlite://"\n{CONFIG}',
                "store: must be a file of SQLite, such as",
            ),
            (f'store = "://"\n{CONFIG}', "store: must be a file of SQLite, such as"),
            (
                f'store = "postgresql://db:x/shop"\n{CONFIG}',
                "store: must be a file of SQLite, such as",
            ),
            (f'store = "sqlite:///superlicense.db?timeout=x"\n{CONFIG}', "store: "),
        ],
    )
    def test_it_is_told(self, shop: Shop, text: str, said: str) -> None:
        (shop.folder / "superlicense.toml").write_text(text, encoding="utf-8")
        done = shop.run("why", "anna", "web")
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr

    @pytest.mark.parametrize("document", [b"", b"{", VENDOR.root[:-9], sold()], ids=["empty", "open", "cut", "package"])
    def test_what_is_no_trust_root_is_named(self, shop: Shop, document: bytes) -> None:
        (shop.folder / "other.json").write_bytes(document)
        (shop.folder / "superlicense.toml").write_text(CONFIG.replace("root.json", "other.json"), encoding="utf-8")
        done = shop.run("why", "anna", "web")
        assert (done.exit_code, done.stdout) == (2, "")
        package = b"superlicense.package" in document
        other = "a signed license package. Use: superlicense activate FILE" if package else "not a trust root: "
        assert f"trust: other.json is {other}" in done.stderr

    def test_a_file_that_was_named_has_to_be_there(self, shop: Shop) -> None:
        assert "file not found: other.toml" in shop.run("journal", "--config", "other.toml").stderr

    def test_bytes_that_are_no_text_are_no_settings(self, shop: Shop) -> None:
        (shop.folder / "superlicense.toml").write_bytes(b"\xff\xfe")
        assert shop.run("journal").exit_code == 2

    def test_a_zone_that_nobody_knows_is_an_invalid_value(self, shop: Shop) -> None:
        assert shop.json("why", "anna", "web", "--time-zone", "Nowhere/Land", code=3)["error"]["code"] == (
            "unknown_time_zone"
        )


class TestStores:
    """A store that cannot be read or written ends with 4."""

    def test_a_file_that_is_not_there_is_not_made(self, shop: Shop) -> None:
        done = shop.run("journal", "--store", "other.db")
        assert (done.exit_code, done.stdout) == (4, "")
        assert done.stderr.splitlines() == [
            "superlicense: no_store: There is no license store at other.db.",
            "superlicense: Next step: superlicense init",
        ]
        assert not (shop.folder / "other.db").exists()

    def test_a_file_that_is_no_store_is_told_apart(self, shop: Shop) -> None:
        (shop.folder / "empty.db").touch()
        (shop.folder / "text.db").write_text(
            "not a database, and long enough to be seen as none" * 20, encoding="utf-8"
        )
        for name, code in (("empty.db", "store_outdated"), ("text.db", "store_unusable")):
            assert shop.json("journal", "--store", name, code=4)["error"]["code"] == code

    def test_a_store_that_somebody_else_is_writing_is_busy(self, shop: Shop) -> None:
        with (shop.folder / "superlicense.toml").open("a", encoding="utf-8") as file:
            file.write("[policy]\nwrite_patience_seconds = 0\n")
        with closing(sqlite3.connect(shop.folder / "superlicense.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            assert shop.json("save-user", "cy", code=4)["error"]["code"] == "store_busy"
        assert shop.json("save-user", "cy")["user"]["id"] == "cy"

    def test_a_database_on_postgresql_is_a_store(self, nowhere: Shop, postgres: str) -> None:
        database = a_schema(postgres)
        store = database.url.render_as_string(hide_password=False)
        nowhere.told("init", *OURS, "--store", store)
        assert nowhere.told("save-user", "anna", "--may-log-in") == ["  ✓ anna created"]
        assert nowhere.json("why", "anna", "web", code=1)["decision"]["reasons"][0]["code"] == "no_package"
        assert nowhere.json("verify-store")["ok"] is True
        database.close()

    def test_a_password_is_not_shown(self, nowhere: Shop) -> None:
        settings = read_settings({"store": "postgresql://me:secret@db/shop", **FIELDS}, None)
        assert store_url(settings).render_as_string(hide_password=True) == "postgresql://me:***@db/shop"
        assert nowhere.folder.is_dir()

    def test_a_store_in_memory_is_there_at_once(self, shop: Shop) -> None:
        assert shop.json("journal", "--store", "sqlite://", code=4)["error"]["code"] == "store_outdated"

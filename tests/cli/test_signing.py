from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from superlicense.cli.commands import commands
from superlicense.document.keys import SigningKey
from tests.document.corpus import FILES, PAYLOAD, ROOT_DOCUMENT, ROOT_KEY, STRANGER_KEY, VALID, VENDOR_KEY, root_draft


def run(*words: object) -> Result:
    return CliRunner().invoke(commands, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with keys, a root and a package."""
    (tmp_path / "root.pem").write_bytes(ROOT_KEY.to_pem())
    (tmp_path / "vendor.pem").write_bytes(VENDOR_KEY.to_pem(b"secret"))
    (tmp_path / "password").write_bytes(b"secret\n")
    (tmp_path / "root.json").write_bytes(ROOT_DOCUMENT)
    (tmp_path / "package.json").write_bytes(VALID)
    (tmp_path / "payload.json").write_text(json.dumps(json.loads(PAYLOAD), indent=2))
    return tmp_path


class TestKeygen:
    """The private half into a new file, the public half onto the screen."""

    def test_makes_a_key_that_nobody_else_reads(self, tmp_path: Path) -> None:
        done = run("keygen", "--out", tmp_path / "new.pem", "--json")
        assert done.exit_code == 0
        key = SigningKey.from_pem((tmp_path / "new.pem").read_bytes())
        assert json.loads(done.stdout) == {"keyid": key.public.key_id, "public": key.public.raw.hex()}
        assert (tmp_path / "new.pem").stat().st_mode & 0o077 == 0

    def test_protects_it_with_a_password(self, folder: Path) -> None:
        done = run("keygen", "--out", folder / "new.pem", "--password-file", folder / "password")
        key = SigningKey.from_pem((folder / "new.pem").read_bytes(), b"secret")
        assert done.stdout == f"keyid  {key.public.key_id}\npublic {key.public.raw.hex()}\n"

    def test_overwrites_nothing(self, folder: Path) -> None:
        done = run("keygen", "--out", folder / "root.pem")
        assert done.exit_code == 2
        assert (folder / "root.pem").read_bytes() == ROOT_KEY.to_pem()


class TestRoot:
    """A draft in JSON becomes a signed root."""

    DRAFT: ClassVar[dict[str, object]] = {
        "version": 1,
        "issued_at": "2026-01-01T00:00:00Z",
        "expires_at": "2028-01-01T00:00:00Z",
        "root": {"keys": [ROOT_KEY.public.raw.hex()]},
        "owners": {"SUPEROFFICE": {"keys": [VENDOR_KEY.public.raw.hex()]}},
    }

    def test_is_signed(self, folder: Path) -> None:
        (folder / "draft.json").write_text(json.dumps(self.DRAFT))
        done = run("root", folder / "draft.json", "--key", folder / "root.pem", "--out", folder / "new.json")
        assert (done.exit_code, done.stdout) == (0, "")
        assert run("verify", folder / "package.json", "--root", folder / "new.json").exit_code == 0

    def test_follows_the_one_before(self, folder: Path) -> None:
        (folder / "draft.json").write_text(json.dumps({**self.DRAFT, "version": 2}))
        done = run("root", folder / "draft.json", "--key", folder / "root.pem")
        assert (done.exit_code, done.stdout) == (3, "")
        assert "trust root at previous" in done.stderr
        options = ("--key", folder / "root.pem", "--previous", folder / "root.json", "--out", folder / "next.json")
        assert run("root", folder / "draft.json", *options).exit_code == 0
        assert run("verify", folder / "next.json", "--root", folder / "root.json").exit_code == 0

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"version": 0}, "malformed_root"),
            ({"version": 2, "previous": 7}, "malformed_root"),
            ({"issued_at": "yesterday"}, "invalid_value"),
            ({"issued_at": None}, "invalid_value"),
            ({"issued_at": "2026-01-01T00:00:00"}, "invalid_value: issued_at: must be a datetime with a time zone"),
            ({"expires_at": "9999-12-31T23:00:00-02:00"}, "invalid_value: expires_at"),
            ({"root": {}}, "invalid_value: keys"),
            ({"root": []}, "invalid_value"),
            ({"root": {"keys": ["zz"]}}, "malformed_key"),
            ({"root": {"keys": ["00" * 32]}}, "weak_key"),
        ],
    )
    def test_that_would_not_be_read_is_invalid(self, folder: Path, fields: dict[str, object], said: str) -> None:
        (folder / "draft.json").write_text(json.dumps({**self.DRAFT, **fields}))
        done = run("root", folder / "draft.json", "--key", folder / "root.pem")
        assert (done.exit_code, done.stdout) == (3, "")
        assert said in done.stderr

    @pytest.mark.parametrize(
        "text", ["[]", "{", "[" * 100_000, '{"version": 1, "version": 2}', '{"version": 1.0}', "\udcff"]
    )
    @pytest.mark.parametrize("command", ["root", "issue"])
    def test_of_a_file_that_is_no_object_is_invalid(self, folder: Path, command: str, text: str) -> None:
        (folder / "draft.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        done = run(command, folder / "draft.json", "--key", folder / "root.pem")
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith("superlicense: invalid_value: draft.json: must be a JSON object: ")


class TestIssue:
    """The fields of a package, in any layout, become a signed document."""

    def test_gives_the_same_bytes_as_the_library(self, folder: Path) -> None:
        done = run(
            "issue", folder / "payload.json", "--key", folder / "vendor.pem", "--password-file", folder / "password"
        )
        assert (done.exit_code, done.stdout_bytes) == (0, VALID + b"\n")

    def test_takes_the_fields_that_most_packages_do_not_have_as_options(self, folder: Path) -> None:
        fields = json.loads(PAYLOAD)
        given = {name: fields.pop(name) for name in ("replaces", "resets_clock")}
        (folder / "payload.json").write_text(json.dumps(fields))
        key = ("--key", folder / "vendor.pem", "--password-file", folder / "password")
        bare = run("issue", folder / "payload.json", *key, "--out", folder / "bare.json")
        assert bare.exit_code == 0
        shown = run("inspect", folder / "bare.json").stdout
        assert "replaces             null" in shown
        assert "resets_clock         false" in shown
        done = run("issue", folder / "payload.json", *key, "--replaces", given["replaces"], "--resets-clock")
        assert done.stdout_bytes == VALID + b"\n"

    def test_with_the_wrong_password_is_invalid(self, folder: Path) -> None:
        done = run("issue", folder / "payload.json", "--key", folder / "vendor.pem")
        assert done.exit_code == 3
        assert "malformed_key" in done.stderr

    def test_of_a_text_that_nobody_can_write_is_invalid(self, folder: Path) -> None:
        (folder / "payload.json").write_text(json.dumps({**json.loads(PAYLOAD), "company": "\ud800"}))
        done = run("issue", folder / "payload.json", "--key", folder / "root.pem")
        assert (done.exit_code, done.stdout) == (3, "")
        assert "malformed_json" in done.stderr

    def test_of_what_would_not_be_read_is_invalid(self, folder: Path) -> None:
        (folder / "payload.json").write_text(json.dumps({**json.loads(PAYLOAD), "issue": 0}))
        done = run("issue", folder / "payload.json", "--key", folder / "root.pem")
        assert done.exit_code == 3
        assert "malformed_package: license package at issue" in done.stderr


class TestInspectAndVerify:
    """One shows without believing, the other believes."""

    def test_inspect_shows_and_warns(self, folder: Path) -> None:
        done = run("inspect", folder / "package.json")
        assert done.exit_code == 0
        assert "not verified" in done.stderr
        assert "issue                7" in done.stdout
        assert "licenses             5 rows" in done.stdout
        assert run("inspect", folder / "package.json", "--json").stdout.encode() == PAYLOAD + b"\n"
        assert "version              1" in run("inspect", folder / "root.json").stdout

    def test_verify_says_who_signed(self, folder: Path) -> None:
        done = run("verify", folder / "package.json", "--root", folder / "root.json", "--json")
        assert (done.exit_code, done.stderr) == (0, "verified\n")
        found = json.loads(done.stdout)
        assert (found["owner"], found["issue"], found["signed_by"]) == ("SUPEROFFICE", 7, [VENDOR_KEY.public.key_id])
        assert "SUPEROFFICE" in run("verify", folder / "package.json", "--root", folder / "root.json").stdout

    def test_verify_takes_the_root_that_follows(self, folder: Path) -> None:
        (folder / "next.json").write_bytes(root_draft(version=2).sign([ROOT_KEY]))
        done = run("verify", folder / "next.json", "--root", folder / "root.json", "--json")
        assert json.loads(done.stdout) == {"type": "root", "version": 2, "owners": ["acme", "superoffice"]}

    @pytest.mark.parametrize("defect", ["signed_by_unknown_key", "no_json", "quantity_zero"])
    def test_verify_of_what_is_wrong_is_invalid(self, folder: Path, defect: str) -> None:
        done = run("verify", FILES / f"{defect}.json", "--root", folder / "root.json")
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith("superlicense: ")
        assert "Traceback" not in done.stderr

    def test_a_file_that_is_not_there_is_a_usage_error(self, folder: Path) -> None:
        assert run("verify", folder / "nothing.json", "--root", folder / "root.json").exit_code == 2
        (folder / "stranger.json").write_bytes(root_draft().sign([STRANGER_KEY]))
        assert run("verify", folder / "package.json", "--root", folder / "stranger.json").exit_code == 3

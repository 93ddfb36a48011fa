"""Commands for issuers: generate keys, sign roots and packages, inspect and verify documents.

Data goes to standard output or to ``--out``, messages to standard error. Exit
codes are those of `superlicense.cli.exit_codes`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from attrs import evolve

from superlicense.cli.escaping import escaped, escaped_json, say
from superlicense.cli.exit_codes import exits_with_code
from superlicense.cli.files import write_new
from superlicense.cli.help_language import localized
from superlicense.cli.options import EXISTING_FILE, JSON, NEW_FILE, SPOKEN, instant
from superlicense.cli.wrong_file import read_file
from superlicense.codec.file_bytes import bytes_of_file
from superlicense.codec.strict_json import canonical
from superlicense.document import package as packages
from superlicense.document import root as roots
from superlicense.document.envelope import unverified_payload
from superlicense.document.keys import PublicKey, SigningKey
from superlicense.document.payload import READER, read_fields
from superlicense.errors import InvalidValueError, MalformedJsonError, MalformedKeyError
from superlicense.interop.superoffice.recognizing import Kind

__all__ = ["inspect", "issue", "keygen", "root", "verify"]

_OUT = click.option("--out", type=NEW_FILE, help="Output file. [default: standard output]")
_KEYS = click.option("--key", "keys", type=EXISTING_FILE, multiple=True, required=True, help="Private key (PEM).")
_PASSWORD = click.option(
    "--password-file",
    type=EXISTING_FILE,
    help="File with the password of the private keys; a trailing line break is ignored.",
)


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(data)
        return
    write_new(out, data)
    say(localized("wrote {file}", file=out), err=True)


def _password(path: Path | None) -> bytes | None:
    return None if path is None else path.read_bytes().removesuffix(b"\n").removesuffix(b"\r")


def _signers(paths: Sequence[Path], password: Path | None) -> list[SigningKey]:
    return [SigningKey.from_pem(bytes_of_file(path.read_bytes()), _password(password)) for path in paths]


@click.command()
@click.option("--out", type=NEW_FILE, required=True, help="File for the private key.")
@_PASSWORD
@JSON
@SPOKEN
@exits_with_code
def keygen(out: Path, password_file: Path | None, *, as_json: bool) -> None:
    """Generate a key. Writes the private key to a new file and prints the public key."""
    key = SigningKey.generate()
    write_new(out, key.to_pem(_password(password_file)), private=True)
    say(localized("wrote {file}", file=out), err=True)
    public = {"keyid": key.public.key_id, "public": key.public.raw.hex()}
    click.echo(json.dumps(public) if as_json else f"keyid  {public['keyid']}\npublic {public['public']}")


@click.command()
@click.argument("draft", type=EXISTING_FILE)
@_KEYS
@_PASSWORD
@click.option("--previous", type=EXISTING_FILE, help="The signed root of the version before. [required from version 2]")
@_OUT
@SPOKEN
@exits_with_code
def root(
    draft: Path, keys: tuple[Path, ...], password_file: Path | None, previous: Path | None, out: Path | None
) -> None:
    """Sign the trust root that the JSON file DRAFT describes.

    Its fields are those of a signed root, with public keys in hex in place of key
    ids: {"version": 1, "issued_at": "2026-01-01T00:00:00Z", "expires_at": …,
    "root": {"keys": [hex], "threshold": 1}, "owners": {"ACME": {"keys": [hex],
    "threshold": 1, "modules": ["*"]}}, "revoked": {"keyids": [], "packages": []}}
    """
    drafted = _root_draft(_read_json(draft, Kind.ROOT_PAYLOAD))
    if previous is not None:
        drafted = evolve(drafted, previous=roots.digest(bytes_of_file(previous.read_bytes())))
    _write(drafted.sign(_signers(keys, password_file)), out)


def _read_json(path: Path, *kinds: Kind) -> dict[str, Any]:
    """Return the object in *path*, read strictly, because an ambiguous document must not be signed."""
    data = read_file(path, *kinds)
    try:
        return READER.read_object(data)
    except MalformedJsonError as error:
        raise InvalidValueError(path.name, "the file", f"must be a JSON object: {error}") from error


def _root_draft(fields: dict[str, Any]) -> roots.RootDraft:
    try:
        revoked = fields.get("revoked", {})
        return roots.RootDraft(
            version=fields["version"],
            previous=fields.get("previous"),
            issued_at=instant("issued_at", fields["issued_at"]),
            expires_at=instant("expires_at", fields["expires_at"]),
            root_keys=_public(fields["root"]["keys"]),
            root_threshold=fields["root"].get("threshold", 1),
            owners={
                name: roots.Owner(
                    keys=_public(owner["keys"]),
                    threshold=owner.get("threshold", 1),
                    modules=tuple(owner.get("modules", ["*"])),
                )
                for name, owner in fields["owners"].items()
            },
            revoked_keys=tuple(revoked.get("keyids", ())),
            revoked_packages=tuple(revoked.get("packages", ())),
        )
    except KeyError as error:
        raise InvalidValueError(str(error.args[0]), None, "is missing") from error
    except (TypeError, AttributeError) as error:
        raise InvalidValueError("draft", str(error), "must have the fields of a trust root") from error


def _public(texts: Sequence[str]) -> list[PublicKey]:
    try:
        return [PublicKey.from_bytes(bytes.fromhex(text)) for text in texts]
    except (ValueError, TypeError) as error:
        raise MalformedKeyError("a public key must be 64 hex digits") from error


@click.command()
@click.argument("payload", type=EXISTING_FILE)
@_KEYS
@_PASSWORD
@click.option("--replaces", metavar="SERIAL", help="The serial number that the package's serial number succeeds.")
@click.option("--resets-clock", is_flag=True, help="The package corrects a clock that has been wrong.")
@_OUT
@SPOKEN
@exits_with_code
def issue(  # noqa: PLR0913 - an argument an option
    payload: Path,
    keys: tuple[Path, ...],
    password_file: Path | None,
    out: Path | None,
    *,
    replaces: str | None,
    resets_clock: bool,
) -> None:
    """Sign the package whose fields are in the JSON file PAYLOAD."""
    # The two that most packages do not have may be left out of the file.
    fields = {"replaces": None, "resets_clock": False, **_read_json(payload, Kind.PACKAGE_PAYLOAD)}
    if replaces is not None:
        fields["replaces"] = replaces
    if resets_clock:
        fields["resets_clock"] = True
    draft = packages.PackageDraft(packages.read(canonical(fields)))
    _write(draft.issue(_signers(keys, password_file)), out)


@click.command()
@click.argument("document", type=EXISTING_FILE)
@JSON
@SPOKEN
@exits_with_code
def inspect(document: Path, *, as_json: bool) -> None:
    """Show the contents of DOCUMENT without verifying it."""
    data = read_file(document, Kind.SIGNED_PACKAGE, Kind.TRUST_ROOT)
    kind = _kind(data)
    payload = unverified_payload(data, payload_type=kind)
    fields = read_fields(payload)
    say(localized("not verified: signatures are not checked"), err=True)
    if as_json:
        click.echo(escaped_json(payload.decode()))
        return
    for name, value in fields.items():
        shown = f"{len(value)} rows" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
        say(f"{escaped(name):<20} {shown}")
    say(f"{'digest':<20} {packages.digest(payload)}")


def _kind(data: bytes) -> str:
    """Return the payload type of *data*; the type of a package if it has neither, so that it is refused as one."""
    return roots.PAYLOAD_TYPE if roots.PAYLOAD_TYPE.encode() in data else packages.PAYLOAD_TYPE


@click.command()
@click.argument("document", type=EXISTING_FILE)
@click.option("--root", "root_file", type=EXISTING_FILE, required=True, help="The trusted root.")
@JSON
@SPOKEN
@exits_with_code
def verify(document: Path, root_file: Path, *, as_json: bool) -> None:
    """Verify a package or a successor root against a trust root."""
    trusted = roots.open_pinned(read_file(root_file, Kind.TRUST_ROOT))
    data = read_file(document, Kind.SIGNED_PACKAGE, Kind.TRUST_ROOT)
    found: dict[str, object]
    if _kind(data) == roots.PAYLOAD_TYPE:
        following = roots.open_next(data, trusted)
        found = {"type": "root", "version": following.version, "owners": sorted(following.owners)}
    else:
        verified = packages.open_package(data, trusted)
        package = verified.package
        found = {
            "type": "package",
            "owner": package.owner,
            "company": package.company,
            "serial_number": package.serial_number,
            "issue": package.issue,
            "digest": verified.digest,
            "signed_by": list(verified.signed_by),
        }
    say(localized("verified"), err=True)
    if as_json:
        click.echo(escaped_json(json.dumps(found, ensure_ascii=False)))
        return
    for name, value in found.items():
        say(f"{name:<14} {', '.join(value) if isinstance(value, list) else value}")

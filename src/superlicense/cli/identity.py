"""Identity: another serial number or company of the installation."""

from __future__ import annotations

from pathlib import Path

import click
from attrs import evolve

from superlicense.cli.context import CommandContext, mutation
from superlicense.cli.help_language import localized
from superlicense.cli.options import EXISTING_FILE
from superlicense.cli.wrong_file import read_file
from superlicense.document import envelope
from superlicense.document import package as packages
from superlicense.interop.superoffice.recognizing import Kind
from superlicense.model.site import Installation

__all__ = ["change_installation"]


@click.command()
@mutation
@click.argument("file", type=EXISTING_FILE, required=False)
@click.option("--to-serial-number", help="The new serial number; that of the package by default.")
@click.option("--to-company", help="The new company; that of the package by default.")
@click.option("--to-database-id", help="The new database id; the present one by default.")
def change_installation(
    context: CommandContext,
    file: Path | None,
    *,
    to_serial_number: str | None,
    to_company: str | None,
    to_database_id: str | None,
) -> None:
    """Change the serial number or company to those of the package in FILE, and activate it.

    FILE is not needed where no trust root is pinned.
    """
    document = None if file is None else read_file(file, Kind.SIGNED_PACKAGE)
    if document is None and to_serial_number is None and to_company is None and to_database_id is None:
        raise click.UsageError(
            localized("say what changes: FILE, --to-serial-number, --to-company or --to-database-id")
        )
    ours = context.settings.installation
    wanted = ours if document is None else _named_by(document, ours)
    given = {"serial_number": to_serial_number, "company": to_company, "database_id": to_database_id}
    new = evolve(wanted, **{name: value for name, value in given.items() if value is not None})
    applied = context.licensing.change_installation(new, document, by=context.by, at=context.at)
    data = {
        "changed": bool(applied.rows),
        "serial_number": new.serial_number,
        "company": new.company,
        "database_id": new.database_id,
    }
    context.done("installation_changed", data, serial_number=new.serial_number, company=new.company)


def _named_by(document: bytes, ours: Installation) -> Installation:
    """Return *ours* with the names that *document* was issued to; the change verifies it."""
    payload = envelope.unverified_payload(document, payload_type=packages.PAYLOAD_TYPE)
    package = packages.read(payload)
    return evolve(ours, serial_number=package.serial_number, company=package.company)

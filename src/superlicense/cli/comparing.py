"""Comparing: what one package would take away from holders of another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.csv_output import CsvTable, attributes
from superlicense.cli.escaping import say
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.help_language import localized
from superlicense.cli.options import EXISTING_FILE
from superlicense.cli.wrong_file import read_file
from superlicense.document import package as packages
from superlicense.document.envelope import unverified_payload
from superlicense.interop.superoffice.recognizing import Kind, recognize
from superlicense.model.comparison import Comparison, Loss, LossKind
from superlicense.model.decision import Client
from superlicense.model.package import LicensePackage
from superlicense.model.user import UserType

__all__ = ["compare"]

_LOSS: Final = ("kind", "subject", "plan", "license", "user_types", "before", "after")


@click.command()
@list_query
@click.argument("old", type=EXISTING_FILE)
@click.argument("new", type=EXISTING_FILE)
def compare(context: CommandContext, old: Path, new: Path) -> ExitCode:
    """Show what holders could lose if the package in NEW came after that in OLD.

    Both are packages, signed or not, or the vendor's XML or JSON; nothing is verified.
    Exits with 0 if nobody can lose anything, else with 1.
    """
    context.refuse_at(localized("a comparison"))
    before, after = _read(context, old), _read(context, new)
    if not context.as_json:
        say(localized("not verified: signatures are not checked"), err=True)
    found = context.licensing.packages.compare(before, after)
    context.show(found.to_dict(context.words), lambda: _draw(context, found), _table(found))
    return ExitCode.DONE if found.loses_nothing else ExitCode.NO


def _read(context: CommandContext, file: Path) -> LicensePackage:
    kinds = (Kind.SIGNED_PACKAGE, Kind.PACKAGE_PAYLOAD, Kind.PACKAGE_XML, Kind.PACKAGE_JSON)
    data = read_file(file, *kinds)
    kind = recognize(data)
    if kind not in (Kind.PACKAGE_XML, Kind.PACKAGE_JSON):
        payload = kind is Kind.PACKAGE_PAYLOAD
        return packages.read(data if payload else unverified_payload(data, payload_type=packages.PAYLOAD_TYPE))
    from superlicense.interop.superoffice import (  # noqa: PLC0415 - only for the vendor's package
        read_package_json,
        read_package_xml,
    )

    read = read_package_json if kind is Kind.PACKAGE_JSON else read_package_xml
    return read(data, time_zone=context.settings.installation.time_zone)


def _table(found: Comparison) -> CsvTable:
    """Return a row for each loss; the witness holds what one who loses it holds."""
    rows = (
        (*values, tuple(dict.fromkeys(reason.code for reason in loss.reasons)), loss.witness.holds)
        for loss, values in zip(found.losses, attributes(found.losses, _LOSS), strict=True)
    )
    return (*_LOSS, "reasons", "witness_holds"), lambda: rows


def _draw(context: CommandContext, found: Comparison) -> None:
    if found.loses_nothing:
        context.output.answer(context.text("loses_nothing"), granted=True)
        return
    for loss in found.losses:
        context.output.answer(_line(context, loss), granted=False)
        context.sentences(loss.reasons, indent="    ")


def _line(context: CommandContext, loss: Loss) -> str:
    subject = context.label(Client(loss.subject)) if loss.kind is LossKind.LOGIN else context.words.named(loss.subject)
    held = [context.words.named(name) for name in (loss.plan, loss.license) if name is not None]
    whose = " + ".join(held) or context.text("everybody")
    everyone = len(loss.user_types) == len(UserType)
    types = context.text("all_types") if everyone else ", ".join(map(context.label, loss.user_types))
    outcomes = f"{context.label(loss.before)} → {context.label(loss.after)}"
    return f"{context.label(loss.kind)} {subject}: {whose} ({types}): {outcomes}"

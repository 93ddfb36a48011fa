"""Activation: preview packages and activate them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from superlicense.cli.context import CommandContext, list_mutation, mutation
from superlicense.cli.csv_output import CsvTable, attributes
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.help_language import localized
from superlicense.cli.options import EXISTING_FILE
from superlicense.cli.preview_text import draw_preview
from superlicense.cli.wrong_file import read_file
from superlicense.errors import PackageBlockedError
from superlicense.interop.superoffice.recognizing import Kind, recognize
from superlicense.model.change import PlanMove, Release
from superlicense.model.license import LicenseName
from superlicense.model.preview import ActivationPreview, LicenseDiff

__all__ = ["activate", "install_root", "remove_package"]

_CHANGE: Final = ("license", "total", "in_use", "free", "added", "new_total", "new_free")


@click.command()
@list_mutation
@click.argument("file", type=EXISTING_FILE)
@click.option("--dry-run", is_flag=True, help="Only show the changes. Exits with 1 if it would be refused.")
@click.option("--unattended", is_flag=True, help="Activate only if no user loses anything; otherwise keep it waiting.")
@click.option("--unsigned", is_flag=True, help="UNSAFE: FILE is the vendor's unsigned package, XML or JSON.")
@click.option("--resets-clock", is_flag=True, help="With --unsigned: correct a clock that has been wrong.")
@click.option("--release", "releases", nargs=2, multiple=True, metavar="HOLDER LICENSE", help="Release this first.")
@click.option("--move", "moves", nargs=3, multiple=True, metavar="USER OLD NEW", help="Change this plan as well.")
@click.option("--move-as-proposed", is_flag=True, help="Make the plan changes and releases that the preview proposes.")
def activate(  # noqa: PLR0913 - an argument an option
    context: CommandContext,
    file: Path,
    *,
    dry_run: bool,
    unattended: bool,
    unsigned: bool,
    resets_clock: bool,
    releases: tuple[tuple[str, str], ...],
    moves: tuple[tuple[str, str, str], ...],
    move_as_proposed: bool,
) -> ExitCode:
    """Activate the package in FILE, or show what that would change."""
    if unattended and (dry_run or unsigned or releases or moves or move_as_proposed):
        raise click.UsageError(localized("--unattended cannot be combined with other options of activate"))
    if resets_clock and not unsigned:
        raise click.UsageError(localized("--resets-clock requires --unsigned; a signed package says it itself"))
    if unattended:
        return _offer(context, file)
    if dry_run:
        context.refuse_at(localized("a preview"))
    first = tuple(Release(holder=holder, license=LicenseName.parse(name)) for holder, name in releases)
    with_it = tuple(
        PlanMove(holder=holder, old=LicenseName.parse(old), new=LicenseName.parse(new)) for holder, old, new in moves
    )
    source = _UnsignedPackage(context, file, resets_clock=resets_clock) if unsigned else _SignedPackage(context, file)
    preview = source.preview(first, with_it)
    proposes = bool(preview.proposed_moves or preview.proposed_releases)
    if move_as_proposed and proposes:
        preview = source.preview((*first, *preview.proposed_releases), (*with_it, *preview.proposed_moves))
    if move_as_proposed and not proposes and not (context.as_json or context.as_csv):
        context.output.line(context.text("nothing_proposed"))
    can, new = preview.can_be_activated, preview.is_new
    if can and not dry_run:
        source.activate(preview)
    data = {"activated": can and new and not dry_run, "waiting": False, "preview": preview_data(preview)}
    if can or dry_run:
        result = "activated" if data["activated"] else None
        context.show(data, lambda: _draw(context, preview, result, file), _table(preview))
        return ExitCode.DONE if can else ExitCode.NO
    if not context.as_json:
        context.show(data, lambda: _draw(context, preview, None, file), _table(preview))
    refused = PackageBlockedError(blocker.reason for blocker in preview.blockers)
    return context.fail(refused, data, summary=context.text("not_activated"))


class _SignedPackage:
    """A signed package."""

    def __init__(self, context: CommandContext, file: Path) -> None:
        self._context = context
        self._document = read_file(file, Kind.SIGNED_PACKAGE)

    def preview(self, releases: tuple[Release, ...], moves: tuple[PlanMove, ...]) -> ActivationPreview:
        return self._context.licensing.packages.preview(self._document, releases, moves)

    def activate(self, preview: ActivationPreview) -> None:
        self._context.licensing.packages.activate(preview, by=self._context.by, at=self._context.at)


class _UnsignedPackage:
    """The vendor's package, in XML or JSON."""

    def __init__(self, context: CommandContext, file: Path, *, resets_clock: bool) -> None:
        from superlicense.interop.superoffice import (  # noqa: PLC0415 - only for the vendor's package
            read_package_json,
            read_package_xml,
        )

        self._context = context
        self._resets_clock = resets_clock
        data = read_file(file, Kind.PACKAGE_XML, Kind.PACKAGE_JSON)
        read = read_package_json if recognize(data) is Kind.PACKAGE_JSON else read_package_xml
        self._package = read(data, time_zone=context.settings.installation.time_zone)

    def preview(self, releases: tuple[Release, ...], moves: tuple[PlanMove, ...]) -> ActivationPreview:
        packages = self._context.licensing.packages
        return packages.preview_unsigned(self._package, releases, moves, resets_clock=self._resets_clock)

    def activate(self, preview: ActivationPreview) -> None:
        self._context.licensing.packages.adopt_unsigned(
            self._package,
            by=self._context.by,
            at=self._context.at,
            releases=preview.releases,
            plan_moves=preview.plan_moves,
            resets_clock=self._resets_clock,
        )


def _draw(context: CommandContext, preview: ActivationPreview, result: str | None, file: Path) -> None:
    draw_preview(context, preview, next_command=f"superlicense activate {file} --move-as-proposed")
    if result is not None:
        context.output.answer(context.text(result), granted=True)


def _offer(context: CommandContext, file: Path) -> ExitCode:
    document = read_file(file, Kind.SIGNED_PACKAGE)
    done = context.licensing.packages.offer(document, by=context.by, at=context.at)
    context.show(
        {"activated": done.activated, "waiting": done.waiting, "preview": preview_data(done.preview)},
        lambda: _draw(
            context, done.preview, "activated" if done.activated else "kept_waiting" if done.waiting else None, file
        ),
        _table(done.preview),
    )
    return ExitCode.NO if done.waiting else ExitCode.DONE


def preview_data(preview: ActivationPreview) -> dict[str, Any]:
    """Return the preview as plain data."""
    package = preview.package
    return {
        "owner": package.owner_key,
        "company": package.company,
        "serial_number": package.serial_number,
        "issue": package.issue,
        "expires_at": package.validity.expires_at,
        "digest": preview.digest,
        "is_new": preview.is_new,
        "can_be_activated": preview.can_be_activated,
        "safe_unattended": preview.safe_unattended,
        "changes": [_change_data(one) for one in preview.changes],
        "blockers": preview.blockers,
        "effects": preview.effects,
        "releases": preview.releases,
        "plan_moves": preview.plan_moves,
        "proposed_moves": preview.proposed_moves,
        "proposed_releases": preview.proposed_releases,
    }


def _change_data(one: LicenseDiff) -> dict[str, object]:
    return {name: getattr(one, name) for name in _CHANGE}


def _table(preview: ActivationPreview) -> CsvTable:
    """Return a row for each license that changes, hidden ones included."""
    return _CHANGE, lambda: attributes(preview.changes, _CHANGE)


@click.command()
@mutation
@click.argument("file", type=EXISTING_FILE)
def install_root(context: CommandContext, file: Path) -> None:
    """Install the trust root in FILE, the successor of the one trusted now."""
    document = read_file(file, Kind.TRUST_ROOT)
    version = context.licensing.packages.install_root(document, by=context.by, at=context.at)
    context.done("root_installed", {"version": version}, version=version)


@click.command()
@mutation
@click.argument("owner")
def remove_package(context: CommandContext, owner: str) -> None:
    """Remove the package of OWNER, a partner. Every assignment of its licenses ends."""
    context.licensing.packages.remove(owner, by=context.by, at=context.at)
    context.done("package_removed", {"owner": owner.lower()}, owner=owner)

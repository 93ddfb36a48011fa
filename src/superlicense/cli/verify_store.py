"""Verifying a store: every row, every journal entry and the head, one against the other."""

from __future__ import annotations

import click

from superlicense.cli.context import CommandContext, query
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.json_output import to_plain_data
from superlicense.model.store_report import StoreReport

__all__ = ["verify_store"]


@click.command()
@query
@click.option("--earlier-head", help="A head noted before; tells if the store no longer leads to it.")
def verify_store(context: CommandContext, earlier_head: str | None) -> ExitCode:
    """Verify everything that is stored. Exits with 1 if something is wrong."""
    context.refuse_at("a store is verified as it is now")
    report = context.licensing.verify_store(earlier_head)
    context.show({"ok": report.ok, **to_plain_data(report)}, lambda: _draw(context, report))
    return ExitCode.DONE if report.ok else ExitCode.NO


def _draw(context: CommandContext, report: StoreReport) -> None:
    looked_at = context.text("looked_at", rows=report.rows, entries=report.entries)
    context.output.answer(looked_at, granted=report.ok)
    for finding in report.findings:
        place = " ".join(filter(None, (finding.table, " ".join(finding.key.splitlines()))))
        said = f"{context.label(finding.code)} ({finding.explanation})"
        context.output.answer(f"{place}: {said}" if place else said, granted=False, depth=1)
    context.output.line(f"  {context.text('head' if report.sealed else 'no_seal_key', head=report.head)}")

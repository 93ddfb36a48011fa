"""Verifying a store: every row, journal entry and the head against each other."""

from __future__ import annotations

from typing import Final

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.csv_output import attributes
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.json_output import to_plain_data
from superlicense.model.store_report import Severity, StoreReport

__all__ = ["verify_store"]

_COLUMNS: Final = ("severity", "code", "table", "key", "number", "explanation")


@click.command()
@list_query
@click.option("--earlier-head", help="A head from an earlier run; must still be part of the journal.")
def verify_store(context: CommandContext, earlier_head: str | None) -> ExitCode:
    """Verify everything that is stored. Exits with 1 if errors are found."""
    context.refuse_at("verify-store")
    report = context.licensing.verify_store(earlier_head)
    table = (_COLUMNS, lambda: attributes(report.findings, _COLUMNS))
    context.show({"ok": report.ok, **to_plain_data(report)}, lambda: _draw(context, report), table)
    return ExitCode.DONE if report.ok else ExitCode.NO


def _draw(context: CommandContext, report: StoreReport) -> None:
    problems = sum(finding.severity is Severity.ERROR for finding in report.findings)
    key = "problems_found" if problems else "verified"
    summary = context.text(key, rows=report.rows, entries=report.entries, problems=problems)
    context.output.answer(summary, granted=report.ok)
    for finding in report.findings:
        place = " ".join(filter(None, (finding.table, " ".join(finding.key.splitlines()))))
        problem = f"{context.label(finding.code)} ({finding.explanation})"
        line = f"{place}: {problem}" if place else problem
        if finding.severity is Severity.ERROR:
            context.output.answer(line, granted=False, depth=1)
        else:
            context.output.line(f"    ! {context.label(finding.severity)}: {line}", "yellow")
    last = context.text("head" if report.sealed else "no_seal_key", head=report.head)
    context.output.line(f"  {last}", whole=report.sealed)

"""Recording: usage events from a file, each counted exactly once.

Rule 1: whatever ends a recording, what is recorded stays, and the command says up
to which line. The same command goes on where it ended, because an event counts
once.

Rule 2: a line that is not a usage event ends it, unless bad lines are skipped.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click
from attrs import fields_dict

from superlicense.cli.cloud_events import usage_fields
from superlicense.cli.context import CommandContext, list_mutation
from superlicense.cli.csv_output import CsvTable
from superlicense.cli.escaping import say
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.files import write_new
from superlicense.cli.help_language import localized
from superlicense.cli.interrupts import termination_interrupts
from superlicense.cli.json_output import print_json
from superlicense.cli.jsonl import BadLine, Line, ObjectFile
from superlicense.cli.options import NEW_FILE, already_exists, instant
from superlicense.cli.wrong_file import check_list
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.model.usage import Receipt, ReceiptStatus, UsageEvent

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.progress import Progress

__all__ = ["record"]

# Usage events per transaction; larger transactions are not faster per event.
_BATCH: Final = 1000
_KNOWN: Final = fields_dict(UsageEvent)
_NEEDED: Final = ("source", "id", "meter", "quantity", "at")


@click.command()
@list_mutation
@click.argument("file", type=click.File("rb"), required=False)
@click.option(
    "--skip-bad",
    type=NEW_FILE,
    metavar="BAD",
    help="Record the good lines, and write the bad ones with their reasons to the new file BAD.",
)
def record(context: CommandContext, file: IO[bytes] | None, *, skip_bad: Path | None) -> ExitCode:
    """Record the usage events in FILE (`-` is standard input). Exits with 1 if some are rejected.

    Each line is a JSON object: {"source": "mailer", "id": "mailing-17", "meter":
    "mailings", "quantity": 250, "at": "2026-11-24T09:00:00Z"}; "corrects" names the
    event whose quantity this one replaces. CSV with these fields, a JSON list and
    CloudEvents are read as well. Duplicates are not counted again, so a file may be
    recorded again after an error. --at does not apply: each event has its own
    instant.
    """
    context.refuse_at(localized("usage events, which have their own"))
    if file is None:
        command = f"superlicense record FILE{' --skip-bad BAD' if skip_bad else ''}"
        raise click.UsageError(localized("which file is to be recorded? Use: {command}", command=command))
    if skip_bad is not None and os.path.lexists(skip_bad):
        raise already_exists(skip_bad, localized("name another file for the bad lines"))
    check_list(file)
    return _Recording(context, file, skip_bad).run()


class _Recording:
    """One run of the command: the receipts so far, and the lines that are skipped."""

    def __init__(self, context: CommandContext, file: IO[bytes], skip_bad: Path | None) -> None:
        self._context = context
        self._objects = ObjectFile(file, "usage event", known=_KNOWN, needed=_NEEDED, adapt=usage_fields)
        self._skip_bad = skip_bad
        self._counts: Counter[ReceiptStatus] = Counter()
        self._rejected: list[tuple[Line, Receipt]] = []
        self._bad: list[BadLine] = []
        self._last = 0

    def run(self) -> ExitCode:
        context = self._context
        try:
            with termination_interrupts(), _progress() as progress:
                self._record_all(progress)
        except (SuperlicenseError, KeyboardInterrupt) as stop:
            self._write_bad()
            self._show_kept()
            code = self._stopped(stop)
            self._say_how_to_go_on(stop)
            return code
        self._write_bad()
        context.show(self._data(), self._draw, self._table())
        return ExitCode.NO if self._rejected or self._bad else ExitCode.DONE

    def _record_all(self, progress: Progress) -> None:
        task = progress.add_task(self._context.text("recording"), total=self._objects.total)
        batch: list[tuple[Line, UsageEvent]] = []
        for line in self._objects:
            try:
                if isinstance(line, BadLine):
                    raise line.error
                batch.append((line, _event(line)))
            except InvalidValueError as error:
                if self._skip_bad is None:
                    self._record(batch)
                    raise
                self._bad.append(BadLine(line.number, error, line.text))
            if len(batch) >= _BATCH:
                self._record(batch)
                progress.update(task, completed=line.number, total=self._objects.total)
                batch.clear()
        self._record(batch)

    def _record(self, batch: list[tuple[Line, UsageEvent]]) -> None:
        if not batch:
            return
        receipts = self._context.licensing.meters.record([event for _, event in batch], by=self._context.by)
        for (line, _), receipt in zip(batch, receipts, strict=True):
            self._counts[receipt.status] += 1
            if receipt.status in (ReceiptStatus.CONFLICT, ReceiptStatus.REFUSED):
                self._rejected.append((line, receipt))
        self._last = batch[-1][0].number

    def _stopped(self, stop: SuperlicenseError | KeyboardInterrupt) -> ExitCode:
        context = self._context
        if isinstance(stop, SuperlicenseError):
            return context.fail(stop, self._data())
        text = context.text("interrupted")
        say(f"superlicense: {text}", err=True)
        if context.as_json:
            print_json({**self._data(), "error": {"code": "interrupted", "message": text, "reasons": []}})
        return ExitCode.NO

    def _say_how_to_go_on(self, stop: SuperlicenseError | KeyboardInterrupt) -> None:
        keys = ["record_kept" if self._last else "record_nothing"]
        if isinstance(stop, InvalidValueError):
            keys.append("record_skip")
        for key in keys:
            say(self._context.text(key, line=self._last), err=True)

    def _write_bad(self) -> None:
        """Write the lines that do not count, in the order of the file, each as a line of JSON."""
        if self._skip_bad is None:
            return
        words = self._context.words
        bad = [(line.number, line.error.code, words(line.error), line.text) for line in self._bad]
        for line, receipt in self._rejected:
            code = receipt.code or receipt.status
            bad.append((line.number, code, self._context.label(code), line.text))
        if bad:
            names = ("line", "code", "reason", "text")
            lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in sorted(bad)]
            write_new(self._skip_bad, "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))

    def _data(self) -> dict[str, object]:
        rejected = [
            {"line": line.number, "status": receipt.status, "code": receipt.code, "event": receipt.event}
            for line, receipt in self._rejected
        ]
        skipped = {} if self._skip_bad is None else {"skipped": len(self._bad)}
        return {**{str(status): self._counts[status] for status in ReceiptStatus}, **skipped, "rejected": rejected}

    def _table(self) -> CsvTable:
        """Return a row for each line that does not count, in the order of the file."""
        bad = [(line.number, ReceiptStatus.REFUSED, line.error.code, None, None) for line in self._bad]
        rejected = [
            (line.number, receipt.status, receipt.code, receipt.event.source, receipt.event.id)
            for line, receipt in self._rejected
        ]
        return ("line", "status", "code", "source", "id"), lambda: sorted((*bad, *rejected), key=itemgetter(0))

    def _show_kept(self) -> None:
        """Show what was recorded before the recording stopped; JSON has it beside the error."""
        if not self._context.as_json:
            self._context.show(None, lambda: self._draw(whole=False), self._table())

    def _draw(self, *, whole: bool = True) -> None:
        context = self._context
        counted = ", ".join(
            f"{context.label(status)}: {context.words.number(self._counts[status])}" for status in ReceiptStatus
        )
        context.output.answer(counted, granted=whole and not self._rejected and not self._bad)
        if self._skip_bad is not None and (self._bad or self._rejected):
            bad = len(self._bad) + len(self._rejected)
            context.output.line(f"    {context.text('bad_lines', lines=bad, file=self._skip_bad)}")
            return
        for line, receipt in self._rejected:
            why = "" if receipt.code is None else context.label(receipt.code)
            event = f"{receipt.event.source}/{receipt.event.id}"
            text = context.text("rejected", line=line.number, event=event, why=why)
            context.output.answer(text, granted=False, depth=1)


def _event(line: Line) -> UsageEvent:
    """Return the usage event of *line*.

    Raises:
        InvalidValueError: The line is not a usage event; the path names the line.
    """
    at = instant(f"{line.place}.at", line.fields["at"])
    try:
        return UsageEvent(**{**line.fields, "at": at})
    except InvalidValueError as error:
        raise error.within(line.place) from error


def _progress() -> AbstractContextManager[Progress]:
    """Return a progress bar on standard error; disabled unless that is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - only here
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)

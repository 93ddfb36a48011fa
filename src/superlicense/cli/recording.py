"""Recording: usage events from a JSON Lines file, each counted exactly once."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

import click
from attrs import fields_dict

from superlicense.cli.context import CommandContext, mutation
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.jsonl import Line, read_objects
from superlicense.cli.options import instant
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


class _Summary:
    """Receipts so far."""

    def __init__(self) -> None:
        self.counts: Counter[ReceiptStatus] = Counter()
        self.rejected: list[tuple[int, Receipt]] = []

    def add(self, lines: Iterable[Line], receipts: Iterable[Receipt]) -> None:
        for line, receipt in zip(lines, receipts, strict=True):
            self.counts[receipt.status] += 1
            if receipt.status in (ReceiptStatus.CONFLICT, ReceiptStatus.REFUSED):
                self.rejected.append((line.number, receipt))

    def data(self) -> dict[str, object]:
        rejected = [
            {"line": number, "status": receipt.status, "code": receipt.code, "event": receipt.event}
            for number, receipt in self.rejected
        ]
        return {**{str(status): self.counts[status] for status in ReceiptStatus}, "rejected": rejected}


@click.command()
@mutation
@click.argument("file", type=click.File("rb"))
def record(context: CommandContext, file: IO[bytes]) -> ExitCode:
    """Record the usage events in FILE (`-` is standard input). Exits with 1 if some are rejected.

    Each line is a JSON object: {"source": "mailer", "id": "mailing-17", "meter":
    "mailings", "quantity": 250, "at": "2026-11-24T09:00:00Z"}; "corrects" names the
    event whose quantity this one replaces. Duplicates are not counted again, so a
    file may be recorded again after an error. --at does not apply: each event has
    its own instant.
    """
    context.refuse_at("usage events, which have their own")
    summary = _Summary()
    lines = read_objects(file, "usage event", known=_KNOWN, needed=_NEEDED)
    try:
        with _progress() as progress:
            task = progress.add_task(context.text("recording"), total=None)
            while batch := list(islice(lines, _BATCH)):
                summary.add(batch, context.licensing.meters.record([_event(line) for line in batch], by=context.by))
                progress.update(task, advance=len(batch))
    except SuperlicenseError as error:
        if not context.as_json:
            _draw(context, summary, whole=False)
        return context.fail(error, summary.data())
    context.show(summary.data(), lambda: _draw(context, summary))
    return ExitCode.NO if summary.rejected else ExitCode.DONE


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


def _draw(context: CommandContext, summary: _Summary, *, whole: bool = True) -> None:
    counted = ", ".join(f"{context.label(status)}: {summary.counts[status]}" for status in ReceiptStatus)
    context.output.answer(counted, granted=whole and not summary.rejected)
    for number, receipt in summary.rejected:
        why = "" if receipt.code is None else context.label(receipt.code)
        event = f"{receipt.event.source}/{receipt.event.id}"
        context.output.answer(context.text("rejected", line=number, event=event, why=why), granted=False, depth=1)

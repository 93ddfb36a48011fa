"""An ingestion worker: usage events from a queue, and a webhook for each level that is crossed.

Lines come in at least once and count exactly once: a line is acknowledged after it is recorded,
and a line that comes again is a duplicate. Lines are JSON, plain or CloudEvents:

    {"source": "mailer", "id": "m-1", "meter": "mailings", "quantity": 250, "at": "2026-11-24T09:00:00Z"}
    {"specversion": "1.0", "type": "usage", "source": "mailer", "id": "m-1", "time": "2026-11-24T09:00:00Z",
     "data": {"meter": "mailings", "quantity": 250}}

Run it with a store, and the events on standard input:

    python docs/examples/ingestion_worker.py sqlite:///crm.db https://example.com/hook < events.jsonl
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import superlicense as sl

BATCH = 500  # a transaction of 500 events costs little more than one of 50
ATTEMPTS = 5  # after 1, 2, 4 and 8 seconds

T = TypeVar("T")


class HookError(Exception):
    """The webhook did not take a crossing."""


def event_of(line: str) -> sl.UsageEvent:
    """Return the usage event in *line*.

    Raises:
        ValueError: it is not one. Quantities and names are judged by the receipt instead.
    """
    try:
        data = json.loads(line)
        usage = data["data"] if "specversion" in data else data
        return sl.UsageEvent(
            source=data["source"],
            id=data["id"],
            meter=usage["meter"],
            quantity=usage["quantity"],
            at=datetime.fromisoformat(data["time"] if "specversion" in data else data["at"]),
            corrects=usage.get("corrects"),
        )
    except (KeyError, TypeError, AttributeError, sl.InvalidValueError) as error:
        raise ValueError(f"not a usage event: {error!r}") from error


@dataclass
class Counts:
    """What became of the lines."""

    accepted: int = 0
    duplicates: int = 0
    # Lines that will never count, with the reason: for people to look at, not to send again.
    refused: list[tuple[str, str]] = field(default_factory=list)
    sent_crossings: int = 0
    # Whether the webhook did not take a crossing, which the next batch or run sends.
    webhook_failed: bool = False


@dataclass
class Worker:
    """A worker on one installation.

    Attributes:
        licensing: Where usage is recorded.
        post: Sends a crossing to the webhook; raises `HookError` if it was not taken.
        cursor: The file with the id of the last crossing that was sent.
        wait: Waits for so many seconds.
        counts: What became of the lines so far.
    """

    licensing: sl.Licensing
    post: Callable[[dict[str, Any]], None]
    cursor: Path
    wait: Callable[[int], None] = time.sleep
    counts: Counts = field(default_factory=Counts)

    def run(self, lines: Iterable[str], acknowledge: Callable[[int], None] = lambda _: None) -> Counts:
        """Record *lines* in batches, and send crossings after each.

        Args:
            lines: The lines, in any order; a correction comes after its original.
            acknowledge: Called with the number of lines that need not be sent again.
        """
        for batch in batches(lines, BATCH):
            self.record(batch)
            acknowledge(len(batch))
            self.send_crossings()
        return self.counts

    def record(self, lines: list[str]) -> None:
        """Record one batch in one transaction; nothing is lost or counted twice if it has to be sent again."""
        events, texts = [], []
        for line in lines:
            try:
                events.append(event_of(line))
                texts.append(line)
            except ValueError as error:
                self.counts.refused.append((line, str(error)))
        receipts = self._retried(lambda: self.licensing.meters.record(events, by="ingestion"))
        for line, receipt in zip(texts, receipts, strict=True):
            if receipt.status is sl.ReceiptStatus.ACCEPTED:
                self.counts.accepted += 1
            elif receipt.status is sl.ReceiptStatus.DUPLICATE:
                self.counts.duplicates += 1
            else:
                self.counts.refused.append((line, str(receipt.code)))

    def send_crossings(self) -> None:
        """Send the crossings after the cursor, which moves after each; the receiver knows repeated ones by their id."""
        after = self.cursor.read_text("utf-8") if self.cursor.exists() else None
        for crossing in self._retried(lambda: self.licensing.meters.crossings(after)):
            try:
                self._retried(lambda crossing=crossing: self.post(crossing.to_dict()))  # type: ignore[misc]  # bound now
            except HookError:
                # The cursor stays, and the next batch tries again. Recording goes on without the webhook.
                self.counts.webhook_failed = True
                return
            moved = self.cursor.with_suffix(".new")
            moved.write_text(crossing.id, "utf-8")
            moved.replace(self.cursor)
            self.counts.sent_crossings += 1
        self.counts.webhook_failed = False

    def _retried(self, act: Callable[[], T]) -> T:
        """Return what *act* returns, after a few attempts if the store or the webhook cannot be reached."""
        for attempt in range(ATTEMPTS - 1):
            try:
                return act()
            except (sl.StoreUnavailableError, sl.StoreBusyError, HookError):
                self.wait(2**attempt)
        return act()


def batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield the lines that are not blank, *size* at a time."""
    rest = (line for line in lines if line.strip())
    while batch := list(islice(rest, size)):
        yield batch


def webhook(url: str) -> Callable[[dict[str, Any]], None]:
    """Return what posts a crossing to *url*."""

    def post(crossing: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": crossing["id"]}
        request = Request(url, json.dumps(crossing).encode(), headers)  # noqa: S310 - the operator's own address
        try:
            with urlopen(request, timeout=10):  # noqa: S310 - as above
                pass
        except OSError as error:
            raise HookError(url) from error

    return post


def main() -> int:
    """Record standard input, and return 1 if crossings wait for the webhook."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - tests bring a store of their own

    from superlicense.adapters.sqlalchemy import SqlStore  # noqa: PLC0415 - as above

    _, url, hook = sys.argv
    store = SqlStore(create_engine(url))
    store.migrate()
    ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    licensing = sl.Licensing(store, ours, trust=None, meters=sl.catalog.meters.STANDARD)
    counts = Worker(licensing, webhook(hook), Path("crossings.cursor")).run(sys.stdin)
    print(f"accepted {counts.accepted}, duplicates {counts.duplicates}, crossings {counts.sent_crossings}")
    for line, reason in counts.refused:
        print(f"refused: {reason}: {line.strip()}", file=sys.stderr)
    if counts.webhook_failed:
        print(f"{hook} did not take a crossing; the next run sends it", file=sys.stderr)
    return int(counts.webhook_failed)


if __name__ == "__main__":
    sys.exit(main())

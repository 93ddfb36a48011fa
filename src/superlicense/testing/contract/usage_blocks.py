"""Building blocks of the usage contract tests: blocks that record usage."""

from __future__ import annotations

from collections.abc import Callable

from superlicense.model.meter_month import MeterMonth, UsageHead, UsageRow
from superlicense.model.site import Installation
from superlicense.ports import Store, Usage
from superlicense.testing.contract.blocks import Boom
from superlicense.testing.samples import NORDVIK, user_row
from superlicense.testing.usage_samples import (
    NOVEMBER,
    OCTOBER,
    crossing_of,
    usage_row,
)

__all__ = ["add_one", "kept", "opened", "record", "record_and_fail", "with_head", "write_and_fail"]


def record(store: Store, *rows: UsageRow, installation: Installation = NORDVIK) -> bool:
    """Store *rows* in a separate block."""
    with store.recording(installation) as usage:
        return usage.keep(rows)


def opened(store: Store, *books: MeterMonth, installation: Installation = NORDVIK) -> None:
    """Open meter months in a separate block."""
    with store.recording(installation) as usage:
        usage.take_head()
        usage.open(books)


def kept(store: Store, installation: Installation = NORDVIK) -> list[UsageRow]:
    """Return all stored usage events."""
    with store.reading(installation) as view:
        return list(view.usage.events())


def add_one(usage: Usage, meter: str = "mailings") -> None:
    """Lock the meter month of November, increment its total, and save it."""
    books = usage.take([(NOVEMBER, meter)])[NOVEMBER, meter]
    usage.save([books._replace(total=books.total + 1)])


def with_head(store: Store, task: Callable[[Usage], None]) -> None:
    """Run *task* in a block that holds the head lock."""
    with store.recording(NORDVIK) as usage:
        usage.take_head()
        task(usage)


def record_and_fail(store: Store) -> None:
    """Write a row of each kind, and raise an error before the block ends."""
    with store.recording(NORDVIK) as usage:
        usage.take_head()
        usage.keep([usage_row(1)])
        add_one(usage)
        usage.cross([(1, crossing_of())])
        usage.freeze(OCTOBER, b"{}")
        usage.save_head(UsageHead(OCTOBER, 1))
        raise Boom


def write_and_fail(store: Store) -> None:
    """Write a user and usage, and raise an error before the block ends."""
    with store.writing(NORDVIK) as view:
        view.facts.start(user_row(1))
        view.usage.take_head()
        add_one(view.usage)
        raise Boom

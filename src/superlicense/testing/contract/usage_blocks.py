"""What the contract's tests of usage are made of: blocks that record."""

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
    """Keep *rows* in a block of their own."""
    with store.recording(installation) as usage:
        return usage.add_events(rows)


def opened(store: Store, *books: MeterMonth, installation: Installation = NORDVIK) -> None:
    """Open *books* in a block of their own."""
    with store.recording(installation) as usage:
        usage.lock_head()
        usage.add_meter_months(books)


def kept(store: Store, installation: Installation = NORDVIK) -> list[UsageRow]:
    """Give every event that is stored."""
    with store.reading(installation) as view:
        return list(view.usage.events())


def add_one(usage: Usage, meter: str = "mailings") -> None:
    """Take the books of November, count one more, and save them."""
    books = usage.lock_meter_months([(NOVEMBER, meter)])[NOVEMBER, meter]
    usage.save_meter_months([books._replace(total=books.total + 1)])


def with_head(store: Store, task: Callable[[Usage], None]) -> None:
    """Do *task* in a block that has taken the head."""
    with store.recording(NORDVIK) as usage:
        usage.lock_head()
        task(usage)


def record_and_fail(store: Store) -> None:
    """Write something of everything, and raise an error before the block ends."""
    with store.recording(NORDVIK) as usage:
        usage.lock_head()
        usage.add_events([usage_row(1)])
        add_one(usage)
        usage.add_crossings([(1, crossing_of())])
        usage.add_statement(OCTOBER, b"{}")
        usage.save_head(UsageHead(OCTOBER, 1))
        raise Boom


def write_and_fail(store: Store) -> None:
    """Write a user and usage, and raise an error before the block ends."""
    with store.writing(NORDVIK) as view:
        view.facts.start(user_row(1))
        view.usage.lock_head()
        add_one(view.usage)
        raise Boom

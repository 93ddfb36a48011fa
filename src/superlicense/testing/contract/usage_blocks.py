"""Blocks that record, for the contract's tests of usage."""

from __future__ import annotations

from collections.abc import Callable

from superlicense.codec import StoredMeterMonth
from superlicense.model.meter_month import UsageRow
from superlicense.model.site import Installation
from superlicense.ports import Store, Usage
from superlicense.testing.contract.blocks import Boom
from superlicense.testing.samples import NORDVIK, user_row
from superlicense.testing.usage_samples import (
    NOVEMBER,
    OCTOBER,
    crossing_of,
    head_of,
    usage_month_of,
    usage_row,
)

__all__ = [
    "add_one",
    "counting_one_more",
    "open_meter_months",
    "record",
    "record_and_fail",
    "stored_events",
    "with_head",
    "write_and_fail",
]


def record(store: Store, *rows: UsageRow, installation: Installation = NORDVIK) -> bool:
    """Add *rows* in a block of their own."""
    with store.recording(installation) as usage:
        return usage.add_events(rows)


def open_meter_months(store: Store, *meter_months: StoredMeterMonth, installation: Installation = NORDVIK) -> None:
    """Add *meter_months* in a block of their own."""
    with store.recording(installation) as usage:
        usage.lock_head()
        usage.add_meter_months(meter_months)


def stored_events(store: Store, installation: Installation = NORDVIK) -> list[UsageRow]:
    """Return every stored event."""
    with store.reading(installation) as view:
        return list(view.usage.events())


def add_one(usage: Usage, meter: str = "mailings") -> None:
    """Lock the meter month of November, count one more, and save it."""
    one = usage.lock_meter_months([(NOVEMBER, meter)])[NOVEMBER, meter]
    usage.save_meter_months([counting_one_more(one)])


def counting_one_more(stored: StoredMeterMonth) -> StoredMeterMonth:
    """Return *stored* with a total that is one higher."""
    one = stored.noun()
    return StoredMeterMonth.of(one._replace(total=one.total + 1))


def with_head(store: Store, task: Callable[[Usage], None]) -> None:
    """Run *task* in a block that has locked the head."""
    with store.recording(NORDVIK) as usage:
        usage.lock_head()
        task(usage)


def record_and_fail(store: Store) -> None:
    """Write something of each kind, and raise an error before the block ends."""
    with store.recording(NORDVIK) as usage:
        usage.lock_head()
        usage.add_months([usage_month_of()])
        usage.add_events([usage_row(1)])
        add_one(usage)
        usage.add_crossings([(1, crossing_of())])
        usage.add_statement(OCTOBER, b"{}")
        usage.save_head(head_of(OCTOBER, 1))
        raise Boom


def write_and_fail(store: Store) -> None:
    """Write a user and usage, and raise an error before the block ends."""
    with store.writing(NORDVIK) as view:
        view.facts.start(user_row(1))
        view.usage.lock_head()
        add_one(view.usage)
        raise Boom

"""What a story of metering draws from: zones, instants, price lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import superlicense as sl
from tests.stress.recount_months import Terms

WORKER_KNOWS = frozenset(meter.code for meter in sl.catalog.meters.STANDARD)
ZONES = (
    "UTC",
    "Europe/Copenhagen",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Pago_Pago",
)
# So that on the way clocks change, Apia skips a day, and St. John's changes at a month's start.
BEGINNINGS = (
    datetime(2026, 10, 20, 9, 13, tzinfo=UTC),
    datetime(2026, 3, 20, 9, 13, tzinfo=UTC),
    datetime(2011, 12, 20, 9, 13, tzinfo=UTC),
    datetime(2009, 10, 20, 9, 13, tzinfo=UTC),
)
MICROSECOND = timedelta(microseconds=1)
STEPS = (
    timedelta(0),
    MICROSECOND,
    timedelta(minutes=7),
    timedelta(hours=11),
    timedelta(days=2),
    timedelta(days=9),
    timedelta(days=19),
    timedelta(days=37),
)
BACK = (
    timedelta(0),
    MICROSECOND,
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=11),
    timedelta(days=33),
    timedelta(days=64),
    -timedelta(minutes=5),
    -timedelta(minutes=5, microseconds=1),
)
SEAL_KEY = bytes(range(32))


def price_list(draw: Random) -> dict[str, Terms]:
    """Draw a price list; two meters are always sold, because a worker without meters records them."""
    rules = {"mailings": "sum", "storage": draw.choice(["last", "last", "peak", "mean_of_daily_peaks"])}
    for code, rule in (("chat_sessions", "sum"), ("peak", "peak"), ("mean", "mean_of_daily_peaks")):
        if draw.random() < 0.6:
            rules[code] = draw.choice(["peak", "last", rule]) if code != "chat_sessions" else rule
    return {
        code: Terms(
            code=code,
            rule=rule,
            included=draw.choice([0, 1, 100, 1000]),
            per_user=draw.choice([0, 0, 1, 50]),
            block=draw.choice([1, 7, 100]),
            price=Decimal(draw.choice(["0", "0.335", "12", "0.005"])),
        )
        for code, rule in rules.items()
    }


def noun(terms: Terms) -> sl.Meter:
    """Return the meter of *terms*."""
    return sl.Meter(
        code=terms.code,
        unit="unit",
        kind=sl.MeterKind.COUNTER if terms.rule == "sum" else sl.MeterKind.GAUGE,
        aggregation=sl.Aggregation(terms.rule),
        included=terms.included,
        included_per_user=terms.per_user,
        block_size=terms.block,
        price_per_block=terms.price,
        currency="DKK",
    )


def answers(receipts: tuple[sl.Receipt, ...]) -> list[str]:
    """Return the receipts as words."""
    return [str(one.code or one.status) for one in receipts]

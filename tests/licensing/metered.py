"""What the stories of metering share: two meters, reports, and short ways to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from tests.installation import SALES, START, furnish

NOVEMBER, DECEMBER, JANUARY = sl.Month(2026, 11), sl.Month(2026, 12), sl.Month(2027, 1)
MICROSECOND = timedelta(microseconds=1)
DISK = evolve(meters.STORAGE, included=1000, aggregation=sl.Aggregation.LAST)
MAILS = evolve(meters.MAILINGS, included_per_user=100, price_per_block=Decimal("0.5"), currency="DKK")
NUMBERS = count()

Open = Callable[..., sl.Licensing]


def with_users(licensing: sl.Licensing, *names: str) -> sl.Licensing:
    return furnish(licensing, *names, "cy", holders=dict.fromkeys(names, SALES))


def sent(quantity: int, at: datetime = START, *, name: str = "", corrects: str | None = None) -> sl.UsageEvent:
    id_ = name or str(next(NUMBERS))
    return sl.UsageEvent(source="mailer", id=id_, meter="mailings", quantity=quantity, at=at, corrects=corrects)


def stored(quantity: int, at: datetime = START, *, name: str = "", corrects: str | None = None) -> sl.UsageEvent:
    return evolve(sent(quantity, at, name=name, corrects=corrects), meter="storage")


def statuses(receipts: tuple[sl.Receipt, ...]) -> list[str]:
    return [str(one.code or one.status) for one in receipts]


def used(licensing: sl.Licensing, month: sl.Month | str = NOVEMBER, at: datetime | None = None) -> dict[str, int]:
    return {one.meter: one.used for one in licensing.meters.usage(month, at=at)}


def levels(licensing: sl.Licensing) -> list[tuple[str, str, int]]:
    return [(one.meter, str(one.month), one.level) for one in licensing.meters.crossings()]

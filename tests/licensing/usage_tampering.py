"""Usage that is changed behind the store's back, as by someone who can write to the database."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

import superlicense as sl
from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.memory_usage import StoredUsage
from superlicense.catalog import meters
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from tests.installation import INSTALLATION, SALES, START, Clock, furnish, open_licensing

NOVEMBER = sl.Month(2026, 11)
KEY = b"k" * 32
MAILS = evolve(meters.MAILINGS, included_per_user=100)


def sent(name: str, quantity: int = 60, **more: str) -> sl.UsageEvent:
    return sl.UsageEvent(source="mailer", id=name, meter="mailings", quantity=quantity, at=START, **more)


def metered(store: sl.Store) -> sl.Licensing:
    """Return an installation with a user, two mails, a crossing, and a closed October."""
    firm = furnish(opened(store), "anna", holders={"anna": SALES})
    firm.meters.record([sent("a"), sent("b", 1)])
    firm.meters.record([evolve(sent("late"), at=START - timedelta(days=40))])
    firm.meters.close("2026-10", by="billing")
    return firm


def opened(store: sl.Store, clock: Clock | None = None, **options: object) -> sl.Licensing:
    given: dict[str, object] = {"seal_key": KEY, "meters": (MAILS,), "clock": clock or Clock(), **options}
    return open_licensing(store, **given)  # type: ignore[arg-type]


def shelf(store: MemoryStore) -> StoredUsage:
    """Look behind the store's back."""
    return store._find(INSTALLATION.key).usage  # noqa: SLF001 - as an attacker who can write to the database


def edit_a_meter_month(usage: StoredUsage, **fields: object) -> None:
    """Replace fields of the meter month of November, and leave its seal as it is."""
    key = (NOVEMBER, "mailings")
    kept = usage.meter_months[key]
    usage.meter_months[key] = StoredMeterMonth.of(kept.noun()._replace(**fields), kept.seal)  # type: ignore[arg-type]  # any of them


def edit_a_month(usage: StoredUsage, month: sl.Month = NOVEMBER, **fields: object) -> None:
    """Replace fields of a month, and leave its seal as it is."""
    kept = usage.months[month]
    usage.months[month] = StoredUsageMonth.of(kept.noun()._replace(**fields), kept.seal)  # type: ignore[arg-type]  # any of them


def lower_the_total(usage: StoredUsage) -> None:
    edit_a_meter_month(usage, total=1)


def lower_the_peak(usage: StoredUsage) -> None:
    edit_a_month(usage, peak=0)


def copy_another_month(usage: StoredUsage) -> None:
    usage.months[NOVEMBER] = usage.months[sl.Month(2026, 10)]._replace(month=NOVEMBER, closed=False)


def copy_another_meter_month(usage: StoredUsage) -> None:
    usage.meter_months[NOVEMBER, "mailings"] = usage.meter_months[sl.Month(2026, 10), "mailings"]._replace(
        month=NOVEMBER
    )


def edit_an_event(usage: StoredUsage) -> None:
    row = usage.events["mailer", "a"]
    edited = row._replace(event=evolve(row.event, quantity=1))
    usage.events["mailer", "a"] = edited
    usage.of_home[row.counted_in, "mailings"]["mailer", "a"] = edited


def remove_an_event(usage: StoredUsage) -> None:
    del usage.events["mailer", "a"]


def remove_a_meter_month(usage: StoredUsage) -> None:
    del usage.meter_months[NOVEMBER, "mailings"]


def remove_a_month(usage: StoredUsage) -> None:
    del usage.months[NOVEMBER]


def open_a_closed_month(usage: StoredUsage) -> None:
    usage.head = StoredUsageHead.of(usage.head.noun()._replace(closed_through=None), usage.head.seal)


def count_less(usage: StoredUsage) -> None:
    lower_the_total(usage)


def drop_a_crossing(usage: StoredUsage) -> None:
    usage.crossings.pop()


def drop_a_statement(usage: StoredUsage) -> None:
    usage.statements.clear()


def rewrite_a_statement(usage: StoredUsage) -> None:
    ((month, written),) = usage.statements.items()
    usage.statements[month] = written.replace(b'"used":60', b'"used":50')


def scribble_over_the_state(usage: StoredUsage) -> None:
    edit_a_meter_month(usage, state="?")


def unreadable_month(usage: StoredUsage) -> None:
    usage.months[NOVEMBER] = StoredUsageMonth.of_text(NOVEMBER, closed=False, text="{", seal=None)


def unreadable_meter_month(usage: StoredUsage) -> None:
    text = '{"of_a_newer_version":1}'
    kept = StoredMeterMonth.of_text(NOVEMBER, "mailings", closed=False, text=text, seal=None)
    usage.meter_months[NOVEMBER, "mailings"] = kept


def count_an_event_more(usage: StoredUsage) -> None:
    edit_a_meter_month(usage, event_count=9)


def lower_the_closed_total(usage: StoredUsage) -> None:
    key = (sl.Month(2026, 10), "mailings")
    usage.meter_months[key] = StoredMeterMonth.of(usage.meter_months[key].noun()._replace(total=1))

"""Usage with a seal key: tampering is found, and nothing is written to a tampered record."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.memory_usage import StoredUsage
from superlicense.catalog import meters
from superlicense.model.meter_month import UsageHead
from tests.installation import INSTALLATION, SALES, START, Clock, furnish, open_licensing

NOVEMBER = sl.Month(2026, 11)
KEY = b"k" * 32
MAILS = evolve(meters.MAILINGS, included_per_user=100)


def sent(name: str, quantity: int = 60, **more: str) -> sl.UsageEvent:
    return sl.UsageEvent(source="mailer", id=name, meter="mailings", quantity=quantity, at=START, **more)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def firm(store: MemoryStore) -> sl.Licensing:
    """An installation with a user, two mails, a crossing, and a closed October."""
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
    return store._installation(INSTALLATION).usage  # noqa: SLF001 - as an attacker who can write to the database


def test_sealed_usage_is_recorded_and_read_like_any_other(firm: sl.Licensing, store: MemoryStore) -> None:
    assert [str(one.status) for one in firm.meters.record([sent("a"), sent("c", 7)])] == ["duplicate", "accepted"]
    firm.meters.record([sent("d", 0, corrects="a")])
    assert [one.used for one in firm.meters.usage(NOVEMBER)] == [8]
    assert [one.used for one in firm.meters.usage(NOVEMBER, at=START - timedelta(seconds=1))] == [0]
    assert [one.level for one in firm.meters.crossings(month=NOVEMBER)] == [50]
    statement = firm.meters.statement("2026-10")
    assert statement.closed
    assert statement.seal_head is not None
    firm.meters.record([evolve(sent("later"), at=START - timedelta(days=39))])
    assert firm.verify_store(statement.seal_head).ok
    assert firm.meters.statement(NOVEMBER).seal_head is None
    assert firm.verify_store().ok
    assert all(row.seal is not None for row in shelf(store).events.values())
    assert all(one.seal is not None for one in shelf(store).meter_months.values())
    assert shelf(store).head.seal is not None


def lower_the_total(usage: StoredUsage) -> None:
    key = (NOVEMBER, "mailings")
    usage.meter_months[key] = usage.meter_months[key]._replace(total=1)


def copy_another_meter_month(usage: StoredUsage) -> None:
    usage.meter_months[NOVEMBER, "mailings"] = usage.meter_months[sl.Month(2026, 10), "mailings"]._replace(
        month=NOVEMBER
    )


@pytest.mark.parametrize("tamper", [lower_the_total, copy_another_meter_month])
def test_a_tampered_meter_month_is_not_written_to(
    firm: sl.Licensing, store: MemoryStore, tamper: Callable[[StoredUsage], None]
) -> None:
    tamper(shelf(store))
    before = dict(shelf(store).events)
    for task in (
        lambda: firm.meters.record([sent("c")]),
        lambda: firm.meters.usage(NOVEMBER),
        lambda: firm.meters.statement(NOVEMBER),
    ):
        with pytest.raises(sl.TamperedStoreError):
            task()
    assert shelf(store).events == before
    assert firm.gate.login("anna", sl.Client.WEB)
    meter_months = dict(shelf(store).meter_months)
    firm.seats.release("anna", SALES, by="admin")
    assert shelf(store).meter_months == meter_months
    assert not firm.gate.login("anna", sl.Client.WEB)
    assert not firm.verify_store().ok


def test_a_tampered_event_gives_no_answer(firm: sl.Licensing, store: MemoryStore) -> None:
    edit_an_event(shelf(store))
    with pytest.raises(sl.TamperedStoreError, match="mailer/a"):
        firm.meters.record([sent("a")])
    with pytest.raises(sl.TamperedStoreError, match="mailer/a"):
        firm.meters.usage(NOVEMBER, at=START - timedelta(seconds=1))


def test_a_tampered_head_stops_what_needs_it(firm: sl.Licensing, store: MemoryStore) -> None:
    open_a_closed_month(shelf(store))
    with pytest.raises(sl.TamperedStoreError, match="head"):
        firm.meters.close(NOVEMBER, by="billing")


def test_corrections_are_verified_without_a_key_too(store: MemoryStore) -> None:
    firm = opened(store, seal_key=None, meters=(MAILS, meters.STORAGE))
    firm.meters.record([sent("a", 10), evolve(sent("level"), meter="storage")])
    firm.meters.record([sent("b", 4, corrects="a")])
    assert firm.verify_store().ok


def edit_an_event(usage: StoredUsage) -> None:
    row = usage.events["mailer", "a"]
    edited = row._replace(event=evolve(row.event, quantity=1))
    usage.events["mailer", "a"] = edited
    usage.of_meter["mailings"] = [edited if one is row else one for one in usage.of_meter["mailings"]]


def remove_an_event(usage: StoredUsage) -> None:
    del usage.events["mailer", "a"]


def remove_a_meter_month(usage: StoredUsage) -> None:
    del usage.meter_months[NOVEMBER, "mailings"]


def open_a_closed_month(usage: StoredUsage) -> None:
    usage.head = UsageHead(None, usage.head.crossing_count, usage.head.seal)


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
    key = (NOVEMBER, "mailings")
    usage.meter_months[key] = usage.meter_months[key]._replace(state="?")


@pytest.mark.parametrize(
    ("tamper", "tables"),
    [
        (edit_an_event, "usage_events"),
        (remove_an_event, "usage_meter_months"),
        (remove_a_meter_month, "usage_meter_months"),
        (open_a_closed_month, "usage_head"),
        (count_less, "usage_meter_months"),
        (drop_a_crossing, "usage_crossings"),
        (drop_a_statement, "usage_meter_months usage_statements"),
        (rewrite_a_statement, "usage_meter_months usage_statements"),
        (scribble_over_the_state, "usage_meter_months"),
    ],
)
def test_verifying_the_store_names_what_was_changed(
    firm: sl.Licensing, store: MemoryStore, tamper: Callable[[StoredUsage], None], tables: str
) -> None:
    assert firm.verify_store().ok
    tamper(shelf(store))
    assert {one.table for one in firm.verify_store().findings} == set(tables.split())


def test_a_peak_that_differs_from_history_is_found_without_a_key(store: MemoryStore) -> None:
    firm = furnish(opened(store, seal_key=None), "anna", holders={"anna": SALES})
    assert firm.verify_store().ok
    key = (NOVEMBER, "mailings")
    for peak, ok in ((1, True), (0, False), (9, False)):
        kept = shelf(store).meter_months[key]
        shelf(store).meter_months[key] = kept._replace(peak=peak)
        assert firm.verify_store().ok is ok


def test_a_peak_within_one_instant_is_not_a_finding(store: MemoryStore) -> None:
    firm = furnish(opened(store), "anna", "bo", holders={"anna": SALES})
    firm.seats.release("anna", SALES, by="admin")
    firm.seats.assign("bo", SALES, by="admin")
    firm.seats.assign("anna", SALES, by="admin")
    firm.seats.release("bo", SALES, by="admin")
    assert firm.meters.usage(NOVEMBER)[0].users == 2
    assert firm.verify_store().ok


def move_a_crossing(usage: StoredUsage) -> None:
    usage.crossings.append(evolve(usage.crossings.pop(), at=START - timedelta(days=1)))


def close_a_month(usage: StoredUsage) -> None:
    key = (NOVEMBER, "mailings")
    usage.meter_months[key] = usage.meter_months[key]._replace(closed=True)


def replace_a_statement(usage: StoredUsage) -> None:
    usage.statements.update(dict.fromkeys(usage.statements, b"{}"))


NOT_SEALED = "have not the seal of their contents"


@pytest.mark.parametrize(
    ("tamper", "finding"),
    [
        (move_a_crossing, "row_edited: usage_crossings are not those that the head ends with"),
        (drop_a_crossing, "count_differs: usage_crossings are 1; the head tells of 2"),
        (remove_a_meter_month, "count_differs: usage_meter_months are 1; the head tells of 2"),
        (replace_a_statement, "row_unreadable: usage_statements mailings/2026-10 cannot be read"),
        (
            rewrite_a_statement,
            f"row_edited: usage_meter_months mailings/2026-10 {NOT_SEALED}, or of their statement",
        ),
        (close_a_month, "row_edited: usage_meter_months mailings/2026-11 are closed, and the journal has them open"),
    ],
)
def test_crossings_meter_months_and_statements_are_sealed_with_the_records_that_count_them(
    firm: sl.Licensing, store: MemoryStore, tamper: Callable[[StoredUsage], None], finding: str
) -> None:
    tamper(shelf(store))
    findings = [f"{one.code}: {one.explanation}" for one in firm.verify_store().findings]
    assert any(found.startswith(finding) for found in findings), findings


def test_an_earlier_state_of_the_usage_is_found_once_a_month_was_closed(store: MemoryStore) -> None:
    clock = Clock()
    firm = opened(store, clock)
    firm.meters.record([sent("a"), sent("b", 1)])
    usage = shelf(store)
    kept = {name: copy(getattr(usage, name)) for name in ("head", "meter_months", "events", "crossings", "statements")}
    clock.forward(days=31)
    firm.meters.close(NOVEMBER, by="billing")
    assert firm.verify_store().ok
    for name, value in kept.items():
        setattr(usage, name, value)
    assert [(one.table, one.explanation) for one in firm.verify_store().findings] == [
        ("usage_head", "usage_head has months closed until none; the journal until 2026-11"),
        ("usage_meter_months", "usage_meter_months mailings/2026-11 are open, and the journal has them closed"),
    ]


def test_a_sealed_store_is_not_recorded_to_without_its_key(firm: sl.Licensing, store: MemoryStore) -> None:
    bare = opened(store, seal_key=None)
    for events in ([sent("c")], [sent("a")]):
        with pytest.raises(sl.TamperedStoreError, match="no seal key was given"):
            bare.meters.record(events)
    assert firm.verify_store().ok

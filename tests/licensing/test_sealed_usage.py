"""Usage with a seal key: nothing is written to a tampered record, and nothing is answered from one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.memory_usage import StoredUsage
from tests.installation import SALES, START, furnish
from tests.licensing.usage_tampering import (
    MAILS,
    NOVEMBER,
    copy_another_meter_month,
    copy_another_month,
    edit_an_event,
    lower_the_peak,
    lower_the_total,
    metered,
    open_a_closed_month,
    opened,
    sent,
    shelf,
    unreadable_month,
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def firm(store: MemoryStore) -> sl.Licensing:
    return metered(store)


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
    assert all(one.seal is not None for one in shelf(store).months.values())
    assert all(one.seal is not None for one in shelf(store).meter_months.values())
    assert shelf(store).head.seal is not None


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
    assert not firm.verify_store().ok


@pytest.mark.parametrize("tamper", [lower_the_peak, copy_another_month])
def test_a_tampered_month_is_not_written_to(
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
    months = dict(shelf(store).months)
    firm.seats.release("anna", SALES, by="admin")
    assert shelf(store).months == months
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


def test_a_record_that_cannot_be_read_is_an_error_of_ours(store: MemoryStore) -> None:
    firm = furnish(opened(store, seal_key=None), "anna", holders={"anna": SALES})
    unreadable_month(shelf(store))
    with pytest.raises(sl.StoreUnavailableError, match="the month 2026-11 is corrupt"):
        firm.meters.usage(NOVEMBER)


def test_a_sealed_store_is_not_recorded_to_without_its_key(firm: sl.Licensing, store: MemoryStore) -> None:
    bare = opened(store, seal_key=None)
    for events in ([sent("c")], [sent("a")]):
        with pytest.raises(sl.TamperedStoreError, match="no seal key was given"):
            bare.meters.record(events)
    assert firm.verify_store().ok


def test_an_instance_that_comes_later_stops_there_too(firm: sl.Licensing, store: MemoryStore) -> None:
    kept = dict(shelf(store).meter_months)
    lower_the_total(shelf(store))
    other = opened(store)
    for task in (lambda: other.meters.record([sent("c")]), lambda: other.meters.check(by="nightly")):
        with pytest.raises(sl.TamperedStoreError, match="mailings/2026-11"):
            task()
    shelf(store).meter_months.update(kept)
    assert [str(one.status) for one in other.meters.record([sent("c")])] == ["accepted"]
    assert firm.verify_store().ok


def test_the_status_tab_is_shown_without_what_cannot_be_known(firm: sl.Licensing, store: MemoryStore) -> None:
    dear = opened(store, meters=(evolve(MAILS, included=7),))
    assert "terms_differ" in [one.code for one in dear.screens.status("anna").warnings]
    lower_the_total(shelf(store))
    assert "terms_differ" not in [one.code for one in dear.screens.status("anna").warnings]
    assert not firm.verify_store().ok

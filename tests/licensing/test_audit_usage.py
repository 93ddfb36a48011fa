"""The audit of usage: every change behind the store's back is found, and nothing else."""

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
from tests.installation import INSTALLATION, SALES, START, Clock, furnish, package, plan, price_list
from tests.licensing.usage_tampering import (
    KEY,
    MAILS,
    NOVEMBER,
    count_an_event_more,
    count_less,
    drop_a_crossing,
    drop_a_statement,
    edit_a_meter_month,
    edit_a_month,
    edit_an_event,
    lower_the_closed_total,
    lower_the_peak,
    metered,
    open_a_closed_month,
    opened,
    remove_a_meter_month,
    remove_a_month,
    remove_an_event,
    rewrite_a_statement,
    scribble_over_the_state,
    sent,
    shelf,
    unreadable_meter_month,
    unreadable_month,
)

SALES_PLAN = sl.LicenseName("superoffice", SALES)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def firm(store: MemoryStore) -> sl.Licensing:
    return metered(store)


def test_corrections_are_verified_without_a_key_too(store: MemoryStore) -> None:
    firm = opened(store, seal_key=None, meters=(MAILS, meters.STORAGE))
    firm.meters.record([sent("a", 10), evolve(sent("level"), meter="storage")])
    firm.meters.record([sent("b", 4, corrects="a")])
    assert firm.verify_store().ok


@pytest.mark.parametrize(
    ("tamper", "tables"),
    [
        (edit_an_event, "usage_events"),
        (remove_an_event, "usage_meter_months"),
        (remove_a_meter_month, "usage_meter_months"),
        (remove_a_month, "usage_months"),
        (lower_the_peak, "usage_months"),
        (open_a_closed_month, "usage_heads"),
        (count_less, "usage_meter_months"),
        (drop_a_crossing, "usage_crossings"),
        (drop_a_statement, "usage_months usage_statements"),
        (rewrite_a_statement, "usage_months usage_statements"),
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
    for fields, ok in (
        ({"peak": 1}, True),
        ({"peak": 0}, False),
        ({"peak": 9}, False),
        ({"peak": 1, "users": 0}, False),
    ):
        edit_a_month(shelf(store), NOVEMBER, **{"users": 1, **fields})
        assert firm.verify_store().ok is ok


@pytest.mark.parametrize(
    ("tamper", "findings"),
    [
        (unreadable_month, "row_unreadable:usage_months"),
        (unreadable_meter_month, "row_unreadable:usage_meter_months"),
        (remove_a_month, "row_missing:usage_months"),
        (remove_a_meter_month, "count_differs:usage_meter_months"),
        (count_an_event_more, "count_differs:usage_meter_months"),
        (lower_the_closed_total, "count_differs:usage_meter_months row_edited:usage_statements"),
    ],
)
def test_without_a_key_records_are_compared_with_each_other(
    store: MemoryStore, tamper: Callable[[StoredUsage], None], findings: str
) -> None:
    firm = furnish(opened(store, seal_key=None), "anna", holders={"anna": SALES})
    firm.meters.record([sent("a"), evolve(sent("late"), at=START - timedelta(days=40))])
    firm.meters.close("2026-10", by="billing")
    assert firm.verify_store().ok
    tamper(shelf(store))
    assert [f"{one.code}:{one.table}" for one in firm.verify_store().findings] == findings.split()


def test_a_peak_within_one_instant_is_not_a_finding(store: MemoryStore) -> None:
    firm = furnish(opened(store), "anna", "bo", holders={"anna": SALES})
    firm.seats.release("anna", SALES, by="admin")
    firm.seats.assign("bo", SALES, by="admin")
    firm.seats.assign("anna", SALES, by="admin")
    firm.seats.release("bo", SALES, by="admin")
    assert firm.meters.usage(NOVEMBER)[0].users == 2
    assert firm.verify_store().ok


def without_users() -> sl.LicensePackage:
    """Make a package in which the plan no longer grants ``user``."""
    licenses = [plan(SALES, 3, "web") if one.name == SALES_PLAN else one for one in price_list()]
    return package(licenses=licenses, issue=2)


@pytest.mark.parametrize("key", [KEY, None])
def test_a_peak_that_a_package_ends_in_its_instant_is_not_a_finding(store: MemoryStore, key: bytes | None) -> None:
    firm = furnish(opened(store, seal_key=key), "anna")
    firm.seats.assign("anna", SALES, by="admin")
    firm.packages.adopt_unsigned(without_users(), by="vendor")
    assert [one.users for one in firm.meters.usage(NOVEMBER)] == [1]
    with store.reading(INSTALLATION) as view:
        assert [one.noun().users for one in view.usage.months()] == [0]
    assert firm.verify_store().findings == ()


def test_users_who_left_before_a_close_that_was_journaled_first_are_not_a_finding(store: MemoryStore) -> None:
    clock = Clock()
    firm = furnish(opened(store, clock), "anna", "bo", holders={"anna": SALES, "bo": SALES})
    clock.forward(days=52)
    firm.meters.record([evolve(sent("c"), at=clock.now)])
    firm.meters.close(NOVEMBER, by="billing", force=True)
    firm.seats.release("bo", SALES, by="admin", at=START + timedelta(days=16))
    assert [firm.meters.usage(month)[0].users for month in ("2026-12", "2027-01")] == [2, 1]
    assert firm.verify_store().findings == ()


def move_a_crossing(usage: StoredUsage) -> None:
    usage.crossings.append(evolve(usage.crossings.pop(), at=START - timedelta(days=1)))


def close_a_month(usage: StoredUsage) -> None:
    key = (NOVEMBER, "mailings")
    usage.meter_months[key] = usage.meter_months[key]._replace(closed=True)


def replace_a_statement(usage: StoredUsage) -> None:
    usage.statements.update(dict.fromkeys(usage.statements, b"{}"))


NOT_SEALED = "has a seal that does not match"


@pytest.mark.parametrize(
    ("tamper", "finding"),
    [
        (move_a_crossing, "row_edited: usage_crossings are not those that the head ends with"),
        (drop_a_crossing, "count_differs: usage_crossings are 1; the head counts 2"),
        (remove_a_meter_month, "count_differs: usage_meter_months are 1; the head counts 2"),
        (replace_a_statement, "row_unreadable: usage_statements 2026-10 cannot be read"),
        (
            rewrite_a_statement,
            f"row_edited: usage_months 2026-10 {NOT_SEALED}, or its statement was changed",
        ),
        (close_a_month, "row_edited: usage_meter_months mailings/2026-11 is closed, and the journal has it open"),
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
    tables = ("head", "months", "meter_months", "events", "crossings", "statements")
    kept = {name: copy(getattr(usage, name)) for name in tables}
    clock.forward(days=31)
    firm.meters.close(NOVEMBER, by="billing")
    assert firm.verify_store().ok
    for name, value in kept.items():
        setattr(usage, name, value)
    assert [(one.table, one.explanation) for one in firm.verify_store().findings] == [
        ("usage_heads", "usage_heads has months closed until none; the journal until 2026-11"),
        ("usage_months", "usage_months 2026-11 is open, and the journal has it closed"),
        ("usage_meter_months", "usage_meter_months mailings/2026-11 is open, and the journal has it closed"),
    ]


class TestTermsThatWereSet:
    """The journal keeps the digest of what `set_terms` has set."""

    @pytest.fixture(params=[KEY, None], ids=["sealed", "plain"])
    def reset(self, request: pytest.FixtureRequest, store: MemoryStore) -> sl.Licensing:
        firm = opened(store, seal_key=request.param)
        furnish(firm, "anna", holders={"anna": SALES})
        firm.meters.record([sent("a")])
        dearer = opened(store, seal_key=request.param, meters=(evolve(MAILS, included=7), meters.STORAGE))
        dearer.meters.set_terms(NOVEMBER, by="signe")
        entry = dearer.journal.entries()[-1]
        assert sorted(entry.terms) == ["", "mailings", "storage"]
        assert {len(digest) for digest in entry.terms.values()} == {64}
        assert dearer.verify_store().findings == ()
        return dearer

    @pytest.mark.parametrize("terms", [evolve(MAILS, included=8), MAILS, None], ids=["other", "the first", "none"])
    def test_other_terms_are_found(self, reset: sl.Licensing, store: MemoryStore, terms: sl.Meter | None) -> None:
        edit_a_meter_month(shelf(store), terms=terms)
        assert ("row_edited", "usage_meter_months") in [(one.code, one.table) for one in reset.verify_store().findings]

    def test_another_user_count_is_found(self, reset: sl.Licensing, store: MemoryStore) -> None:
        edit_a_month(shelf(store), user_count=sl.UserCount.BOUGHT)
        assert ("row_edited", "usage_months") in [(one.code, one.table) for one in reset.verify_store().findings]

    def test_a_meter_that_joins_later_is_no_finding(self, reset: sl.Licensing, store: MemoryStore) -> None:
        key = None if reset.seal_head() is None else KEY
        more = opened(store, seal_key=key, meters=(MAILS, meters.STORAGE, meters.CHAT_SESSIONS))
        more.meters.record([evolve(sent("chat"), meter="chat_sessions")])
        assert more.verify_store().findings == ()

    def test_what_was_set_again_counts(self, reset: sl.Licensing, store: MemoryStore) -> None:
        key = None if reset.seal_head() is None else KEY
        again = opened(store, seal_key=key, meters=(evolve(MAILS, included=9),))
        again.meters.set_terms(NOVEMBER, by="signe")
        assert again.verify_store().findings == ()

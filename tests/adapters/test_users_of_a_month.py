"""The users of a month on PostgreSQL, where a writer of users and a recording meet on the rows of meter months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import sleep

import pytest
from attrs import evolve
from sqlalchemy import event

import superlicense as sl
from superlicense.catalog import meters
from superlicense.codec import StoredUsageMonth
from superlicense.testing.contract.blocks import in_threads
from tests.adapters.databases import Database
from tests.installation import INSTALLATION, SALES, START, Clock, furnish, open_licensing

NOVEMBER, DECEMBER = sl.Month(2026, 11), sl.Month(2026, 12)
MAILS = evolve(meters.MAILINGS, included_per_user=100)
CHATS = evolve(meters.CHAT_SESSIONS, included=1000)
LONG_ENOUGH = timedelta(seconds=0.4)


def opened(database: Database, clock: Clock | None = None, *, metered: sl.Meter = MAILS) -> sl.Licensing:
    policy = sl.Policy(user_count=sl.UserCount.AT_CLOSE)
    return open_licensing(database.store(), clock=clock or Clock(), policy=policy, meters=(metered,))


def sent(name: str, quantity: int, meter: sl.Meter = MAILS, at: datetime = START) -> sl.UsageEvent:
    return sl.UsageEvent(source="mailer", id=name, meter=meter.code, quantity=quantity, at=at)


@contextmanager
def users_moved_to(database: Database, users: int, *, lock: bool) -> Iterator[None]:
    """Hold the locks of a write that has changed the users of November, until the block ends."""
    with database.bare().recording(INSTALLATION) as usage:
        usage.lock_head()
        (stored,) = usage.months(since=NOVEMBER)
        usage.save_months([StoredUsageMonth.of(stored.noun()._replace(users=users))])
        if lock:
            usage.lock_meter_months_since(NOVEMBER)
        yield


def waiting(task: Callable[[], object], pool: ThreadPoolExecutor) -> Future[object]:
    """Start *task*, and make sure that it waits for a lock."""
    future = pool.submit(task)
    sleep(LONG_ENOUGH.total_seconds())
    assert not future.done()
    return future


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_recording_that_waited_for_a_moved_threshold_is_judged_by_the_new_one(
    postgresql: Database, pool: ThreadPoolExecutor
) -> None:
    firm = furnish(opened(postgresql), "anna", "bo", holders={"anna": SALES, "bo": SALES})
    firm.meters.record([sent("a", 80)])
    assert firm.meters.crossings() == ()
    with users_moved_to(postgresql, 1, lock=True):
        recorded = waiting(lambda: firm.meters.record([sent("b", 1)]), pool)
    recorded.result(60)
    assert [one.level for one in firm.meters.crossings()] == [50, 80]


def test_a_month_that_is_opened_after_a_wait_has_the_users_of_the_writer(
    postgresql: Database, pool: ThreadPoolExecutor
) -> None:
    clock = Clock()
    firm = furnish(opened(postgresql, clock), "anna", "bo", holders={"anna": SALES})
    clock.forward(days=31)
    with users_moved_to(postgresql, 7, lock=False):
        recorded = waiting(lambda: firm.meters.record([sent("a", 1, at=clock())]), pool)
    recorded.result(60)
    with postgresql.bare().reading(INSTALLATION) as view:
        (month,) = view.usage.months(since=DECEMBER)
    assert (month.noun().users, month.noun().peak) == (7, 7)


def test_users_that_move_no_threshold_do_not_wait_for_a_recording(postgresql: Database) -> None:
    firm = furnish(opened(postgresql, metered=CHATS), "anna", "bo", holders={"anna": SALES})
    with postgresql.bare().recording(INSTALLATION) as usage:
        assert usage.lock_meter_months([(NOVEMBER, CHATS.code)])
        firm.seats.assign("bo", SALES, by="admin")
    assert [one.users for one in firm.meters.usage(NOVEMBER)] == [2]


def test_users_that_move_a_threshold_wait_for_a_recording(postgresql: Database, pool: ThreadPoolExecutor) -> None:
    firm = furnish(opened(postgresql), "anna", "bo", holders={"anna": SALES, "bo": SALES})
    firm.meters.record([sent("a", 90)])
    with postgresql.bare().recording(INSTALLATION) as usage:
        assert usage.lock_meter_months([(NOVEMBER, MAILS.code)])
        released = waiting(lambda: firm.seats.release("bo", SALES, by="admin"), pool)
    released.result(60)
    assert [one.level for one in firm.meters.crossings()] == [50, 80]


def test_no_crossing_is_lost_where_users_move_while_usage_is_recorded(postgresql: Database) -> None:
    rounds = 12
    opened(postgresql)
    firm = furnish(opened(postgresql), "anna", "bo", holders={"anna": SALES, "bo": SALES})

    def record() -> None:
        mine = opened(postgresql)
        for number in range(rounds):
            mine.meters.record([sent(str(number), 9)])

    def move() -> None:
        mine = opened(postgresql)
        for _ in range(rounds):
            mine.seats.release("bo", SALES, by="admin")
            mine.seats.assign("bo", SALES, by="admin")
        mine.seats.release("bo", SALES, by="admin")

    in_threads(record, move)
    (usage,) = firm.meters.usage(NOVEMBER)
    assert (usage.used, usage.threshold) == (9 * rounds, 100)
    assert sorted(one.level for one in firm.meters.crossings()) == [50, 80, 100]
    assert firm.verify_store().ok


def test_an_assignment_writes_one_row_of_usage(database: Database) -> None:
    store = database.store()
    firm = furnish(open_licensing(store, clock=Clock()), "anna", "bo", holders={"anna": SALES})
    changed: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def note(*args: object) -> None:
        statement = str(args[2])
        if "usage_" in statement and not statement.startswith("SELECT"):
            changed.append(statement.split(" SET ", maxsplit=1)[0])

    firm.seats.assign("bo", SALES, by="admin")
    assert changed == [f"UPDATE {store.prefix}usage_months"]
    with store.reading(INSTALLATION) as view:
        assert [one.noun().users for one in view.usage.months()] == [2]

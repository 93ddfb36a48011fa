"""Reports under stress: writers that resend, users that come and go meanwhile, and recorders that are killed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from time import sleep

from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.errors import StoreError
from tests.stress.kills import Killed
from tests.stress.seats import PLAN, sold
from tests.stress.storages import PROCESSES, Database, Storage, customer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOVEMBER = sl.Month(2026, 11)
MAILS = evolve(meters.MAILINGS, included_per_user=100)
CHATS = evolve(meters.CHAT_SESSIONS, included=1)
_SIZE = 10


def opened(storage: Storage, number: int = 1, *, pooled: bool = False) -> sl.Licensing:
    """Open an installation with two meters, at an instant that stands still."""
    return sl.Licensing(storage.open(pooled=pooled), customer(number), trust=None, clock=_still, meters=(MAILS, CHATS))


def _still() -> datetime:
    return NOW


def batch_of(number: int, size: int = _SIZE) -> list[sl.UsageEvent]:
    """Make a batch, the same at every call, of both meters."""
    return [
        sl.UsageEvent(
            source="stress",
            id=f"{number}-{place}",
            meter=(MAILS, CHATS)[place % 2].code,
            quantity=place + 1,
            at=NOW,
        )
        for place in range(size)
    ]


def send(storage: Storage, *, seed: int, batches: int) -> Counter[str]:
    """Record every batch twice, in an order of one's own, cut at other places, and count the answers."""
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    licensing = opened(storage)
    events = [event for number in range(batches) for event in batch_of(number)] * 2
    chance.shuffle(events)
    answers: Counter[str] = Counter()
    while events:
        size = chance.randint(1, 2 * _SIZE)
        batch, events = events[:size], events[size:]
        answers.update(str(receipt.status) for receipt in licensing.meters.record(batch))
    return answers


def come_and_go(storage: Storage, *, times: int) -> Counter[str]:
    """Give somebody a seat and take it back, over and over: thresholds move meanwhile."""
    licensing = opened(storage)
    for _ in range(times):
        licensing.seats.assign("user-1", PLAN, by="admin")
        licensing.seats.release("user-1", PLAN, by="admin")
    return Counter()


def race_with_reports(storage: Storage, *, writers: int, batches: int) -> Counter[str]:
    """Let *writers* send the same reports at the same time, while users come and go; each counts once.

    Returns:
        How many reports were accepted and how many were there already.
    """
    licensing = opened(storage)
    licensing.packages.adopt_unsigned(sold(2), by="vendor")
    licensing.users.save(sl.User(id="user-1"))
    tasks = [partial(send, storage, seed=seed, batches=batches) for seed in range(writers - 1)]
    answers = sum(storage.run([*tasks, partial(come_and_go, storage, times=batches)]), Counter[str]())
    assert answers == {"accepted": batches * _SIZE, "duplicate": batches * _SIZE * (2 * (writers - 1) - 1)}
    audit(storage, 1, batches)
    return answers


def audit(storage: Storage, number: int, batches: int) -> None:
    """Compare what is kept with what was sent: *batches*, each report once."""
    expected: Counter[str] = Counter({MAILS.code: 0, CHATS.code: 0})
    for event in (event for batch in range(batches) for event in batch_of(batch)):
        expected[event.meter] += event.quantity
    licensing = opened(storage, number)
    assert {one.meter: one.used for one in licensing.meters.usage(NOVEMBER)} == expected
    with storage.open().reading(licensing.installation) as view:
        rows = list(view.usage.events())
        meter_months = [one.noun() for one in view.usage.meter_months()]
    assert len(rows) == len({(row.event.source, row.event.id) for row in rows}) == batches * _SIZE
    assert sum(one.event_count for one in meter_months) == batches * _SIZE
    crossings = licensing.meters.crossings()
    assert len({one.id for one in crossings}) == len(crossings)
    told = {
        one.meter: {crossing.level for crossing in crossings if crossing.meter == one.meter} for one in meter_months
    }
    assert {one.meter: set(one.alerted_levels) for one in meter_months} == told


def record_on(database: Database, number: int, told: Connection) -> None:
    """Record batches for ever, and tell each that was acknowledged."""
    licensing = opened(database, number, pooled=True)
    told.send(0)
    batch = 0
    while True:
        try:
            licensing.meters.record(batch_of(batch))
        except StoreError:
            return  # the server is gone, and this one was not acknowledged
        batch += 1
        told.send(batch)


def kill_recorders(database: Database, *, trials: int, seed: int = 1) -> Killed:
    """Kill *trials* recorders at instants drawn from *seed*: no acknowledged batch is lost, none is half there."""
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    found: Counter[str] = Counter()
    for number in range(1, trials + 1):
        heard, told = PROCESSES.Pipe(duplex=False)
        worker = PROCESSES.Process(target=record_on, args=(database, number, told))
        worker.start()
        told.close()
        acknowledged = heard.recv()
        sleep(chance.uniform(0, 0.2))
        worker.kill()
        # What it told before it died is still in the pipe; then comes its end.
        try:
            while True:
                acknowledged = heard.recv()
        except EOFError:
            worker.join()
        heard.close()
        with database.open().reading(customer(number)) as view:
            kept = sum(1 for _ in view.usage.events())
        committed, rest = divmod(kept, _SIZE)
        assert rest == 0
        assert acknowledged <= committed <= acknowledged + 1
        audit(database, number, committed)
        # Whoever is in doubt sends again.
        licensing = opened(database, number)
        for batch in range(committed + 1):
            licensing.meters.record(batch_of(batch))
        audit(database, number, committed + 1)
        found["acknowledged"] += acknowledged
        found["unheard"] += committed - acknowledged
    return Killed(trials, found["acknowledged"], found["unheard"])

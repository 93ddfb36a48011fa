"""One instance, many threads."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread

import pytest

import superlicense as sl
from superlicense.testing.contract.blocks import in_threads
from tests.installation import (
    EDIT,
    SALES,
    SERVICE,
    START,
    WEB,
    Clock,
    furnish,
    on_both_stores,
    open_licensing,
    package,
    person,
)

pytestmark = on_both_stores

USERS = [f"user{number}" for number in range(4)]


def read(licensing: sl.Licensing, done: Event) -> None:
    """Ask everything of everybody, again and again."""
    while not done.wait(0.001):
        for user in USERS:
            for client in (WEB, sl.Client.API, sl.Client.WINDOWS):
                licensing.gate.login(user, client)
            licensing.gate.feature(user, "quote", EDIT)
            licensing.gate.holds(user, "user")


def write(licensing: sl.Licensing, user: str) -> None:
    """Change the plan of *user*, about whom nobody else writes: what was written is what is seen, at once."""
    gate, seats = licensing.gate, licensing.seats
    for plan in (SALES, SERVICE) * 4:
        try:
            seats.change_plan(user, plan, by=user)
        except sl.RefusedError:
            # The seats are few, so that writers get into each other's way.
            assert not gate.holds(user, plan)
            continue
        assert gate.login(user, WEB)
        assert bool(gate.feature(user, "quote", EDIT)) is (plan == SALES)
        assert gate.holds(user, plan)
        seats.release(user, plan, by=user)
        assert not gate.login(user, WEB)
        assert not gate.login(user, sl.Client.API)
        assert not gate.feature(user, "quote", EDIT)
        assert not gate.holds(user, "user")


@pytest.mark.slow
def test_readers_hammer_while_writers_write(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_licensing(store, clock=clock), *USERS, seats=2)
    done = Event()
    readers = [Thread(target=read, args=(licensing, done)) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        in_threads(*[partial(write, licensing, user) for user in USERS])
    finally:
        done.set()
        for reader in readers:
            reader.join()

    # The snapshot that was patched all along, one that is loaded anew, and the rules themselves agree.
    again = open_licensing(store, clock=clock)
    for user in USERS:
        for client in sl.Client:
            decision = licensing.gate.login(user, client)
            assert decision == again.gate.login(user, client) == licensing.gate.login(user, client, at=START)
    for license in (SALES, SERVICE, "user"):
        assert licensing.seats.usage(license) == again.seats.usage(license)
        assert licensing.seats.usage(license).in_use == 0
    assert again.revision() == licensing.revision()
    numbers = [entry.number for entry in licensing.journal.entries()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_cap_holds_for_all_threads_and_instances(store: sl.Store, clock: Clock) -> None:
    instances = [open_licensing(store, clock=clock) for _ in range(3)]
    furnish(instances[0], *[f"user{number}" for number in range(12)], seats=7)
    refused: list[str] = []

    def assign(licensing: sl.Licensing, first: int) -> None:
        for number in range(first, 12, 3):
            try:
                licensing.seats.assign(f"user{number}", SALES, by="admin")
            except sl.RefusedError as error:
                refused.append(error.code)

    in_threads(*[partial(assign, one, first) for first, one in enumerate(instances)])
    fresh = open_licensing(store, clock=clock)
    assert fresh.seats.usage(SALES).in_use == 7
    assert refused == ["no_seat_left"] * 5


def test_constants_stay_constants_whoever_decides_first(store: sl.Store, clock: Clock) -> None:
    licensing = open_licensing(store, clock=clock)
    licensing.packages.adopt_unsigned(package(seats=20), by="admin")
    users = [f"user{number}" for number in range(20)]
    licensing.users.sync([person(user) for user in users])
    licensing.apply([sl.Assign(license=sl.LicenseName.parse(SALES), holder=user) for user in users], by="admin")
    found: set[int] = set()

    def ask() -> None:
        found.update(id(licensing.gate.login(user, client)) for user in users for client in sl.Client)

    in_threads(ask, ask, ask)
    assert len(found) == len(sl.Client)


def test_a_question_that_meets_a_date_and_a_write_is_answered(store: sl.Store, clock: Clock) -> None:
    licensing = furnish(open_licensing(store, clock=clock), "anna", holders={"anna": SALES})

    def move_on() -> None:
        for number in range(30):
            clock.forward(days=5)
            licensing.users.save(person(f"user{number}"))

    def ask() -> None:
        for _ in range(200):
            decision = licensing.gate.login("anna", WEB)
            assert decision.allowed
            assert decision.valid_until is None or decision.valid_until > START

    in_threads(move_on, ask, ask)
    assert licensing.gate.login("anna", WEB).outcome is sl.Outcome.READ_ONLY


@pytest.mark.parametrize("times", [1, 3])
def test_a_past_instant_is_read_by_many(licensing: sl.Licensing, clock: Clock, times: int) -> None:
    licensing.seats.assign("anna", SALES, by="admin")
    clock.forward(hours=1)
    licensing.seats.release("anna", SALES, by="admin")

    def ask() -> None:
        for _ in range(10):
            assert licensing.gate.login("anna", WEB, at=START)
            assert not licensing.gate.login("anna", WEB)

    in_threads(*[ask] * times)

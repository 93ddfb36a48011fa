"""Many writers, few seats: exactly the cap, no false refusal, no lost update; also while the cap shrinks."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from functools import partial

from attrs import frozen

import superlicense as sl
from superlicense.errors import RefusedError
from superlicense.ports import Store
from superlicense.testing import package
from superlicense.testing.builders import plan, user_license
from tests.stress.books import audited, holders_over_time
from tests.stress.storages import Storage, customer

PLAN = sl.LicenseName("superoffice", "ten-sales")
# Sixty-four of them queue for one lock, on a machine with fewer processors than that.
_PATIENT = sl.Policy(write_patience=timedelta(minutes=10))


def opened(store: Store) -> sl.Licensing:
    """Open the installation that everybody writes to."""
    return sl.Licensing(store, customer(), trust=None, policy=_PATIENT)


def sold(seats: int) -> sl.LicensePackage:
    """Make a package with *seats* plans, and hidden grants with as many."""
    return package(
        plan("ten-sales", seats, "user", "web"),
        user_license("user", seats, hidden=True),
        user_license("web", hidden=True),
        installation=customer(),
    )


def founded(storage: Storage, seats: int, users: int) -> None:
    """Found the installation: a package with *seats* plans, and *users* users."""
    licensing = opened(storage.open())
    licensing.packages.adopt_unsigned(sold(seats), by="vendor")
    licensing.apply([sl.SaveUser(user=sl.User(id=f"user-{number}")) for number in range(users)], by="admin")


@frozen
class Answers:
    """What one writer was answered.

    Attributes:
        done: Acknowledged operations: what was done, and to whom.
        refused: Seats in use that each refusal has told of.
    """

    done: tuple[tuple[str, str], ...]
    refused: tuple[int, ...]


def _attempt(licensing: sl.Licensing, change: str, holder: str, by: str) -> int | None:
    """Make a change, and give how many seats are in use if there is none left."""
    try:
        if change == "Assign":
            licensing.seats.assign(holder, PLAN, by=by)
        else:
            licensing.seats.release(holder, PLAN, by=by)
    except RefusedError as refused:
        if refused.code != sl.ReasonCode.NO_SEAT_LEFT:
            raise
        return int(refused.reasons[0].params["in_use"])
    return None


def write(storage: Storage, place: int, operations: int) -> Answers:
    """Assign seats to one's own users; every fourth operation releases one, and the next tries again.

    So a seat that is given back is always asked for again, and in the end
    all of them are taken.
    """
    licensing, chance = opened(storage.open(pooled=True)), random.Random(place)  # noqa: S311 - a run that repeats
    free = [f"user-{number}" for number in range(place * operations, (place + 1) * operations)]
    held: list[str] = []
    done: list[tuple[str, str]] = []
    refused: list[int] = []
    for number in range(operations):
        releases = bool(held) and number % 4 == 3 and number + 1 < operations
        change, holder = ("Release", chance.choice(held)) if releases else ("Assign", free[-1])
        in_use = _attempt(licensing, change, holder, f"writer-{place}")
        if in_use is not None:
            refused.append(in_use)
            continue
        done.append((change, holder))
        source, target = (held, free) if releases else (free, held)
        source.remove(holder)
        target.insert(0, holder)
    return Answers(tuple(done), tuple(refused))


def race_for_seats(storage: Storage, *, writers: int, operations: int, cap: int) -> tuple[int, int]:
    """Let *writers* make *operations* each for *cap* seats.

    Returns:
        How many operations were acknowledged, and how many refused.
    """
    founded(storage, cap, writers * operations)
    answers = storage.run([partial(write, storage, place, operations) for place in range(writers)])
    store = storage.open()
    entries = audited(store)

    # No lost update: the journal has what was acknowledged, of everybody in their order, and nothing else.
    for place, answer in enumerate(answers):
        told = [
            (entry.change, row.noun.holder)
            for entry in entries
            if entry.by == f"writer-{place}"
            for row in (*entry.before, *entry.after)
        ]
        assert tuple(told) == answer.done
    # Never more than the cap, and in the end exactly that.
    counts = [held for held, _ in holders_over_time(entries, PLAN)]
    assert max(counts) == counts[-1] == min(cap, writers * operations)
    usage = opened(store).seats.usage(PLAN)
    assert (usage.in_use, len(usage.holders)) == (counts[-1], counts[-1])
    # No false refusal: whoever was refused was refused by as many as there are.
    refused = [in_use for answer in answers for in_use in answer.refused]
    assert set(refused) <= {cap}
    return sum(len(answer.done) for answer in answers), len(refused)


def shrink(storage: Storage, place: int, rounds: int) -> Counter[str]:
    """Put packages in force with fewer and with more seats, near what is in use."""
    licensing, chance = opened(storage.open(pooled=True)), random.Random(place)  # noqa: S311 - a run that repeats
    outcomes: Counter[str] = Counter()
    bought = licensing.packages.current()
    assert bought is not None
    total = bought.by_name[PLAN].quantity
    for _ in range(rounds):
        in_use = licensing.seats.usage(PLAN).in_use
        wanted = max(1, in_use + chance.randint(-2, 3))
        if wanted == total:
            continue
        try:
            licensing.packages.adopt_unsigned(sold(wanted), by="vendor")
        except RefusedError as refused:
            if refused.code != sl.ReasonCode.SEATS_EXCEED_TOTAL:
                raise
            outcomes["refused"] += 1
        else:
            outcomes["shrunk" if wanted < total else "grown"] += 1
            total = wanted
    return outcomes


def come_and_go(storage: Storage, place: int, rounds: int) -> Counter[str]:
    """Assign and release at random."""
    licensing, chance = opened(storage.open(pooled=True)), random.Random(place)  # noqa: S311 - a run that repeats
    outcomes: Counter[str] = Counter()
    for _ in range(rounds):
        change = chance.choice(("Assign", "Assign", "Release"))
        holder = f"user-{place * 10 + chance.randrange(10)}"
        no_seat = _attempt(licensing, change, holder, f"writer-{place}") is not None
        outcomes["no seat" if no_seat else change] += 1
    return outcomes


def race_with_shrinking(storage: Storage, *, writers: int, rounds: int) -> Counter[str]:
    """Let *writers* assign and release while packages with fewer seats are put in force.

    Returns:
        What happened how often.
    """
    founded(storage, writers * 5, writers * 10)
    racers = [partial(come_and_go, storage, place, rounds) for place in range(writers)]
    outcomes = sum(storage.run([*racers, partial(shrink, storage, writers, rounds)]), Counter[str]())
    entries = audited(storage.open())
    assert sum(entry.change == "ActivatePackage" for entry in entries) == 1 + outcomes["shrunk"] + outcomes["grown"]
    for held, may in holders_over_time(entries, PLAN):
        assert may is None or held <= may
    return outcomes

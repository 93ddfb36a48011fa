"""Writes: they cost what they change, not what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import superlicense as sl
from benchmarks.bench import SMALL, Bench
from benchmarks.company import PLANS
from benchmarks.measuring import Ask, ratio

_WRITES_A_SLICE = 20
_SLICES = 1 + 31
_PLAN = next(iter(PLANS))


def saves(licensing: sl.Licensing) -> Ask:
    """Save users whom nobody knows."""

    def write(users: Sequence[str]) -> None:
        for user in users:
            licensing.users.save(sl.User(id=user, may_log_in=True))

    return write


def changes(licensing: sl.Licensing) -> Ask:
    """Change the names of users."""

    def write(users: Sequence[str]) -> None:
        for user in users:
            licensing.users.save(sl.User(id=user, name=f"{user} now", may_log_in=True))

    return write


def assignments(licensing: sl.Licensing) -> Ask:
    """Assign a plan to users."""

    def write(users: Sequence[str]) -> None:
        for user in users:
            licensing.seats.assign(user, _PLAN, by="admin")

    return write


def changes_asked_about(licensing: sl.Licensing) -> Ask:
    """Change the names of users, and ask the gate about each at once."""

    def write(users: Sequence[str]) -> None:
        for user in users:
            licensing.users.save(sl.User(id=user, name=f"{user} again", may_log_in=True))
            licensing.gate.login(user, sl.Client.WEB)

    return write


# In this order: who was saved is changed, gets a seat, and is asked about.
WRITES: dict[str, Callable[[sl.Licensing], Ask]] = {
    "saving a new user": saves,
    "changing a user": changes,
    "assigning a seat": assignments,
    "changing a user and asking the gate": changes_asked_about,
}


def measure(bench: Bench) -> None:
    """Measure writes to a large company beside the same to a small one."""
    small, large = bench.company(SMALL), bench.company(bench.large)
    newcomers = [f"newcomer-{number:05}" for number in range(_WRITES_A_SLICE * _SLICES)]
    slices = [newcomers[place : place + _WRITES_A_SLICE] for place in range(0, len(newcomers), _WRITES_A_SLICE)]
    sizes = f"{len(large.user_ids):,} users ÷ {len(small.user_ids):,}"
    for name, writes in WRITES.items():
        grown = ratio(writes(large.licensing), writes(small.licensing), slices)
        bench.figures.flat(f"{name}, {sizes}", grown)

"""Paired slices: two ways to answer the same questions, timed in turn, as one ratio.

The pairs run A B, B A, A B, …, each over users drawn anew, so that neither side
finds the caches warmer than the other. The median of at least 21 pairs counts.
CPU time of this process is what is measured: what others do on the machine is no
part of it. Where most of a cost is waiting, for a disk or a server, it is the
clock on the wall instead.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from statistics import median
from time import process_time_ns

Ask = Callable[[Sequence[str]], object]
"""Asks one question about each of the users given."""

PAIRS = 41
USERS_A_SLICE = 2_000


def random_slices(
    user_ids: Sequence[str], *, pairs: int = PAIRS, users: int = USERS_A_SLICE
) -> tuple[Sequence[str], ...]:
    """Draw *users* random users to warm up, then for each of *pairs*; the same ones in every run."""
    draw = Random(20261124)  # noqa: S311 - no secret
    return tuple(draw.choices(user_ids, k=users) for _ in range(1 + pairs))


def cost(ask: Ask, users: Sequence[str], clock: Callable[[], int] = process_time_ns) -> float:
    """Measure nanoseconds of *clock* a question."""
    # The texts themselves are warm for whoever comes first, as they are for the second.
    for user in users:
        hash(user)
    began = clock()
    ask(users)
    return (clock() - began) / len(users)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector out of the slices, as `timeit` does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def ratio(
    ask: Ask,
    base: Ask,
    slices: Sequence[Sequence[str]],
    *,
    one_in: int = 1,
    clock: Callable[[], int] = process_time_ns,
) -> float:
    """Give how many times as much *ask* costs as *base*.

    Args:
        ask: What is judged.
        base: What it is judged by.
        slices: Users to warm up with, then those of each pair, 21 pairs or more.
        one_in: *ask* gets one in so many of the users, because it is slow.
        clock: What is read before and after; `perf_counter_ns` where there is waiting.
    """
    first, *rest = slices
    ask(first[::one_in])
    base(first)
    found: list[float] = []
    with without_collector():
        for place, users in enumerate(rest):
            fewer = users[::one_in]
            if place % 2:
                asked, based = cost(ask, fewer, clock), cost(base, users, clock)
            else:
                based, asked = cost(base, users, clock), cost(ask, fewer, clock)
            found.append(asked / based)
    return median(found)


def growth(
    small: tuple[Ask, Ask, Sequence[Sequence[str]]], large: tuple[Ask, Ask, Sequence[Sequence[str]]]
) -> tuple[float, float]:
    """Give how much dearer a question gets from *small* to *large*: beside its own base, and by itself.

    Each is what is judged, what it is judged by, and the users to warm up with
    and of each pair.
    """
    extra_write: list[float] = []
    alone: list[float] = []
    for ask, base, slices in (small, large):
        ask(slices[0])
        base(slices[0])
    with without_collector():
        for place, (few, many) in enumerate(zip(small[2][1:], large[2][1:], strict=True)):
            costs: dict[str, float] = {}
            turns = [
                ("small", small[0], few),
                ("small base", small[1], few),
                ("large base", large[1], many),
                ("large", large[0], many),
            ]
            for name, ask, users in reversed(turns) if place % 2 else turns:
                costs[name] = cost(ask, users)
            alone.append(costs["large"] / costs["small"])
            extra_write.append(alone[-1] / (costs["large base"] / costs["small base"]))
    return median(extra_write), median(alone)

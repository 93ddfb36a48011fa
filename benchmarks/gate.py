"""The gate: one question of a known user, with the clock read, at three look-ups and not a rule."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import superlicense as sl
from benchmarks.bench import SMALL, USUAL, Bench
from benchmarks.company import INSTALLATION, Company, bare_lookups, edits, logins, lookups
from benchmarks.measuring import Ask, growth, random_slices, ratio

QUESTIONS = {"web login": logins, "edit of quote": edits}


def warmed(question: Callable[[sl.Licensing], Ask], company: Company) -> Ask:
    """Give the question, asked about everybody once."""
    ask = question(company.licensing)
    ask(company.user_ids)
    return ask


def of_a_question(bench: Bench, name: str) -> None:
    """Measure a question beside the least that could decide it."""
    record_fast = bench.company(USUAL)
    ask = warmed(QUESTIONS[name], record_fast)
    slices = random_slices(record_fast.user_ids)

    extra_write = ratio(ask, lookups(record_fast), slices)
    bench.figures.at_most(f"{name} ÷ two dict lookups and a frozenset membership", extra_write, 3)
    bench.figures.tell(f"{name} ÷ the same without a function around it", ratio(ask, bare_lookups(record_fast), slices))


def of_its_growth(bench: Bench, name: str) -> None:
    """Measure how much dearer a question gets with the number of users."""
    small, large = bench.company(SMALL), bench.company(bench.large)
    extra_write, alone = growth(
        (warmed(QUESTIONS[name], small), lookups(small), random_slices(small.user_ids)),
        (warmed(QUESTIONS[name], large), lookups(large), random_slices(large.user_ids)),
    )

    sizes = f"{len(large.user_ids):,} users ÷ {len(small.user_ids):,}"
    bench.figures.flat(f"{name}, {sizes}, each beside its lookups", extra_write)
    bench.figures.tell(f"{name}, {sizes}, caches included", alone)


def of_a_snapshot(bench: Bench, size: int) -> None:
    """Measure the memory that a snapshot takes."""
    held_in = bench.company(size)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        licensing = sl.Licensing(held_in.store, INSTALLATION, trust=None)
        logins(licensing)(held_in.user_ids)
        edits(licensing)(held_in.user_ids)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    bench.figures.at_most(f"bytes a user in a snapshot of {size:,}", taken / size, 250)


def measure(bench: Bench) -> None:
    """Measure both questions, and a snapshot."""
    for name in QUESTIONS:
        of_a_question(bench, name)
    for name in QUESTIONS:
        of_its_growth(bench, name)
    # A large snapshot takes long to trace: only if the size was asked for.
    for size in (USUAL, bench.large) if bench.is_long else (USUAL,):
        of_a_snapshot(bench, size)

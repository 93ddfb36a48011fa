"""The gate: one question of a known user, with the clock read, at three look-ups and not a rule."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import pytest

import superlicense as sl
from tests.benchmarks.company import INSTALLATION, LARGE, USUAL, Company, bare_lookups, edits, logins, lookups
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import Ask, growth, random_slices, ratio

QUESTIONS = {"web login": logins, "edit of quote": edits}


def warmed(question: Callable[[sl.Licensing], Ask], company: Company) -> Ask:
    """Give the question, asked about everybody once."""
    ask = question(company.licensing)
    ask(company.user_ids)
    return ask


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_decision_costs_three_times_the_least_that_could_decide(
    name: str, record_fast: Company, figures: Figures
) -> None:
    ask = warmed(QUESTIONS[name], record_fast)
    slices = random_slices(record_fast.user_ids)

    figures.at_most(
        f"{name} ÷ two dict lookups and a frozenset membership", ratio(ask, lookups(record_fast), slices), 3
    )
    figures.tell(f"{name} ÷ the same without a function around it", ratio(ask, bare_lookups(record_fast), slices))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_decision_costs_the_same_however_many_users_there_are(
    name: str, small: Company, large: Company, figures: Figures
) -> None:
    extra_write, alone = growth(
        (warmed(QUESTIONS[name], small), lookups(small), random_slices(small.user_ids)),
        (warmed(QUESTIONS[name], large), lookups(large), random_slices(large.user_ids)),
    )

    sizes = f"{len(large.user_ids):,} users ÷ {len(small.user_ids):,}"
    figures.flat(f"{name}, {sizes}, each beside its lookups", extra_write)
    figures.tell(f"{name}, {sizes}, caches included", alone)


# A large snapshot takes long to trace: only if the size was asked for.
@pytest.mark.parametrize("size", [USUAL] if LARGE <= 30_000 else [USUAL, LARGE])
def test_a_snapshot_takes_few_bytes_a_user(size: int, company: Callable[[int], Company], figures: Figures) -> None:
    held_in = company(size)
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

    figures.at_most(f"bytes a user in a snapshot of {size:,}", taken / size, 250)

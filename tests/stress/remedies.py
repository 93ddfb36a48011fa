"""Remedies beside brute force: three steps in many small worlds, which takes long."""

from __future__ import annotations

from collections import Counter

from superlicense.rules.answers.remedies import remedies
from tests.rules.brute_force import as_letters, by_brute_force, is_yes
from tests.rules.scene import NOW
from tests.rules.small_worlds import case_of

EVERY = 10**6


def compare(worlds: int, seed: int, most_steps: int = 3) -> Counter[int]:
    """Compare every remedy of *worlds* small worlds with brute force, and count them by steps."""
    counted: Counter[int] = Counter()
    differing: list[str] = []
    for number in range(seed, seed + worlds):
        case = case_of(number)
        found = remedies(case.world, case.user, case.ask, NOW, edits=case.edits, limit=EVERY)
        ours = dict(as_letters(one, case.user) for one in found if len(one.steps) <= most_steps)
        expected = {} if is_yes(case) else by_brute_force(case, most_steps)
        if ours != expected:
            differing.append(f"world {number} ({case.question})")
        counted.update(len(one.steps) for one in found)
    assert not differing, f"found otherwise by brute force: {', '.join(differing)}"
    return counted

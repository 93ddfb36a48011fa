"""The gate beside two authorization engines: the same questions, the same answers, another price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import superlicense as sl
from benchmarks.bench import USUAL, Bench
from benchmarks.company import STRANGERS, Company, edits, logins
from benchmarks.measuring import random_slices, ratio
from benchmarks.rivals import EDIT_QUOTES, QUESTIONS, WEB, May, casbin_of, cedar_of

RIVALS: dict[str, Callable[[Company], May]] = {"casbin": casbin_of, "cedarpy": cedar_of}
NAMES = {WEB: "web login", EDIT_QUOTES: "edit of quote"}
OURS = {WEB: logins, EDIT_QUOTES: edits}


def decided(company: Company, question: str, user: str) -> bool:
    """Ask the gate."""
    gate = company.licensing.gate
    if question == WEB:
        return gate.login(user, sl.Client.WEB).allowed
    return gate.feature(user, "quote", sl.Access.EDIT).allowed


def extra_write(bench: Bench, rival: str) -> None:
    """Measure an engine beside the gate, once both have answered alike."""
    record_fast = bench.company(USUAL)
    may = RIVALS[rival](record_fast)

    # A run of neighbors has every plan, users shut out and users without a plan.
    asked = [(question, user) for question in QUESTIONS for user in (*record_fast.user_ids[:160], *STRANGERS)]
    answers = [(*question, decided(record_fast, *question)) for question in asked]
    assert [(*question, may(*question)) for question in asked] == answers
    seen = Counter((question, answer) for question, _, answer in answers)
    assert all(seen[question, answer] >= 40 for question in QUESTIONS for answer in (True, False)), seen

    for question in QUESTIONS:

        def ask(users: Sequence[str], question: str = question) -> None:
            for user in users:
                may(question, user)

        ours = OURS[question](record_fast.licensing)
        ours(record_fast.user_ids)
        times = ratio(ask, ours, random_slices(record_fast.user_ids, pairs=21), one_in=40)
        bench.figures.at_least(f"{rival} ÷ {NAMES[question]}", times, 100)


def measure(bench: Bench) -> None:
    """Measure both engines."""
    for rival in RIVALS:
        extra_write(bench, rival)

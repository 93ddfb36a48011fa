"""Failovers: a server goes and comes back again and again, and no answer is ever wrong.

Threads ask one instance all the time while another changes who may log in. An
answer without a warning has to be of facts that are no older than the bound; one
with the warning has to be of the facts that held when it says, and no older than
the grace. While the server is away for less than that, nobody gets an error.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic, sleep

from attrs import define, field, frozen
from sqlalchemy import NullPool, QueuePool, create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.installation import SALES, WEB, WITHOUT_END, package
from tests.stores.postgres_server import ThrowAwayServer
from tests.stress.storages import customer

_STALE = timedelta(milliseconds=500)
_GRACE = timedelta(seconds=60)
_PATIENCE = timedelta(seconds=2)
_PLAN = sl.LicenseName.parse(SALES)
_ASKERS = 4
# A machine with other things to do, between a reading of a clock and what is read.
_SLACK = 0.25


@frozen
class Answer:
    """One answer.

    Attributes:
        began: When it was asked for.
        ended: When it was there.
        allowed: What it was; `None` for an error.
        since: As of when its facts are, if it says that they are not refreshed.
    """

    began: float
    ended: float
    allowed: bool | None
    since: float | None


@define
class Truth:
    """What was true when: each state with when its change began, and when it was committed for sure."""

    states: list[tuple[float, float, bool]] = field(factory=list)

    def within(self, first: float, last: float) -> set[bool]:
        """Give what may have been true at an instant from *first* to *last*."""
        found = set()
        for place, (began, _, allowed) in enumerate(self.states):
            ended = self.states[place + 1][1] if place + 1 < len(self.states) else float("inf")
            if began <= last and ended >= first:
                found.add(allowed)
        return found


@frozen
class FailedOver:
    """What a row of failovers came to."""

    trials: int
    answers: int
    stale: int


def _nobody(number: int) -> None:
    del number


def fail_over(
    server: ThrowAwayServer, *, trials: int, seed: int = 1, minutes: float = 60, tell: Callable[[int], object] = _nobody
) -> FailedOver:
    """Let *server* go and come back *trials* times, and compare every answer with the truth.

    Args:
        server: The server.
        trials: How many times at most.
        seed: Of how long it is away, and how long it is there.
        minutes: No other time is begun after so many.
        tell: Called after each time with its number.

    Raises:
        AssertionError: an answer was wrong, or there was none.
    """
    chance = random.Random(seed)  # noqa: S311 - the same ones again
    policy = sl.Policy(max_staleness=_STALE, stale_grace=_GRACE, look_patience=_PATIENCE)
    installation = customer()
    SqlStore(create_engine(server.url, poolclass=NullPool)).migrate()
    writer = sl.Licensing(SqlStore(create_engine(server.url, poolclass=NullPool)), installation, trust=None)
    writer.packages.adopt_unsigned(package(seats=1, validity=WITHOUT_END), by="vendor")
    writer.users.save(sl.User(id="anna", may_log_in=True))
    truth = Truth([(monotonic(), monotonic(), False)])
    engine = create_engine(server.url, poolclass=QueuePool)
    asked = sl.Licensing(SqlStore(engine), installation, trust=None, policy=policy)
    done, answers = Event(), list[Answer]()
    askers = [Thread(target=_ask, args=(asked, done, answers)) for _ in range(_ASKERS)]
    for asker in askers:
        asker.start()
    began, done_trials = monotonic(), 0
    try:
        while done_trials < trials and monotonic() - began < minutes * 60:
            server.stop()
            sleep(chance.uniform(0, 2))
            _fails(writer)
            server.start()
            _change(writer, truth)
            sleep(chance.uniform(0, 2))
            done_trials += 1
            tell(done_trials)
    finally:
        done.set()
        for asker in askers:
            asker.join()
        engine.dispose()
    for answer in answers:
        _check(answer, truth)
    assert {answer.allowed for answer in answers} == {True, False}
    return FailedOver(done_trials, len(answers), sum(one.since is not None for one in answers))


def _ask(licensing: sl.Licensing, done: Event, answers: list[Answer]) -> None:
    while not done.wait(0.01):
        began = monotonic()
        try:
            holds = licensing.gate.login("anna", WEB)
        except sl.StoreError:
            answers.append(Answer(began, monotonic(), None, None))
            continue
        ended = monotonic()
        since = next((one.params["since"] for one in holds.warnings if one.code == "facts_not_refreshed"), None)
        answers.append(Answer(began, ended, holds.allowed, None if since is None else _monotonic(since)))


def _monotonic(at: datetime) -> float:
    """Give *at* by the clock that nobody sets."""
    return monotonic() - (sl.utc_now() - at).total_seconds()


def _fails(writer: sl.Licensing) -> None:
    try:
        writer.users.save(sl.User(id="bo"))
    except sl.StoreUnavailableError:
        return
    message = "a write was accepted without a server"
    raise AssertionError(message)


def _change(writer: sl.Licensing, truth: Truth) -> None:
    """Give anna her seat or take it away, until that is committed."""
    allowed = not truth.states[-1][2]
    change = sl.Assign(license=_PLAN, holder="anna") if allowed else sl.Release(license=_PLAN, holder="anna")
    began = monotonic()
    while True:
        try:
            writer.apply([change], by="admin")
        except sl.StoreError:
            sleep(0.05)
        else:
            truth.states.append((began, monotonic(), allowed))
            return


def _check(answer: Answer, truth: Truth) -> None:
    assert answer.allowed is not None, f"no answer: {answer}"
    first = answer.began - _STALE.total_seconds()
    last = answer.ended
    if answer.since is not None:
        assert answer.began - answer.since <= (_STALE + _GRACE).total_seconds() + _SLACK, answer
        first, last = answer.since, answer.since + _PATIENCE.total_seconds()
    assert answer.allowed in truth.within(first - _SLACK, last + _SLACK), f"wrong: {answer}, {truth}"

"""Decisions over a slow line: how long they take beside those of an instance that never looks at the store.

Each thread asks the one and the other in turn, so that whatever else the machine does
meets both. The clock on the wall shows what a caller waits; the CPU time of the
asking thread shows what a decision does, with whatever others have left in the caches.
What is exact is counted: statements that an asking thread has sent, decisions that have
waited for a look, and those that have done anything but read the snapshot. As long as
these are fewer than one in a hundred, p99 is that of an instance that never looks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from statistics import median
from threading import Thread, current_thread
from time import monotonic, perf_counter_ns, sleep, thread_time_ns, time_ns

from attrs import define, field, frozen
from sqlalchemy import NullPool, QueuePool, create_engine, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.licensing.engine.freshness import Freshness
from superlicense.licensing.engine.looking import LooksInTime
from tests.installation import SALES, WEB, WITHOUT_END, furnish, open_licensing

STALE = timedelta(seconds=2)
_THREADS = 32
_PAUSE = 1 / 50


@frozen
class Spread:
    """How long most decisions take, in microseconds.

    Attributes:
        p50: Half of them take no longer.
        p99: 99 of 100 take no longer.
    """

    p50: float
    p99: float

    @classmethod
    def of(cls, nanoseconds: list[int]) -> Spread:
        found = sorted(nanoseconds)
        return cls(found[len(found) // 2] / 1000, found[len(found) * 99 // 100] / 1000)

    @property
    def ratio(self) -> float:
        return self.p99 / self.p50

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} µs, p99 {self.p99:.1f} µs, ratio {self.ratio:.1f}"


@frozen
class Run:
    """One run: of the instance over the slow line, and of the one that never looks."""

    wall: Spread
    quiet_wall: Spread
    cpu: Spread
    quiet_cpu: Spread
    slowest: float


@frozen
class SlowLine:
    """What came of all runs.

    Attributes:
        runs: Each of them.
        decisions: How many decisions of the instance over the slow line.
        asked: Statements that were sent by threads that ask.
        waited: Decisions that waited for a look.
        waited_within: Those of them that waited although the facts were fresh.
        checked: Decisions that checked more than their snapshot.
        looks: Looks that were begun.
        seconds: How long all runs took.
    """

    runs: tuple[Run, ...]
    decisions: int
    asked: int
    waited: int
    waited_within: int
    checked: int
    looks: int
    seconds: float

    def median_of(self, ratio: Callable[[Run], float]) -> float:
        return median(map(ratio, self.runs))


@define
class Counting:
    """Looks that count who comes to them, and who waits for them."""

    looks: LooksInTime
    freshness: Freshness
    checked: int = 0
    waited: int = 0
    waited_within: int = 0

    def catch_up(self) -> None:
        self.checked += 1
        self.looks.catch_up()

    def begin(self) -> None:
        self.looks.begin()

    def join(self) -> bool:
        self.waited += 1
        self.waited_within += self.freshness.is_fresh(time_ns())
        return self.looks.join()

    def refresh(self) -> bool:
        return self.looks.refresh()


@define
class _Measured:
    """Durations in nanoseconds."""

    wall: list[int] = field(factory=list)
    cpu: list[int] = field(factory=list)

    def decide(self, licensing: sl.Licensing) -> None:
        cpu = thread_time_ns()
        began = perf_counter_ns()
        decision = licensing.gate.login("anna", WEB)
        self.wall.append(perf_counter_ns() - began)
        self.cpu.append(thread_time_ns() - cpu)
        assert decision.allowed
        assert not decision.warnings


def measure(near: str, far: str, *, runs: int = 3, seconds: float = 5) -> SlowLine:
    """Ask over the line to *far*, and an instance on *near* that never looks.

    Args:
        near: URL of the server.
        far: URL of the same server at the other end of a slow line.
        runs: How many runs.
        seconds: How long each takes at least.
    """
    prepared = SqlStore(create_engine(near, poolclass=NullPool))
    prepared.migrate()
    never = sl.Policy(max_staleness=timedelta(days=1))
    quiet = furnish(
        open_licensing(prepared, clock=sl.utc_now, policy=never), "anna", holders={"anna": SALES}, validity=WITHOUT_END
    )
    engine = create_engine(far, poolclass=QueuePool)
    policy = sl.Policy(max_staleness=STALE)
    licensing = open_licensing(SqlStore(engine), clock=sl.utc_now, policy=policy)
    worlds = licensing._engine.worlds  # noqa: SLF001 - what is counted is inside
    worlds.looks = counting = Counting(worlds.looks, worlds.state.freshness)
    askers: list[str] = []
    looks: set[Thread] = set()

    @event.listens_for(engine, "before_cursor_execute")
    def hear(*_: object) -> None:
        thread = current_thread()
        looks.add(thread)
        if thread.name != "superlicense-look":
            askers.append(thread.name)

    # The pool connects, and what was read once is read.
    licensing.refresh()
    looks.clear()
    counting.checked = counting.waited = counting.waited_within = 0
    began = monotonic()
    measured = [_run(licensing, quiet, seconds) for _ in range(runs)]
    took = monotonic() - began
    engine.dispose()
    decisions = sum(len(one.wall) for one, _ in measured)
    told = tuple(
        Run(Spread.of(one.wall), Spread.of(other.wall), Spread.of(one.cpu), Spread.of(other.cpu), max(one.wall) / 1000)
        for one, other in measured
    )
    return SlowLine(
        runs=told,
        decisions=decisions,
        asked=len(askers),
        waited=counting.waited,
        waited_within=counting.waited_within,
        checked=counting.checked,
        looks=len(looks),
        seconds=took,
    )


def _run(licensing: sl.Licensing, quiet: sl.Licensing, seconds: float) -> tuple[_Measured, _Measured]:
    found, beside = _Measured(), _Measured()

    def ask() -> None:
        mine, other = _Measured(), _Measured()
        for _ in range(round(seconds / _PAUSE)):
            # One at a time: who is asked second finds in the caches what the first has brought there.
            for measured, asked in ((mine, licensing), (other, quiet)):
                measured.decide(asked)
                sleep(_PAUSE / 2)
        for whole, part in ((found, mine), (beside, other)):
            whole.wall.extend(part.wall)
            whole.cpu.extend(part.cpu)

    threads = [Thread(target=ask) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, beside

"""An interrupt at any line of a write leaves all of it or nothing, and no instance that believes otherwise."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters import memory
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.licensing.engine import writer
from superlicense.model.row import Table
from tests.installation import INSTALLATION, SALES, WEB, Clock, furnish, open_licensing
from tests.licensing.metered import MAILS

pytestmark = pytest.mark.slow

TRACED = (str(Path(memory.__file__).parent), str(Path(writer.__file__).parent))
# They only turn values into others.
NOT_TRACED = {"columns.py", "rows.py", "usage_rows.py"}
MOST_LINES = 700
LOAD_CONST, SWAP = dis.opmap["LOAD_CONST"], dis.opmap["SWAP"]


class Interrupting:
    """Raises `KeyboardInterrupt` before one line of the traced files.

    Where a ``with`` ends, the interpreter itself lets no interrupt come between its
    last line and its exit; a trace function would.
    """

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines = 0
        self.place = ""

    def __enter__(self) -> Self:
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401 - a trace function
        path = Path(frame.f_code.co_filename)
        traced = str(path).startswith(TRACED) and path.name not in NOT_TRACED
        # What is collected is collected at any time.
        return self._line if traced and frame.f_code.co_name != "__del__" else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401 - as above
        if event != "line" or self._ends_a_with(frame):
            return self._line
        self.lines += 1
        if self.lines == self.at:
            sys.settrace(None)
            self.place = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
            raise KeyboardInterrupt
        return self._line

    @staticmethod
    def _ends_a_with(frame: FrameType) -> bool:
        """Return whether the three arguments of an exit come next, each of them `None`."""
        code, at = frame.f_code.co_code, frame.f_lasti
        if code[at] == SWAP:
            # Below what the block returns.
            at += 2
        return code[at] == LOAD_CONST and code[at : at + 2] == code[at + 2 : at + 4] == code[at + 4 : at + 6]


def each_interrupt(act: Callable[[int], object]) -> Iterator[tuple[int, str]]:
    """Do *act* with an interrupt at its first line, its second, and so on, until it ends before it is interrupted."""
    for at in range(1, MOST_LINES):
        with Interrupting(at) as interrupting, suppress(KeyboardInterrupt):
            act(at)
        yield at, interrupting.place
        if not interrupting.place:
            return
    pytest.fail("it never ends")


def open_store(kind: str, tmp_path: Path) -> sl.Store:
    if kind == "memory":
        return sl.MemoryStore()
    sql = SqlStore(create_engine(f"sqlite:///{tmp_path / 'store.db'}"))
    sql.migrate()
    return sql


@pytest.mark.parametrize(
    ("kind", "seal_key"), [("memory", None), ("sqlite", bytes(range(32)))], ids=["memory", "sqlite"]
)
def test_an_interrupted_assignment_is_made_or_not(
    kind: str, seal_key: bytes | None, clock: Clock, tmp_path: Path
) -> None:
    store = open_store(kind, tmp_path)
    options: dict[str, Any] = {"clock": clock, "seal_key": seal_key}
    # One that may answer from its snapshot for a day.
    policy = sl.Policy(max_staleness=timedelta(days=1))
    licensing = open_licensing(store, policy=policy, **options)
    furnish(licensing, *(f"user{at}" for at in range(MOST_LINES)), seats=MOST_LINES)
    holders: set[str] = set()
    made = 0
    with store.reading(INSTALLATION) as view:
        entries = view.mark.entries
    for at, place in each_interrupt(lambda at: licensing.seats.assign(f"user{at}", SALES, by="admin")):
        user = f"user{at}"
        with store.reading(INSTALLATION) as view:
            is_stored = next(view.facts.history(Table.ASSIGNMENTS, f"{user}\nsuperoffice.{SALES}"), None) is not None
            written = view.mark.entries
        assert written == entries + is_stored, place
        entries, made = written, made + is_stored
        holders |= {user} if is_stored else set()
        assert licensing.gate.login(user, WEB).allowed is is_stored, place
        assert set(licensing.seats.usage(SALES).holders) == holders, place
    assert 0 < made < at
    other = open_licensing(store, **options)
    assert set(other.seats.usage(SALES).holders) == holders
    assert other.verify_store().ok


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_an_interrupted_recording_is_made_or_not(kind: str, clock: Clock, tmp_path: Path) -> None:
    store = open_store(kind, tmp_path)
    licensing = open_licensing(store, clock=clock, meters=(MAILS,))
    furnish(licensing, "anna")
    total = 0
    for at, place in each_interrupt(
        lambda at: licensing.meters.record(
            [sl.UsageEvent(source="post", id=str(at), meter=MAILS.code, quantity=2, at=clock())]
        )
    ):
        with store.reading(INSTALLATION) as view:
            is_stored = bool(view.usage.find_events([("post", str(at))]))
        total += 2 * is_stored
        assert licensing.meters.usage(f"{clock():%Y-%m}")[0].used == total, place
    assert 0 < total < 2 * at

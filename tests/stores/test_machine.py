"""Random stories end on every store as they do in plain Python; on a broken one they do not."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, NullPool, create_engine

from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.testing import StoreMachine, store_machine
from tests.stores.broken import atomicity, heads, journal, keeping, revisions, tenants
from tests.stores.broken.bites import Broken, makers

SMALL = settings(max_examples=10, stateful_step_count=12, deadline=None)
# A broken store is found, not explained.
SEARCH = settings(
    max_examples=300,
    stateful_step_count=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


def test_stories_in_memory() -> None:
    run_state_machine_as_test(store_machine(MemoryStore), settings=settings(SMALL, max_examples=50))


def opened(engine: Engine, prefix: str = "superlicense_") -> SqlStore:
    """Make a store."""
    store = SqlStore(engine, prefix=prefix)
    store.create_tables()
    return store


def test_stories_on_sqlite(tmp_path: Path) -> None:
    numbers = count()
    machine = store_machine(
        lambda: opened(create_engine(f"sqlite:///{tmp_path / str(next(numbers))}.db", poolclass=NullPool)),
        lambda store: SqlStore(create_engine(store.engine.url, poolclass=NullPool)),
    )
    run_state_machine_as_test(machine, settings=SMALL)


def test_stories_on_postgresql(postgres: str) -> None:
    # Connecting takes longer than all else, so the stories share two engines.
    one, other = create_engine(postgres), create_engine(postgres)
    machine = store_machine(
        lambda: opened(one, f"m{os.urandom(6).hex()}_"), lambda store: SqlStore(other, prefix=store.prefix)
    )
    run_state_machine_as_test(machine, settings=SMALL)
    one.dispose()
    other.dispose()


@pytest.mark.parametrize(
    "broken",
    [
        atomicity.CommitsHalf,
        atomicity.ForgetsWhenItIsClosed,
        atomicity.IsBlindToItsOwnBlock,
        atomicity.SwallowsErrors,
        heads.CountsWhatRuns,
        heads.KeepsHeadsAtOnce,
        journal.IgnoresUntil,
        journal.OrdersEntriesByTime,
        keeping.ForgetsDocuments,
        keeping.HoldsAtTheEndToo,
        keeping.LosesMicroseconds,
        keeping.OrdersBySequenceAlone,
        keeping.TakesEmptyForNone,
        revisions.GuessesAtUnknownRevisions,
        revisions.MakesARevisionOfNothing,
        revisions.ReusesATokenForEveryRevision,
        revisions.RowsSinceComeBySequence,
        revisions.RowsSinceLackEnds,
        tenants.LetsItThrough,
        tenants.MixesInstallations,
    ],
)
def test_stories_find_what_is_broken(broken: Broken, tmp_path: Path) -> None:
    machine: type[StoreMachine] = store_machine(*makers(broken, tmp_path))
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(machine, settings=SEARCH)

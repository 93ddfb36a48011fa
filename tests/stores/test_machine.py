"""Random stories find what is broken; `tests.stress.stories` tells them to sound stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test

from superlicense.testing import StoreMachine, store_machine
from tests.stores.broken import atomicity, heads, journal, keeping, revisions, tenants
from tests.stores.broken.bites import Broken, makers

pytestmark = pytest.mark.slow

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

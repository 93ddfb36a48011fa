"""Short versions of the long runs; ``python -m tests.stress`` makes the whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.postgres_server import throw_away_server
from tests.stores.slow_line import slow_line
from tests.stress.failovers import fail_over
from tests.stress.fuzz import run as fuzz
from tests.stress.kills import kill_writers
from tests.stress.metering_life import recount_stories
from tests.stress.mutated_documents import run
from tests.stress.reports import kill_recorders, race_with_reports
from tests.stress.seats import race_for_seats, race_with_shrinking
from tests.stress.slow_line import STALE, measure
from tests.stress.storages import STORAGES, Storage, made, sqlite
from tests.stress.stories import tell_stories

pytestmark = pytest.mark.slow


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    if request.param == "postgresql":
        yield made(request.getfixturevalue("postgres"))
        return
    with STORAGES[request.param]() as storage:
        yield storage


def test_no_mutated_document_is_accepted_or_raises_a_foreign_error() -> None:
    refused, same = run(1_000, seed=2)
    assert refused + same == 1_000
    assert refused > 900


def test_no_input_makes_a_reader_raise_a_foreign_error_or_accept_what_was_not_signed() -> None:
    found = fuzz(10_000, seed=3)
    assert found.total() == 10_000
    assert found["refused"] > 5_000
    # Every reader has accepted some, so that what is refused is near to what is accepted.
    assert len(found) == 28


def test_random_stories_end_as_in_plain_python(storage: Storage) -> None:
    tell_stories(storage, stories=10, steps=12)


def test_meters_are_as_counted_again_over_changes_of_terms_zones_and_instances() -> None:
    did = recount_stories(60, steps=14, seed=7)
    assert did.total() == 60 * 14
    assert min(did.values()) > 10


def test_many_writers_take_exactly_the_seats_there_are(storage: Storage) -> None:
    done, refused = race_for_seats(storage, writers=6, operations=8, cap=15)
    assert done + refused == 48
    assert refused > 0


def test_a_cap_that_shrinks_is_never_exceeded(storage: Storage) -> None:
    outcomes = race_with_shrinking(storage, writers=4, rounds=15)
    assert outcomes["shrunk"] > 0
    assert outcomes["Assign"] > 0


def test_a_writer_that_is_killed_loses_nothing_on_sqlite() -> None:
    with sqlite() as database:
        assert kill_writers(database, trials=8).acknowledged > 0


def test_a_writer_that_is_killed_loses_nothing_on_postgresql(postgres: str) -> None:
    assert kill_writers(made(postgres), trials=4).acknowledged > 0


def test_no_answer_is_wrong_while_a_server_goes_and_comes_back(postgres: str) -> None:
    del postgres  # where there is no server, there is none to stop
    with throw_away_server() as server:
        found = fail_over(server, trials=20, seed=3)
    assert found.trials == 20
    assert 0 < found.stale < found.answers


def test_no_decision_within_the_bound_touches_the_store_or_waits_for_it_over_a_slow_line(postgres: str) -> None:
    del postgres  # where there is no server, there is no line to it
    with throw_away_server() as server, slow_line(server, milliseconds=200) as far:
        found = measure(server.url, far, runs=1, seconds=4)
    assert found.decisions == 32 * 200
    assert (found.asked, found.waited_within) == (0, 0)
    # One look an interval, whatever the number of threads: half of the bound lies between two beginnings.
    assert 0 < found.looks <= found.seconds / (STALE.total_seconds() / 2) + 2


def test_what_many_writers_resend_counts_once(storage: Storage) -> None:
    assert race_with_reports(storage, writers=5, batches=4)["accepted"] == 40


def test_a_recorder_that_is_killed_loses_nothing_on_sqlite() -> None:
    with sqlite() as database:
        assert kill_recorders(database, trials=3).acknowledged > 0


def test_a_recorder_that_is_killed_loses_nothing_on_postgresql(postgres: str) -> None:
    assert kill_recorders(made(postgres), trials=3).acknowledged > 0

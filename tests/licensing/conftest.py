from __future__ import annotations

from pathlib import Path

import pytest

import superlicense as sl
from tests.installation import INSTALLATION, Clock, furnish, open_licensing
from tests.licensing.metered import DISK, MAILS, Open, with_users
from tests.pages import key_value_store


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> sl.Store:
    """The store in memory; the key-value store where a test asks for it, see `on_both_stores`.

    What a store has to keep is the contract's business. Told on both are the stories in which
    everything comes together: a whole tenant, and threads.
    """
    return key_value_store(tmp_path / "store") if getattr(request, "param", None) == "key-value" else sl.MemoryStore()


@pytest.fixture
def empty(store: sl.Store, clock: Clock) -> sl.Licensing:
    """An installation of which nothing is known."""
    return open_licensing(store, clock=clock)


@pytest.fixture
def licensing(empty: sl.Licensing) -> sl.Licensing:
    """An installation with three seats of two plans, and anna, bo and cy, who hold nothing."""
    furnish(empty, "anna", "bo", "cy")
    return empty


@pytest.fixture
def opened(store: sl.Store, clock: Clock) -> Open:
    """Open the installation, with two meters unless others are given."""

    def make(installation: sl.Installation = INSTALLATION, **options: object) -> sl.Licensing:
        return open_licensing(store, installation, **{"clock": clock, "meters": (MAILS, DISK), **options})

    return make


@pytest.fixture
def firm(opened: Open) -> sl.Licensing:
    """An installation of two users."""
    return with_users(opened(), "anna", "bo")

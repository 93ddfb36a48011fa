from __future__ import annotations

import pytest

import superlicense as sl
from tests.licensing.house import Clock
from tests.screens.tenant import INSTALLATION, staffed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> sl.Store:
    return sl.MemoryStore()


@pytest.fixture
def empty(store: sl.Store, clock: Clock) -> sl.Licensing:
    """An installation of which nothing is known."""
    return sl.Licensing(store, INSTALLATION, trust=None, clock=clock)


@pytest.fixture
def tenant(empty: sl.Licensing) -> sl.Licensing:
    """Plans of 21, 15, 20 and 7 seats, and five people who hold one each."""
    return staffed(empty)

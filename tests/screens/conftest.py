from __future__ import annotations

import pytest

import superlicense as sl
from tests.installation import Clock, open_licensing
from tests.licensing.vendor import issued, root
from tests.screens.tenant import INSTALLATION, SALES, staffed


@pytest.fixture
def store() -> sl.Store:
    return sl.MemoryStore()


@pytest.fixture
def empty(store: sl.Store, clock: Clock) -> sl.Licensing:
    """An installation of which nothing is known."""
    return open_licensing(store, INSTALLATION, clock=clock)


@pytest.fixture
def tenant(empty: sl.Licensing) -> sl.Licensing:
    """Plans of 21, 15, 20 and 7 seats, and five people who hold one each."""
    return staffed(empty)


@pytest.fixture
def trusting(clock: Clock) -> sl.Licensing:
    """An installation that accepts signed packages; anna and bo hold two of three seats."""
    licensing = open_licensing(installation=INSTALLATION, trust=root(), clock=clock)
    licensing.packages.offer(issued(1, seats=3), by="nightly")
    licensing.users.save(sl.User(id="anna", name="Anna", may_log_in=True))
    licensing.users.save(sl.User(id="bo", may_log_in=True))
    for user in ("anna", "bo"):
        licensing.seats.assign(user, SALES, by="admin")
    return licensing

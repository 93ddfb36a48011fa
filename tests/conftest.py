"""What all tests may ask for: a clock, and a PostgreSQL server.

What needs a server is slow, and so is what waits for others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from superlicense.testing import Clock
from tests.stores.postgres_server import server_or_skip

POSTGRESQL = {"postgres", "postgresql"}
# Tests of the contract for stores that race processes, or measure how long somebody waits.
WAITING = ("process", "patience", "a_recording_waits")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server; skips where there is none, unless one is required."""
    with server_or_skip() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


def is_slow(item: pytest.Item) -> bool:
    """Say whether a test is slow by what it asks for, or by what it is given of the contract for stores."""
    asked = set(getattr(item, "fixturenames", ()))
    if callspec := getattr(item, "callspec", None):
        asked.update(one for one in callspec.params.values() if isinstance(one, str))
    function = getattr(item, "function", None)
    of_the_contract = function is not None and "testing.contract" in function.__module__
    return bool(asked & POSTGRESQL) or (of_the_contract and any(word in item.name for word in WAITING))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow before anything is left out."""
    for item in items:
        if is_slow(item):
            item.add_marker(pytest.mark.slow)

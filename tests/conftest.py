"""What all tests may ask for: a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.postgres_server import server_or_skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server; skips where there is none, unless one is required."""
    with server_or_skip() as url:
        yield url

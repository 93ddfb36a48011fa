"""What all tests may ask for: a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.stores.postgres_server import REQUIRED_VARIABLE, NoServerError, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server; skips where there is none, unless one is required."""
    try:
        with server() as url:
            yield url
    except NoServerError as error:
        if os.environ.get(REQUIRED_VARIABLE) == "1":
            raise
        pytest.skip(str(error))

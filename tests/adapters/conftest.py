from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.adapters.databases import Database, a_schema
from tests.adapters.service import Service
from tests.installation import Clock


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An empty file."""
    database = Database(URL.create("sqlite", database=str(tmp_path / "store.db")))
    yield database
    database.close()


@pytest.fixture
def postgresql(postgres: str) -> Iterator[Database]:
    """An empty schema."""
    database = a_schema(postgres)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each of the two."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def service(database: Database, clock: Clock) -> Service:
    return Service(database, clock)

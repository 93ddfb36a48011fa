"""The FastAPI example under load, for a short while; ``python -m tests.stress load`` does it for longer."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.stress.load import put_under_load
from tests.stress.storages import Database, made, sqlite

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("SUPERLICENSE_LOAD_SECONDS", "10"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "postgresql":
        yield made(request.getfixturevalue("postgres"))
        return
    with sqlite() as database:
        yield database


def test_fifty_clients_and_an_administrator_get_every_answer(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    found = put_under_load(database, seconds=SECONDS)
    with capsys.disabled():
        print(f"\n{database.url.partition(':')[0]}: {found}")  # noqa: T201 - what the run is for
    assert found.fewest > 0
    assert found.writes > 0
    assert 0 < found.gate_share < 100

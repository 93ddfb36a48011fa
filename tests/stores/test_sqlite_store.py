"""The store on sqlite3 keeps every promise of the ports."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from superlicense.testing import MakeStore, Reopen, StoreContract
from tests.stores.sqlite_store import SqliteStore


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        numbers = count()
        return lambda: SqliteStore(tmp_path / f"{next(numbers)}.sqlite")

    @pytest.fixture
    def reopen(self) -> Reopen:
        return lambda store: SqliteStore(store.path)

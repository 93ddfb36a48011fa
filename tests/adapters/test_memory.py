"""The store in memory keeps every promise of the ports."""

from __future__ import annotations

import pytest

from superlicense.adapters.memory import MemoryStore
from superlicense.testing import MakeStore, StoreContract


class TestMemoryStore(StoreContract):
    has_one_lock = False

    @pytest.fixture
    def make_store(self) -> MakeStore:
        return MemoryStore

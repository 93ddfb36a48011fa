"""Random stories of two installations, told to a store and to plain Python."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import create_engine

from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.testing import StoreMachine, store_machine
from tests.stress.storages import Database, Storage


def tell_stories(storage: Storage, *, stories: int, steps: int) -> None:
    """Tell *stories* of at most *steps* each, every one to a new, empty store, and show the first that differs."""
    asked = settings(max_examples=stories, stateful_step_count=steps, deadline=None)
    if not isinstance(storage, Database):
        run_state_machine_as_test(store_machine(MemoryStore), settings=asked)
        return
    # Connecting takes longer than all else, so the stories share two engines.
    one, other = create_engine(storage.url), create_engine(storage.url)

    def make() -> SqlStore:
        store = SqlStore(one, prefix=f"s{os.urandom(6).hex()}_")
        store.create_tables()
        return store

    machine: type[StoreMachine] = store_machine(make, lambda store: SqlStore(other, prefix=store.prefix))
    try:
        run_state_machine_as_test(machine, settings=asked)
    finally:
        one.dispose()
        other.dispose()

"""Storages that are put under stress: one in this process, and databases that processes share."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar
from uuid import UUID

from attrs import frozen
from sqlalchemy import NullPool, QueuePool, create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.ports import Store
from superlicense.testing import installation
from tests.stores.postgres_server import server

# A server process that has loaded the library forks every worker: as quick as a fork, without the
# threads, locks and connections of the test run.
PROCESSES: ForkServerContext = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["superlicense", "superlicense.adapters.sqlalchemy", "psycopg", "tests.stress.kills"])

R = TypeVar("R")


def customer(number: int = 1) -> sl.Installation:
    """Give one of the many databases of a customer."""
    return installation(database_id=str(UUID(int=number)))


class Storage(Protocol):
    """Where installations are kept, and how several workers get at it."""

    def open(self, *, pooled: bool = False) -> Store:
        """Open it, in whichever process; *pooled* is for one that writes until it ends."""

    def run(self, tasks: list[partial[R]]) -> list[R]:
        """Run *tasks* at the same time, and give what comes of each."""


@frozen
class InMemory:
    """A memory store, which threads share."""

    store: sl.MemoryStore

    def open(self, *, pooled: bool = False) -> Store:
        del pooled
        return self.store

    def run(self, tasks: list[partial[R]]) -> list[R]:
        with ThreadPoolExecutor(len(tasks)) as threads:
            return [work.result() for work in [threads.submit(task) for task in tasks]]


@frozen
class Database:
    """A database, which processes share."""

    url: str
    prefix: str = "superlicense_"

    def open(self, *, pooled: bool = False) -> SqlStore:
        engine = create_engine(self.url, poolclass=QueuePool if pooled else NullPool)
        return SqlStore(engine, prefix=self.prefix)

    def run(self, tasks: list[partial[R]]) -> list[R]:
        everybody = PROCESSES.Barrier(len(tasks))
        with PROCESSES.Pool(len(tasks), _wait_for, (everybody,)) as pool:
            return pool.map(_together, tasks, chunksize=1)


_EVERYBODY: list[Barrier] = []


def _wait_for(everybody: Barrier) -> None:
    _EVERYBODY.append(everybody)


def _together(task: partial[R]) -> R:
    """Run *task* once every process has one: none gets two, and they begin together."""
    _EVERYBODY[0].wait(timeout=120)
    return task()


@contextmanager
def memory() -> Iterator[InMemory]:
    """Give a new memory store."""
    yield InMemory(sl.MemoryStore())


@contextmanager
def sqlite() -> Iterator[Database]:
    """Give a new SQLite file."""
    with TemporaryDirectory() as folder:
        yield made(f"sqlite:///{Path(folder) / 'licenses.db'}")


@contextmanager
def postgresql() -> Iterator[Database]:
    """Give new tables on a PostgreSQL server."""
    with server() as url:
        yield made(url)


def made(url: str) -> Database:
    """Make new tables in a database."""
    database = Database(url, f"p{os.urandom(6).hex()}_")
    database.open().create_tables()
    return database


STORAGES: dict[str, Callable[[], AbstractContextManager[Storage]]] = {
    "memory": memory,
    "sqlite": sqlite,
    "postgresql": postgresql,
}

"""What every benchmark is given: companies, stores in databases, and a place for its figures."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from sqlalchemy import create_engine

from benchmarks.company import Company, company_of
from benchmarks.figures import Figures
from superlicense.adapters.sqlalchemy import SqlStore
from tests.stores.postgres_server import NoServerError, server

SMALL: Final = 1_000
USUAL: Final = 10_000
LARGE: Final = 30_000


class Bench:
    """The bench of one run; what it has made is gone when it is left.

    Attributes:
        figures: What was found.
        large: Users of the large company.
        missing: Databases that are not measured, each with the reason.
    """

    def __init__(self, large: int = LARGE) -> None:
        """Measure with a large company of *large* users."""
        self.figures = Figures()
        self.large = large
        self.missing: dict[str, str] = {}
        self._companies: dict[int, Company] = {}
        self._stack = ExitStack()
        self._postgresql: str | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._folder = Path(self._stack.enter_context(TemporaryDirectory()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every database, and stop the server if it is ours."""
        self._stack.close()

    @property
    def is_long(self) -> bool:
        """Say whether a larger company than the usual large one was asked for, which takes minutes."""
        return self.large > LARGE

    def company(self, size: int) -> Company:
        """Found a company of a size, or give the one that is there."""
        if size not in self._companies:
            self._companies[size] = company_of(size)
        return self._companies[size]

    def databases(self) -> list[str]:
        """Give the databases there are: SQLite, and PostgreSQL where there is a server."""
        if self._postgresql is None and "postgresql" not in self.missing:
            try:
                self._postgresql = self._stack.enter_context(server())
            except NoServerError as error:
                self.missing["postgresql"] = str(error)
        return ["sqlite"] if self._postgresql is None else ["sqlite", "postgresql"]

    def store(self, database: str) -> SqlStore:
        """Make a store with tables of its own, on SQLite in a file of its own."""
        name = f"p{os.urandom(6).hex()}_"
        url = self._postgresql if database == "postgresql" else f"sqlite:///{self._folder / name}.db"
        assert url is not None
        engine = create_engine(url)
        self._stack.callback(engine.dispose)
        store = SqlStore(engine, prefix=name)
        store.create_tables()
        return store

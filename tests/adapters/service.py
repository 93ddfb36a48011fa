"""The host's service: what it does itself, and what licensing does, in one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from attrs import evolve
from sqlalchemy import Connection, Engine, event

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.catalog.meters import STANDARD
from tests.adapters.databases import Database
from tests.installation import INSTALLATION, Clock, furnish, open_licensing

A_DAY = timedelta(days=1)
SHORT = timedelta(milliseconds=50)


class Service:
    """The host's service: its licensing, and orders in a table of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.store = database.store()
        self.engine = self.store.engine
        database.rows("CREATE TABLE orders (name TEXT PRIMARY KEY)")
        self.licensing = self.another()
        furnish(self.licensing, "anna", "bo", "cy")

    def another(
        self,
        *,
        patience: timedelta = timedelta(seconds=10),
        stale: timedelta = A_DAY,
        engine: Engine | None = None,
        zone: str = "UTC",
    ) -> sl.Licensing:
        """Open another instance, as another process does."""
        # A store that fails is to be noticed at once: `stale_grace` has tests of its own.
        policy = sl.Policy(max_staleness=stale, stale_grace=timedelta(0), write_patience=patience)
        store = SqlStore(engine or self.database.engine())
        here = evolve(INSTALLATION, time_zone=zone)
        return open_licensing(store, here, clock=self.clock, policy=policy, meters=STANDARD)

    def fresh(self, engine: Engine) -> sl.Licensing:
        """Open an instance on *engine* that looks at the store at every question."""
        return self.another(stale=timedelta(0), engine=engine)

    def orders(self) -> list[str]:
        return [name for (name,) in self.database.rows("SELECT name FROM orders ORDER BY name")]

    def stored(self, user: str) -> list[str]:
        """Give what *user* holds, as a process that has just been started sees it."""
        return [str(one.license) for one in self.another().seats.held_by(user)]


def order(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"INSERT INTO orders (name) VALUES ('{name}')")


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """Collect what is sent through *engine*; ends of transactions in words of our own."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    def commit(_connection: object) -> None:
        said.append("COMMIT")

    event.listen(engine, "before_cursor_execute", hear)
    event.listen(engine, "commit", commit)
    yield said
    event.remove(engine, "before_cursor_execute", hear)
    event.remove(engine, "commit", commit)

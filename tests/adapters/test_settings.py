"""A connection goes back to the host's pool as it came, whatever was done with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, QueuePool, event

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.errors import SuperlicenseError
from superlicense.model.row import Table
from superlicense.testing.contract.blocks import Boom, history, write, write_and_fail
from superlicense.testing.samples import NORDVIK, user_row
from superlicense.testing.usage_samples import OCTOBER
from tests.adapters.databases import Database

PATIENCE = timedelta(seconds=7)
PRAGMAS = (
    "busy_timeout",
    "cache_size",
    "foreign_keys",
    "journal_mode",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "secure_delete",
    "synchronous",
    "temp_store",
)
OF_SQLITE = {
    "as they are": (),
    "of the host's": (
        "PRAGMA synchronous = 1",
        "PRAGMA busy_timeout = 1234",
        "PRAGMA foreign_keys = 1",
        "PRAGMA secure_delete = 0",
    ),
    "read only": ("PRAGMA query_only = 1",),
}
OF_POSTGRESQL = {
    "as they are": (),
    "of the host's": (
        "SET default_transaction_isolation = 'serializable'",
        "SET lock_timeout = '1234ms'",
        "SET idle_in_transaction_session_timeout = '2345ms'",
    ),
    "read only": ("SET default_transaction_read_only = on",),
}


def settings(engine: Engine) -> dict[str, Any]:
    """Return every setting of the pool's only connection, and of a transaction on it."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            found = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
            mine = ["isolation_level", "row_factory", "text_factory", "in_transaction"]
        else:
            rows = connection.exec_driver_sql("SELECT name, setting FROM pg_settings")
            found = {str(name): str(value) for name, value in rows}
            connection.rollback()
            mine = ["autocommit", "isolation_level", "read_only", "deferrable", "row_factory"]
        return found | {name: getattr(driver, name) for name in mine}


def fail_to_read(store: SqlStore) -> None:
    with store.reading(NORDVIK) as view:
        next(view.facts.history(Table.USERS), None)
        raise Boom


def record(store: SqlStore) -> None:
    with store.recording(NORDVIK, patience=PATIENCE) as usage:
        usage.lock_meter_months_since(OCTOBER)


def fail_to_record(store: SqlStore) -> None:
    with store.recording(NORDVIK, patience=PATIENCE) as usage:
        usage.lock_head()
        raise Boom


def interrupt(store: SqlStore) -> None:
    with store.writing(NORDVIK, patience=PATIENCE) as view:
        view.facts.start(user_row(view.mark.sequence + 1, "interrupted"))
        raise KeyboardInterrupt


def bound(act: Callable[[Any], object]) -> Callable[[SqlStore], None]:
    """Do *act* in a transaction of the host's, which it rolls back."""

    def inside(store: SqlStore) -> None:
        with store.engine.connect() as connection:
            act(store.bound_to(connection))
            connection.rollback()

    return inside


BLOCKS: dict[str, Callable[[SqlStore], object]] = {
    "create": SqlStore.create_tables,
    "migrate": SqlStore.migrate,
    "read": history,
    "fail to read": fail_to_read,
    "write": lambda store: write(store, user_row(100, "anna")),
    "fail to write": lambda store: write_and_fail(store, user_row(200, "bo")),
    "do not fit": lambda store: write(store, user_row(1, "cy")),
    "interrupt": interrupt,
    "record": record,
    "fail to record": fail_to_record,
}
BLOCKS |= {f"{name}, bound": bound(act) for name, act in BLOCKS.items() if name not in {"create", "migrate"}}


@pytest.mark.parametrize("isolation_level", [None, "AUTOCOMMIT", "SERIALIZABLE"])
@pytest.mark.parametrize("setting", OF_SQLITE)
def test_a_connection_has_the_same_settings_after_every_kind_of_block(
    database: Database, setting: str, isolation_level: str | None
) -> None:
    database.store()
    options = {} if isolation_level is None else {"isolation_level": isolation_level}
    engine = database.engine(poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=5, **options)

    @event.listens_for(engine, "connect")
    def set_up(driver: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        cursor = driver.cursor()
        for statement in (OF_SQLITE if database.on_sqlite else OF_POSTGRESQL)[setting]:
            cursor.execute(statement)
        cursor.close()
        driver.commit()

    before = settings(engine)
    store = SqlStore(engine)
    changed = {}
    for name, act in BLOCKS.items():
        with suppress(SuperlicenseError, Boom, KeyboardInterrupt):
            act(store)
        if settings(engine) != before:
            changed[name] = {key: value for key, value in settings(engine).items() if value != before[key]}
    assert changed == {}

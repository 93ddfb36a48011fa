from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import NullPool

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.codec import FORM
from superlicense.errors import InvalidValueError, StoreOutdatedError, TamperedStoreError
from superlicense.testing import MakeStore, Reopen, StoreContract
from superlicense.testing.contract.blocks import history, write
from superlicense.testing.samples import NORDVIK, user_row
from tests.adapters.databases import Database
from tests.stores.sqlite_tables import empty_tables


class TestOnSqlite(StoreContract):
    """A file a store."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        numbers = count()

        def make() -> SqlStore:
            path = tmp_path / f"{next(numbers)}.db"
            path.write_bytes(empty_tables())
            return SqlStore(create_engine(f"sqlite:///{path}", poolclass=NullPool))

        return make

    @pytest.fixture
    def reopen(self) -> Reopen:
        return lambda store: SqlStore(create_engine(store.engine.url, poolclass=NullPool))


class TestOnPostgresql(StoreContract):
    """A prefix a store, in one database."""

    has_one_lock = False

    @pytest.fixture
    def make_store(self, postgres: str) -> MakeStore:
        def make() -> SqlStore:
            store = SqlStore(create_engine(postgres, poolclass=NullPool), prefix=f"p{os.urandom(6).hex()}_")
            store.create_tables()
            return store

        return make

    @pytest.fixture
    def reopen(self, postgres: str) -> Reopen:
        return lambda store: SqlStore(create_engine(postgres, poolclass=NullPool), prefix=store.prefix)


def test_the_store_runs_on_these_drivers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    SqlStore(engine)
    monkeypatch.setattr(engine.dialect, "driver", "pysqlcipher")
    with pytest.raises(InvalidValueError, match="must be SQLite, or PostgreSQL through psycopg"):
        SqlStore(engine)


@pytest.mark.parametrize("engine", ["sqlite:///licenses.db", None, create_engine])
def test_only_an_engine_is_one(engine: Any) -> None:  # noqa: ANN401 - anything
    with pytest.raises(InvalidValueError, match=r"must be a sqlalchemy\.Engine, got '\w+'$"):
        SqlStore(engine)


def test_names_are_identifiers(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    SqlStore(engine, "main", "a" * 40)
    for options in (
        {"prefix": "a-b"},
        {"prefix": "x; DROP TABLE"},
        {"prefix": ""},
        {"prefix": "Licenses_"},
        {"prefix": "a" * 41},
        {"schema": "a.b"},
        {"schema": ""},
        {"schema": "å"},
        {"schema": 5},
        {"prefix": None},
    ):
        with pytest.raises(InvalidValueError):
            SqlStore(engine, **options)


@pytest.mark.parametrize("block", ["reading", "writing"])
def test_missing_tables_are_to_be_made_by_migrate(database: Database, block: str) -> None:
    store = database.bare()
    with pytest.raises(StoreOutdatedError, match="run migrate"), getattr(store, block)(NORDVIK):
        pass  # pragma: no cover - it is not opened
    with pytest.raises(StoreOutdatedError, match="run migrate"), store.recording(NORDVIK) as usage:
        usage.lock_head()
    store.migrate()
    write(store, user_row(1))


def test_a_table_that_a_head_was_kept_with_was_taken(database: Database) -> None:
    store = database.store()
    with store.writing(NORDVIK) as view:
        view.facts.start(user_row(1))
    database.rows("ALTER TABLE superlicense_rows RENAME TO elsewhere")
    with pytest.raises(StoreOutdatedError):
        history(store)
    head = "x'00'" if database.on_sqlite else "'00'"
    database.rows(f"UPDATE superlicense_installations SET head = {head}")
    with pytest.raises(TamperedStoreError, match="superlicense_rows"):
        history(store)


def test_the_form_is_what_migrate_has_noted(database: Database) -> None:
    store = database.store()
    for forms, form in (("UPDATE superlicense_forms SET form = 7", 7), ("DELETE FROM superlicense_forms", 1)):
        database.rows(forms)
        with store.reading(NORDVIK) as view:
            assert view.form == form
    store.migrate()
    write(store, user_row(1))
    with store.writing(NORDVIK) as view:
        assert view.form == FORM
    database.rows("UPDATE superlicense_forms SET form = 7")
    store.migrate()
    with store.reading(NORDVIK) as view:
        assert view.form == 7


def test_a_host_makes_the_tables_with_its_own(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'hosts.db'}")
    store = SqlStore(engine, prefix="licenses_")
    metadata = store.attach_to(MetaData())
    assert {name.partition("_")[0] for name in metadata.tables} == {"licenses"}
    metadata.create_all(engine)
    with store.reading(NORDVIK) as view:
        assert view.revision.number == 0

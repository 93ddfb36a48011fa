"""The chain of versions, and the tables that are made without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import URL, Column, Engine, Integer, MetaData, Table, create_engine, event

from superlicense.adapters.sqlalchemy import SqlStore, migrations
from superlicense.adapters.sqlalchemy.migrations.versions import v0001_initial
from superlicense.errors import StoreOutdatedError, StoreUnavailableError
from superlicense.testing.contract.blocks import history, in_threads, write
from superlicense.testing.samples import user_row
from tests.adapters.databases import Database, a_schema

HEAD = "0001"

TABLES_OF_SQLITE = "SELECT type, name, tbl_name, sql FROM {schema}.sqlite_master ORDER BY type, name"
TABLES_OF_POSTGRESQL = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
    || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind = 'r'
UNION ALL
SELECT 'constraint', r.conrelid::regclass::text, r.conname, pg_get_constraintdef(r.oid)
  FROM pg_constraint r WHERE r.connamespace = '{schema}'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = '{schema}'
ORDER BY 1, 2, 3
"""


def tables(database: Database, schema: str) -> list[tuple[str, ...]]:
    """Describe everything in *schema* as the database itself does."""
    statement = TABLES_OF_SQLITE if database.on_sqlite else TABLES_OF_POSTGRESQL
    found = database.rows(statement.format(schema=schema))
    return [tuple(str(value).replace(schema, "") for value in row) for row in found]


def home(database: Database) -> str:
    """Name the schema that connections are at home in."""
    return "main" if database.on_sqlite else str(database.rows("SELECT current_schema()")[0][0])


def noted(database: Database, table: str = "superlicense_alembic_version") -> list[tuple[str]]:
    """Give the versions that *table* notes."""
    return database.rows(f"SELECT version_num FROM {table}")


@pytest.fixture
def another(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Database:
    """A second database of the same kind."""
    if database.on_sqlite:
        return Database(URL.create("sqlite", database=str(tmp_path / "another.db")))
    return a_schema(request.getfixturevalue("postgres"))


def test_the_chain_makes_what_create_tables_makes(database: Database, another: Database) -> None:
    database.bare().migrate()
    another.store()
    migrated, created = tables(database, home(database)), tables(another, home(another))
    assert migrated == created
    assert len(migrated) > 15
    assert noted(database) == noted(another) == [(HEAD,)]


def test_nothing_happens_the_second_time(database: Database) -> None:
    store = database.bare()
    store.migrate()
    write(store, user_row(1))
    before = tables(database, home(database))
    store.migrate()
    store.create_tables()
    database.bare().migrate()
    assert tables(database, home(database)) == before
    assert noted(database) == [(HEAD,)]
    assert history(store) == [user_row(1)]


def test_the_chain_goes_on_from_created_tables(database: Database) -> None:
    store = database.store()
    store.migrate()
    write(store, user_row(1))
    assert history(store) == [user_row(1)]


def test_many_instances_migrate_at_once(database: Database) -> None:
    stores = [database.bare() for _ in range(4)]
    in_threads(*[store.migrate for store in stores[:3]], stores[3].create_tables)
    assert noted(database) == [(HEAD,)]
    write(stores[0], user_row(1))
    assert history(stores[3]) == [user_row(1)]


def test_whoever_comes_second_waits_for_the_first(database: Database) -> None:
    first, second = database.bare(), database.bare()
    both = Barrier(2, timeout=60)
    order: list[str] = []

    @event.listens_for(first.engine, "commit")
    def slow(_connection: object) -> None:
        both.wait()
        order.append("first")

    def begin_second() -> None:
        both.wait()
        second.migrate()
        order.append("second")

    in_threads(first.migrate, begin_second)
    assert order == ["first", "second"]


def test_a_newer_release_has_been_here(database: Database) -> None:
    store = database.store()
    database.rows("UPDATE superlicense_alembic_version SET version_num = '9999'")
    before = tables(database, home(database))
    with pytest.raises(StoreUnavailableError, match="9999"):
        store.migrate()
    with pytest.raises(StoreUnavailableError, match=f"have version 9999, not {HEAD}; migrate them"):
        store.create_tables()
    assert tables(database, home(database)) == before


def test_a_version_that_fails_leaves_nothing_behind(database: Database) -> None:
    database.rows("CREATE TABLE superlicense_journal (somebody TEXT)")
    before = tables(database, home(database))
    with pytest.raises(StoreOutdatedError, match=r"superlicense_journal.* bring version 0001 \(superlicense_forms"):
        database.bare().migrate()
    assert tables(database, home(database)) == before


def test_schema_and_prefix_are_kept_to(database: Database, tmp_path: Path) -> None:
    # A name that has to be quoted; on SQLite a database that is attached.
    schema = f"Licenses_{home(database)}"
    engine = database.engine()
    if database.on_sqlite:

        @event.listens_for(engine, "connect")
        def attach(driver: object, _record: object) -> None:
            driver.execute(f"ATTACH '{tmp_path / 'attached.db'}' AS \"{schema}\"")  # type: ignore[attr-defined]
    else:
        database.rows(f'CREATE SCHEMA "{schema}"')
    store = SqlStore(engine, schema, "our_")
    store.migrate()
    store.create_tables()
    write(store, user_row(1))
    assert history(store) == [user_row(1)]
    with engine.connect() as connection:
        (one,) = connection.exec_driver_sql(f'SELECT version_num FROM "{schema}".our_alembic_version')
    assert tuple(one) == (HEAD,)
    assert tables(database, home(database)) == []


class TestBesideAHostsOwnChain:
    """A host's Alembic and ours in one database and schema."""

    def environment(self, folder: Path) -> Config:
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(
            "from alembic import context\n"
            "context.configure(connection=context.config.attributes['connection'])\n"
            "context.run_migrations()\n"
        )
        (folder / "versions" / "first.py").write_text(
            "import sqlalchemy as sa\n"
            "from alembic import op\n"
            "revision, down_revision = 'cafe', None\n"
            "def upgrade():\n"
            "    op.create_table('orders', sa.Column('id', sa.Integer, primary_key=True))\n"
            "def downgrade():\n"
            "    op.drop_table('orders')\n"
        )
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        return config

    def run(self, config: Config, engine: Engine, target: str) -> None:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if target == "base" else command.upgrade)(config, target)

    def test_neither_touches_the_other(self, database: Database, tmp_path: Path) -> None:
        host = self.environment(tmp_path / "host")
        self.run(host, database.engine(), "head")
        store = database.bare()
        store.migrate()
        assert (noted(database, "alembic_version"), noted(database)) == ([("cafe",)], [(HEAD,)])
        write(store, user_row(1))
        self.run(host, database.engine(), "base")
        store.migrate()
        assert (noted(database, "alembic_version"), noted(database)) == ([], [(HEAD,)])
        assert history(store) == [user_row(1)]

    def test_tables_attached_to_a_hosts_metadata_are_as_its_chain_would_have_them(self, database: Database) -> None:
        store = database.bare()
        store.migrate()
        metadata = store.attach_to(MetaData())
        Table("orders", metadata, Column("id", Integer, primary_key=True))

        def ours_alone(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or name != "superlicense_alembic_version"

        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_name": ours_alone})
            differences = compare_metadata(context, metadata)
        assert [(one[0], one[1].name) for one in differences] == [("add_table", "orders")]

    def hosts(self, store: SqlStore) -> Engine:
        """Let a host's own chain make the tables."""
        store.attach_to(MetaData()).create_all(store.engine)
        return store.engine

    @pytest.mark.parametrize("make", [SqlStore.migrate, SqlStore.create_tables])
    def test_tables_of_the_hosts_chain_are_left_to_it(
        self, database: Database, make: Callable[[SqlStore], None]
    ) -> None:
        store = database.bare()
        self.hosts(store)
        write(store, user_row(1))
        before = set(tables(database, home(database)))
        make(store)
        make(store)
        made = {one[1] for one in set(tables(database, home(database))) - before}
        assert not any("rows" in name or "journal" in name for name in made)
        write(store, user_row(2, "bo"))
        assert len(history(store)) == 2

    @pytest.mark.parametrize("make", [SqlStore.migrate, SqlStore.create_tables])
    def test_the_host_is_told_what_its_chain_has_to_bring(
        self, database: Database, make: Callable[[SqlStore], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = database.bare()
        self.hosts(store)
        database.rows("DROP TABLE superlicense_usage_statements")
        before = tables(database, home(database))
        with pytest.raises(StoreOutdatedError, match=r"bring version 0001 \(superlicense_usage_statements\)$"):
            make(store)
        versions = {"0001": frozenset({"rows"}), "0002": frozenset({"rows.color", "colors"})}
        monkeypatch.setattr(migrations, "_brought", lambda _: versions)
        told = r"bring version 0002 \(superlicense_colors, superlicense_rows.color\)$"
        with pytest.raises(StoreOutdatedError, match=told):
            make(store)
        assert tables(database, home(database)) == before

    def test_every_table_is_brought_by_a_version(self) -> None:
        names = SqlStore(create_engine("sqlite://"), prefix="p_").attach_to(MetaData()).tables
        assert {f"p_{name}" for name in v0001_initial.brings} == set(names)


def test_two_prefixes_are_two_stores(database: Database) -> None:
    one, two = (SqlStore(database.engine(), prefix=prefix) for prefix in ("one_", "two_"))
    one.migrate()
    two.create_tables()
    write(one, user_row(1))
    assert (history(one), history(two)) == ([user_row(1)], [])

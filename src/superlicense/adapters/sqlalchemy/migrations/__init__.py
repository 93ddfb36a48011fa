"""Migrations: the chain of versions that the tables have had, run by Alembic.

Rule 1: the chain has a version table of its own, ``{prefix}alembic_version`` in
the schema of the tables, so that it and a host's chain do not know each other.

Rule 2: a version that was released never changes; a change of `schema` is a new
version. The tests compare what the chain makes with what `schema` makes.

Rule 3: there is no way back. Facts are not deleted; a backup is the way.

Rule 4: nothing of Alembic's global state is used (``alembic.op``, an
environment, a file of settings), so that a host's own chain may run beside it.

Rule 5: a host may own the tables in a chain of its own (`SqlStore.attach_to`).
Then no version is noted here, and the tables are recognized by what each
version ``brings``: its tables, and columns as ``table.column``.

Rule 6: a table that the noted version has, and that is missing, was dropped or is
not in a backup. It is made again, empty, and logged; see
`superlicense.adapters.sqlalchemy.migrations.remaking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, func, insert, inspect, select, update

from superlicense.adapters.sqlalchemy.migrations.remaking import make_missing
from superlicense.adapters.sqlalchemy.schema import attach_tables
from superlicense.codec import FORM
from superlicense.errors import StoreOutdatedError, StoreUnavailableError

__all__ = ["create", "upgrade"]


def upgrade(connection: Connection, *, schema: str | None, prefix: str) -> None:
    """Bring the tables to the newest version, in the transaction on *connection*.

    Tables that a host's own chain has made are left to it.

    Raises:
        StoreUnavailableError: they have a version that this release does not know.
        StoreOutdatedError: the host's chain has to bring newer versions first.
    """
    with _chain() as chain:

        def due(heads: tuple[str, ...], _: MigrationContext) -> Iterable[MigrationStep]:
            newest_first = chain.iterate_revisions("heads", _known(chain, heads), implicit_base=True)
            return [
                MigrationStep.upgrade_from_script(chain.revision_map, script) for script in reversed([*newest_first])
            ]

        context = _context(connection, schema=schema, prefix=prefix, fn=due)
        if context.get_current_revision() is not None or not _made_by_the_host(connection, chain, schema, prefix):
            context.run_migrations(op=Operations(context), schema=schema, prefix=prefix)
            make_missing(connection, schema=schema, prefix=prefix)
    _raise_form(connection, schema, prefix)


def create(connection: Connection, *, schema: str | None, prefix: str) -> None:
    """Create the tables that are missing, as the newest version has them, and note that version.

    Raises:
        StoreUnavailableError: the tables have another version.
        StoreOutdatedError: a host's own chain has made them, and has to bring newer
            versions.
    """
    context = _context(connection, schema=schema, prefix=prefix)
    with _chain() as chain:
        found, newest = context.get_current_revision(), chain.get_current_head()
        if found not in (None, newest):
            raise StoreUnavailableError(f"the tables have version {found}, not {newest}; migrate them")
        if found is None and _made_by_the_host(connection, chain, schema, prefix):
            return
        if found is None:
            metadata = MetaData()
            attach_tables(metadata, schema=schema, prefix=prefix)
            metadata.create_all(connection)
            context.stamp(chain, "head")
        else:
            make_missing(connection, schema=schema, prefix=prefix)
        _raise_form(connection, schema, prefix)


def _made_by_the_host(connection: Connection, chain: ScriptDirectory, schema: str | None, prefix: str) -> bool:
    """Return whether the tables, of which no version is noted, are there as the newest version has them.

    Raises:
        StoreOutdatedError: some of them are, or a column is missing.
    """
    inspector = inspect(connection)
    there = {name for name in inspector.get_table_names(schema=schema) if name.startswith(prefix)}
    columns = {
        f"{name.removeprefix(prefix)}.{column['name']}"
        for name in there
        for column in inspector.get_columns(name, schema=schema)
    }
    found = columns | {name.removeprefix(prefix) for name in there}
    brought = _brought(chain)
    missing = {version: lacking for version, names in brought.items() if (lacking := [*names - found])}
    if not missing:
        return True
    if found.isdisjoint(next(iter(brought.values()))):
        return False
    told = "; ".join(
        f"{version} ({', '.join(prefix + name for name in sorted(names))})" for version, names in missing.items()
    )
    raise StoreOutdatedError(
        f"{', '.join(sorted(there))} were made by other migrations than these, which have to bring version {told}"
    )


def _brought(chain: ScriptDirectory) -> dict[str, frozenset[str]]:
    """Return what each version brings, the oldest first."""
    return {script.revision: frozenset(script.module.brings) for script in reversed([*chain.walk_revisions()])}


def _raise_form(connection: Connection, schema: str | None, prefix: str) -> None:
    """Let every instance write records of the newest form from now on."""
    forms = Table(f"{prefix}forms", MetaData(), Column("form", BigInteger), schema=schema)
    found = connection.execute(select(func.max(forms.c.form))).scalar()
    if found is None:
        connection.execute(insert(forms).values(form=FORM))
    elif found < FORM:
        connection.execute(update(forms).values(form=FORM))


def _context(connection: Connection, *, schema: str | None, prefix: str, **options: object) -> MigrationContext:
    noted = {"version_table": f"{prefix}alembic_version", "version_table_schema": schema}
    return MigrationContext.configure(connection, opts={**noted, **options})


@contextmanager
def _chain() -> Iterator[ScriptDirectory]:
    with as_file(files(__package__)) as folder:
        try:
            yield ScriptDirectory(folder)
        except CommandError as error:
            raise StoreUnavailableError(str(error)) from error


def _known(chain: ScriptDirectory, heads: tuple[str, ...]) -> tuple[str, ...]:
    """Return *heads*; all of them are known, or it raises."""
    return tuple(chain.get_revision(head).revision for head in heads)

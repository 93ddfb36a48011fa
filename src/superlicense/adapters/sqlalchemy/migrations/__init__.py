"""Migrations: the chain of versions that the tables have had, run by Alembic.

Rule 1: the chain has a version table of its own, ``{prefix}alembic_version`` in
the schema of the tables, so that it and a host's chain do not know each other.

Rule 2: a version that was released never changes; a change of `schema` is a new
version. The tests compare what the chain makes with what `schema` makes.

Rule 3: there is no way back. Facts are not deleted; a backup is the way.

Rule 4: nothing of Alembic's global state is used (``alembic.op``, an
environment, a file of settings), so that a host's own chain may run beside it.
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
from sqlalchemy import Connection, MetaData

from superlicense.adapters.sqlalchemy.schema import attach_tables
from superlicense.errors import StoreUnavailableError

__all__ = ["create", "upgrade"]


def upgrade(connection: Connection, *, schema: str | None, prefix: str) -> None:
    """Bring the tables to the newest version, in the transaction on *connection*.

    Raises:
        StoreUnavailableError: they have a version that this release does not know.
    """
    with _chain() as chain:

        def due(heads: tuple[str, ...], _: MigrationContext) -> Iterable[MigrationStep]:
            newest_first = chain.iterate_revisions("heads", _known(chain, heads), implicit_base=True)
            return [
                MigrationStep.upgrade_from_script(chain.revision_map, script) for script in reversed([*newest_first])
            ]

        context = _context(connection, schema=schema, prefix=prefix, fn=due)
        context.run_migrations(op=Operations(context), schema=schema, prefix=prefix)


def create(connection: Connection, *, schema: str | None, prefix: str) -> None:
    """Create what is not there as the newest version has it, and note that version.

    Raises:
        StoreUnavailableError: the tables have another version.
    """
    context = _context(connection, schema=schema, prefix=prefix)
    with _chain() as chain:
        found, newest = context.get_current_revision(), chain.get_current_head()
        if found not in (None, newest):
            raise StoreUnavailableError(f"the tables have version {found}, not {newest}; migrate them")
        metadata = MetaData()
        attach_tables(metadata, schema=schema, prefix=prefix)
        metadata.create_all(connection)
        context.stamp(chain, "head")


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

"""Loading: the world that the rows of a store make, present or past; rows as they are stored, and back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from attrs import evolve

from superlicense.codec import SALT_BYTES, CorruptRecordError, NewerRecordError, Record, form_of, personal_texts
from superlicense.errors import StoreNewerError, StoreOutdatedError, StoreUnusableError
from superlicense.model.row import TABLES, Noun, Row, Table
from superlicense.model.world import World
from superlicense.ports import Mark, Reading, StoredRow
from superlicense.rules.step import RecordOf
from superlicense.rules.world_update import apply_rows, build_world

__all__ = [
    "RowFilter",
    "follow",
    "load_past",
    "load_present",
    "marked",
    "newer",
    "readable",
    "record_maker",
    "row_of",
    "stored_row",
    "with_noun",
]

RowFilter = Callable[[StoredRow], Row[Any] | None]
"""Returns a stored row as it counts; `None` if it does not count."""


@cache
def record_maker(form: int) -> RecordOf:
    """Return what makes records for a store that takes *form* and older ones.

    It raises `StoreOutdatedError` for a noun that needs a newer form.
    """

    def record_of(table: Table, noun: Noun) -> Record:
        needed = form_of(table, noun)
        if needed > form:
            raise StoreOutdatedError(f"{table} {needed} is newer than the store's form {form}")
        return Record(table, noun=noun, form=needed, personal=personal_texts(table, noun, _salt))

    return record_of


def _salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def row_of(stored: StoredRow) -> Row[Any]:
    """Return a stored row with its noun.

    Raises:
        NewerRecordError: only a newer version can have written it.
        CorruptRecordError: no version has written it.
    """
    table = TABLES.get(stored.table)
    if table is None:
        raise NewerRecordError
    return with_noun(stored, table, stored.record.noun)


def with_noun(stored: StoredRow, table: Table, noun: Noun) -> Row[Any]:
    """Return the row of *table* that has the columns of *stored*, and *noun*."""
    _, key, start, started_by, sequence, record, end, ended_by, document, _ = stored
    made: Row[Any] = Row(
        table=table,
        key=key,
        noun=noun,
        start=start,
        started_by=started_by,
        sequence=sequence,
        end=end,
        ended_by=ended_by,
        document=document,
        record=record,
    )
    return made


def stored_row(row: Row[Any]) -> StoredRow:
    """Return *row* as it is stored, without a seal."""
    record = row.record
    assert isinstance(record, Record)  # noqa: S101 - rows of the front door have one; for the type checker
    return StoredRow(
        row.table,
        row.key,
        row.start,
        row.started_by,
        row.sequence,
        record,
        row.end,
        row.ended_by,
        row.document,
    )


def readable(stored: StoredRow) -> Row[Any]:
    """Return a stored row with its noun.

    Raises:
        StoreNewerError: only a newer version can have written it.
        StoreUnavailableError: no version has written it.
    """
    try:
        return row_of(stored)
    except CorruptRecordError as error:
        raise StoreUnusableError(f"row {stored.sequence} of {stored.table}: {error.problem}") from error
    except NewerRecordError as error:
        raise newer(stored, error) from error


def newer(stored: StoredRow, error: NewerRecordError) -> StoreNewerError:
    """Return the error of a row that this version does not know."""
    fields = f" ({', '.join(error.fields)})" if error.fields else ""
    return StoreNewerError(f"row {stored.sequence} of {stored.table}{fields}")


def _all(rows: Iterable[StoredRow], row_filter: RowFilter) -> Iterable[Row[Any]]:
    return filter(None, map(row_filter, rows))


def load_present(view: Reading, world: World, running: RowFilter, ever: RowFilter) -> World:
    """Fill an empty *world* with everything that runs.

    Args:
        view: What is stored.
        world: An empty one, with how far the records go.
        running: Filters the rows that run.
        ever: Filters the packages that were ever in force.
    """
    rows = (row for table in Table for row in _all(view.facts.running(table), running))
    return build_world(world, rows, _all(view.facts.history(Table.PACKAGES), ever))


def load_past(view: Reading, world: World, at: datetime, running: RowFilter, ever: RowFilter) -> World:
    """Fill an empty *world* with the facts of *at*; nothing can be written to it."""
    rows = (row for table in Table for row in _all(view.facts.running_at(table, at), running))
    packages = (row for row in view.facts.history(Table.PACKAGES) if row.start <= at)
    return build_world(world, rows, _all(packages, ever))


def follow(world: World, rows: Iterable[Row[Any]], mark: Mark) -> World:
    """Return *world* with *rows* added, which are all that was written until *mark*."""
    return marked(apply_rows(world, rows), mark)


def marked(world: World, mark: Mark) -> World:
    """Return *world* with how far the records go."""
    return evolve(world, recorded_at=mark.recorded_at, sequence=mark.sequence, entries=mark.entries)

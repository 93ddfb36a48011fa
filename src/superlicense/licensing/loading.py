"""Loading: the world that the rows of a store make, present or past; rows as they are stored, and back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from attrs import evolve

from superlicense.codec import SALT_BYTES, CorruptRecordError, NewerRecordError, Record, form_of, personal_texts
from superlicense.errors import StoreNewerError, StoreOutdatedError, StoreUnusableError
from superlicense.model.row import TABLES, Noun, Row, Table
from superlicense.model.world import World
from superlicense.ports import Facts, LoadingFacts, Mark, Reading, StoredRow
from superlicense.rules.recorded_time import is_ambiguous, period
from superlicense.rules.step import RecordOf
from superlicense.rules.world_update import apply_rows, build_world

__all__ = [
    "RowFilter",
    "clock_rebases",
    "follow",
    "load_past",
    "load_present",
    "marked",
    "newer",
    "packages_ever",
    "readable",
    "record_maker",
    "row_of",
    "running_in",
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


def running_in(facts: Facts, tables: Collection[str]) -> Iterator[StoredRow]:
    """Stream the rows of *tables* that have no end, at once where the store can; in order within each table."""
    if isinstance(facts, LoadingFacts):
        return facts.running_in(tables)
    return chain.from_iterable(map(facts.running, tables))


def load_present(view: Reading, world: World, running: RowFilter) -> World:
    """Fill an empty *world* with everything that runs.

    Args:
        view: What is stored.
        world: An empty one, with how far the records go.
        running: Filters the rows that run.
    """
    return build_world(world, _all(running_in(view.facts, tuple(Table)), running), ())


def load_past(view: Reading, world: World, at: datetime, running: RowFilter) -> World:
    """Fill an empty *world* with the facts of *at*; nothing can be written to it."""
    rebases = [row for row in clock_rebases(view.facts) if row.start <= at]
    if is_ambiguous(at, rebases):
        # Only the order of writing shows which of two periods a row belongs to.
        rows = (row for table in Table for row in view.facts.history(table) if _held_at(row, at, rebases))
    else:
        rows = (row for table in Table for row in view.facts.running_at(table, at))
    return build_world(world, _all(rows, running), ())


def _held_at(row: StoredRow, at: datetime, rebases: Collection[Row[Any]]) -> bool:
    return period(row.sequence, row.start, row.end, rebases).holds_at(at)


def _readable(stored: StoredRow) -> Row[Any] | None:
    """Return *stored* with its noun; `None` if it cannot be read, and is named elsewhere."""
    try:
        return row_of(stored)
    except (CorruptRecordError, NewerRecordError):
        return None


def clock_rebases(facts: Facts) -> tuple[Row[Any], ...]:
    """Return every correction of the clock, oldest first."""
    return tuple(_all(facts.running(Table.CLOCK_REBASES), _readable))


def packages_ever(view: Reading, row_filter: RowFilter, at: datetime | None) -> list[Row[Any]]:
    """Return the packages that were ever in force, until *at* if it is given, in the order of writing."""
    rows = list(_all(view.facts.history(Table.PACKAGES), row_filter))
    if at is not None:
        rebases = clock_rebases(view.facts)
        rows = [row for row in rows if period(row.sequence, row.start, row.end, rebases).start <= at]
    return sorted(rows, key=lambda row: row.sequence)


def follow(world: World, rows: Iterable[Row[Any]], mark: Mark) -> World:
    """Return *world* with *rows* added, which are all that was written until *mark*."""
    return marked(apply_rows(world, rows), mark)


def marked(world: World, mark: Mark) -> World:
    """Return *world* with how far the records go."""
    return evolve(world, recorded_at=mark.recorded_at, sequence=mark.sequence, entries=mark.entries)

"""Loading: the world that the rows of a store make, present or past."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from attrs import evolve

from superlicense.errors import StoreUnavailableError
from superlicense.model.row import Row, Table, Unreadable
from superlicense.model.world import World
from superlicense.ports import Mark, Reading
from superlicense.rules.world_update import apply_rows, build_world

__all__ = ["RowFilter", "follow", "load_past", "load_present", "marked", "readable"]

RowFilter = Callable[[Row[Any]], Row[Any] | None]
"""Returns a stored row as it counts; `None` if it does not count."""


def readable(row: Row[Any]) -> Row[Any]:
    """Return *row* unless it is unreadable.

    Raises:
        StoreUnavailableError: the store could not read it.
    """
    if isinstance(row.noun, Unreadable):
        raise StoreUnavailableError(f"row {row.sequence} of {row.table}: {row.noun.problem}")
    return row


def _all(rows: Iterable[Row[Any]], row_filter: RowFilter) -> Iterable[Row[Any]]:
    return (seen for row in rows if (seen := row_filter(row)) is not None)


def load_present(view: Reading, world: World, running: RowFilter = readable, ever: RowFilter = readable) -> World:
    """Fill an empty *world* with everything that runs.

    Args:
        view: What is stored.
        world: An empty one, with how far the records go.
        running: Filters the rows that run.
        ever: Filters the packages that were ever in force.
    """
    rows = (row for table in Table for row in _all(view.facts.running(table), running))
    return build_world(world, rows, _all(view.facts.history(Table.PACKAGES), ever))


def load_past(
    view: Reading, world: World, at: datetime, running: RowFilter = readable, ever: RowFilter = readable
) -> World:
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

"""Loading: the world that the rows of a store make, present or past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attrs import evolve

from superlicense.model.fact import Row, Table
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import Reading
from superlicense.rules.replay import absorb, empty, load

__all__ = ["follow", "load_past", "load_present"]


def load_present(view: Reading, installation: Installation, policy: Policy) -> World:
    """Load everything that runs."""
    running = (row for table in Table for row in view.facts.running(table))
    return load(_marked(empty(installation, policy), view), running, view.facts.history(Table.PACKAGES))


def load_past(view: Reading, installation: Installation, policy: Policy, at: datetime) -> World:
    """Load the facts of *at*, under today's *policy*; nothing can be written to such a world."""
    running = (row for table in Table for row in view.facts.running_at(table, at))
    ever = (row for row in view.facts.history(Table.PACKAGES) if row.start <= at)
    return load(empty(installation, policy), running, ever)


def follow(view: Reading, world: World, rows: Iterable[Row[Any]]) -> World:
    """Give *world* as it is after *rows*, which are all that *view* shows besides."""
    return _marked(absorb(world, rows), view)


def _marked(world: World, view: Reading) -> World:
    mark = view.mark
    return evolve(world, recorded_at=mark.recorded_at, sequence=mark.sequence, entries=mark.entries)

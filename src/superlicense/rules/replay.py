"""Replay: what stored rows make of a world.

Rule 1: rows are history, so no rule is asked whether they may be. What a
change produced and what another instance has committed go the same way.

Rule 2: `absorb` costs what the rows cost, not what the world holds; only
another package makes it count all seats again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from superlicense.model.fact import Row, Table
from superlicense.model.layered import Layered
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage
from superlicense.model.policy import Policy
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.rules.entitlement import effective

__all__ = ["absorb", "empty", "load"]

# Where a world keeps the running row of a key; assignments are kept by holder.
_FIELD: Final = MappingProxyType(
    {
        Table.PACKAGES: "packages",
        Table.WAITING_PACKAGES: "waiting",
        Table.ROOTS: "roots",
        Table.USERS: "users",
        Table.SITES: "sites",
        Table.EVENTS: "events",
    }
)

_Held = Mapping[str, tuple[Row[Assignment], ...]]


def empty(installation: Installation, policy: Policy) -> World:
    """Make the world of an installation of which nothing is stored."""
    return World(installation=installation, policy=policy)


def load(world: World, running: Iterable[Row[Any]], packages_ever: Iterable[Row[Any]]) -> World:
    """Fill an empty *world*.

    Args:
        world: As `empty` made it, with the newest instant and the counters of
            what is stored.
        running: Every running row of every table, each table in order.
        packages_ever: Every row of the packages table, ended ones included;
            they tell which issues have been installed before.
    """
    keyed: dict[Table, dict[str, Row[Any]]] = {table: {} for table in _FIELD}
    held: dict[str, tuple[Row[Assignment], ...]] = {}
    for row in running:
        if row.table is Table.ASSIGNMENTS:
            held[row.noun.holder] = (*held.get(row.noun.holder, ()), row)
        else:
            keyed[row.table][row.key] = row
    fields: dict[str, Any] = {_FIELD[table]: Layered(rows) for table, rows in keyed.items()}
    loaded = evolve(world, **fields, assignments=Layered(held))
    return _recount(_with_issues(loaded, packages_ever))


def absorb(world: World, rows: Iterable[Row[Any]]) -> World:
    """Give the world as it is after *rows*, in the order they were written.

    A row that has an end is one that ended; one without has started.
    """
    batch = tuple(rows)
    if not batch:
        return world
    keyed: dict[Table, dict[str, Row[Any] | None]] = {}
    held: dict[str, tuple[Row[Assignment], ...]] = {}
    for row in batch:
        if row.table is Table.ASSIGNMENTS:
            holder = row.noun.holder
            before = held[holder] if holder in held else world.assignments.get(holder, ())
            left = tuple(one for one in before if one.key != row.key)
            held[holder] = left if row.end is not None else (*left, row)
        else:
            keyed.setdefault(row.table, {})[row.key] = row if row.end is None else None
    changed: dict[str, Any] = {
        _FIELD[table]: _with_present(getattr(world, _FIELD[table]), present) for table, present in keyed.items()
    }
    newest = max(row.instant for row in batch)
    changed["recorded_at"] = newest if world.recorded_at is None else max(world.recorded_at, newest)
    changed["sequence"] = max(world.sequence, *(row.sequence for row in batch))
    if held:
        changed["assignments"] = _with_present(world.assignments, {key: rows or None for key, rows in held.items()})
        changed["seats"] = _with_seats(world, held)
    new = evolve(world, **changed)
    if Table.PACKAGES not in keyed:
        return new
    return _recount(_with_issues(new, (row for row in batch if row.table is Table.PACKAGES)))


def _with_present(kept: Layered[str, Any], present: Mapping[str, Any]) -> Layered[str, Any]:
    """Set what is present in *kept*, and take out the keys of what is `None`."""
    gone = tuple(key for key, value in present.items() if value is None)
    return kept.with_items({key: value for key, value in present.items() if value is not None}, without=gone)


def _with_seats(world: World, held: _Held) -> Layered[str, int]:
    """Count on from the world's seats by what changed for the holders of *held*."""
    moved: Counter[str] = Counter()
    for holder, after in held.items():
        moved.subtract(effective(world, world.held_by(holder)).keys())
        moved.update(effective(world, (row.noun.license for row in after)).keys())
    return world.seats.with_items(
        {name: world.seats.get(name, 0) + difference for name, difference in moved.items() if difference}
    )


def _recount(world: World) -> World:
    """Count every seat anew: holders that hold the same are expanded once."""
    alike: Counter[tuple[LicenseName, ...]] = Counter(world.held_by(holder) for holder in world.assignments)
    seats: Counter[str] = Counter()
    for licenses, holders in alike.items():
        for name in effective(world, licenses):
            seats[name] += holders
    return evolve(world, seats=Layered(dict(seats)))


def _with_issues(world: World, rows: Iterable[Row[InstalledPackage]]) -> World:
    """Remember the newest issue of each owner and series that *rows* show."""
    newest: dict[tuple[str, bool], InstalledPackage] = {}
    issued_at = world.issued_at
    for row in rows:
        installed = row.noun
        series = (installed.package.owner_key, installed.unsigned)
        known = newest.get(series) or world.newest_issues.get(series)
        if known is None or (installed.package.issue or 0) >= (known.package.issue or 0):
            newest[series] = installed
        stamp = installed.package.issued_at
        if not installed.unsigned and stamp is not None:
            issued_at = stamp if issued_at is None else max(issued_at, stamp)
    return evolve(world, newest_issues=world.newest_issues.with_items(newest), issued_at=issued_at)

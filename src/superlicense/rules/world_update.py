"""World updates: build a world from stored rows, and apply further rows to it.

Rule 1: rows are history and are not checked by rules. The rows of an own change
and those committed by another instance are applied in the same way.

Rule 2: the cost of `apply_rows` depends on the number of rows, not on the size
of the world; only a change of packages makes it count all seats again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from superlicense.model.consumed import Consumed
from superlicense.model.identity import names_of
from superlicense.model.layered import Layered
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.rules.seats.holding import consumed, implied

__all__ = [
    "apply_rows",
    "build_world",
    "empty_world",
    "running_row",
    "series_of",
    "with_contents",
    "with_issues",
]

# The field of a world for each table; assignments are kept by holder instead.
_WORLD_FIELDS: Final = MappingProxyType(
    {
        Table.PACKAGES: "packages",
        Table.WAITING_PACKAGES: "waiting",
        Table.ROOTS: "roots",
        Table.USERS: "users",
        Table.SITES: "sites",
        Table.EVENTS: "events",
        Table.FORGOTTEN: "forgotten",
        Table.IDENTITIES: "identities",
        Table.CLOCK_REBASES: "rebases",
    }
)


_Running = tuple[Row[Assignment], ...]
"""The running assignments of one holder, in order."""


def empty_world(installation: Installation, policy: Policy) -> World:
    """Return the world of an installation without any stored rows."""
    return World(installation=installation, policy=policy)


def running_row(world: World, table: Table, key: str) -> Row[Any] | None:
    """Return the running row of *table* and *key* in *world*, `None` if there is none."""
    if table is not Table.ASSIGNMENTS:
        row: Row[Any] | None = getattr(world, _WORLD_FIELDS[table]).get(key)
        return row
    holder, _, _ = key.partition("\n")
    return next((row for row in world.assignments.get(holder, ()) if row.key == key), None)


def build_world(world: World, running: Iterable[Row[Any]], packages_ever: Iterable[Row[Any]]) -> World:
    """Return an empty *world* filled with stored rows.

    Args:
        world: The result of `empty_world`, with the latest instant and the
            counters of the store.
        running: All running rows of all tables, in order within each table.
        packages_ever: All rows of the packages table, ended ones included, in
            order; they determine which issues were installed before.
    """
    keyed: dict[Table, dict[str, Row[Any]]] = {table: {} for table in _WORLD_FIELDS}
    held: dict[str, _Running] = {}
    for row in running:
        if row.table is Table.ASSIGNMENTS:
            held[row.noun.holder] = (*held.get(row.noun.holder, ()), row)
        else:
            keyed[row.table][row.key] = row
    rebases = keyed[Table.CLOCK_REBASES]
    if rebases:
        # Starts that lie in the future of a correction do not order what was written.
        held = {holder: tuple(sorted(rows, key=_sequence)) for holder, rows in held.items()}
    fields: dict[str, Any] = {_WORLD_FIELDS[table]: Layered(rows) for table, rows in keyed.items()}
    newest = max(rebases.values(), key=_sequence, default=None)
    issued_at = world.issued_at if newest is None else newest.noun.issued_at
    loaded = evolve(world, **fields, assignments=Layered(held), issued_at=issued_at)
    return _recount(with_issues(loaded, packages_ever))


def _sequence(row: Row[Any]) -> int:
    return row.sequence


def apply_rows(world: World, rows: Iterable[Row[Any]], *, entries: int = 0) -> World:
    """Return *world* after *rows*, in the order they were written.

    A row with an end has ended; a row without one has started.

    Args:
        world: The world before.
        rows: Rows that one or more changes ended and started.
        entries: Number of journal entries written with them.
    """
    batch = tuple(rows)
    if not batch:
        return world
    keyed: dict[Table, dict[str, Row[Any] | None]] = {}
    had: dict[str, _Running] = {}
    held: dict[str, _Running] = {}
    recorded_at, issued_at = _floors(world, batch)
    sequence = world.sequence
    for row in batch:
        sequence = max(sequence, row.sequence)
        if row.table is Table.ASSIGNMENTS:
            holder = row.noun.holder
            if holder not in held:
                had[holder] = held[holder] = world.assignments.get(holder, ())
            before, ended = held[holder], row.end is not None
            held[holder] = tuple([one for one in before if one.sequence != row.sequence]) if ended else (*before, row)
        else:
            keyed.setdefault(row.table, {})[row.key] = row if row.end is None else None
    changed: dict[str, Any] = {}
    for table, present in keyed.items():
        name = _WORLD_FIELDS[table]
        changed[name] = _with_present(getattr(world, name), present)
    if held:
        gone = () if all(held.values()) else tuple([holder for holder, rows in held.items() if not rows])
        kept = {holder: rows for holder, rows in held.items() if rows} if gone else held
        changed["assignments"] = world.assignments.with_items(kept, without=gone)
        if Table.PACKAGES not in keyed:
            changed["seats"] = _moved_seats(world, had, held)
    if issued_at != world.issued_at:
        changed["issued_at"] = issued_at
    new = world.with_fields(**changed, recorded_at=recorded_at, sequence=sequence, entries=world.entries + entries)
    if Table.PACKAGES not in keyed:
        return new
    return _recount(with_issues(new, (row for row in batch if row.table is Table.PACKAGES)))


def _floors(world: World, batch: Iterable[Row[Any]]) -> tuple[datetime | None, datetime | None]:
    """Return the newest instant that is recorded after *batch*, and the newest issue, which a correction resets."""
    recorded_at, issued_at = world.recorded_at, world.issued_at
    for row in batch:
        if row.table is Table.CLOCK_REBASES:
            recorded_at, issued_at = row.start, row.noun.issued_at
        instant = row.instant
        if recorded_at is None or instant > recorded_at:
            recorded_at = instant
    return recorded_at, issued_at


def _with_present(kept: Layered[str, Any], present: Mapping[str, Any]) -> Layered[str, Any]:
    """Return *kept* with the values of *present* set, and the keys whose value is `None` removed."""
    gone = tuple(key for key, value in present.items() if value is None)
    return kept.with_items({key: value for key, value in present.items() if value is not None}, without=gone)


def _moved_seats(world: World, had: Mapping[str, _Running], held: Mapping[str, _Running]) -> MappingProxyType[str, int]:
    """Return the seats in use after the holders, who *had* what *world* says, hold what *held* says."""
    seats, stands_for = world.seats.copy(), world.stands_for
    for holder, rows in held.items():
        holders = stands_for.get(holder, 1)
        before = consumed(world, [row.noun.license for row in had[holder]]).rows
        after = consumed(world, [row.noun.license for row in rows]).rows
        for name in after:
            if name not in before:
                seats[name] = seats[name] + holders if name in seats else holders
        for name in before:
            if name not in after:
                seats[name] -= holders
                if not seats[name]:
                    del seats[name]
    return MappingProxyType(seats)


def _recount(world: World) -> World:
    """Recompute what licenses imply and count all seats; holders of the same licenses are counted together."""
    rows = (row for installed in world.packages.values() for row in installed.noun.package.licenses)
    bare = evolve(world, implies=MappingProxyType({}))
    counted = evolve(bare, implies=MappingProxyType({row.name: implied(bare, row.name) for row in rows}))
    stands_for = world.stands_for
    holders_by_set: Counter[tuple[LicenseName, ...]] = Counter()
    for holder in world.assignments:
        holders_by_set[world.held_by(holder)] += stands_for.get(holder, 1)
    seats: Counter[str] = Counter()
    for licenses, holders in holders_by_set.items():
        for name in consumed(counted, licenses).rows:
            seats[name] += holders
    return evolve(counted, seats=MappingProxyType(dict(seats)))


def with_contents(world: World, package: LicensePackage) -> World:
    """Return *world* as if the package in force of the same owner had the contents of *package*.

    Unlike a row, this is not a fact and is never stored. Where names, scopes
    and grants stay, seats are not counted again.
    """
    row = world.packages[package.owner_key]
    before = row.noun.package.by_name
    changed = {name: new for name, new in package.by_name.items() if before.get(name) is not new}
    packages = world.packages.with_items({row.key: evolve(row, noun=evolve(row.noun, package=package))})
    supposed = evolve(world, packages=packages)
    if any(_role(before.get(name)) != _role(new) for name, new in changed.items()):
        return _recount(supposed)
    implies = {
        name: known if changed.keys().isdisjoint(known.rows) else Consumed.of(_with_changed(known.rows, changed))
        for name, known in world.implies.items()
    }
    return evolve(supposed, implies=MappingProxyType(implies))


def _with_changed(
    rows: Mapping[str, ModuleLicense | None], changed: Mapping[str, ModuleLicense]
) -> dict[str, ModuleLicense | None]:
    return {name: changed.get(name, row) for name, row in rows.items()}


def _role(row: ModuleLicense | None) -> object:
    """Return what decides which seats a holder of the license of *row* consumes."""
    return None if row is None else (row.scope, row.kind, row.grants)


def with_issues(world: World, rows: Iterable[Row[InstalledPackage]]) -> World:
    """Return *world* with the newest issue of each owner and series updated from *rows*, in the order of writing.

    The instant of an issue counts only if it was installed after the newest
    correction of the clock, or with it.
    """
    newest: dict[tuple[str, str, bool], InstalledPackage] = {}
    addressed: dict[tuple[str, str], Row[InstalledPackage]] = {}
    issued_at = world.issued_at
    corrected = max((row.sequence for row in world.rebases.values()), default=0)
    for row in rows:
        installed = row.noun
        series = series_of(installed.package, unsigned=installed.unsigned)
        known = newest.get(series) or world.newest_issues.get(series)
        if known is None or (installed.package.issue or 0) >= (known.package.issue or 0):
            newest[series] = installed
        if installed.package.is_superoffice and not installed.unsigned:
            addressed[names_of(installed.package)[:2]] = row
        stamp = installed.package.issued_at
        if not installed.unsigned and stamp is not None and row.sequence > corrected:
            issued_at = stamp if issued_at is None else max(issued_at, stamp)
    return evolve(
        world,
        newest_issues=world.newest_issues.with_items(newest),
        addressed=world.addressed.with_items(addressed),
        issued_at=issued_at,
    )


def series_of(package: LicensePackage, *, unsigned: bool) -> tuple[str, str, bool]:
    """Return the key of `World.newest_issues` that *package* belongs to."""
    return (package.owner_key, package.serial_number, unsigned)

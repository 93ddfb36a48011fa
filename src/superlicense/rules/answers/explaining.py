"""Explaining: which rows and dates changed the answer to a question between two instants.

Rule 1: what is compared are the conditions of both answers: licenses and facts, not
their combinations. A license that was not asked for counts as missing, a fact that
was not checked as met.

Rule 2: a row is a source of what differs if exchanging it alone changes a condition
back in the later world, or on in the earlier one. The gate decides in those worlds;
nothing is known here of what a row means.

Rule 3: of the versions that a row had in between, the one is named that changed the
condition for the last time.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from attrs import evolve, frozen

from superlicense.model.decision import Clause, ClauseKind, Decision
from superlicense.model.forecast import Cause
from superlicense.model.row import Row, Table
from superlicense.model.world import World
from superlicense.rules.answers.forecasting import cause_at
from superlicense.rules.gate.validity import boundaries
from superlicense.rules.world_update import apply_rows, running_row

__all__ = ["Ask", "Happened", "Instant", "cause_of", "changed_clauses", "happened", "keys_that_differ"]

Ask = Callable[[World, datetime], Decision]
"""Asks the question in a world at an instant."""

Key = tuple[Table, str]
_Leaf = tuple[ClauseKind, str, int]
_Truths = Mapping[_Leaf, bool]


@frozen
class Instant:
    """A world at an instant."""

    world: World
    at: datetime


@frozen
class Happened:
    """What happened to a row: it started, or it ended."""

    row: Row[Any]
    ended: bool

    @property
    def at(self) -> datetime:
        """When."""
        return self.row.end if self.ended and self.row.end is not None else self.row.start


@frozen
class _Versions:
    """What ran of a key, and what happened to it."""

    key: Key
    first: Row[Any] | None
    later: tuple[Happened, ...]

    @property
    def rows(self) -> tuple[Row[Any] | None, ...]:
        """The rows that ran, `None` where none did."""
        return (self.first, *(None if one.ended else one.row for one in self.later))


def changed_clauses(before: Decision, after: Decision) -> tuple[Clause, ...]:
    """Return the conditions whose truth differs, in the order of *after*."""
    old, new = dict(_leaves(before.clauses)), dict(_leaves(after.clauses))
    differing = _differing(_truths(old.items()), _truths(new.items()))
    return tuple(
        new.get(leaf) or old[leaf] for leaf in (*new, *(leaf for leaf in old if leaf not in new)) if leaf in differing
    )


def keys_that_differ(then: World, now: World, user_id: str) -> tuple[Key, ...]:
    """Return the keys whose running rows differ, of all rows that an answer for *user_id* can depend on.

    That is everything but other users and what they hold.
    """
    holders = dict.fromkeys((user_id, *_sites(then, user_id), *_sites(now, user_id)))
    keys: dict[Key, None] = {(Table.USERS, user_id): None}
    for world in (then, now):
        keys |= {(Table.ASSIGNMENTS, row.key): None for holder in holders for row in world.assignments.get(holder, ())}
        for table, rows in (
            (Table.PACKAGES, world.packages),
            (Table.ROOTS, world.roots),
            (Table.SITES, world.sites),
            (Table.EVENTS, world.events),
            (Table.IDENTITIES, world.identities),
            (Table.CLOCK_REBASES, world.rebases),
        ):
            keys |= {(table, key): None for key in rows}
    return tuple(key for key in keys if _sequence(then, key) != _sequence(now, key))


def happened(then: Instant, now: Instant, ask: Ask, versions: Mapping[Key, Iterable[Row[Any]]]) -> tuple[Happened, ...]:
    """Return what happened to rows between *then* and *now* and changed a condition.

    Args:
        then: The earlier world.
        now: The later world.
        ask: Asks the question.
        versions: Every row that the keys of `keys_that_differ` ever had, in order.
    """
    was, is_now = _asked(then, ask), _asked(now, ask)
    differing = _differing(was, is_now)
    found: dict[tuple[int, bool], Happened] = {}
    for key, rows in versions.items():
        ran = _Versions(key, running_row(then.world, *key), _happened_to(rows, then.at, now.at))
        for asked in (now, then):
            for one in _flips(asked, ask, ran, differing):
                found[one.row.sequence, one.ended] = one
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.row.sequence)))


def cause_of(then: Instant, now: Instant, ask: Ask) -> Cause | None:
    """Return the latest date between *then* and *now* that changed a condition, with the facts of *now*."""
    differing = _differing(_asked(then, ask), _asked(now, ask))
    instants = (then.at, *(at for at in boundaries(now.world) if then.at < at <= now.at))
    truths = [(at, _only(_truths(_leaves(ask(now.world, at).clauses)), differing)) for at in instants]
    turns = [at for (_, before), (at, after) in pairwise(truths) if before != after]
    return cause_at(now.world, turns[-1]) if turns else None


def _flips(asked: Instant, ask: Ask, versions: _Versions, leaves: set[_Leaf]) -> Iterator[Happened]:
    """Yield what of *versions* changed each of *leaves* for the last time, with all else as in *asked*."""
    later = versions.later
    worlds = (_with_row(asked.world, versions.key, row) for row in versions.rows)
    truths = [_only(_asked(Instant(world, asked.at), ask), leaves) for world in worlds]
    for leaf in leaves:
        if truths[0][leaf] != truths[-1][leaf]:
            yield next(
                later[place] for place in reversed(range(len(later))) if truths[place][leaf] != truths[place + 1][leaf]
            )


def _happened_to(rows: Iterable[Row[Any]], since: datetime, until: datetime) -> tuple[Happened, ...]:
    """Return everything that happened to a row after *since* and until *until*, in order.

    The end of a row that another one replaces is part of the start of that one.
    """
    ever = tuple(rows)
    started = [Happened(row, ended=False) for row in ever if since < row.start <= until]
    replaced = {one.at for one in started}
    ended = [
        Happened(row, ended=True)
        for row in ever
        if row.end is not None and since < row.end <= until and row.end not in replaced
    ]
    return tuple(sorted((*started, *ended), key=lambda one: (one.at, one.row.sequence)))


def _with_row(world: World, key: Key, row: Row[Any] | None) -> World:
    """Return *world* with *row* running as the only one of *key*."""
    table, name = key
    running = running_row(world, table, name)
    if table is Table.ROOTS:
        kept = tuple(root for root in world.trusted if str(root.version) != name)
        world = evolve(world, trusted=kept)
    rows = [] if running is None else [running.ended(at=running.start, by="")]
    if row is not None:
        rows.append(evolve(row, end=None, ended_by=None))
    return apply_rows(world, rows)


def _sites(world: World, user_id: str) -> tuple[str, ...]:
    user = world.user(user_id)
    return (world.installation.site,) if user is None else (user.site, world.installation.site)


def _sequence(world: World, key: Key) -> int | None:
    row = running_row(world, *key)
    return None if row is None else row.sequence


def _asked(asked: Instant, ask: Ask) -> dict[_Leaf, bool]:
    return _truths(_leaves(ask(asked.world, asked.at).clauses))


def _truths(leaves: Iterable[tuple[_Leaf, Clause]]) -> dict[_Leaf, bool]:
    return {leaf: clause.met for leaf, clause in leaves}


def _leaves(clauses: Iterable[Clause]) -> Iterator[tuple[_Leaf, Clause]]:
    """Yield each license and fact, with the number of times that it came before."""
    seen: dict[tuple[ClauseKind, str], int] = {}
    due = list(clauses)
    while due:
        clause = due.pop(0)
        if clause.kind in (ClauseKind.NEEDS, ClauseKind.FACT):
            same = (clause.kind, clause.subject)
            seen[same] = seen.get(same, -1) + 1
            yield (*same, seen[same]), clause
        due[:0] = clause.parts


def _differing(old: _Truths, new: _Truths) -> set[_Leaf]:
    return {leaf for leaf in (*old, *new) if _truth(old, leaf) != _truth(new, leaf)}


def _only(truths: _Truths, leaves: set[_Leaf]) -> dict[_Leaf, bool]:
    return {leaf: _truth(truths, leaf) for leaf in leaves}


def _truth(truths: _Truths, leaf: _Leaf) -> bool:
    return truths.get(leaf, leaf[0] is ClauseKind.FACT)

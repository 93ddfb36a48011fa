"""Plan moves: which users to move to another plan so that a package can be activated.

Rule 1: exactly as many users move as a plan has seats too few.

Rule 2: a move leads to a plan of the new package that has a seat left (hidden
licenses included), is allowed for the user's type, and leaves no prerequisite
unmet. The host may veto a move.

Rule 3: of several plans, the one under which the user loses least is preferred;
of several users, those who lose least, then those assigned last.

Source: design section 8; domain section 8, "Swapping plan type"; the order of
Rule 3 is our choice (ADR 9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from attrs import frozen

from superlicense.model.change import PlanMove
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.package import LicensePackage
from superlicense.model.world import World
from superlicense.rules.seats.counting import overdrawn
from superlicense.rules.seats.holding import consumed, held, plans_among
from superlicense.rules.seats.prerequisites import site_licenses, unmet
from superlicense.rules.seats.seating import SUITE_SEAT

__all__ = ["MayMove", "propose"]

MayMove = Callable[[str, LicenseName], bool]
"""Whether the host allows a holder to release a license."""


@frozen(kw_only=True)
class _Option:
    """A possible move of one user, with the licenses it takes, frees and loses."""

    holder: str
    old: LicenseName
    new: LicenseName
    takes: frozenset[str]
    frees: frozenset[str]
    lost: int


def propose(world: World, activated: World, package: LicensePackage, may_move: MayMove) -> tuple[PlanMove, ...]:
    """Propose moves away from the plans of which *package* has too few seats.

    Args:
        world: The current world.
        activated: The world with *package* in force, before any moves.
        package: The new package.
        may_move: Whether the host allows a move.

    Returns:
        Moves by user id. If not all users can be moved, those who can; the others
        remain blockers.
    """
    seats = Counter(dict(activated.seats))
    moves: dict[str, PlanMove] = {}
    for old, shortage in _shortages(world, activated, package):
        matching = _Matching(seats, package)
        options = {
            holder: list(_options(world, activated, package, holder, old)) if may_move(holder, old) else []
            for holder in _holders(activated, old)
            if holder not in moves
        }
        order = sorted(
            (holder for holder in options if options[holder]),
            key=lambda holder: (options[holder][0].lost, -_assigned(activated, holder, old), holder),
        )
        for holder in order:
            if len(matching.chosen) == shortage:
                break
            matching.place(options[holder], options)
        for option in matching.chosen.values():
            moves[option.holder] = PlanMove(holder=option.holder, old=option.old, new=option.new)
        seats = matching.seats
    return tuple(moves[holder] for holder in sorted(moves))


def _shortages(world: World, activated: World, package: LicensePackage) -> Iterator[tuple[LicenseName, int]]:
    """Yield each plan with fewer seats than holders, and the number of missing seats."""
    plans = Counter(
        name
        for holder in world.assignments
        for name in plans_among(world, activated.held_by(holder), package.owner_key)
    )
    for name, holders in sorted(plans.items()):
        missing = 0 if name == SUITE_SEAT else overdrawn(package.by_name.get(name), holders)
        if missing:
            yield name, missing


def _holders(activated: World, license: LicenseName) -> list[str]:
    return [holder for holder in activated.assignments if license in activated.held_by(holder)]


def _assigned(activated: World, holder: str, license: LicenseName) -> int:
    """Return when *holder* was assigned *license*, as the sequence of the row."""
    return next(row.sequence for row in activated.assignments[holder] if row.noun.license == license)


def _options(
    world: World, activated: World, package: LicensePackage, holder: str, old: LicenseName
) -> Iterator[_Option]:
    user = activated.users[holder].noun
    before = held(activated, user)
    had, at_site = consumed(activated, before), site_licenses(activated, user)
    unmet_before = unmet(activated, had, at_site)
    today = consumed(world, held(world, user)).keys() - {str(old)}
    found = []
    for row in package.licenses:
        seat_follows = row.name == SUITE_SEAT
        if row.kind is not LicenseKind.PLAN or row.hidden or (row.name in before and not seat_follows):
            continue
        if row.allowed_user_types and user.type not in row.allowed_user_types:
            continue
        kept = [name for name in before if name != old]
        # A Suite seat has started with the package, for users who qualify.
        after = kept if seat_follows else [*kept, row.name]
        has = consumed(activated, after)
        if unmet(activated, has, at_site).keys() - unmet_before.keys():
            continue
        found.append(
            _Option(
                holder=holder,
                old=old,
                new=row.name,
                takes=frozenset(has.keys() - had.keys()),
                frees=frozenset(had.keys() - has.keys()),
                lost=len(today - has.keys()),
            )
        )
    yield from sorted(found, key=lambda option: (option.lost, len(option.takes), option.new))


class _Matching:
    """The chosen move of each user, and the seats that are then in use.

    If a plan is filled by other moving users, one of them is moved to another
    plan instead (an augmenting path), so that as many users as possible find a
    seat.
    """

    def __init__(self, seats: Counter[str], package: LicensePackage) -> None:
        self.seats = seats
        self.chosen: dict[str, _Option] = {}
        self._package = package

    def place(self, options: list[_Option], all_options: dict[str, list[_Option]]) -> bool:
        """Choose a move from the *options* of one holder, changing other moves if needed; return whether it worked."""
        return self._place(options, all_options, set())

    def _place(self, options: list[_Option], all_options: dict[str, list[_Option]], visited: set[str]) -> bool:
        for option in options:
            if self._fits(option):
                self._choose(option)
                return True
        for option in options:
            for other in [one for one in self.chosen.values() if one.new == option.new and one.holder not in visited]:
                visited.add(other.holder)
                self._undo(other)
                if self._fits(option):
                    self._choose(option)
                    elsewhere = [one for one in all_options[other.holder] if one.new != other.new]
                    if self._place(elsewhere, all_options, visited):
                        return True
                    self._undo(option)
                self._choose(other)
        return False

    def _fits(self, option: _Option) -> bool:
        return all(self._has_seat(name) for name in option.takes)

    def _has_seat(self, name: str) -> bool:
        row = self._package.by_name.get(name)
        return row is None or not overdrawn(row, self.seats[name] + 1)

    def _choose(self, option: _Option) -> None:
        self.seats.update(option.takes)
        self.seats.subtract(option.frees)
        self.chosen[option.holder] = option

    def _undo(self, option: _Option) -> None:
        self.seats.subtract(option.takes)
        self.seats.update(option.frees)
        del self.chosen[option.holder]

"""Move search: which users take which of their options, so that nothing blocks.

Rule 1: a choice after which nothing blocks is preferred, else the one after which
the least does; then the fewest users, then those who lose the least.

Rule 2: the search repairs one problem after another: first users who cannot stay
as they are, then licenses with too few seats. Any set of moves that leaves
nothing blocked moves a user who repairs a given problem, so trying every user
who does finds it. The search is complete in a small office. In a large one, in
which users with the same options are moved together, it ends after a number of
attempts, with the best choice so far.

Rule 3: options for which there are seats come first. Where that leaves something
blocked in a large office, the search begins again with the options that repair
most; others then have to give up the seats that these take.

Source: design section 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from superlicense.model.change import PlanMove, Release

__all__ = ["Group", "Option", "choose"]

_SMALL = 12  # users; every choice is tried among so few
_ATTEMPTS_SMALL = 20_000
_ATTEMPTS = 200  # for each of the two orders


@frozen(kw_only=True)
class Option:
    """What users may do instead of staying as they are.

    Attributes:
        steps: The old plan and the new one for each move; no new one for a release.
        takes: Licenses of which it takes a seat.
        frees: Licenses of which it frees a seat.
        left: Number of things that still block the user.
        lost: Number of licenses that the user loses.
    """

    steps: tuple[tuple[str, str | None], ...]
    takes: frozenset[str]
    frees: frozenset[str]
    left: int
    lost: int

    def of(self, holder: str) -> Iterator[PlanMove | Release]:
        """Yield the moves and releases of *holder*."""
        for old, new in self.steps:
            yield Release(holder=holder, license=old) if new is None else PlanMove(holder=holder, old=old, new=new)


@frozen(kw_only=True)
class Group:
    """Users with the same options.

    Attributes:
        holders: Their ids, those to move first in front.
        options: What each may do, the best first.
        problems: Number of things that block each of them.
    """

    holders: tuple[str, ...]
    options: tuple[Option, ...]
    problems: int


Choice = Mapping[tuple[int, int], int]
"""How many users take an option, by place of group and option."""


def choose(groups: Sequence[Group], free: Mapping[str, int]) -> Iterator[tuple[str, Option]]:
    """Yield users and the option that each takes.

    Args:
        groups: Users who may move.
        free: Seats left of each restricted license, less than 0 where some are
            missing.
    """
    search = _Search(groups, free)
    search.run()
    if not search.is_complete:
        search.begin_again()
        search.run()
    for place, group in enumerate(groups):
        waiting = iter(group.holders)
        for (chosen, option), number in sorted(search.choice.items()):
            if chosen == place:
                for _ in range(number):
                    yield next(waiting), group.options[option]


class _Search:
    """The search, with the best choice found so far."""

    def __init__(self, groups: Sequence[Group], free: Mapping[str, int]) -> None:
        self._groups = groups
        self._free = dict(free)
        self._chosen: dict[tuple[int, int], int] = {}
        self._given_up: frozenset[int | str] = frozenset()
        self._stay = [len(group.holders) for group in groups]
        self._blocked = sum(group.problems * len(group.holders) for group in groups)
        self._moved = self._lost = 0
        self._is_small = sum(self._stay) <= _SMALL
        self._attempts = _ATTEMPTS_SMALL if self._is_small else _ATTEMPTS
        self._seats_first = True
        self._seen: set[object] = set()
        self._floor = sum(self._floors())
        self._best = (self._remaining(), 0, 0)
        self.choice: Choice = {}

    def _floors(self) -> Iterator[int]:
        """Yield what blocks whatever is chosen, for each user and license."""
        for group in self._groups:
            yield len(group.holders) * min([group.problems, *(option.left for option in group.options)])
        for name, free in self._free.items():
            helpers = (group for group in self._groups if any(name in option.frees for option in group.options))
            yield max(0, -free - sum(len(group.holders) for group in helpers))

    def run(self) -> None:
        """Search from the choice so far."""
        state = (frozenset(self._chosen.items()), self._given_up)
        if self._attempts <= 0 or state in self._seen:
            return
        self._attempts -= 1
        self._seen.add(state)
        remaining = self._remaining()
        if (remaining, self._moved, self._lost) < self._best:
            self._best, self.choice = (remaining, self._moved, self._lost), dict(self._chosen)
        solved = self._best[0] == self._floor
        if solved and (remaining == self._floor or (self._moved + self._at_least(), self._lost) >= self._best[1:]):
            return
        problem, ways = self._repairs()
        for place, option, number in ways:
            self._take(place, option, number)
            self.run()
            self._take(place, option, -number)
        if problem is not None and self._best[0] > self._floor:
            before, self._given_up = self._given_up, self._given_up | {problem}
            self.run()
            self._given_up = before

    @property
    def is_complete(self) -> bool:
        """Whether nothing blocks that can be repaired, or every choice was tried."""
        return self._best[0] == self._floor or self._attempts > 0

    def begin_again(self) -> None:
        """Search in the other order next, from the best choice so far."""
        self._seats_first = False
        self._attempts = _ATTEMPTS
        self._seen.clear()

    def _remaining(self) -> int:
        """Return how much blocks: seats that are missing, and what blocks single users."""
        return self._blocked + sum(-free for free in self._free.values() if free < 0)

    def _at_least(self) -> int:
        """Return how many users must still move at least, where all that can be repaired is."""
        stuck = sum(self._stay[place] for place, _ in self._stuck())
        missing = (-free for name, free in self._free.items() if name not in self._given_up and self._ways(name))
        return max(1, stuck, *missing)

    def _take(self, place: int, option: int, number: int) -> None:
        group = self._groups[place]
        taken = group.options[option]
        key = (place, option)
        self._chosen[key] = self._chosen.get(key, 0) + number
        if not self._chosen[key]:
            del self._chosen[key]
        self._stay[place] -= number
        self._moved += number
        self._lost += number * taken.lost
        self._blocked -= number * (group.problems - taken.left)
        for name in taken.takes & self._free.keys():
            self._free[name] -= number
        for name in taken.frees & self._free.keys():
            self._free[name] += number

    def _repairs(self) -> tuple[int | str | None, list[tuple[int, int, int]]]:
        """Return the problem that is next and all ways to repair it: group, option and number, the best first."""
        problem, needed, ways = self._next()
        found = []
        for place, option in ways:
            group, taken = self._groups[place], self._groups[place].options[option]
            most = min(needed, self._stay[place])
            fitting = min([most, *(self._free[name] for name in taken.takes & self._free.keys())])
            helps = sum(self._free.get(name, 0) < 0 for name in taken.frees) + group.problems - taken.left
            for number in self._numbers(most, fitting):
                lacks = number > max(fitting, 0)
                order = (lacks, -helps) if self._seats_first else (-helps, lacks)
                found.append((*order, taken.lost, -number, place, option))
        return problem, [(place, option, -number) for *_, number, place, option in sorted(found)]

    def _numbers(self, most: int, fitting: int) -> Iterator[int]:
        """Yield how many users to move at once: all numbers in a small office, else those that are likely to fit."""
        if self._is_small:
            yield from range(most, 0, -1)
        else:
            yield from {number for number in (fitting, most, 1) if 0 < number <= most}

    def _next(self) -> tuple[int | str | None, int, list[tuple[int, int]]]:
        """Return the problem to repair next, for how many users at most, and by which option of which group."""
        stuck = min(self._stuck(), key=self._choice_left, default=None)
        if stuck is not None:
            place, cures = stuck
            return place, self._stay[place], [(place, option) for option in cures]
        for name, free in self._free.items():
            if free < 0 and name not in self._given_up and (ways := self._ways(name)):
                return name, -free, ways
        return None, 0, []

    def _choice_left(self, stuck: tuple[int, list[int]]) -> tuple[int, int]:
        """Return how many options cure all that can be cured of a group, and how many cure anything."""
        place, cures = stuck
        left = [self._groups[place].options[option].left for option in cures]
        return left.count(min(left)), len(left)

    def _stuck(self) -> Iterator[tuple[int, list[int]]]:
        """Yield the groups with users who cannot stay, and which of their options repair that."""
        for place, group in enumerate(self._groups):
            if group.problems and self._stay[place] and place not in self._given_up:
                cures = [option for option, one in enumerate(group.options) if one.left < group.problems]
                if cures:
                    yield place, cures

    def _ways(self, name: str) -> list[tuple[int, int]]:
        """Return the options that free a seat of *name*, with the group of users who may still take them."""
        return [
            (place, option)
            for place, group in enumerate(self._groups)
            if self._stay[place]
            for option, one in enumerate(group.options)
            if name in one.frees
        ]

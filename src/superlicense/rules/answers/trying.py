"""Trying: what a set of steps leads to.

Rule 1: a set is tried by carrying it out, with `superlicense.rules.answers.supposing`,
and asking again. What comes first is bought and renewed; the changes are tried in
every order, because one may make another possible.

Rule 2: of what is bought, the least that is enough: one seat, and as many more as
the refusals say are missing. A license that holders consume already has at least
their number.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import permutations

from attrs import evolve, frozen

from superlicense.model.change import ActivatePackage, Assign, ChangePlan, EndEvent, SaveUser
from superlicense.model.decision import Clause, ClauseKind, Decision, Outcome, Reason, ReasonCode, because
from superlicense.model.license import LicenseName
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.remedy import Step
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.answers.steps import Activate, Alphabet, Buy, Flag, Letter, Obstacle
from superlicense.rules.answers.supposing import extended, with_purchases
from superlicense.rules.apply import VetoesOf, apply
from superlicense.rules.seats.counting import overdrawn
from superlicense.rules.seats.holding import implied

__all__ = ["Ask", "Letters", "Trials", "Tried", "unmet_licenses"]

Ask = Callable[[World, User], Decision]
"""Asks the question again, about the user as they are then."""

Letters = frozenset[Letter]

_Change = Assign | ChangePlan | SaveUser | EndEvent | ActivatePackage

_ORDER = (Renewal, Buy, Activate, EndEvent, Flag, ChangePlan, Assign)
_ATTEMPTS = 8  # at quantities; each attempt covers what the one before has found to be missing


@frozen(kw_only=True)
class Tried:
    """What a set of letters leads to.

    Attributes:
        yes: Whether the answer is what was asked for.
        steps: The set as steps, in an order that helps; empty if none does.
        obstacles: Why it does not help, in each order that fails in a way of its own.
    """

    yes: bool
    steps: tuple[Step, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


class Trials:
    """The sets that were tried for one question.

    Attributes:
        alphabet: The letters.
        edits: Whether read-only is not enough.
    """

    def __init__(  # noqa: PLR0913 - the question, and what its answer depends on
        self, world: World, user: User, ask: Ask, at: datetime, *, edits: bool, vetoes_of: VetoesOf
    ) -> None:
        """Begin without any; *edits* says whether read-only is not enough."""
        self._world = world
        self._user = user
        self._ask = ask
        self._at = at
        self.edits = edits
        self._vetoes_of = vetoes_of
        self._tried: dict[Letters, Tried] = {}
        self._bought: dict[tuple[Purchase | Renewal, ...], World] = {(): world}
        self._worlds: dict[tuple[object, ...], World | Obstacle] = {}
        decision = ask(world, user)
        obstacle = self._judged(decision, world)
        self._tried[frozenset()] = Tried(yes=obstacle is None, obstacles=() if obstacle is None else (obstacle,))
        self.alphabet = Alphabet(world, user, unmet_licenses(decision.clauses), at)

    def of(self, letters: Letters) -> Tried:
        """Return what *letters* lead to."""
        tried = self._tried.get(letters)
        if tried is None:
            tried = self._tried[letters] = self._with_quantities(letters)
        return tried

    def _with_quantities(self, letters: Letters) -> Tried:
        quantities = {letter.license: 1 for letter in letters if isinstance(letter, Buy)}
        tried = self._attempt(letters, quantities)
        for _ in range(_ATTEMPTS if quantities else 0):
            missing = self._missing(tried, quantities)
            if not missing:
                break
            for name, more in missing.items():
                quantities[name] += more
            tried = self._attempt(letters, quantities)
        return tried

    def _missing(self, tried: Tried, quantities: Mapping[LicenseName, int]) -> dict[LicenseName, int]:
        """Return how many more seats of each purchase *tried* needs, by the obstacle that asks for fewest."""
        wanted = [self._shortages(one, quantities) for one in tried.obstacles]
        return min(filter(None, wanted), key=lambda short: sum(short.values()), default={})

    def _shortages(self, obstacle: Obstacle, quantities: Mapping[LicenseName, int]) -> dict[LicenseName, int]:
        short: dict[LicenseName, int] = {}
        for reason in obstacle.reasons:
            more = _shortage(reason)
            covering = {buy.license for buy in self.alphabet.sources(reason.params["license"])} if more else set()
            for name in [name for name in quantities if name in covering][:1]:
                short[name] = max(short.get(name, 0), more)
        return short

    def _attempt(self, letters: Letters, quantities: Mapping[LicenseName, int]) -> Tried:
        purchases, changes = self._steps(letters, quantities)
        world = self._bought.get(purchases)
        if world is None:
            world = self._bought[purchases] = with_purchases(self._world, purchases)
        overdrawn_now = tuple(_overdrawn(world, quantities))
        if overdrawn_now:
            return Tried(yes=False, obstacles=(Obstacle(reasons=overdrawn_now, world=world, refused=True),))
        user = _with_flags(self._user, letters)
        obstacles: dict[int, Obstacle] = {}
        for order in permutations(changes):
            after = self._after(purchases, order)
            obstacle = after if isinstance(after, Obstacle) else self._judged(self._ask(after, user), after)
            if obstacle is None:
                return Tried(yes=True, steps=(*purchases, *order))
            obstacles[id(obstacle)] = obstacle
        return Tried(yes=False, obstacles=tuple(obstacles.values()))

    def _after(self, purchases: tuple[Purchase | Renewal, ...], changes: tuple[_Change, ...]) -> World | Obstacle:
        """Return the world after *purchases* and *changes*; worlds on the way are kept, because sets share them."""
        if not changes:
            return self._bought[purchases]
        key = (purchases, tuple(map(_identity, changes)))
        found = self._worlds.get(key)
        if found is None:
            before = self._after(purchases, changes[:-1])
            found = before if isinstance(before, Obstacle) else self._applied(before, changes[-1], purchases)
            self._worlds[key] = found
        return found

    def _applied(self, world: World, change: _Change, purchases: tuple[Purchase | Renewal, ...]) -> World | Obstacle:
        applied = apply(world, (extended(change, purchases),), self._at, vetoes_of=self._vetoes_of)
        if not applied.refusals:
            return applied.world
        return Obstacle(
            reasons=applied.refusals[0].reasons,
            world=world,
            refused=True,
            activates=isinstance(change, ActivatePackage),
        )

    def _steps(
        self, letters: Letters, quantities: Mapping[LicenseName, int]
    ) -> tuple[tuple[Purchase | Renewal, ...], tuple[_Change, ...]]:
        """Return *letters* as purchases and changes, in the usual order."""
        purchases: list[Purchase | Renewal] = []
        changes: list[_Change] = []
        for letter in sorted(letters, key=_place):
            if isinstance(letter, Renewal):
                purchases.append(letter)
            elif isinstance(letter, Buy):
                purchases.append(Purchase(letter.license, quantities[letter.license]))
            elif isinstance(letter, Activate):
                changes.append(self.alphabet.waiting[letter.owner])
            elif isinstance(letter, Flag):
                user = _with_flags(self._user, letters)
                saved = SaveUser(user=user, rehire=Flag.REHIRE in letters)
                if saved not in changes:
                    changes.append(saved)
            else:
                changes.append(letter)
        return tuple(purchases), tuple(changes)

    def _judged(self, decision: Decision, world: World) -> Obstacle | None:
        """Return why *decision* is not what was asked for; `None` if it is."""
        enough = Outcome.ALLOWED if self.edits else Outcome.READ_ONLY
        if decision.outcome.rank >= enough.rank:
            return None
        return Obstacle(reasons=decision.reasons, world=world, unmet=tuple(unmet_licenses(decision.clauses)))


def unmet_licenses(clauses: Iterable[Clause]) -> Iterator[str]:
    """Yield every license of *clauses* that is not met, alternatives of one that is met included."""
    for clause in clauses:
        if clause.kind is ClauseKind.NEEDS and not clause.met:
            yield clause.subject
        yield from unmet_licenses(clause.parts)


def _identity(change: _Change) -> object:
    """Return what identifies *change* in a key; a package is not compared row by row."""
    return id(change) if isinstance(change, ActivatePackage) else change


def _overdrawn(world: World, bought: Iterable[LicenseName]) -> Iterator[Reason]:
    """Yield a reason for each license that was bought and has more holders than seats."""
    for name in bought:
        for row in filter(None, implied(world, name).rows.values()):
            in_use = world.seats.get(row.name, 0)
            missing = overdrawn(row, in_use)
            if missing:
                yield because(
                    ReasonCode.SEATS_EXCEED_TOTAL,
                    license=str(row.name),
                    in_use=in_use,
                    new_total=row.quantity,
                    remove=missing,
                )


def _shortage(reason: Reason) -> int:
    """Return how many seats are missing where *reason* says so, 0 if it is about something else."""
    if reason.code is ReasonCode.NO_SEAT_LEFT:
        return int(reason.params["in_use"]) + 1 - int(reason.params["total"])
    return int(reason.params["remove"]) if reason.code is ReasonCode.SEATS_EXCEED_TOTAL else 0


def _with_flags(user: User, letters: Letters) -> User:
    """Return *user* with the switches of *letters* set."""
    if Flag.ALLOW_LOGIN in letters:
        user = evolve(user, may_log_in=True)
    if Flag.APPROVE in letters:
        user = evolve(user, awaiting_approval=False)
    return evolve(user, retired=False) if Flag.REHIRE in letters else user


def _place(letter: Letter) -> tuple[int, str]:
    return next(place for place, kind in enumerate(_ORDER) if isinstance(letter, kind)), str(letter)

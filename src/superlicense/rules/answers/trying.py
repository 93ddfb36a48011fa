"""Trying: what a set of steps leads to.

Rule 1: a set is tried by carrying it out, with `superlicense.rules.answers.supposing`,
and asking again. What comes first is bought and renewed; the changes are tried in
every order, because one may make another possible.

Rule 2: of what is bought, the least that is enough: one seat, and as many more as
the refusals say are missing. Each order is tried with quantities of its own, and
the least of all counts. A license that holders consume already has at least their
number.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import permutations

from attrs import evolve, frozen

from superlicense.model.change import ActivatePackage, Assign, ChangePlan, EndEvent, SaveUser
from superlicense.model.decision import Clause, ClauseKind, Decision, Outcome
from superlicense.model.fields import MAX_QUANTITY
from superlicense.model.license import LicenseName
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.reason import Reason
from superlicense.model.remedy import Step
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.answers.crowds import crowd_around
from superlicense.rules.answers.obstacles import Obstacle, demands_of
from superlicense.rules.answers.quantities import Demand, least
from superlicense.rules.answers.steps import Activate, Alphabet, Buy, Flag, Letter
from superlicense.rules.answers.supposing import extended, with_purchases
from superlicense.rules.apply import VetoesOf, apply
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.counting import exceeded
from superlicense.rules.seats.holding import implied

__all__ = ["Ask", "Letters", "Trials", "Tried", "unmet_licenses"]

Ask = Callable[[World, User], Decision]
"""Asks the question again, about the user as they are then."""

Letters = frozenset[Letter]

_Change = Assign | ChangePlan | SaveUser | EndEvent | ActivatePackage

_ORDER = (Renewal, Buy, Activate, EndEvent, Flag, ChangePlan, Assign)


@frozen(kw_only=True)
class _Way:
    """One way to carry out a set: what comes first, and the changes in one order.

    Attributes:
        world: The world before.
        renewals: What is renewed.
        bought: What is bought; how much of it is to be found.
        order: The changes.
        user: The user as they are then.
    """

    world: World
    renewals: tuple[Renewal, ...]
    bought: tuple[LicenseName, ...]
    order: tuple[_Change, ...]
    user: User


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
        self._crowd: World | None = None
        self._bought: dict[tuple[object, ...], World] = {}
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
        renewals, bought, changes = self._steps(letters)
        world, user = self._base(letters), _with_flags(self._user, letters)
        helpful: list[tuple[Step, ...]] = []
        obstacles: list[Obstacle] = []
        for order in permutations(changes):
            found = self._in_order(_Way(world=world, renewals=renewals, bought=bought, order=order, user=user))
            if isinstance(found, Obstacle):
                obstacles.append(found)
                continue
            helpful.append(found)
            if sum(_quantities(found)) == len(bought):
                break  # no order needs less
        if not helpful:
            return Tried(yes=False, obstacles=tuple(obstacles))
        return Tried(yes=True, steps=min(helpful, key=lambda steps: (sum(_quantities(steps)), _quantities(steps))))

    def _base(self, letters: Letters) -> World:
        """Return the world that *letters* are tried in: a smaller one where all seats would be counted again."""
        if not any(map(self._counts_again, letters)):
            return self._world
        if self._crowd is None:
            self._crowd = crowd_around(self._world, self._user.id)
        return self._crowd

    def _counts_again(self, letter: Letter) -> bool:
        if isinstance(letter, Buy):
            return find_row(self._world, letter.license) is None
        return isinstance(letter, Activate)

    def _in_order(self, way: _Way) -> tuple[Step, ...] | Obstacle:
        """Return the steps of *way* with the least quantities that help; else the obstacle that no quantity removes.

        What an attempt lacks, every quantity that helps has to make up for.
        """
        quantities = dict.fromkeys(way.bought, 1)
        demands: list[Demand] = []
        while True:
            bought = (Purchase(name, quantity) for name, quantity in quantities.items())
            purchases: tuple[Purchase | Renewal, ...] = (*way.renewals, *bought)
            obstacle = self._attempt(purchases, way)
            if obstacle is None:
                return (*purchases, *way.order)
            found = list(demands_of(obstacle, quantities))
            if not found or sum(quantities.values()) > MAX_QUANTITY:
                return obstacle
            demands += found
            quantities = least(way.bought, demands)

    def _attempt(self, purchases: tuple[Purchase | Renewal, ...], way: _Way) -> Obstacle | None:
        """Return why *way* does not help with *purchases*; `None` if it does."""
        world = self._with(purchases, way.world)
        overdrawn_now = tuple(_overdrawn(world, way.bought))
        if overdrawn_now:
            return Obstacle(reasons=overdrawn_now, world=world, refused=True)
        after = self._after(world, purchases, way.order)
        return after if isinstance(after, Obstacle) else self._judged(self._ask(after, way.user), after)

    def _with(self, purchases: tuple[Purchase | Renewal, ...], base: World) -> World:
        """Return *base* after *purchases*; it is kept, because sets share it."""
        key = (id(base), purchases)
        world = self._bought.get(key)
        if world is None:
            world = self._bought[key] = with_purchases(base, purchases)
        return world

    def _after(
        self, bought: World, purchases: tuple[Purchase | Renewal, ...], changes: tuple[_Change, ...]
    ) -> World | Obstacle:
        """Return the world *bought* after *changes*, with what *purchases* add to them.

        Worlds on the way are kept, too.
        """
        if not changes:
            return bought
        key = (id(bought), *map(_identity, changes))
        found = self._worlds.get(key)
        if found is None:
            before = self._after(bought, purchases, changes[:-1])
            found = before if isinstance(before, Obstacle) else self._applied(before, changes[-1], purchases)
            self._worlds[key] = found
        return found

    def _applied(self, world: World, change: _Change, purchases: tuple[Purchase | Renewal, ...]) -> World | Obstacle:
        made = extended(change, purchases)
        applied = apply(world, (made,), self._at, vetoes_of=self._vetoes_of)
        if not applied.refusals:
            return applied.world
        return Obstacle(
            reasons=applied.refusals[0].reasons,
            world=world,
            refused=True,
            activates=made.package if isinstance(made, ActivatePackage) else None,
        )

    def _steps(self, letters: Letters) -> tuple[tuple[Renewal, ...], tuple[LicenseName, ...], tuple[_Change, ...]]:
        """Return *letters* as renewals, licenses to buy and changes, each in the usual order."""
        renewals: list[Renewal] = []
        bought: list[LicenseName] = []
        changes: list[_Change] = []
        for letter in sorted(letters, key=_place):
            if isinstance(letter, Renewal):
                renewals.append(letter)
            elif isinstance(letter, Buy):
                bought.append(letter.license)
            elif isinstance(letter, Activate):
                changes.append(self.alphabet.waiting[letter.owner])
            elif isinstance(letter, Flag):
                user = _with_flags(self._user, letters)
                saved = SaveUser(user=user, rehire=Flag.REHIRE in letters)
                if saved not in changes:
                    changes.append(saved)
            else:
                changes.append(letter)
        return tuple(renewals), tuple(bought), tuple(changes)

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
        rows = filter(None, implied(world, name).rows.values())
        yield from (reason for _, reason in exceeded(world, rows))


def _quantities(steps: Iterable[Step]) -> tuple[int, ...]:
    return tuple(step.quantity for step in steps if isinstance(step, Purchase))


def _with_flags(user: User, letters: Letters) -> User:
    """Return *user* with the switches of *letters* set."""
    if Flag.ALLOW_LOGIN in letters:
        user = evolve(user, may_log_in=True)
    if Flag.APPROVE in letters:
        user = evolve(user, awaiting_approval=False)
    return evolve(user, retired=False) if Flag.REHIRE in letters else user


def _place(letter: Letter) -> tuple[int, str]:
    return next(place for place, kind in enumerate(_ORDER) if isinstance(letter, kind)), str(letter)

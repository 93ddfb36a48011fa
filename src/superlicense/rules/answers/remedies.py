"""Remedies: the smallest sets of steps that turn a "no" into a "yes".

Rule 1: every remedy has been carried out and asked again, and no part of it does
the same: each of its proper subsets was tried as well.

Rule 2: the search is guided and complete. A set that is not enough has reasons;
all of them have to go, so it is enough to try, for one of them, every letter that
can help against it. The reason with the fewest letters is taken. Sets are tried
by number of steps, as in the hitting-set tree of Reiter (1987), which finds every
minimal set. What a part of a set lacks, the set lacks as well unless it has it:
then it need not be tried.

Rule 3: remedies are ordered by steps, then by price, what has no price last, then
by the number of users that they concern.

Source: design section 11; ADR 46.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Final

from superlicense.model.change import ActivatePackage, Assign, ChangePlan, EndEvent, SaveUser
from superlicense.model.event import EventScope
from superlicense.model.license import LicenseName
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.remedy import Instruction, InstructionCode, Remedy, Step, UserRemedy, UserRemedyCode
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.answers.obstacles import Obstacle
from superlicense.rules.answers.steps import Flag, Letter
from superlicense.rules.answers.trying import Ask, Letters, Trials
from superlicense.rules.apply import VetoesOf, no_vetoes
from superlicense.rules.gate.blocking import reaches

__all__ = ["MOST_STEPS", "remedies"]

_NOTHING: Final[Letters] = frozenset()

_Single = Assign | ChangePlan | EndEvent | ActivatePackage | Purchase | Renewal

MOST_STEPS: Final = 3
"""Most steps of a remedy."""


def remedies(  # noqa: PLR0913 - the question, and what is chosen about the answer
    world: World,
    user: User | None,
    ask: Ask,
    at: datetime,
    *,
    edits: bool = True,
    prices: Mapping[LicenseName, Decimal] | None = None,
    limit: int = 10,
    vetoes_of: VetoesOf = no_vetoes,
) -> tuple[Remedy, ...]:
    """Return the remedies of a question that is answered with "no".

    Args:
        world: The world.
        user: The user; nothing helps an unknown one.
        ask: Asks the question in another world.
        at: When the steps are carried out, and the question is asked again.
        edits: Whether read-only is not enough.
        prices: Price of one seat, by license.
        limit: How many at most; those with fewer steps come first.
        vetoes_of: The host's vetoes of releases, as for `superlicense.rules.apply.apply`.

    Returns:
        The remedies in order; none if the answer is "yes", or nothing helps.
    """
    if user is None:
        return ()
    trials = Trials(world, user, ask, at, edits=edits, vetoes_of=vetoes_of)
    if trials.of(_NOTHING).yes:
        return ()
    found = [_remedy(world, user, trials.of(letters).steps, prices or {}) for letters in _minimal(trials, limit)]
    return tuple(sorted(found, key=_rank)[:limit])


def _minimal(trials: Trials, limit: int) -> list[Letters]:
    """Return every minimal set that helps; none with more steps if those with fewer are *limit* or more."""
    tree = _Tree(trials)
    found: list[Letters] = []
    seen: set[Letters] = {_NOTHING}
    due: dict[int, list[Letters]] = {steps: [] for steps in range(MOST_STEPS + 1)}
    due[0].append(_NOTHING)
    for steps in range(MOST_STEPS + 1):
        if len(found) >= limit:
            break
        while due[steps]:
            letters = due[steps].pop()
            if any(one < letters for one in found):
                continue
            needed = tree.needed(letters)
            if needed is None:
                found.append(letters)
                continue
            for more in (letters | {letter} for letter in needed):
                if more not in seen and _steps(more) <= MOST_STEPS:
                    seen.add(more)
                    due[_steps(more)].append(more)
    return [letters for letters in found if all(tree.needed(part) is not None for part in _parts(letters))]


class _Tree:
    """The sets that were looked at, and what each of them lacks."""

    def __init__(self, trials: Trials) -> None:
        self._trials = trials
        self._needed: dict[Letters, set[Letter] | None] = {}

    def needed(self, letters: Letters) -> set[Letter] | None:
        """Return the letters of which one has to come to *letters*; `None` if they help.

        Whatever the order in which a larger set helps, one of its letters
        removes the obstacle of this set in that order. What a part of *letters*
        lacks, and *letters* do as well, they lack, too, without being tried.
        """
        if letters not in self._needed:
            parts = (self._needed.get(part) for part in (_NOTHING, *_parts(letters)))
            lacked = (part for part in parts if part is not None and part.isdisjoint(letters))
            known = next(lacked, None)
            self._needed[letters] = self._try(letters) if known is None else known
        return self._needed[letters]

    def _try(self, letters: Letters) -> set[Letter] | None:
        tried = self._trials.of(letters)
        if tried.yes:
            return None
        against = [_against(self._trials, letters, obstacle) for obstacle in tried.obstacles]
        return set().union(*against)


def _against(trials: Trials, letters: Letters, obstacle: Obstacle) -> set[Letter]:
    helping = [trials.alphabet.helping(reason, obstacle) - letters for reason in obstacle.reasons]
    if trials.edits or obstacle.refused:
        return min(helping, key=len)
    # Read-only is enough, so not every reason has to go.
    return set().union(*helping)


def _parts(letters: Letters) -> Iterator[Letters]:
    """Yield every proper subset of *letters* that is not empty."""
    for size in range(1, len(letters)):
        yield from map(frozenset, combinations(letters, size))


def _steps(letters: Iterable[Letter]) -> int:
    flags = sum(isinstance(letter, Flag) for letter in letters)
    return sum(1 for _ in letters) - max(0, flags - 1)


def _rank(remedy: Remedy) -> tuple[int, bool, Decimal, int, str]:
    price = remedy.price
    return len(remedy.steps), price is None, price or Decimal(0), remedy.people, repr(remedy.instructions)


def _remedy(world: World, user: User, steps: tuple[Step, ...], prices: Mapping[LicenseName, Decimal]) -> Remedy:
    return Remedy(
        steps=steps,
        instructions=tuple(one for step in steps for one in _instructions(world, user, step)),
        for_user=UserRemedy(
            code=next(code for code, kinds in _USER_CODES.items() if any(isinstance(step, kinds) for step in steps))
        ),
        price=_price(steps, prices),
        people=max(_people(world, step) for step in steps),
    )


# The step that is furthest from the person decides which words they get.
_USER_CODES: Final[Mapping[UserRemedyCode, tuple[type, ...]]] = {
    UserRemedyCode.LICENSES_SHORT: (Purchase,),
    UserRemedyCode.LICENSES_EXPIRED: (Renewal,),
    UserRemedyCode.RENEWAL_WAITS: (ActivatePackage,),
    UserRemedyCode.SYSTEM_CLOSED: (EndEvent,),
    UserRemedyCode.ACCESS_CLOSED: (SaveUser,),
    UserRemedyCode.LICENSE_NEEDED: (Assign, ChangePlan),
}


def _price(steps: Iterable[Step], prices: Mapping[LicenseName, Decimal]) -> Decimal | None:
    """Return the price of what is bought; `None` if it has none, or if something is renewed."""
    total = Decimal(0)
    for step in steps:
        if isinstance(step, Renewal):
            return None
        if isinstance(step, Purchase):
            price = prices.get(step.license)
            if price is None:
                return None
            total += price * step.quantity
    return total


def _people(world: World, step: Step) -> int:
    """Return how many users *step* concerns: all for a package, those whom an event reaches, else the one."""
    if isinstance(step, ActivatePackage | Renewal):
        return len(world.users)
    if isinstance(step, EndEvent):
        event = world.events[step.event_id].noun
        if event.scope is EventScope.ALL_DATABASES:
            return len(world.users)
        return sum(reaches(event, row.noun, world.installation) for row in world.users.values())
    return 1


def _instructions(world: World, user: User, step: Step) -> Iterator[Instruction]:
    """Yield what *step* means, for the person who carries it out."""
    if isinstance(step, SaveUser):
        yield from (Instruction(code=code, params={"user": user.id}) for code in _switches(user, step.user))
        return
    code, params = _instruction(world, step)
    yield Instruction(code=code, params=params)


def _instruction(world: World, step: _Single) -> tuple[InstructionCode, dict[str, object]]:
    if isinstance(step, Renewal):
        return InstructionCode.RENEW, {"owner": step.owner, "until": step.until}
    if isinstance(step, Purchase):
        return InstructionCode.BUY, {"license": str(step.license), "quantity": step.quantity}
    if isinstance(step, ActivatePackage):
        return InstructionCode.ACTIVATE_PACKAGE, {"owner": step.package.owner_key}
    if isinstance(step, EndEvent):
        event = world.events[step.event_id].noun
        return InstructionCode.END_EVENT, {"event": event.id, "kind": event.kind, "message": event.message}
    code = InstructionCode.ASSIGN if isinstance(step, Assign) else InstructionCode.CHANGE_PLAN
    return code, {"license": str(step.license), "user": step.holder}


def _switches(before: User, after: User) -> Iterator[InstructionCode]:
    if before.retired and not after.retired:
        yield InstructionCode.REHIRE
    if after.may_log_in and not before.may_log_in:
        yield InstructionCode.ALLOW_LOGIN
    if before.awaiting_approval and not after.awaiting_approval:
        yield InstructionCode.APPROVE

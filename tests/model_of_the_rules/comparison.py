"""Runs the model and the library side by side over random worlds, and compares every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import superlicense as sl
from tests.model_of_the_rules import activation, commands, gate
from tests.model_of_the_rules.activation import Arrival
from tests.model_of_the_rules.facts import SUPEROFFICE, Facts
from tests.model_of_the_rules.library import Library, numbers_of
from tests.model_of_the_rules.price_lists import PARTNERS
from tests.model_of_the_rules.questions import Questions
from tests.model_of_the_rules.steps import Batch, Come, EndEvent, Forward, Revoke, Step
from tests.model_of_the_rules.worlds import PEOPLE, SITES, Course

OWNERS = (SUPEROFFICE, *PARTNERS)


@dataclass(frozen=True)
class Difference:
    """One answer on which the two differ.

    Attributes:
        kind: login, feature, administer, holds, has_system, usage, command or preview.
        asked: The question.
        model: What the model says.
        library: What the library says.
        facts: What the question was asked of.
        at: As of when.
        world: Seed of the world.
    """

    kind: str
    asked: object
    model: object
    library: object
    facts: Facts = field(repr=False, compare=False)
    at: datetime
    world: str

    def __str__(self) -> str:
        return (
            f"[{self.world}] {self.kind} {self.asked} at {self.at}\n  model:   {self.model}\n  library: {self.library}"
        )


@dataclass
class Tally:
    """What a run comes to.

    Attributes:
        decisions: How many answers were compared.
        kinds: How many of each kind.
        known: How many differences were known, by their code.
        differences: The others.
    """

    decisions: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


Explain = Callable[[Difference], list[str]]
"""Returns the codes of the known differences that a difference consists of; empty if it is not known."""


class Comparison:
    """One world, lived through by both."""

    def __init__(self, seed: str, tally: Tally, explain: Explain) -> None:
        self.seed = seed
        self.tally = tally
        self.explain = explain
        self.chance = Random(seed)  # noqa: S311 - a run that repeats
        self.course = Course(self.chance)
        self.facts = Facts(self.course.installation, self.course.policy)
        self.library = Library(self.course.installation, self.course.policy, self.course.signer, self.course.now)
        self.past: list[tuple[datetime, Facts]] = [(self.course.now, self.facts)]
        self.agrees = True

    def run(self) -> None:
        """Live through the world, and ask on the way; stop where a command has parted the two."""
        for step in self.course.beginning():
            self._do(step)
        for place in range(self.chance.randint(8, 24)):
            if not self.agrees:
                return
            if place % 3 == 0:
                self._ask(15)
            self._do(self.course.step(self.facts))
        if self.agrees:
            self._ask(60)

    def _do(self, step: Step) -> None:
        if not self.agrees:
            return
        now = self.course.now
        if isinstance(step, Come):
            self._compare_preview(step, now)
        found, after = self._model(step, now)
        refused = self.library.carry_out(step)
        self._compare("command", step, frozenset(found), refused, now)
        if frozenset(found) != refused and bool(found) != bool(refused):
            self.agrees = False
            return
        self.facts = after
        self.course.now = self.library.now
        self.past.append((now, after))
        self._compare_state(now)

    def _model(self, step: Step, now: datetime) -> commands.Verdict:  # noqa: PLR0911 - a line for each kind of step
        match step:
            case Forward():
                return set(), self.facts
            case EndEvent(key=key):
                after = self.facts.copy()
                del after.events[key]
                return set(), after
            case Revoke(names=names):
                after = self.facts.copy()
                after.revoked = {**dict.fromkeys(names, now), **after.revoked}
                return set(), after
            case Come(arrival=arrival, offered=True):
                return activation.offer(self.facts, arrival, now)
            case Come(arrival=arrival):
                return activation.activate(self.facts, arrival, now)
            case Batch(changes=changes):
                return commands.batch(self.facts, changes)
            case change:
                return commands.one_change(self.facts, change)

    def _ask(self, number: int) -> None:
        for one in Questions(self.chance, self.library, self.past).ask(number):
            self._compare(one.kind, one.question, one.model, one.library, one.at, one.facts)

    def _compare(  # noqa: PLR0913, PLR0917 - a difference has that many parts
        self, kind: str, asked: object, model: object, library: object, at: datetime, facts: Facts | None = None
    ) -> None:
        self.tally.decisions += 1
        self.tally.kinds[kind] += 1
        if isinstance(model, gate.Answer):
            self.tally.outcomes[f"{kind} {model.outcome}"] += 1
        if model == library:
            return
        difference = Difference(kind, asked, model, library, facts or self.facts, at, self.seed)
        codes = self.explain(difference)
        self.tally.known.update(codes)
        if not codes:
            self.tally.differences.append(difference)

    def _compare_state(self, now: datetime) -> None:
        """Compare who has been assigned what, and every package in force or waiting."""
        ours = self.library.licensing
        held_by = {holder: sorted(held) for holder, held in self.facts.held.items() if held}
        library = {
            holder: held
            for holder in (*PEOPLE, "root", *SITES)
            if (held := sorted(str(one.license) for one in ours.seats.held_by(holder)))
        }
        waiting = {owner: package for owner in OWNERS if (package := ours.packages.waiting(owner)) is not None}
        current = {owner: package for owner in OWNERS if (package := ours.packages.current(owner)) is not None}
        model = (held_by, self.facts.waiting, self.facts.packages)
        self._compare("state", "after the command", model, (library, waiting, current), now)

    def _compare_preview(self, step: Come, now: datetime) -> None:
        preview = self.library.preview(step)
        arrival = step.arrival
        faults = frozenset(activation.document_faults(self.facts, arrival, now))
        if isinstance(preview, frozenset) or (faults and not activation.is_in_force(self.facts, arrival)):
            self._compare("preview", step, faults, preview if isinstance(preview, frozenset) else frozenset(), now)
            return
        if activation.is_in_force(self.facts, arrival):
            self._compare("preview", "is_new", False, preview.is_new, now)  # noqa: FBT003 - an answer
            return
        after = activation.put_in_force(self.facts, arrival, now)
        numbers = {str(diff.license): numbers_of(diff) for diff in preview.licenses}
        model = {name: activation.numbers(self.facts, after, name) for name in numbers}
        self._compare("preview numbers", str(arrival.package.owner), model, numbers, now)
        self._compare_blockers(preview, after, arrival, now)
        model_effects = activation.effects(self.facts, after, now)
        for user_id in {*model_effects, *(effect.user for effect in preview.effects)}:
            expected = model_effects.get(user_id, activation.NO_EFFECT)
            found = [effect for effect in preview.effects if effect.user == user_id]
            actual = effect_of(found[0]) if found else activation.NO_EFFECT
            self._compare("preview effects", user_id, expected, actual, now)

    def _compare_blockers(self, preview: sl.ActivationPreview, after: Facts, arrival: Arrival, now: datetime) -> None:
        model = activation.refusals(self.facts, arrival, now)
        self._compare("preview blocked", str(arrival.package.owner), bool(model), not preview.can_be_activated, now)
        seats = activation.blockers(after, arrival.package.owner.lower())
        counted = {"seats_exceed_total", "held_license_gone"}
        library = {
            str(one.license): (str(one.reason.code), one.in_use, one.new_total)
            for one in preview.blockers
            if one.reason.code in counted
        }
        self._compare("preview blockers", str(arrival.package.owner), seats, library, now)


def effect_of(effect: sl.UserEffect) -> activation.Effect:
    """Return *effect* in the words of the model."""
    logins = frozenset(
        (client, str(before), str(effect.login_after[client]))
        for client, before in effect.login_before.items()
        if before != effect.login_after[client]
    )
    return activation.Effect(frozenset(map(str, effect.gained)), frozenset(map(str, effect.lost)), logins)


def seeds(seed: int) -> Iterator[str]:
    """Yield the seeds of worlds without end."""
    number = 0
    while True:
        yield f"{seed}/{number}"
        number += 1


def compare(decisions: int, seed: int, explain: Explain) -> Tally:
    """Compare worlds until *decisions* answers have been compared."""
    tally = Tally()
    for world in seeds(seed):
        Comparison(world, tally, explain).run()
        if tally.decisions >= decisions:
            return tally
    raise AssertionError

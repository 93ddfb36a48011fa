"""Brute force: every set of letters of the alphabet of remedies, carried out in every order, with every quantity.

It is written from design section 11 and ADR 46, and shares only the rules that
apply changes and answer questions with what it judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, permutations, product
from typing import Any

from attrs import evolve

from superlicense.catalog import module_table
from superlicense.model.change import ActivatePackage, Assign, Change, ChangePlan, EndEvent, SaveUser
from superlicense.model.decision import Clause, ClauseKind, Outcome
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import LicensePackage
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.remedy import Remedy, Step
from superlicense.model.user import User
from superlicense.rules.answers.supposing import suppose
from superlicense.rules.seats.counting import overdrawn
from tests.rules.scene import NOW
from tests.rules.small_worlds import Case

Letter = tuple[str, ...]
Found = dict[frozenset[Letter], tuple[int, ...]]
FLAGS = {"may_log_in": True, "awaiting_approval": False, "retired": False}
MOST_BOUGHT = 4


def by_brute_force(case: Case, most_steps: int) -> Found:
    """Return every minimal set that helps, with the quantities of its purchases in alphabetical order."""
    found: Found = {}
    letters = sorted(alphabet(case))
    for size in range(1, most_steps + len(FLAGS)):
        for chosen in combinations(letters, size):
            picked = frozenset(chosen)
            if steps_of(picked) > most_steps or any(one <= picked for one in found):
                continue
            quantities = helps(case, picked)
            if quantities is not None:
                found[picked] = quantities
    return found


def steps_of(picked: frozenset[Letter]) -> int:
    flags = sum(letter[0] == "flag" for letter in picked)
    return len(picked) - max(0, flags - 1)


def alphabet(case: Case) -> Iterator[Letter]:
    world, user = case.world, case.user
    held = world.held_by(user.id)
    in_force = [row.noun.package for row in world.packages.values()]
    waiting = [row.noun.package for row in world.waiting.values()]
    plans = {row.name for package in in_force for row in package.licenses if row.kind is LicenseKind.PLAN}
    yield from (("flag", name) for name, value in FLAGS.items() if getattr(user, name) is not value)
    yield from (("end", event) for event in world.events)
    yield from (("activate", owner) for owner in world.waiting)
    if any(package.validity.expires_at is not None for package in (*in_force, *waiting)):
        yield ("renew", "superoffice")
    needed = {str(row.prerequisite) for package in in_force for row in package.licenses if row.prerequisite}
    wanted = needed | set(named(case.ask(world, user).clauses))
    new = {name for name in wanted if module_table.find(name) and any(one.find(name) is None for one in in_force)}
    yield from {("buy", name) for name in (*visible(in_force), *new)}
    for name, kind in {**dict.fromkeys(new, LicenseKind.MODULE), **visible([*in_force, *waiting])}.items():
        if name not in held:
            yield ("change" if kind is LicenseKind.PLAN and not plans.isdisjoint(held) else "assign", name)


def visible(packages: list[LicensePackage]) -> dict[str, LicenseKind]:
    rows = (row for package in packages for row in package.licenses)
    return {str(row.name): row.kind for row in rows if row.scope is LicenseScope.USER and not row.hidden}


def named(clauses: tuple[Clause, ...]) -> Iterator[str]:
    for clause in clauses:
        if clause.kind is ClauseKind.NEEDS and not clause.met:
            yield clause.subject
        yield from named(clause.parts)


def is_yes(case: Case) -> bool:
    """Say whether nothing has to be remedied."""
    outcome = case.ask(case.world, case.user).outcome
    return outcome is Outcome.ALLOWED or (outcome is Outcome.READ_ONLY and not case.edits)


def helps(case: Case, picked: frozenset[Letter]) -> tuple[int, ...] | None:
    bought = sorted(letter[1] for letter in picked if letter[0] == "buy")
    amounts = sorted(product(range(1, MOST_BOUGHT + 1), repeat=len(bought)), key=lambda one: (sum(one), one))
    return next((one for one in amounts if _helps(case, picked, dict(zip(bought, one, strict=True)))), None)


def _helps(case: Case, picked: frozenset[Letter], amounts: dict[str, int]) -> bool:
    switched: dict[str, Any] = {name: value for name, value in FLAGS.items() if ("flag", name) in picked}
    user = evolve(case.user, **switched)
    changes = list(_changes(case, picked, user))
    purchases: list[Purchase | Renewal] = [Purchase(name, amount) for name, amount in amounts.items()]
    purchases += (Renewal(letter[1], _until(case)) for letter in picked if letter[0] == "renew")
    bare = suppose(case.world, (), purchases, NOW).world
    for name in amounts:
        package = bare.package("superoffice")
        implied = package.package.by_name.get(LicenseName.parse(name)) if package else None
        for row in () if implied is None or package is None else (implied, *map(package.package.find, implied.grants)):
            if row is not None and overdrawn(row, bare.seats.get(row.name, 0)):
                return False
    for order in permutations(changes):
        supposed = suppose(case.world, order, purchases, NOW)
        if not supposed.refusals:
            outcome = case.ask(supposed.world, user).outcome
            if outcome is Outcome.ALLOWED or (outcome is Outcome.READ_ONLY and not case.edits):
                return True
    return False


def _changes(case: Case, picked: frozenset[Letter], user: User) -> Iterator[Change]:
    if any(letter[0] == "flag" for letter in picked):
        yield SaveUser(user=user, rehire=("flag", "retired") in picked)
    for kind, *rest in picked:
        if kind == "end":
            yield EndEvent(event_id=rest[0])
        elif kind == "activate":
            waits = case.world.waiting[rest[0]].noun
            yield ActivatePackage(package=waits.package, digest=waits.digest)
        elif kind == "change":
            yield ChangePlan(holder=user.id, license=LicenseName.parse(rest[0]))
        elif kind == "assign":
            yield Assign(holder=user.id, license=LicenseName.parse(rest[0]))


def _until(case: Case) -> datetime:
    packages: list[LicensePackage] = [
        row.noun.package for row in (*case.world.packages.values(), *case.world.waiting.values())
    ]
    ended = next(ends for one in packages if (ends := one.validity.expires_at) is not None)
    return ended if ended > NOW else ended.replace(year=ended.year + 1)


def as_letters(remedy: Remedy, user: User) -> tuple[frozenset[Letter], tuple[int, ...]]:
    """Return a remedy in the form of `by_brute_force`."""
    letters = frozenset(letter for step in remedy.steps for letter in _letters(step, user))
    bought = sorted((str(step.license), step.quantity) for step in remedy.steps if isinstance(step, Purchase))
    return letters, tuple(amount for _, amount in bought)


def _letters(step: Step, user: User) -> Iterator[Letter]:
    match step:
        case SaveUser():
            yield from (("flag", name) for name in FLAGS if getattr(user, name) != getattr(step.user, name))
        case EndEvent():
            yield ("end", step.event_id)
        case ActivatePackage():
            yield ("activate", step.package.owner_key)
        case Renewal():
            yield ("renew", step.owner)
        case Purchase():
            yield ("buy", str(step.license))
        case ChangePlan():
            yield ("change", str(step.license))
        case Assign():
            yield ("assign", str(step.license))

"""What a new package changes, and what keeps it out (design 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from attrs import evolve

import superlicense as sl
from tests.model_of_the_rules.commands import SEAT, Verdict, seat_is_due, second_plans
from tests.model_of_the_rules.facts import Facts, Reason, Signed, addressee_faults, revocation, rule_set
from tests.model_of_the_rules.features import feature
from tests.model_of_the_rules.gate import ALLOWED, DENIED, READ_ONLY, login
from tests.model_of_the_rules.holding import consumed, effective, gaps, holders, holds, type_faults
from tests.model_of_the_rules.requirements import CLIENTS_OF


@dataclass(frozen=True)
class Arrival:
    """A package that comes in, with what is released and moved first."""

    package: sl.LicensePackage
    releases: tuple[sl.Release, ...] = ()
    moves: tuple[sl.PlanMove, ...] = ()
    signed: Signed | None = None


def document_faults(facts: Facts, arrival: Arrival, now: datetime) -> set[Reason]:
    """Return what of the package itself is wrong; its number is looked at last."""
    package, owner = arrival.package, arrival.package.owner.lower()
    addressee = addressee_faults(facts, package)
    incoming = facts.copy()
    incoming.packages = {owner: package}
    incoming.signed = {} if arrival.signed is None else {owner: arrival.signed}
    revoked = set(revocation(incoming, owner, now))
    dates: set[Reason] = set()
    if package.issued_at is not None and package.issued_at > now + timedelta(minutes=10):
        dates.add(("issued_in_future", owner))
    stops_at = package.validity.grace_until or package.validity.expires_at
    if stops_at is not None and now >= stops_at:
        dates.add(("package_stopped", owner))
    return addressee | revoked | dates or issue_faults(facts, arrival, now)


def issue_faults(facts: Facts, arrival: Arrival, now: datetime) -> set[Reason]:
    """Return what of the number of the package is wrong; unsigned packages have a series of their own."""
    package, owner = arrival.package, arrival.package.owner.lower()
    newest = facts.newest.get((owner, arrival.signed is None))
    if arrival.signed is not None and owner in facts.newest_signed:
        installed = facts.copy()
        installed.signed = facts.newest_signed
        if revocation(installed, owner, now):
            return set()  # an installed package that is revoked does not count
    if newest is not None and package.issue is not None and newest.issue is not None:
        if package.issue < newest.issue:
            return {("package_rollback", owner)}
        if package.issue == newest.issue and package != newest:
            return {("package_conflict", owner)}
    return set()


def is_in_force(facts: Facts, arrival: Arrival) -> bool:
    """Return whether an equal package, but for a number and a date given by us, is in force already."""
    owner = arrival.package.owner.lower()
    current = facts.packages.get(owner)
    if current is None or (owner in facts.signed) != (arrival.signed is not None):
        return False
    package = arrival.package
    if package.issue is None:
        package = evolve(package, issue=current.issue)
    if package.issued_at is None:
        package = evolve(package, issued_at=current.issued_at)
    return package == current


def put_in_force(facts: Facts, arrival: Arrival, now: datetime) -> Facts:
    """Return the facts with the package in force, after its releases and moves, and with the seats of a Suite."""
    after = facts.copy()
    package, owner = arrival.package, arrival.package.owner.lower()
    newest = facts.newest.get((owner, arrival.signed is None))
    if package.issue is None:
        package = evolve(package, issue=1 if newest is None or newest.issue is None else newest.issue + 1)
    if package.issued_at is None:
        package = evolve(package, issued_at=now)
    after.packages[owner] = package
    after.newest[owner, arrival.signed is None] = package
    after.signed.pop(owner, None)
    if arrival.signed is not None:
        after.signed[owner] = after.newest_signed[owner] = arrival.signed
    was_suite = rule_set(facts) == "suite"
    for one in arrival.releases:
        after.held[one.holder] = tuple(name for name in after.held.get(one.holder, ()) if name != str(one.license))
    for move in arrival.moves:
        held = after.held.get(move.holder, ())
        if str(move.old) in held:
            after.held[move.holder] = (*(name for name in held if name != str(move.old)), str(move.new))
    for user in after.users.values():
        held = after.held.get(user.id, ())
        due = seat_is_due(after, user) and after.row(SEAT) is not None
        if due and SEAT not in held:
            after.held[user.id] = (*held, SEAT)
        elif SEAT in held and not due and (was_suite or rule_set(after) == "suite"):
            after.held[user.id] = tuple(name for name in held if name != SEAT)
    return after


def blockers(after: Facts, owner: str) -> dict[str, tuple[str, int, int]]:
    """Return each license that blocks: the code, how many would use it, and how many there would be."""
    found: dict[str, tuple[str, int, int]] = {}
    for row in after.packages[owner].licenses:
        if row.scope == "system" or row.unrestricted:
            continue
        used = len(holders(after, str(row.name)))
        if used > row.quantity:
            found[str(row.name)] = ("seats_exceed_total", used, row.quantity)
    for held in after.held.values():
        for name in held:
            if name.startswith(f"{owner}.") and after.row(name) is None:
                code, used, total = found.get(name, ("held_license_gone", 0, 0))
                found[name] = (code, used + 1, total)
    return found


def refusals(facts: Facts, arrival: Arrival, now: datetime) -> set[Reason]:
    """Return everything that keeps the package out."""
    if found := document_faults(facts, arrival, now):
        return found
    owner = arrival.package.owner.lower()
    after = put_in_force(facts, arrival, now)
    found = {(code, name) for name, (code, _, _) in blockers(after, owner).items()}
    found |= second_plans(facts, after)
    for move in arrival.moves:
        if str(move.old) in facts.held.get(move.holder, ()):
            names = consumed(after, str(move.new)) - effective(facts, move.holder)
            faults = type_faults(after, after.users.get(move.holder), names)
            found |= {("user_type_not_allowed", name) for name in faults}
    found |= {
        ("prerequisite_missing", f"{name}<{parent}")
        for holder in after.held
        for name, parent in gaps(after, holder) - gaps(facts, holder)
    }
    return found


def activate(facts: Facts, arrival: Arrival, now: datetime) -> Verdict:
    """Put the package in force, or refuse it and leave everything as it was."""
    if is_in_force(facts, arrival):
        return set(), facts
    found = refusals(facts, arrival, now)
    if found:
        return found, facts
    after = put_in_force(facts, arrival, now)
    owner = arrival.package.owner.lower()
    if owner in after.waiting and not is_newer(after.waiting[owner], after.packages[owner]):
        del after.waiting[owner]
    return found, after


def is_newer(package: sl.LicensePackage, than: sl.LicensePackage) -> bool:
    return (package.issue or 0) > (than.issue or 0)


def offer(facts: Facts, arrival: Arrival, now: datetime) -> Verdict:
    """Activate the package if nothing blocks it and nobody loses anything; else keep it waiting."""
    if is_in_force(facts, arrival):
        return set(), facts
    owner, package = arrival.package.owner.lower(), arrival.package
    found = document_faults(facts, arrival, now)
    # An early one may wait for its day, unless its number is wrong as well (documents.md, steps 13 and 14).
    refused = issue_faults(facts, arrival, now) if found == {("issued_in_future", owner)} else found
    if refused:
        return refused, facts
    if not found and not refusals(facts, arrival, now):
        after = put_in_force(facts, arrival, now)
        if not anybody_loses(facts, after, now):
            return activate(facts, arrival, now)
    already = facts.waiting.get(owner)
    if already == package:
        return set(), facts
    if already is not None and not is_newer(package, already):
        return {("package_rollback" if is_newer(already, package) else "package_conflict", owner)}, facts
    after = facts.copy()
    after.waiting[owner] = package
    return set(), after


def anybody_loses(facts: Facts, after: Facts, now: datetime) -> bool:
    """Return whether somebody loses a license, a feature or a login."""
    if any(effect.lost for effect in effects(facts, after, now).values()):
        return True
    order = [DENIED, READ_ONLY, ALLOWED]
    features = [str(row.name) for world in (facts, after) for row in world.rows() if row.scope == "system"]
    for user in facts.users.values():
        for client in CLIENTS_OF[user.type]:
            before, then = login(facts, user, client, now), login(after, user, client, now)
            if order.index(then.outcome) < order.index(before.outcome):
                return True
        for name in features:
            if order.index(feature(after, user, name, now).outcome) < order.index(
                feature(facts, user, name, now).outcome
            ):
                return True
    return False


@dataclass(frozen=True)
class Effect:
    """What a package changes for one user."""

    gained: frozenset[str]
    lost: frozenset[str]
    logins: frozenset[tuple[str, str, str]]


NO_EFFECT = Effect(frozenset(), frozenset(), frozenset())


def effects(facts: Facts, after: Facts, now: datetime) -> dict[str, Effect]:
    """Return, for each user for whom licenses or logins change, what changes."""
    found = {}
    for user in facts.users.values():
        names = effective(facts, user.id) | effective(after, user.id)
        gained = frozenset(n for n in names if holds(after, user.id, n, now) and not holds(facts, user.id, n, now))
        lost = frozenset(n for n in names if holds(facts, user.id, n, now) and not holds(after, user.id, n, now))
        logins = frozenset(
            (client, before, then)
            for client in CLIENTS_OF[user.type]
            if (before := login(facts, user, client, now).outcome) != (then := login(after, user, client, now).outcome)
        )
        if gained or lost or logins:
            found[user.id] = Effect(gained, lost, logins)
    return found


@dataclass(frozen=True)
class Numbers:
    """The numbers of one license in the vendor's dialog; `None` where it is unrestricted."""

    total: int | None
    in_use: int
    free: int | None
    added: int | None
    new_total: int | None
    new_free: int | None


def numbers(facts: Facts, after: Facts, name: str) -> Numbers:
    """Return the numbers of the license *name* before and after."""
    old, new = facts.row(name), after.row(name)
    used = len(holders(facts, name))
    total = 0 if old is None else None if old.unrestricted else old.quantity
    new_total = 0 if new is None else None if new.unrestricted else new.quantity
    return Numbers(
        total=total,
        in_use=used,
        free=None if total is None else total - used,
        added=None if total is None or new_total is None else new_total - total,
        new_total=new_total,
        new_free=None if new_total is None else new_total - used,
    )

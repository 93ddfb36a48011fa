"""What each command refuses, and what it leaves behind (design 7): users, sites, seats and events."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

import superlicense as sl
from tests.model_of_the_rules.facts import SUPEROFFICE, Facts, Reason, rule_set
from tests.model_of_the_rules.gate import administer
from tests.model_of_the_rules.holding import consumed, effective, gaps, is_full, plans, type_faults
from tests.model_of_the_rules.requirements import owned

SEAT = owned("suite-user")
Verdict = tuple[set[Reason], Facts]
"""Every refusal, and the facts after the command; the same facts where it is refused."""


def without(held: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in held if one != name)


def follows_login(facts: Facts, name: str) -> bool:
    """Return whether *name* is the seat of a Suite, which nobody assigns or releases by hand."""
    return name == SEAT and rule_set(facts) == "suite"


def seats_short(before: Facts, after: Facts, holder: str) -> set[Reason]:
    """Return the licenses that *holder* newly consumes and of which there are too few."""
    new = effective(after, holder) - effective(before, holder)
    return {("no_seat_left", name) for name in new if is_full(after, name)}


def second_plans(before: Facts, after: Facts) -> set[Reason]:
    """Return the plans that a holder has beside another one of the same owner, and had not before."""
    found: set[Reason] = set()
    for holder in after.held:
        for owner in after.packages:
            now = plans(after, holder, owner)
            if len(now) > max(1, len(plans(before, holder, owner))):
                found.add(("one_plan_only", holder))
    return found


def holder_faults(facts: Facts, holder: str, row: sl.ModuleLicense) -> set[Reason]:
    """Return why *holder* may hold no license of this scope."""
    if row.scope == "site":
        return set() if holder == "central" or holder in facts.sites else {("unknown_site", holder)}
    user = facts.users.get(holder)
    if user is None:
        return {("unknown_user", "")}
    return {("user_retired", "")} if user.retired else set()


def assign(facts: Facts, holder: str, name: str) -> Verdict:
    """Assign the license *name* to *holder*."""
    row = facts.row(name)
    if row is None:
        return {("unknown_license", name)}, facts
    if name in facts.held.get(holder, ()):
        return set(), facts
    if row.scope == "system":
        return {("not_assignable", name)}, facts
    found = holder_faults(facts, holder, row)
    if follows_login(facts, name):
        found.add(("follows_login_right", name))
    if row.hidden:
        found.add(("license_hidden", name))
    after = facts.copy()
    after.held[holder] = (*facts.held.get(holder, ()), name)
    if row.kind == "plan" and plans(facts, holder, str(row.name.owner)):
        found.add(("one_plan_only", holder))
    found |= _not_fitting(facts, after, holder)
    return (found, facts) if found else (found, after)


def _not_fitting(before: Facts, after: Facts, holder: str) -> set[Reason]:
    """Return what of types, prerequisites and seats is in the way of what *holder* newly consumes."""
    found: set[Reason] = seats_short(before, after, holder)
    new = effective(after, holder) - effective(before, holder)
    found |= {("user_type_not_allowed", name) for name in type_faults(after, after.users.get(holder), new)}
    found |= {
        ("prerequisite_missing", f"{name}<{parent}")
        for name, parent in gaps(after, holder) - gaps(before, holder)
        if name in new
    }
    return found


def _dependants(before: Facts, after: Facts, holder: str) -> set[tuple[str, str, str]]:
    """Return who is left with an unmet prerequisite: the holder, and for a site the users there."""
    people = {holder} | {user.id for user in after.users.values() if user.site == holder and not user.retired}
    return {(one, *gap) for one in people for gap in gaps(after, one) - gaps(before, one)}


def release(facts: Facts, holder: str, name: str, *, cascade: bool = False) -> Verdict:
    """Release the license *name* of *holder*; *cascade* releases what depends on it as well."""
    if name not in facts.held.get(holder, ()):
        return set(), facts
    after = facts.copy()
    after.held[holder] = without(facts.held[holder], name)
    while cascade and (left := _dependants(facts, after, holder)):
        for one, dependant, _ in left:
            direct = [held for held in after.held.get(one, ()) if dependant in consumed(after, held)]
            for held in direct:
                after.held[one] = without(after.held[one], held)
    found: set[Reason] = {
        ("prerequisite_of", f"{parent}<{dependant}") for _, dependant, parent in _dependants(facts, after, holder)
    }
    if follows_login(facts, name):
        found.add(("follows_login_right", name))
    return (found, facts) if found else (found, after)


def change_plan(facts: Facts, holder: str, name: str) -> Verdict:
    """Give *holder* the plan *name* instead of the one held of its owner, in one step."""
    row = facts.row(name)
    if row is None:
        return {("unknown_license", name)}, facts
    if name in facts.held.get(holder, ()) and row.kind == "plan":
        return set(), facts
    old = plans(facts, holder, str(row.name.owner))
    found = holder_faults(facts, holder, row)
    found |= {("follows_login_right", one) for one in (name, *old) if follows_login(facts, one)}
    if row.kind != "plan":
        found.add(("not_a_plan", name))
    if row.hidden:
        found.add(("license_hidden", name))
    after = facts.copy()
    after.held[holder] = (*(one for one in facts.held.get(holder, ()) if one not in old), name)
    found |= _not_fitting(facts, after, holder)
    new = effective(after, holder) - effective(facts, holder)
    found |= {
        ("prerequisite_of", f"{parent}<{dependant}")
        for _, dependant, parent in _dependants(facts, after, holder)
        if dependant not in new and row.scope != "site"
    }
    return (found, facts) if found else (found, after)


def seat_is_due(facts: Facts, user: sl.User) -> bool:
    """Return whether *user* holds a seat of the Suite (design 7, "Suite")."""
    return rule_set(facts) == "suite" and user.type == "internal" and not user.retired and user.may_log_in


def save_user(facts: Facts, user: sl.User) -> Verdict:
    """Store *user*; saved as retired, every license of theirs ends; the seat of a Suite follows the flag."""
    known = facts.users.get(user.id)
    if known == user:
        return set(), facts
    needs_rehire = known is not None and known.retired and not user.retired
    found: set[Reason] = {("user_is_retired", "")} if needs_rehire else set()
    after = facts.copy()
    after.users[user.id] = user
    if user.retired:
        after.held.pop(user.id, None)
    held = after.held.get(user.id, ())
    if seat_is_due(after, user) and SEAT not in held and after.row(SEAT) is not None:
        after.held[user.id] = (*held, SEAT)
        found |= seats_short(facts, after, user.id) | second_plans(facts, after)
    elif SEAT in held and rule_set(facts) == "suite" and not seat_is_due(after, user):
        after.held[user.id] = without(held, SEAT)
    if not needs_rehire:
        found |= nobody_left(facts, after)
    return (found, facts) if found else (found, after)


def nobody_left(before: Facts, after: Facts) -> set[Reason]:
    """Return the refusal of what leaves nobody who may administer, where there was somebody."""

    def administrators(facts: Facts) -> list[str]:
        return [user.id for user in facts.users.values() if administer(facts, user).outcome == "allowed"]

    return {("last_administrator", "")} if administrators(before) and not administrators(after) else set()


def retire(facts: Facts, user_id: str) -> Verdict:
    """Make a user a former employee: every license ends, and no prerequisite or veto is in the way."""
    user = facts.users.get(user_id)
    if user is None:
        return {("unknown_user", "")}, facts
    return save_user(facts, evolve(user, retired=True))


def save_site(facts: Facts, site: sl.Site) -> Verdict:
    """Store *site*; where satellites are licensed, there are no more of them than that (domain 15)."""
    license = facts.row(owned("satellite"))
    is_new = site.id not in facts.sites and site.id != "central"
    limit = None if license is None or license.unrestricted else license.quantity
    if is_new and limit is not None and len(set(facts.sites) - {"central"}) >= limit:
        return {("no_satellite_left", owned("satellite"))}, facts
    after = facts.copy()
    after.sites[site.id] = site
    return set(), after


def start_event(facts: Facts, event: sl.SystemEvent) -> Verdict:
    """Start *event*; one of a kind, scope and target runs at a time."""
    target = facts.installation.site if event.scope == "database" and event.target is None else event.target
    key = (str(event.kind), str(event.scope), target)
    if key in facts.events:
        return {("event_running", "")}, facts
    after = facts.copy()
    after.events[key] = evolve(event, target=target)
    return set(), after


def remove_package(facts: Facts, owner: str) -> Verdict:
    """Take the package of a partner out of force; what was assigned of it ends."""
    if owner not in facts.packages:
        return {("no_package", owner)}, facts
    if owner == SUPEROFFICE:
        return {("package_not_removable", owner)}, facts
    after = facts.copy()
    del after.packages[owner]
    after.signed.pop(owner, None)
    after.held = {
        holder: tuple(name for name in held if not name.startswith(f"{owner}.")) for holder, held in facts.held.items()
    }
    found: set[Reason] = {
        ("prerequisite_of", f"{parent}<{dependant}")
        for holder in facts.held
        for dependant, parent in gaps(after, holder) - gaps(facts, holder)
    }
    return (found, facts) if found else (found, after)


def batch(facts: Facts, changes: Iterable[object]) -> Verdict:
    """Carry out all of *changes* in order or none; a refused one is skipped, so that all refusals are found."""
    found: set[Reason] = set()
    after = facts
    for change in changes:
        refused, after = one_change(after, change)
        found |= refused
    return (found, facts) if found else (found, after)


def one_change(facts: Facts, change: object) -> Verdict:  # noqa: PLR0911 - a line for each kind of change
    """Carry out one change of the closed list."""
    match change:
        case sl.SaveUser(user=user):
            return save_user(facts, user)
        case sl.SaveSite(site=site):
            return save_site(facts, site)
        case sl.Assign(license=name, holder=holder):
            return assign(facts, holder, str(name))
        case sl.Release(license=name, holder=holder, cascade=cascade):
            return release(facts, holder, str(name), cascade=cascade)
        case sl.ChangePlan(license=name, holder=holder):
            return change_plan(facts, holder, str(name))
        case sl.Retire(user=user_id):
            return retire(facts, user_id)
        case sl.RemovePackage(owner=owner):
            return remove_package(facts, owner.lower())
        case sl.StartEvent(event=event):
            return start_event(facts, event)
        case _:
            raise NotImplementedError(change)

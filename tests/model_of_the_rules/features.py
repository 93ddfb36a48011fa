"""Features: how far somebody may go with one (design 6, last points)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import superlicense as sl
from superlicense.catalog import module_table
from tests.model_of_the_rules.facts import (
    STOPPED,
    SUPEROFFICE,
    Facts,
    Reason,
    addressee_faults,
    boundaries,
    phase,
    revocation,
    rule_set,
)
from tests.model_of_the_rules.gate import ALLOWED, DENIED, READ_ONLY, Answer, package_warnings
from tests.model_of_the_rules.holding import has_system, holds, is_void
from tests.model_of_the_rules.requirements import owned

# What is edited with a license that is not `<feature>-cal`.
EDITED_WITH = {
    "extern-user": "admin-extern-user",
    "anonymous-user": "admin-anonymous-user",
    "system-user": "admin-system-user",
    "ej-mod-ticket": "ej-client",
    "guide-sale": "guide-cal",
    "target-sale": "target-cal",
}
NO_EDITING_LICENSE = {"document", "import", "server", "expander-services"}


def _may_edit(facts: Facts, user: sl.User, name: sl.LicenseName, at: datetime) -> Reason | None:
    """Return what *user* lacks to edit, if anything."""
    module = name.module
    if name.owner == SUPEROFFICE and module in NO_EDITING_LICENSE:
        if user.type == "internal" and holds(facts, user.id, owned("user"), at):
            return None
        return "license_missing", owned("user")
    named = EDITED_WITH.get(module) if name.owner == SUPEROFFICE else None
    wanted = f"{name.owner}.{named or f'{module}-cal'}"
    return None if holds(facts, user.id, wanted, at) else ("license_missing", wanted)


def _package_faults(facts: Facts, owner: str, user: sl.User | None, at: datetime) -> tuple[set[Reason], bool]:
    """Return what of the package of *owner* is in the way, and whether reading goes on all the same."""
    package = facts.packages.get(owner)
    if package is None:
        return {("no_package", owner)}, False
    found = addressee_faults(facts, package)
    if phase(facts, owner, at) != STOPPED:
        return found, False
    reads_on = facts.policy.after_grace == "read_only" and user is not None and user.type == "internal"
    stop = {("package_stopped", owner), *revocation(facts, owner, at)}
    return found | stop, owner == SUPEROFFICE and reads_on and not found


def _missing(facts: Facts, user: sl.User | None, name: sl.LicenseName, at: datetime) -> tuple[set[Reason], set[Reason]]:
    """Return what is missing to view, and what is missing to edit.

    Nothing is, where there is no package that could have it; an unknown user has no unknown features.
    """
    if name.owner not in facts.packages:
        return set(), set()
    known = name.owner != SUPEROFFICE or facts.row(str(name)) is not None or module_table.find(str(name)) is not None
    if not known:
        return (set(), set()) if user is None else ({("unknown_feature", "")}, set())
    if name.owner != SUPEROFFICE and is_void(facts, name.owner, at):
        return set(), set()
    to_view = set() if has_system(facts, str(name), at) else {("license_missing", str(name))}
    lacks = None if user is None else _may_edit(facts, user, name, at)
    return to_view, set() if lacks is None else {lacks}


def _feature(facts: Facts, user: sl.User | None, feature: str, at: datetime) -> Answer:
    name = sl.LicenseName.parse(feature)
    blocking, limiting = _missing(facts, user, name, at)
    for owner in {SUPEROFFICE, name.owner}:
        found, reads_on = _package_faults(facts, owner, user, at)
        (limiting if reads_on else blocking).update(found)
    if user is None:
        blocking.add(("unknown_user", ""))
    elif user.retired:
        blocking.add(("user_retired", ""))
    outcome = DENIED if blocking else READ_ONLY if limiting else ALLOWED
    warnings = package_warnings(facts, {SUPEROFFICE, name.owner} & set(facts.packages), at)
    return Answer(outcome, frozenset(blocking | limiting), frozenset(warnings), rule_set(facts))


def feature(facts: Facts, user: sl.User | None, name: str, at: datetime) -> Answer:
    """Return how far *user* may go with a feature, and how long that holds."""
    answer = _feature(facts, user, name, at)
    until = next((b for b in boundaries(facts, at) if _feature(facts, user, name, b) != answer), None)
    return replace(answer, valid_until=until)

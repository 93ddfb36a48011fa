"""Login and administration (design 6; dossier of the field, sections 3, 4, 6, 7 and 17.26)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import superlicense as sl
from tests.model_of_the_rules.facts import (
    GRACE,
    STOPPED,
    SUPEROFFICE,
    WARNING,
    Facts,
    Reason,
    addressee_faults,
    boundaries,
    phase,
    revocation,
    rule_set,
)
from tests.model_of_the_rules.holding import holds
from tests.model_of_the_rules.requirements import CLIENTS_OF, missing_licenses, owned

ALLOWED, READ_ONLY, DENIED = "allowed", "read_only", "denied"
SERVICE = ("ej-client", "ej-readonly-client", "ej-sim-client", "ej-sim-readonly-client")


@dataclass(frozen=True)
class Answer:
    """What the gate has to say; reasons and warnings as sets, because their order is a matter of taste."""

    outcome: str
    reasons: frozenset[Reason] = frozenset()
    warnings: frozenset[Reason] = frozenset()
    rule_set: str | None = None
    valid_until: datetime | None = None
    notices: frozenset[str] = frozenset()


def reaches(event: sl.SystemEvent, facts: Facts, user: sl.User | None) -> bool:
    """Return whether *event* reaches *user*, who asks the database of the installation."""
    if event.scope == "database":
        return event.target == facts.installation.site
    if event.scope == "group":
        return user is not None and event.target in user.groups
    if event.scope == "user":
        return user is not None and event.target == user.id
    return True


def service_client(facts: Facts, user: sl.User, at: datetime, sessions: int | None) -> Answer:
    """Return how far the Service client opens: in full, read-only, or not at all."""
    reasons: set[Reason] = set()
    warnings: set[Reason] = set()
    best = DENIED
    mine = [module for module in SERVICE if holds(facts, user.id, owned(module), at)]
    if "ej-readonly-client" in mine and "ej-sim-readonly-client" in mine:
        mine.remove("ej-sim-readonly-client")  # the pool is not asked for what is held anyway
    for module in mine:
        row = facts.row(owned(module))
        if row is None:
            continue
        about = owned(module)
        if "sim" in module and not row.unrestricted and sessions is not None and sessions >= row.quantity:
            reasons.add(("sessions_in_use", about))
            continue
        if "sim" in module and not row.unrestricted and sessions is None:
            warnings.add(("sessions_not_counted", about))
        if "readonly" in module:
            reasons.add(("read_only_client", about))
            best = READ_ONLY if best == DENIED else best
        else:
            best = ALLOWED
    if best == ALLOWED:
        # Who holds the full client has it; the warning stays only where that one is simultaneous.
        full = {("sessions_not_counted", owned("ej-sim-client"))} if owned("ej-client") not in map(owned, mine) else ()
        return Answer(ALLOWED, frozenset(), frozenset(warnings & set(full)))
    if not mine:
        reasons.add(("one_license_of", "+".join(sorted(map(owned, SERVICE)))))
    return Answer(best, frozenset(reasons), frozenset(warnings))


def package_warnings(facts: Facts, owners: Iterable[str], at: datetime) -> set[Reason]:
    """Return what the dates and the revocation of the packages of *owners* have to say."""
    found: set[Reason] = set()
    for owner in owners:
        now = phase(facts, owner, at)
        if now == WARNING:
            found.add(("package_expires", owner))
        elif now == GRACE:
            found.add(("package_in_grace", owner))
            found |= set(revocation(facts, owner, at))
    return found


def login_warnings(facts: Facts, user: sl.User | None, at: datetime) -> set[Reason]:
    """Return the warnings of a login; what only an administrator can act on is for administrators (design 6)."""
    found = package_warnings(facts, {SUPEROFFICE} & set(facts.packages), at)
    if user is not None and user.administrator:
        partners = set(facts.packages) - {SUPEROFFICE}
        found |= package_warnings(facts, partners, at)
        for owner in partners:
            if phase(facts, owner, at) == STOPPED:
                found |= {("package_stopped", owner), *revocation(facts, owner, at)}
        found |= {("package_waiting", owner) for owner in facts.waiting}
    return found


def _login(facts: Facts, user: sl.User | None, client: str, at: datetime, sessions: int | None) -> Answer:
    package = facts.packages.get(SUPEROFFICE)
    blocking: set[Reason] = set()
    limiting: set[Reason] = set()
    warnings = login_warnings(facts, user, at)
    if package is None:
        blocking.add(("no_package", SUPEROFFICE))
    else:
        blocking |= addressee_faults(facts, package)
        if phase(facts, SUPEROFFICE, at) == STOPPED:
            stop = {("package_stopped", SUPEROFFICE), *revocation(facts, SUPEROFFICE, at)}
            reads_on = facts.policy.after_grace == "read_only" and user is not None and user.type == "internal"
            (limiting if reads_on else blocking).update(stop)
    blocking |= personal_faults(facts, user, client)
    outcome = ALLOWED
    if package is not None and user is not None and client in CLIENTS_OF[user.type]:
        blocking |= missing_licenses(facts, user, client, at)
        if client == "service":
            opened = service_client(facts, user, at, sessions)
            (blocking if opened.outcome == DENIED else limiting).update(opened.reasons)
            warnings |= opened.warnings
    if blocking:
        outcome = DENIED
    elif limiting:
        outcome = READ_ONLY
    return Answer(outcome, frozenset(blocking | limiting), frozenset(warnings), rule_set(facts))


def personal_faults(facts: Facts, user: sl.User | None, client: str) -> set[Reason]:
    """Return what of the person, the events and the database keeps them out (design 6, "Blocking facts")."""
    found: set[Reason] = set()
    policy, here = facts.policy, facts.installation.site
    if user is None:
        found.add(("unknown_user", ""))
    else:
        if user.retired:
            found.add(("user_retired", ""))
        if not user.may_log_in:
            found.add(("login_not_allowed", ""))
        if user.awaiting_approval:
            found.add(("awaiting_approval", ""))
        if client not in CLIENTS_OF[user.type]:
            found.add(("user_type_not_for_client", ""))
        opened = policy.allow_central_login and here == "central"
        if user.site != here and not opened:
            found.add(("other_site", ""))
        if user.on_travel and client not in {"travel", "remote_travel"} and not opened:
            found.add(("on_travel", ""))
    exempt = policy.administrators_bypass_no_login and user is not None and user.administrator
    no_login = [event for event in facts.events.values() if event.kind == "no_login" and reaches(event, facts, user)]
    if no_login and not exempt:
        found.add(("no_login_event", ""))
    return found


def login(facts: Facts, user: sl.User | None, client: str, at: datetime, sessions: int | None = None) -> Answer:
    """Return the answer to a login, and how long it holds."""
    answer = _login(facts, user, client, at, sessions)
    until = next((b for b in boundaries(facts, at) if _login(facts, user, client, b, sessions) != answer), None)
    notices = {
        event.message
        for event in facts.events.values()
        if event.kind == "message_of_the_day" and reaches(event, facts, user)
    }
    return replace(answer, valid_until=until, notices=frozenset(notices if answer.outcome != DENIED else ()))


def administer(facts: Facts, user: sl.User | None) -> Answer:
    """Return whether *user* may reach activation and repair; no package, phase, seat or event matters."""
    if user is None:
        return Answer(DENIED, frozenset({("unknown_user", "")}), rule_set=rule_set(facts))
    found = {
        (code, "")
        for code, so in (
            ("user_retired", user.retired),
            ("login_not_allowed", not user.may_log_in),
            ("not_administrator", not user.administrator),
        )
        if so
    }
    return Answer(DENIED if found else ALLOWED, frozenset(found), rule_set=rule_set(facts))

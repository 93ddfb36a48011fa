"""Decision tables of the gate: a situation in TOML, a question, and the whole decision.

A table has a `[setting]`, what is so unless a case says otherwise, and many
`[[case]]`. Both are made of:

- ``sells`` rows of the SUPEROFFICE package as `tests.rules.scene.rows` writes
  them, ``package`` its other fields; ``package = false`` is none at all
- ``partner`` rows of the package of ACME, ``partner_package`` its other fields
- ``user`` fields of Anna; ``user = false`` is somebody unknown
- ``holds`` what Anna has been assigned, ``sites`` what sites have
- ``events``, ``tampered``, ``roots``, ``policy``, ``database_id``, ``site``, ``at``

The question is the ``feature`` with its ``access``, or ``administer``, or else
the ``client`` (with ``open_sessions``). What comes of it is the ``outcome``,
with ``reasons``, ``warnings``, ``valid_until``, ``rule_set``, and the ids of
``notices``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import evolve

from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision, Outcome, Question, RuleSet, Topic
from superlicense.model.event import EventScope, read_kind
from superlicense.model.license import LicenseName
from superlicense.model.package import Validity
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.row import Table
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import administer, login
from tests.rules.scene import ANNA, INSTALLATION, NOW, Scene

_CASES = Path(__file__).parent / "cases"
_FOR_EVER = timedelta(days=100_000)


def read(name: str) -> list[dict[str, Any]]:
    """Read the cases of a table, each with the setting under it; every case says where it comes from."""
    table = tomllib.loads((_CASES / name).read_text(encoding="utf-8"))
    assert all(case["source"] for case in table["case"])
    assert len({case["clause"] for case in table["case"]}) == len(table["case"])
    return [{**table.get("setting", {}), **case} for case in table["case"]]


def sentence(case: Mapping[str, Any]) -> str:
    """Name a case in a test's id."""
    return str(case["clause"])


def policy(case: Mapping[str, Any]) -> Policy:
    """Read what the host has chosen."""
    said = dict(case.get("policy", {}))
    for field, kind in (("after_grace", Outcome), ("rule_set", RuleSet)):
        if field in said:
            said[field] = kind(said[field])
    if "revocation_grace_days" in said:
        said["revocation_grace"] = timedelta(days=said.pop("revocation_grace_days"))
    return Policy(**said)


def anna(case: Mapping[str, Any]) -> User | None:
    """Read who asks."""
    said = case.get("user", {})
    if said is False:
        return None
    return evolve(ANNA, **{**said, "type": UserType(said.get("type", "internal"))})


def world(case: Mapping[str, Any]) -> World:
    """Set the scene."""
    installation = evolve(
        INSTALLATION,
        database_id=case.get("database_id", INSTALLATION.database_id),
        site=case.get("site", INSTALLATION.site),
    )
    scene = Scene(policy=policy(case), installation=installation)
    if case.get("package", {}) is not False:
        scene.sells(*case.get("sells", ()), **_package(case.get("package", {})))
    if "partner" in case:
        scene.sells(*case["partner"], owner="acme", **_package(case.get("partner_package", {})))
    user = anna(case)
    if user is not None:
        scene.knows(user)
    scene.gives("anna", *case.get("holds", ()))
    for site, held in case.get("sites", {}).items():
        scene.gives(site, *held)
    for event in case.get("events", ()):
        scene.runs(read_kind(event["kind"]), EventScope(event.get("scope", "all_databases")), event.get("target"))
    for root in case.get("roots", ()):
        scene.accepts(TrustRoot(**{"expires_at": NOW + _FOR_EVER, **root}))
    tampered: list[tuple[Table | str, str]] = [
        (Table(table) if table in set(Table) else table, key) for table, key in case.get("tampered", ())
    ]
    return scene.tampered(*tampered).world


def _package(said: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(said)
    if "dates" in fields:
        fields["validity"] = Validity(**fields.pop("dates"))
    return fields


def decide(case: Mapping[str, Any]) -> Decision:
    """Ask what the case asks."""
    place, user, at = world(case), anna(case), case.get("at", NOW)
    if "feature" in case:
        return feature(place, user, LicenseName.parse(case["feature"]), Access(case.get("access", "edit")), at)
    if case.get("administer", False):
        return administer(place, user, at)
    return login(place, user, Client(case.get("client", "web")), at, open_sessions=case.get("open_sessions"))


def asked(case: Mapping[str, Any]) -> Question:
    """Say what that question is."""
    if "feature" in case:
        name = str(LicenseName.parse(case["feature"]))
        return Question(topic=Topic.FEATURE, subject=name, access=Access(case.get("access", "edit")))
    if case.get("administer", False):
        return Question(topic=Topic.ADMINISTER)
    return Question(topic=Topic.LOGIN, subject=Client(case.get("client", "web")))


def reasons(said: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Read reasons: a code and its parameters."""
    return tuple(
        Reason(
            code=ReasonCode(one["code"]),
            params={
                name: tuple(value) if isinstance(value, list) else value
                for name, value in one.items()
                if name != "code"
            },
        )
        for one in said
    )


def check(case: Mapping[str, Any]) -> None:
    """Compare the whole decision with the case, and its explanation with itself."""
    decision, running = decide(case), world(case)
    assert decision == Decision(
        outcome=Outcome(case["outcome"]),
        asked=asked(case),
        reasons=reasons(case.get("reasons", ())),
        warnings=reasons(case.get("warnings", ())),
        valid_until=case.get("valid_until"),
        notices=tuple(running.events[event].noun for event in case.get("notices", ())),
        rule_set=RuleSet(case["rule_set"]) if case.get("rule_set") else None,
        clauses=decision.clauses,
    )
    assert_explained(decision)


def assert_explained(decision: Decision) -> None:
    """Check that clauses and reasons tell the same story."""
    unmet_facts = [clause.subject for clause in decision.clauses if clause.kind is ClauseKind.FACT and not clause.met]
    of_facts = [
        str(reason.code)
        for reason in decision.reasons
        if reason.code not in {ReasonCode.LICENSE_MISSING, ReasonCode.ONE_LICENSE_OF, ReasonCode.UNKNOWN_FEATURE}
    ]
    assert sorted(unmet_facts) == sorted(of_facts)
    unmet = {leaf.subject for clause in decision.clauses for leaf in leaves(clause) if not leaf.met}
    for reason in decision.reasons:
        names = {reason.params.get("license"), reason.params.get("feature"), *reason.params.get("licenses", ())}
        assert names & unmet or reason.code in of_facts
    assert bool(decision.reasons) is (decision.outcome is not Outcome.ALLOWED)


def leaves(clause: Clause) -> list[Clause]:
    """Give the conditions that *clause* is made of."""
    return [leaf for part in clause.parts for leaf in leaves(part)] or [clause]

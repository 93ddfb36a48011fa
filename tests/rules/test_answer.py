"""How what a rule finds at an instant becomes a decision that lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision, Outcome, Question, RuleSet, Topic
from superlicense.model.license import LicenseName
from superlicense.model.package import Validity
from superlicense.model.reason import ReasonCode, because
from superlicense.rules.gate.answer import Verdict, answer, clauses_of, fact, reasons_of
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from tests.for_each import for_each
from tests.installation import EXPIRES_AT, STOPS_AT, VALIDITY, WARNS_AT
from tests.rules.scene import ANNA, NOW, Scene, web_scene
from tests.rules.situations import check, decide, read, sentence

MICROSECOND = timedelta(microseconds=1)
PHASES = read("phases.toml")
QUESTION = Question(topic=Topic.LOGIN, subject=Client.WEB)


@for_each("case", PHASES, ids=sentence)
def test_as_time_goes_by(case: dict[str, Any]) -> None:
    check(case)


@for_each("case", [case for case in PHASES if "valid_until" in case], ids=sentence)
def test_a_decision_stands_to_the_microsecond_and_no_longer(case: dict[str, Any]) -> None:
    decision = decide(case)
    assert decision.valid_until is not None
    assert decide({**case, "at": decision.valid_until - MICROSECOND}) == decision
    after = decide({**case, "at": decision.valid_until})
    assert (after.outcome, after.reasons, after.warnings) != (decision.outcome, decision.reasons, decision.warnings)


class TestAnAnswer:
    """The rule is asked again at each later date of a package, until it says something else."""

    WORLD = (
        Scene()
        .sells("system:server", validity=VALIDITY)
        .sells("routes", owner="acme", validity=Validity(expires_at=EXPIRES_AT - MICROSECOND))
        .world
    )

    def test_passes_the_dates_that_change_nothing(self) -> None:
        steps = {WARNS_AT: 1, EXPIRES_AT: 2}

        def verdict(at: datetime) -> Verdict:
            passed = sum(1 for step in steps if at >= step)
            return Verdict(outcome=Outcome.READ_ONLY, clauses=(Clause(kind=ClauseKind.FACT, met=True),) * passed)

        assert answer(self.WORLD, QUESTION, NOW, verdict).valid_until is None

    @for_each(
        "changed",
        [
            {"outcome": Outcome.DENIED},
            {"reasons": (because(ReasonCode.ON_TRAVEL),)},
            {"warnings": (because(ReasonCode.ON_TRAVEL),)},
        ],
    )
    @for_each("when", [WARNS_AT, EXPIRES_AT - MICROSECOND, EXPIRES_AT, STOPS_AT])
    def test_ends_with_another_outcome_reason_or_warning(self, changed: dict[str, Any], when: datetime) -> None:
        before = Verdict(outcome=Outcome.ALLOWED)
        after = evolve(before, **changed)
        given = answer(self.WORLD, QUESTION, NOW, lambda at: after if at >= when else before)
        assert given == Decision(outcome=Outcome.ALLOWED, asked=QUESTION, valid_until=when)
        assert answer(self.WORLD, QUESTION, when, lambda at: after if at >= when else before).valid_until is None

    def test_asks_once_about_an_instant_and_not_about_the_past(self) -> None:
        asked: list[datetime] = []

        def verdict(at: datetime) -> Verdict:
            asked.append(at)
            return Verdict(outcome=Outcome.ALLOWED)

        assert answer(self.WORLD, QUESTION, EXPIRES_AT, verdict).valid_until is None
        assert asked == [EXPIRES_AT, STOPS_AT]

    def test_keeps_all_that_the_rule_found(self) -> None:
        clause = Clause(kind=ClauseKind.FACT, met=False, subject="on_travel")
        reason, warning = because(ReasonCode.ON_TRAVEL), because(ReasonCode.AWAITING_APPROVAL)
        found = Verdict(
            outcome=Outcome.DENIED,
            reasons=(reason,),
            warnings=(warning,),
            rule_set=RuleSet.SUITE,
            clauses=(clause,),
        )
        assert answer(self.WORLD, QUESTION, NOW, lambda _: found) == Decision(
            outcome=Outcome.DENIED,
            asked=QUESTION,
            reasons=(reason,),
            warnings=(warning,),
            valid_until=None,
            rule_set=RuleSet.SUITE,
            clauses=(clause,),
        )


def test_facts_are_reasons_where_they_block_and_clauses_always() -> None:
    facts = [
        fact(ReasonCode.NO_PACKAGE, blocks=True, owner="acme"),
        fact(ReasonCode.ON_TRAVEL, blocks=False, ignored=1),
    ]
    assert facts[1] == (ReasonCode.ON_TRAVEL, None)
    assert reasons_of(facts) == (because(ReasonCode.NO_PACKAGE, owner="acme"),)
    assert clauses_of(facts) == (
        Clause(kind=ClauseKind.FACT, met=False, subject="no_package"),
        Clause(kind=ClauseKind.FACT, met=True, subject="on_travel"),
    )


def test_a_chain_of_decisions_leads_through_every_phase() -> None:
    world = web_scene().world
    outcomes, at = [], NOW
    while True:
        decision = login(world, ANNA, Client.WEB, at)
        outcomes.append((at, decision.outcome, [str(warning.code) for warning in decision.warnings]))
        if decision.valid_until is None:
            break
        at = decision.valid_until
    assert outcomes == [
        (NOW, Outcome.ALLOWED, []),
        (WARNS_AT, Outcome.ALLOWED, ["package_expires"]),
        (EXPIRES_AT, Outcome.ALLOWED, ["package_in_grace"]),
        (STOPS_AT, Outcome.READ_ONLY, []),
    ]


def test_a_partners_dates_end_a_decision_on_its_feature_only() -> None:
    soon = NOW + timedelta(days=1)
    scene = web_scene().sells("system:routes", "routes-cal", owner="acme", validity=Validity(expires_at=soon))
    world = scene.gives("anna", "acme.routes-cal").world
    theirs = feature(world, ANNA, LicenseName.parse("acme.routes"), Access.EDIT, NOW)
    ours = feature(world, ANNA, LicenseName.parse("quote"), Access.EDIT, NOW)
    assert (theirs.outcome, theirs.valid_until) == (Outcome.ALLOWED, soon)
    assert (ours.outcome, ours.valid_until) == (Outcome.ALLOWED, WARNS_AT)

"""Answers: how what a rule finds at an instant becomes a decision that lasts.

Rule 1: `Decision.valid_until` is exact. The rule is asked again at each later
date of a package until its verdict differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import frozen

from superlicense.model.decision import (
    Clause,
    ClauseKind,
    Decision,
    Outcome,
    Question,
    Reason,
    ReasonCode,
    RuleSet,
    because,
)
from superlicense.model.world import World
from superlicense.rules.gate.validity import boundaries

__all__ = ["Fact", "Verdict", "answer", "clauses_of", "fact", "reasons_of"]

Fact = tuple[ReasonCode, Reason | None]
"""Something that may stand in the way, and the reason if it does."""


@frozen(kw_only=True)
class Verdict:
    """What a rule finds at one instant.

    Attributes:
        outcome: What it comes to.
        reasons: What keeps it below ALLOWED.
        warnings: What should be told.
        rule_set: License model that was followed.
        clauses: Every condition, met or not.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    rule_set: RuleSet | None = None
    clauses: tuple[Clause, ...] = ()

    def agrees_with(self, other: Verdict) -> bool:
        """Whether outcome, reasons and warnings are equal."""
        return (self.outcome, self.reasons, self.warnings) == (other.outcome, other.reasons, other.warnings)


def answer(
    world: World,
    asked: Question,
    at: datetime,
    verdict_at: Callable[[datetime], Verdict],
) -> Decision:
    """Turn the verdict of *at* into a decision with the instant until which it stands."""
    verdict = verdict_at(at)
    later = (instant for instant in boundaries(world) if instant > at)
    changes = (instant for instant in later if not verdict_at(instant).agrees_with(verdict))
    return Decision(
        outcome=verdict.outcome,
        asked=asked,
        reasons=verdict.reasons,
        warnings=verdict.warnings,
        valid_until=next(changes, None),
        rule_set=verdict.rule_set,
        clauses=verdict.clauses,
    )


def fact(code: ReasonCode, *, blocks: bool, **params: object) -> Fact:
    """Note that *code* was looked at, with its reason if it *blocks*."""
    return (code, because(code, **params) if blocks else None)


def reasons_of(facts: Iterable[Fact]) -> tuple[Reason, ...]:
    """Give the reasons of the facts that block."""
    return tuple(reason for _, reason in facts if reason is not None)


def clauses_of(facts: Iterable[Fact]) -> tuple[Clause, ...]:
    """Give a clause for every fact; it is met where nothing blocks."""
    return tuple(Clause(kind=ClauseKind.FACT, met=reason is None, subject=code) for code, reason in facts)

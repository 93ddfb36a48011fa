"""Answers: from the verdict of a rule at an instant to a decision with an expiry.

Rule 1: `Decision.valid_until` is exact. The rule is evaluated again at each later
date of a package until its verdict differs.

Rule 2: an answer of the last known facts is valid no longer than they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import frozen

from superlicense.model.decision import Clause, ClauseKind, Decision, Outcome, Question, RuleSet
from superlicense.model.event import SystemEvent
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.validity import boundaries

__all__ = ["Fact", "Verdict", "answer", "answer_until", "clauses_of", "fact", "reasons_of"]

Fact = tuple[ReasonCode, Reason | None]
"""A condition that was checked, and the reason if it blocks."""


@frozen(kw_only=True)
class Verdict:
    """The result of a rule at one instant; fields as in `Decision`."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    rule_set: RuleSet | None = None
    clauses: tuple[Clause, ...] = ()
    notices: tuple[SystemEvent, ...] = ()

    def agrees_with(self, other: Verdict) -> bool:
        """Return whether outcome, reasons and warnings are equal."""
        return (self.outcome, self.reasons, self.warnings) == (other.outcome, other.reasons, other.warnings)


def answer(
    world: World,
    asked: Question,
    at: datetime,
    verdict_at: Callable[[datetime], Verdict],
) -> Decision:
    """Return the verdict at *at* as a decision, valid until the verdict changes."""
    verdict = verdict_at(at)
    later = (instant for instant in boundaries(world) if instant > at)
    changes = (instant for instant in later if not verdict_at(instant).agrees_with(verdict))
    return Decision(
        outcome=verdict.outcome,
        asked=asked,
        reasons=verdict.reasons,
        warnings=verdict.warnings,
        valid_until=answer_until(world, next(changes, None)),
        rule_set=verdict.rule_set,
        clauses=verdict.clauses,
        notices=verdict.notices,
    )


def answer_until(world: World, changes_at: datetime | None) -> datetime | None:
    """Return when an answer that changes at *changes_at* ends, the end of the last known facts of *world* included."""
    known = world.not_refreshed
    if known is None or (changes_at is not None and changes_at <= known.until):
        return changes_at
    return known.until


def fact(code: ReasonCode, *, blocks: bool, **params: object) -> Fact:
    """Return that *code* was checked, with its reason if it *blocks*."""
    return (code, because(code, **params) if blocks else None)


def reasons_of(facts: Iterable[Fact]) -> tuple[Reason, ...]:
    """Return the reasons of the facts that block."""
    return tuple(reason for _, reason in facts if reason is not None)


def clauses_of(facts: Iterable[Fact]) -> tuple[Clause, ...]:
    """Return a clause for each fact, met unless the fact blocks."""
    return tuple(Clause(kind=ClauseKind.FACT, met=reason is None, subject=code) for code, reason in facts)

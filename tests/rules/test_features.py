"""May this user view this, edit that?"""

from __future__ import annotations

from typing import Any

import pytest

from superlicense.model.decision import Access, Clause, ClauseKind, Decision, Outcome, Question, RuleSet, Topic
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.reason import ReasonCode, because
from superlicense.rules.gate.features import feature, unknown_feature
from tests.for_each import for_each
from tests.rules.scene import ANNA, NOW, Scene, web_scene
from tests.rules.situations import check, read, sentence


@for_each("case", read("features.toml"), ids=sentence)
def test_a_feature(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize(("access", "granted"), [(Access.VIEW, True), (Access.EDIT, False)])
def test_read_only_grants_a_view_and_no_edit(access: Access, *, granted: bool) -> None:
    world = Scene().sells("system:quote", "quote-cal").knows(ANNA).world
    decision = feature(world, ANNA, LicenseName.parse("quote"), access, NOW)
    assert decision.outcome is Outcome.READ_ONLY
    assert decision.allowed is bool(decision) is granted


@pytest.mark.parametrize("name", ["what?", "", ".", "a_b", "quote\n", "x" * 500])
def test_a_text_that_is_no_name_is_denied_as_unknown(name: str) -> None:
    reason = because(ReasonCode.UNKNOWN_FEATURE, feature=name)
    assert unknown_feature(web_scene().world, name, Access.EDIT) == Decision(
        outcome=Outcome.DENIED,
        asked=Question(topic=Topic.FEATURE, subject=name, access=Access.EDIT),
        reasons=(reason,),
        rule_set=RuleSet.MODULE_BASED,
        clauses=(Clause(kind=ClauseKind.FACT, met=False, subject="unknown_feature"),),
    )


class TestTheExplanation:
    """Both licenses of the pair are clauses, with where they came from."""

    def needed(self, decision: Decision) -> list[Clause]:
        return [clause for clause in decision.clauses if clause.kind is ClauseKind.NEEDS]

    def test_names_the_plan_that_lets_her_edit(self) -> None:
        decision = feature(web_scene().world, ANNA, LicenseName.parse("quote"), Access.EDIT, NOW)
        assert self.needed(decision) == [
            Clause(
                kind=ClauseKind.NEEDS,
                met=True,
                subject="superoffice.quote",
                scope=LicenseScope.SYSTEM,
                package="superoffice",
            ),
            Clause(
                kind=ClauseKind.NEEDS,
                met=True,
                subject="superoffice.quote-cal",
                scope=LicenseScope.USER,
                package="superoffice",
                through=("superoffice.ten-sales",),
            ),
        ]

    def test_shows_what_she_lacks(self) -> None:
        world = Scene().sells("system:quote", "quote-cal").knows(ANNA).world
        decision = feature(world, ANNA, LicenseName.parse("quote"), Access.EDIT, NOW)
        assert [(clause.subject, clause.met) for clause in self.needed(decision)] == [
            ("superoffice.quote", True),
            ("superoffice.quote-cal", False),
        ]

    def test_lists_every_fact_that_was_looked_at(self) -> None:
        scene = web_scene().sells("system:routes", "routes-cal", owner="acme").gives("anna", "acme.routes-cal")
        decision = feature(scene.world, ANNA, LicenseName.parse("acme.routes"), Access.EDIT, NOW)
        package = [
            "no_package",
            "other_company",
            "other_serial_number",
            "other_database",
            "unsigned_not_accepted",
            "tampered",
        ]
        assert [clause.subject for clause in decision.clauses if clause.kind is ClauseKind.FACT] == [
            *package,
            "package_stopped",
            *package,
            "package_stopped",
            "unknown_user",
            "user_retired",
            "tampered",
        ]
        assert all(clause.met for clause in decision.clauses)

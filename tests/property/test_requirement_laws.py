from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.decision import Clause, ClauseKind
from superlicense.model.license import LicenseScope
from superlicense.rules.gate.requirement import (
    AllOf,
    AnyOf,
    LicenseSource,
    Needs,
    Requirement,
    all_of,
    any_of,
    evaluate,
    needs,
    unmet_reasons,
)

NAMES = ("user", "web", "t1", "t2", "server")
SOURCE = LicenseSource(scope=LicenseScope.USER, package="superoffice")
REQUIREMENTS: st.SearchStrategy[Requirement] = st.recursive(
    st.sampled_from(NAMES).map(needs),
    lambda parts: st.lists(parts, max_size=4).flatmap(lambda some: st.sampled_from([all_of(*some), any_of(*some)])),
    max_leaves=12,
)
HELD = st.frozensets(st.sampled_from(NAMES))


def clause(requirement: Requirement, held: frozenset[str]) -> Clause:
    return evaluate(requirement, lambda name: SOURCE if name.partition(".")[2] in held else None)


def naive(requirement: Requirement, held: frozenset[str]) -> bool:
    match requirement:
        case Needs():
            return requirement.license.module in held
        case AllOf():
            return all(naive(part, held) for part in requirement.parts)
        case AnyOf():
            return any(naive(part, held) for part in requirement.parts)


class TestARequirement:
    """A monotone algebra over licenses."""

    @given(requirement=REQUIREMENTS, held=HELD)
    def test_is_met_when_a_naive_reading_says_so(self, requirement: Requirement, held: frozenset[str]) -> None:
        assert clause(requirement, held).met is naive(requirement, held)

    @given(requirement=REQUIREMENTS, held=HELD, more=HELD)
    def test_is_never_lost_by_holding_more(
        self, requirement: Requirement, held: frozenset[str], more: frozenset[str]
    ) -> None:
        assert not clause(requirement, held).met or clause(requirement, held | more).met

    @given(requirement=REQUIREMENTS, held=HELD)
    def test_has_reasons_exactly_when_it_is_not_met(self, requirement: Requirement, held: frozenset[str]) -> None:
        made = clause(requirement, held)
        assert bool(list(unmet_reasons(made))) is not made.met

    @given(requirement=REQUIREMENTS, held=HELD)
    def test_is_explained_part_by_part(self, requirement: Requirement, held: frozenset[str]) -> None:
        made = clause(requirement, held)
        if isinstance(requirement, Needs):
            assert (made.kind, made.subject, made.parts) == (ClauseKind.NEEDS, str(requirement.license), ())
            assert made.package == ("superoffice" if made.met else "")
        else:
            assert len(made.parts) == len(requirement.parts)

"""The algebra of requirements: all of, any of, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from superlicense.errors import InvalidValueError
from superlicense.model.decision import Clause, ClauseKind
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.reason import ReasonCode, because
from superlicense.rules.gate.requirement import (
    LicenseSource,
    Requirement,
    all_of,
    any_of,
    evaluate,
    needs,
    unmet_reasons,
)

HELD = LicenseSource(scope=LicenseScope.USER, package="superoffice", through=("superoffice.ten-sales",))
SYSTEM = LicenseSource(scope=LicenseScope.SYSTEM, package="superoffice")


def holding(*names: str) -> Callable[[str], LicenseSource | None]:
    return lambda name: HELD if name in {LicenseName.parse(held) for held in names} else None


def leaf(name: str, *, met: bool, scope: str = LicenseScope.USER) -> Clause:
    through = HELD.through if met else ()
    return Clause(
        kind=ClauseKind.NEEDS,
        met=met,
        subject=f"superoffice.{name}",
        scope=scope,
        package="superoffice" if met else "",
        through=through,
    )


def test_a_license_that_is_held_says_through_what() -> None:
    assert evaluate(needs("web"), holding("web")) == leaf("web", met=True)


def test_a_license_that_is_missing_says_where_it_is_looked_for() -> None:
    clause = evaluate(needs("server", LicenseScope.SYSTEM), holding())
    assert clause == leaf("server", met=False, scope=LicenseScope.SYSTEM)
    assert list(unmet_reasons(clause)) == [
        because(ReasonCode.LICENSE_MISSING, license="superoffice.server", scope=LicenseScope.SYSTEM)
    ]


def test_a_license_that_is_held_says_where_it_applies_not_where_it_was_looked_for() -> None:
    assert evaluate(needs("web"), lambda _: SYSTEM).scope is LicenseScope.SYSTEM


def test_a_requirement_may_be_of_a_partners_license() -> None:
    assert needs("ACME.Routes").license == LicenseName("acme", "routes")
    with pytest.raises(InvalidValueError):
        needs("a_b")


def test_every_part_is_evaluated_also_when_it_no_longer_matters() -> None:
    both = evaluate(all_of(needs("user"), needs("web")), holding("web"))
    assert both == Clause(kind=ClauseKind.ALL_OF, met=False, parts=(leaf("user", met=False), leaf("web", met=True)))
    either = evaluate(any_of(needs("t1"), needs("t2")), holding("t1"))
    assert either == Clause(kind=ClauseKind.ANY_OF, met=True, parts=(leaf("t1", met=True), leaf("t2", met=False)))


def test_of_no_parts_all_are_met_and_not_one() -> None:
    assert evaluate(all_of(), holding()).met
    nothing = evaluate(any_of(), holding())
    assert not nothing.met
    assert list(unmet_reasons(nothing)) == [because(ReasonCode.ONE_LICENSE_OF, licenses=())]


@pytest.mark.parametrize(
    ("requirement", "held", "missing"),
    [
        (needs("web"), ("web",), []),
        (all_of(needs("user"), needs("web")), (), ["superoffice.user", "superoffice.web"]),
        (all_of(needs("user"), all_of(needs("web"))), ("user",), ["superoffice.web"]),
        (any_of(needs("t1"), needs("t2")), (), [("superoffice.t1", "superoffice.t2")]),
        (any_of(needs("t1"), needs("t2")), ("t2",), []),
        (
            any_of(all_of(needs("a"), needs("b")), needs("c")),
            ("a",),
            [("superoffice.a", "superoffice.b", "superoffice.c")],
        ),
        (
            all_of(needs("user"), any_of(needs("t1"), needs("t2"))),
            (),
            ["superoffice.user", ("superoffice.t1", "superoffice.t2")],
        ),
    ],
)
def test_what_is_missing_is_told_in_order_and_alternatives_together(
    requirement: Requirement, held: tuple[str, ...], missing: list[str | tuple[str, ...]]
) -> None:
    reasons = list(unmet_reasons(evaluate(requirement, holding(*held))))
    assert [reason.params.get("license") or reason.params["licenses"] for reason in reasons] == missing

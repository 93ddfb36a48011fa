"""`licensing.limits`: whether the plan allows one more."""

from __future__ import annotations

from datetime import timedelta

import pytest

import superlicense as sl
from tests.installation import START, Clock, package, system


def suite(*modules: str, issue: int = 1) -> sl.LicensePackage:
    """Sell a plan of the Suite."""
    return package(issue=issue, licenses=tuple(system(name) for name in ("server", "suite", *modules)))


def test_without_a_package_nothing_is_limited(empty: sl.Licensing) -> None:
    decision = empty.limits.check("active_projects", in_use=10**6)
    assert decision
    assert (decision.state, decision.maximum, decision.plan) == (sl.LimitState.NORMAL, None, None)


def test_the_plan_of_the_package_in_force_is_asked(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(suite("suite2"), by="admin")
    decision = empty.limits.check("active_projects", in_use=100)
    assert not decision
    assert (decision.state, decision.plan, decision.next_plan) == (sl.LimitState.REACHED, "Core", "Growth")
    assert decision == empty.limits.check(sl.Limit.ACTIVE_PROJECTS, in_use=100)


def test_a_larger_plan_raises_the_limit_and_the_past_stays(empty: sl.Licensing, clock: Clock) -> None:
    empty.packages.adopt_unsigned(suite("suite2"), by="admin")
    clock.now = START + timedelta(days=1)
    empty.packages.adopt_unsigned(suite("suite3", issue=2), by="admin")
    assert empty.limits.check("active_projects", in_use=100)
    assert not empty.limits.check("active_projects", in_use=100, at=START)


def test_the_host_may_count_when_it_is_asked(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(suite("suite4"), by="admin")
    asked = []

    def count() -> int:
        asked.append(1)
        return 9

    decision = empty.limits.check("active_flows", in_use=count)
    assert (decision.in_use, decision.headroom, len(asked)) == (9, 1, 1)


def test_checking_changes_nothing(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(suite("suite1"), by="admin")
    before = empty.revision()
    empty.limits.check("dashboards", in_use=3)
    assert empty.revision() == before


@pytest.mark.parametrize(
    ("limit", "in_use"), [("projects", 1), ("active_projects", -1), ("active_projects", lambda: 0.5)]
)
def test_invalid_questions_are_refused(empty: sl.Licensing, limit: str, in_use: int) -> None:
    with pytest.raises(sl.InvalidValueError):
        empty.limits.check(limit, in_use=in_use)

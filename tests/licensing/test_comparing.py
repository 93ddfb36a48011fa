"""Comparing packages at the facade: what a new price list would take away, and from whom."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import SALES, SERVICE, furnish, module, open_licensing, package, partner_package, plan, system


def without(old: sl.LicensePackage, *names: str) -> sl.LicensePackage:
    """Leave rows out."""
    return evolve(old, licenses=tuple(row for row in old.licenses if row.name.module not in names))


def told(found: sl.Comparison) -> list[tuple[str, str, str | None, str | None, str]]:
    return [(str(one.kind), one.subject, one.plan, one.license, str(one.after)) for one in found.losses]


def test_a_renewal_takes_nothing_away() -> None:
    licensing = furnish(open_licensing(), "anna")
    found = licensing.packages.compare(package(), package(seats=30))
    assert found.loses_nothing
    assert (found.owner, found.rule_set_before) == ("superoffice", sl.RuleSet.MODULE_BASED)
    assert found.to_dict()["loses_nothing"] is True


def test_a_plan_that_loses_a_grant_names_its_holders_and_why() -> None:
    new = evolve(
        package(),
        licenses=tuple(
            plan(SALES, 3, "user", "web", "quote-cal") if row.name.module == SALES else row
            for row in package().licenses
        ),
    )
    found = furnish(open_licensing()).packages.compare(package(), new)
    assert told(found) == [
        ("login", "api", f"superoffice.{SALES}", None, "denied"),
        ("login", "web", f"superoffice.{SALES}", None, "denied"),
        ("license", "superoffice.t2", f"superoffice.{SALES}", None, "denied"),
    ]
    lost = found.losses[1]
    assert lost.user_types == (sl.UserType.INTERNAL,)
    assert [str(reason.code) for reason in lost.reasons] == ["one_license_of"]
    assert (lost.witness.user.type, lost.witness.holds) == (sl.UserType.INTERNAL, (lost.plan,))
    assert found.to_dict(language="da")["losses"][1]["reasons"][0]["text"].startswith("Brugeren skal have")


def test_what_a_plan_brought_and_everybody_now_has_is_not_lost() -> None:
    new = evolve(
        package(),
        licenses=tuple(system("quote-cal") if row.name.module == "quote-cal" else row for row in package().licenses),
    )
    assert told(furnish(open_licensing()).packages.compare(package(), new)) == []


def test_only_the_two_together_lose() -> None:
    old = evolve(package(), licenses=(*package().licenses, module("pocket-crm-cal", 3)))
    new = evolve(
        old,
        licenses=tuple(
            plan(SERVICE, 3, "web", "t1", "ej-sim-client") if row.name.module == SERVICE else row
            for row in old.licenses
        ),
    )
    found = furnish(open_licensing()).packages.compare(old, new)
    mobile = [one for one in found.losses if one.subject == "mobile"]
    assert [(one.plan, one.license) for one in mobile] == [("superoffice.ten-service", "superoffice.pocket-crm-cal")]
    assert mobile[0].witness.holds == ("superoffice.ten-service", "superoffice.pocket-crm-cal")


def test_another_license_model_asks_for_more() -> None:
    legacy = plan("superlicense-complete", 3, "user", "web")
    rows = (system("server"), system("online-webservices"), legacy, module("user"), module("web"))
    old = evolve(package(), licenses=rows)
    found = furnish(open_licensing()).packages.compare(old, evolve(old, licenses=(*rows, plan("ten-new", 3, "user"))))
    assert (found.rule_set_before, found.rule_set_after) == (sl.RuleSet.LEGACY, sl.RuleSet.MODULE_BASED)
    assert told(found) == [
        ("login", "api", "superoffice.superlicense-complete", None, "denied"),
        ("login", "web", "superoffice.superlicense-complete", None, "denied"),
    ]


def test_the_hidden_seat_of_a_suite_is_held_all_the_same() -> None:
    rows = (system("server"), system("online-webservices"), module("user"), module("web"))
    seat = evolve(plan("suite-user", 3, "user", "web"), hidden=True)
    old = evolve(package(), licenses=(*rows, seat))
    found = furnish(open_licensing()).packages.compare(old, evolve(old, licenses=(*rows, evolve(seat, grants=()))))
    assert ("login", "web", "superoffice.suite-user", None, "denied") in told(found)


def test_what_everybody_loses_is_told_once() -> None:
    found = furnish(open_licensing()).packages.compare(package(), without(package(), "quote"))
    assert told(found) == [
        ("feature", "superoffice.quote", None, None, "denied"),
        ("license", "superoffice.quote", None, None, "denied"),
    ]
    assert found.losses[0].witness.holds == ()


def test_a_partner_is_compared_beside_the_package_in_force() -> None:
    licensing = furnish(open_licensing(), "anna")
    old = partner_package(system("nordvik.routes"), module("nordvik.routes-cal", 2))
    found = licensing.packages.compare(old, without(old, "routes-cal"))
    assert told(found) == [
        ("feature", "nordvik.routes", None, "nordvik.routes-cal", "read_only"),
        ("license", "nordvik.routes-cal", None, "nordvik.routes-cal", "denied"),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [(package(), partner_package()), (package(), b"bytes"), ("package", package())]
)
def test_what_cannot_be_compared_is_refused(old: Any, new: Any) -> None:  # noqa: ANN401 - what is refused
    with pytest.raises(sl.InvalidValueError):
        open_licensing().packages.compare(old, new)

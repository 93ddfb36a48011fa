"""What stands in the way besides licenses: each fact alone, and all of them together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from superlicense.model.decision import Access, Client, Outcome, least
from superlicense.model.event import EventKind
from superlicense.model.license import LicenseName
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.rules.gate.blocking import (
    clock_warnings,
    messages_of_the_day,
    outcome_of_stop,
    package_facts,
    phase_warnings,
    stop_facts,
)
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from tests.for_each import for_each
from tests.installation import EXPIRES_AT, STOPS_AT
from tests.rules.scene import ANNA, NOW, Scene, web_scene
from tests.rules.situations import check, read, sentence


@for_each("case", read("blocking.toml"), ids=sentence)
def test_a_blocking_fact(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize(
    ("one", "other", "less"),
    [
        (Outcome.ALLOWED, Outcome.ALLOWED, Outcome.ALLOWED),
        (Outcome.ALLOWED, Outcome.READ_ONLY, Outcome.READ_ONLY),
        (Outcome.READ_ONLY, Outcome.DENIED, Outcome.DENIED),
        (Outcome.ALLOWED, Outcome.DENIED, Outcome.DENIED),
        (Outcome.READ_ONLY, Outcome.READ_ONLY, Outcome.READ_ONLY),
    ],
)
def test_the_lower_of_two_outcomes_grants_less(one: Outcome, other: Outcome, less: Outcome) -> None:
    assert least(one, other) is least(other, one) is less


def test_nothing_is_said_of_the_dates_of_a_package_that_is_not_there() -> None:
    world = Scene().world
    assert stop_facts(world, "superoffice", NOW) == [(ReasonCode.PACKAGE_STOPPED, None)]
    assert phase_warnings(world, "superoffice", NOW) == ()
    assert package_facts(world, "acme", NOW) == [(ReasonCode.NO_PACKAGE, because(ReasonCode.NO_PACKAGE, owner="acme"))]


def test_a_stop_keeps_somebody_unknown_out() -> None:
    world = web_scene().world
    assert outcome_of_stop(world, None, stop_facts(world, "superoffice", STOPS_AT)) is Outcome.DENIED
    assert outcome_of_stop(world, None, stop_facts(world, "superoffice", EXPIRES_AT)) is Outcome.ALLOWED


class TestAClockThatWasTurnedBack:
    """It is told with every answer, after all other warnings, and locks nobody out."""

    def turned_back(self) -> World:
        return evolve(web_scene().world, clock_rolled_back=True, recorded_at=NOW, issued_at=NOW + timedelta(days=3))

    def test_is_warned_of_with_the_newest_instant_that_is_known(self) -> None:
        warning = because(ReasonCode.CLOCK_ROLLED_BACK, known=NOW + timedelta(days=3))
        grace = because(ReasonCode.PACKAGE_IN_GRACE, owner="superoffice", expired_at=EXPIRES_AT, stops_at=STOPS_AT)
        world = self.turned_back()
        entered = login(world, ANNA, Client.WEB, EXPIRES_AT)
        seen = feature(world, ANNA, LicenseName.parse("quote"), Access.EDIT, EXPIRES_AT)
        for decision in (entered, seen):
            assert (decision.outcome, decision.reasons) == (Outcome.ALLOWED, ())
            assert decision.warnings == (grace, warning)

    def test_is_no_news_where_it_was_not(self) -> None:
        assert clock_warnings(web_scene().world) == ()


def test_a_decision_names_records_and_no_user() -> None:
    key = "anna\nsuperoffice.ten-sales"
    world = web_scene().tampered((Table.USERS, "anna"), (Table.ASSIGNMENTS, key)).world
    assert "anna" not in repr(login(world, ANNA, Client.WEB, NOW))


def test_a_message_of_the_day_is_shown_to_no_unknown_user() -> None:
    world = web_scene().runs(EventKind.MESSAGE_OF_THE_DAY).world
    assert [event.message for event in messages_of_the_day(world, ANNA)] == ["Moving"]
    assert messages_of_the_day(world, None) == ()

"""Forecasts of an installation: when an answer changes, what causes it, and whose login fails first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import superlicense as sl
from tests.installation import (
    EXPIRES_AT,
    SALES,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    furnish,
    open_licensing,
    partner_package,
    person,
    system,
)

END = datetime(2030, 1, 1, tzinfo=UTC)
DENIED = sl.Policy(after_grace=sl.Outcome.DENIED)


def opened(**options: Any) -> sl.Licensing:  # noqa: ANN401 - the arguments of Licensing
    users = (person("anna"), person("bo"), person("dora", may_log_in=False))
    return furnish(open_licensing(**options), *users, holders={"anna": SALES, "bo": SALES, "dora": SALES})


class TestAForecast:
    """It lists each change of an answer with what causes it."""

    def test_goes_from_a_warning_to_a_stop(self) -> None:
        turns = opened().gate.forecast("anna", WEB, END)
        assert [(turn.at, turn.before.outcome, turn.after.outcome) for turn in turns] == [
            (WARNS_AT, sl.Outcome.ALLOWED, sl.Outcome.ALLOWED),
            (EXPIRES_AT, sl.Outcome.ALLOWED, sl.Outcome.ALLOWED),
            (STOPS_AT, sl.Outcome.ALLOWED, sl.Outcome.READ_ONLY),
        ]
        assert [[(date.owner, str(date.kind)) for date in turn.cause.dates] for turn in turns] == [
            [("superoffice", "warns")],
            [("superoffice", "expires")],
            [("superoffice", "grace_ends")],
        ]

    def test_ends_before_its_end_and_begins_after_its_beginning(self) -> None:
        gate = opened().gate
        assert [turn.at for turn in gate.forecast("anna", WEB, EXPIRES_AT)] == [WARNS_AT]
        assert [turn.at for turn in gate.forecast("anna", WEB, END, at=WARNS_AT)] == [EXPIRES_AT, STOPS_AT]

    def test_is_about_features_too(self) -> None:
        turns = opened(policy=DENIED).gate.forecast("anna", "quote", END, access=sl.Access.EDIT)
        assert [turn.after.outcome for turn in turns][-1] is sl.Outcome.DENIED
        assert opened().gate.forecast("anna", "a/b", END) == ()

    def test_is_told_in_words(self) -> None:
        turn = opened().gate.forecast("anna", WEB, END, language="da")[-1]
        told = turn.to_dict()
        assert told["cause"]["text"] == "Licenspakken fra SuperOffice, 7. april 2027: Henstandsperioden slutter."
        assert told["after"]["reasons"][0]["text"].startswith("Licenspakken fra SuperOffice holdt op")
        english = opened().gate.forecast("anna", WEB, END)
        assert english[0].cause.in_words(english[0].words()) == (
            "SuperOffice license package, 27 February 2027: Warning begins."
        )
        assert english[0].cause.in_words(None) == "warns"

    def test_names_an_instant_that_is_no_date_of_a_package(self) -> None:
        cause = sl.Cause(at=WARNS_AT)
        assert cause.in_words(lambda phrase: f"{phrase.code} {sorted(phrase.params)}") == "cause_time ['at']"

    @pytest.mark.parametrize("until", ["2027", WARNS_AT.replace(tzinfo=None)])
    def test_refuses_an_end_that_is_not_an_instant(self, until: Any) -> None:  # noqa: ANN401 - what is refused
        with pytest.raises(sl.InvalidValueError):
            opened().gate.forecast("anna", WEB, until)
        with pytest.raises(sl.InvalidValueError):
            opened().gate.first_denial(until)


class TestTheFirstDenial:
    """It is the first login that fails and succeeds now, of anybody."""

    def test_names_everybody_whose_login_fails_then(self) -> None:
        found = opened(policy=DENIED).gate.first_denial(END)
        assert found is not None
        assert (found.at, found.users) == (STOPS_AT, ("anna", "bo"))
        assert (found.logins[0].client, found.logins[0].users) == (WEB, ("anna", "bo"))
        assert found.cause.dates[0].kind is sl.PackageDateKind.GRACE_ENDS
        assert found.to_dict()["users"] == ["anna", "bo"]
        assert found.to_dict(language="da")["logins"][0]["reasons"][0]["text"].startswith("Licenspakken")

    def test_is_nothing_where_logins_only_become_read_only(self) -> None:
        assert opened().gate.first_denial(END) is None

    def test_is_nothing_before_its_end(self) -> None:
        assert opened(policy=DENIED).gate.first_denial(STOPS_AT) is None
        assert opened(policy=DENIED).gate.first_denial(END, at=STOPS_AT) is None

    def test_is_asked_of_a_hypothesis_too(self) -> None:
        licensing = opened(policy=DENIED)
        supposed = licensing.what_if(purchases=[sl.Renewal("superoffice", END + timedelta(days=1))])
        assert supposed.gate.first_denial(END) is None

    def test_does_not_care_for_partners(self) -> None:
        licensing = opened(policy=DENIED)
        licensing.packages.adopt_unsigned(partner_package(system("nordvik.routes")), by="admin")
        found = licensing.gate.first_denial(END, at=START)
        assert found is not None
        assert found.at == STOPS_AT


class Listener(sl.Hook):
    """Keeps the names of all calls."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def before(self, call: sl.Call) -> None:
        self.names.append(call.name)

    def after(self, call: sl.Call, result: Any) -> None:  # noqa: ANN401 - any answer
        """Do nothing."""

    def error(self, call: sl.Call, error: BaseException) -> None:
        """Do nothing."""


def test_hooks_hear_of_both() -> None:
    listener = Listener()
    licensing = opened(hooks=(listener,))
    listener.names.clear()
    licensing.gate.forecast("anna", WEB, END)
    licensing.gate.first_denial(END)
    licensing.gate.explain_change("anna", WEB, START)
    assert listener.names == ["gate.forecast", "gate.first_denial", "gate.explain_change"]

"""Which periods are billed at once, and when a contract is renewed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import InvalidValueError
from superlicense.rules.metering.contract import BILLING_MONTHS, Contract, Period
from tests.for_each import for_each

days = st.dates(date(1970, 1, 1), date(2099, 12, 31))
contracts = st.builds(
    Contract,
    starts_on=days,
    billing_months=st.sampled_from(BILLING_MONTHS),
    term_months=st.sampled_from([1, 5, 12, 36]),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


# First day, months billed at once, until; and the first days of the periods.
PERIODS = [
    ("2026-01-31", 1, "2026-01-31", []),
    ("2026-01-31", 1, "2026-02-01", ["2026-01-31"]),
    ("2026-01-31", 1, "2026-02-28", ["2026-01-31"]),
    ("2026-01-31", 1, "2026-05-31", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
    ("2027-11-30", 3, "2028-12-01", ["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30", "2028-11-30"]),
    ("2026-08-31", 6, "2028-01-01", ["2026-08-31", "2027-02-28", "2027-08-31"]),
    ("2024-02-29", 12, "2029-01-01", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
    ("2026-12-01", 1, "2027-01-02", ["2026-12-01", "2027-01-01"]),
    ("2026-12-01", 1, "2020-01-01", []),
]


@pytest.mark.parametrize(("starts_on", "months", "until", "firsts"), PERIODS)
def test_periods_are_reckoned_from_the_first_day(starts_on: str, months: int, until: str, firsts: list[str]) -> None:
    periods = Contract(starts_on=day(starts_on), billing_months=months).periods(day(until))
    assert [str(period.starts_on) for period in periods] == firsts


@given(contracts, days)
def test_periods_follow_each_other_and_do_not_drift(contract: Contract, until: date) -> None:
    periods = contract.periods(until)
    step = contract.billing_months
    assert periods == tuple(
        Period(
            contract.starts_on + relativedelta(months=place * step),
            contract.starts_on + relativedelta(months=(place + 1) * step),
        )
        for place in range(len(periods))
    )
    assert all(before.ends_on == after.starts_on for before, after in pairwise(periods))
    if until > contract.starts_on:
        assert periods[-1].starts_on < until <= periods[-1].ends_on
    else:
        assert periods == ()


# First day, billed at once, term, the day; and the day of the renewal that comes.
RENEWALS = [
    ("2026-01-31", 1, 12, "2026-01-31", "2027-01-31"),
    ("2026-01-31", 1, 12, "2020-01-01", "2027-01-31"),
    ("2026-01-31", 1, 12, "2027-01-30", "2027-01-31"),
    ("2026-01-31", 1, 12, "2027-01-31", "2027-01-31"),  # the day itself still counts
    ("2026-01-31", 1, 12, "2027-02-01", "2027-02-28"),
    ("2026-01-31", 1, 12, "2027-03-01", "2027-03-31"),
    ("2026-01-31", 3, 12, "2027-02-01", "2027-04-30"),
    ("2026-01-31", 6, 12, "2027-02-01", "2027-07-31"),
    ("2026-01-31", 12, 12, "2027-02-01", "2028-01-31"),
    ("2026-01-31", 3, 1, "2026-02-01", "2026-02-28"),
    ("2026-01-31", 3, 1, "2026-03-01", "2026-05-31"),
    ("2024-02-29", 12, 12, "2027-03-01", "2028-02-29"),
]


@for_each(("starts_on", "months", "term", "on", "renews_on"), RENEWALS)
def test_a_contract_is_renewed_after_its_term_and_then_after_each_period(
    starts_on: str, months: int, term: int, on: str, renews_on: str
) -> None:
    contract = Contract(starts_on=day(starts_on), billing_months=months, term_months=term)
    assert contract.renews_on(day(on)) == day(renews_on)


def test_a_contract_runs_for_a_year_where_nothing_else_is_said() -> None:
    assert Contract(starts_on=day("2026-01-31"), billing_months=1).renews_on(day("2026-02-01")) == day("2027-01-31")


@given(contracts, days)
def test_the_renewal_that_comes_is_the_first_that_is_not_over(contract: Contract, on: date) -> None:
    months, renewal = contract.term_months, contract.starts_on + relativedelta(months=contract.term_months)
    while renewal < on:
        months += contract.billing_months
        renewal = contract.starts_on + relativedelta(months=months)
    assert contract.renews_on(on) == renewal


@for_each(
    ("name", "value"),
    [
        *(("starts_on", value) for value in (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", None)),
        *(("billing_months", value) for value in (0, 2, 4, 24, -1, 1.0, True, "1", None)),
        *(("term_months", value) for value in (0, -1, 1201, 12.0, True, "12", None)),
    ],
)
def test_what_is_no_contract_is_refused(name: str, value: object) -> None:
    fields: dict[str, Any] = {"starts_on": date(2026, 1, 1), "billing_months": 1, name: value}
    with pytest.raises(InvalidValueError) as refused:
        Contract(**fields)
    assert (refused.value.path, refused.value.value) == (name, value)


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", None])
def test_only_days_are_asked_for(value: Any) -> None:  # noqa: ANN401 - whatever a host has
    contract = Contract(starts_on=date(2026, 1, 1), billing_months=1)
    for ask, path in ((contract.periods, "until"), (contract.renews_on, "on")):
        with pytest.raises(InvalidValueError) as refused:
            ask(value)
        assert refused.value.path == path


def test_the_calendar_has_an_end() -> None:
    contract = Contract(starts_on=date(9998, 12, 1), billing_months=12, term_months=12)
    assert contract.renews_on(date(9999, 12, 1)) == date(9999, 12, 1)
    for ask in (contract.periods, contract.renews_on):
        with pytest.raises(InvalidValueError) as refused:
            ask(date(9999, 12, 2))
        assert refused.value.path == "starts_on"

"""The lines of a statement and their totals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.catalog import meters
from superlicense.codec import load_statement
from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.rules.metering.billing import adjustment, amount_of, billed, by_code, statement, usage_line
from superlicense.rules.metering.closing import close_refusals, counting_month
from tests.for_each import for_each

NOW = datetime(2026, 11, 24, 9, 13, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = sl.Month(2026, 10), sl.Month(2026, 11), sl.Month(2026, 12)
HIGHEST = sl.UserCount.HIGHEST
TALLY = sl.UserTally(users=10, counted=HIGHEST, asked=HIGHEST, at=NOW)
MAILINGS = evolve(
    meters.MAILINGS,
    included=1000,
    included_per_user=100,
    block_size=100,
    price_per_block=Decimal("0.335"),
    currency="DKK",
)
STORAGE = evolve(meters.STORAGE, price_per_block=Decimal(2), currency="DKK")
METERS = by_code([STORAGE, MAILINGS])


def made(month: sl.Month = NOVEMBER, **fields: Any) -> sl.Statement:  # noqa: ANN401 - any argument
    return statement(month, **{"meters": METERS, "used": {}, "tally": TALLY, **fields})


# Blocks, price of one, and the amount.
AMOUNTS = [
    (0, "12", "0.00"),
    (3, "12", "36.00"),
    (1, "0.335", "0.34"),  # half up
    (3, "0.335", "1.01"),  # 1.005
    (1, "0.334", "0.33"),
    (1, "0.005", "0.01"),
    (1, "0.0049", "0.00"),
    (1000, "0.0049", "4.90"),
    (7, "1E+2", "700.00"),
    (2**63, "1234567890123456789.012345678", "11386878955363490701241954181811773706.89"),
]


@for_each(("blocks", "price", "amount"), AMOUNTS)
def test_an_amount_is_rounded_half_up_to_two_decimals(blocks: int, price: str, amount: str) -> None:
    assert str(amount_of(blocks, Decimal(price))) == amount


# What was used of 2,000 included, and overage, blocks of a hundred, and the amount.
LINES = [
    (0, 0, 0, "0.00"),
    (2000, 0, 0, "0.00"),
    (2001, 1, 1, "0.34"),
    (2100, 100, 1, "0.34"),
    (2101, 101, 2, "0.67"),
    (2300, 300, 3, "1.01"),
]


@pytest.mark.parametrize(("used", "overage", "blocks", "amount"), LINES)
def test_a_line_has_the_usage_and_its_price(used: int, overage: int, blocks: int, amount: str) -> None:
    assert usage_line(MAILINGS, NOVEMBER, used, TALLY) == sl.StatementLine(
        kind=sl.LineKind.USAGE,
        meter="mailings",
        unit="e-mail",
        month=NOVEMBER,
        used=used,
        threshold=2000,
        overage=overage,
        blocks=blocks,
        block_size=100,
        price_per_block=Decimal("0.335"),
        amount=Decimal(amount),
        currency="DKK",
        derivation=sl.Derivation(included=1000, included_per_user=100, tally=TALLY),
        aggregation=sl.Aggregation.SUM,
    )


# What has been billed, what is now, and the change: used, overage, blocks, amount.
CHANGES = [
    (0, 2000, (2000, 0, 0, "0.00")),
    (2000, 2001, (1, 1, 1, "0.34")),
    (2001, 2100, (99, 99, 0, "0.00")),
    (2100, 2300, (200, 200, 2, "0.67")),
    (2300, 0, (-2300, -300, -3, "-1.01")),
    (1999, 1998, (-1, 0, 0, "0.00")),
]


@pytest.mark.parametrize(("before", "now", "change"), CHANGES)
def test_an_adjustment_is_the_difference_on_the_terms_of_its_month(
    before: int, now: int, change: tuple[int, int, int, str]
) -> None:
    terms = usage_line(MAILINGS, OCTOBER, 5, TALLY)
    line = adjustment(terms, before, now)
    assert line is not None
    assert (line.used, line.overage, line.blocks, str(line.amount)) == change
    same = ("meter", "unit", "month", "threshold", "block_size", "price_per_block", "currency", "derivation")
    assert [getattr(line, name) for name in same] == [getattr(terms, name) for name in same]
    assert line.kind is sl.LineKind.ADJUSTMENT


def test_without_a_change_there_is_no_adjustment() -> None:
    assert adjustment(usage_line(MAILINGS, OCTOBER, 5, TALLY), 7, 7) is None


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=8))
def test_all_amounts_of_a_month_add_up_to_its_price(totals: list[int]) -> None:
    terms = usage_line(MAILINGS, OCTOBER, totals[0], TALLY)
    lines = [adjustment(terms, before, now) for before, now in pairwise(totals)]
    paid = terms.amount + sum((line.amount for line in lines if line is not None), Decimal(0))
    assert paid == usage_line(MAILINGS, OCTOBER, totals[-1], TALLY).amount
    used = terms.used + sum(line.used for line in lines if line is not None)
    assert used == totals[-1]


class TestAStatement:
    """One month of service, on the invoice of the next."""

    def test_has_a_line_for_every_meter_in_the_order_of_codes(self) -> None:
        draft = made(used={"mailings": 2101})
        assert [(line.meter, line.used) for line in draft.lines] == [("mailings", 2101), ("storage", 0)]
        assert (draft.month, draft.invoice_month, draft.closed, draft.tally) == (NOVEMBER, DECEMBER, False, TALLY)

    def test_totals_its_rounded_amounts(self) -> None:
        draft = made(used={"mailings": 2101, "storage": 3}, closed=True)
        assert (draft.total, draft.currency, draft.closed) == (Decimal("6.67"), "DKK", True)
        assert dict(draft.totals) == {"DKK": Decimal("6.67")}

    def test_totals_zero_where_nothing_has_a_price(self) -> None:
        draft = made(meters=by_code(meters.STANDARD), used={"mailings": 10**12})
        assert (str(draft.total), draft.currency, dict(draft.totals)) == ("0.00", "", {"": Decimal("0.00")})

    def test_adjusts_late_usage_on_the_terms_of_its_month(self) -> None:
        october = made(OCTOBER, used={"mailings": 1990}, closed=True)
        dearer = by_code([STORAGE, evolve(MAILINGS, included=0, price_per_block=Decimal(99))])
        more = evolve(TALLY, users=99)
        november = made(
            meters=dearer,
            tally=more,
            before=[october],
            used_before={(OCTOBER, "mailings"): 2101, (OCTOBER, "storage"): 0},
        )
        assert [(line.kind, line.month, line.used, str(line.amount)) for line in november.lines] == [
            (sl.LineKind.USAGE, NOVEMBER, 0, "0.00"),
            (sl.LineKind.USAGE, NOVEMBER, 0, "0.00"),
            (sl.LineKind.ADJUSTMENT, OCTOBER, 111, "0.67"),
        ]
        assert november.total == Decimal("0.67")

    def test_continues_from_earlier_adjustments(self) -> None:
        october = made(OCTOBER, used={"mailings": 1990}, closed=True)
        november = made(before=[october], used_before={(OCTOBER, "mailings"): 2101}, closed=True)
        frozen = [november, october]  # in any order
        assert billed(frozen)[OCTOBER, "mailings"] == 2101
        assert made(DECEMBER, before=frozen, used_before={(OCTOBER, "mailings"): 2101}).lines[2:] == ()
        (line,) = made(DECEMBER, before=frozen, used_before={(OCTOBER, "mailings"): 0}).lines[2:]
        assert (line.used, line.amount) == (-2101, Decimal("-0.67"))

    def test_adjusts_no_meter_that_was_not_sold_when_the_month_was_closed(self) -> None:
        october = made(OCTOBER, meters=by_code([STORAGE]), closed=True)
        november = made(before=[october], used_before={(OCTOBER, "mailings"): 2001})
        assert [line.month for line in november.lines] == [NOVEMBER] * len(november.lines)

    def test_prices_a_month_that_was_closed_with_a_later_one_without_users(self) -> None:
        october = made(OCTOBER, closed=True)
        july = sl.Month(2026, 7)
        november = made(tally=evolve(TALLY, users=99), before=[october], used_before={(july, "mailings"): 2001})
        (line,) = november.lines[2:]
        assert (line.month, line.threshold, line.derivation.tally.users) == (july, line.derivation.included, 0)

    def test_totals_each_currency_by_itself(self) -> None:
        october = made(OCTOBER, closed=True)
        euro = by_code([evolve(STORAGE, currency="EUR"), evolve(MAILINGS, currency="")])
        november = made(
            meters=euro, used={"storage": 1, "mailings": 2001}, before=[october], used_before={(OCTOBER, "storage"): 3}
        )
        assert (november.total, november.currency) == (Decimal("2.34"), "EUR")
        assert dict(november.totals) == {"EUR": Decimal("2.34"), "DKK": Decimal("6.00")}


class TestTheMetersOfAnInstallation:
    """They are unique by code, and have prices in one currency."""

    def test_are_in_the_order_of_their_codes(self) -> None:
        assert list(by_code([STORAGE, MAILINGS])) == ["mailings", "storage"]

    @pytest.mark.parametrize(
        "given_",
        [[MAILINGS, MAILINGS], [MAILINGS, evolve(STORAGE, currency="EUR")], ["mailings"], [None]],
        ids=["one code twice", "two currencies", "a text", "nothing"],
    )
    def test_are_refused_otherwise(self, given_: list[Any]) -> None:
        with pytest.raises(InvalidValueError) as refused:
            by_code(given_)
        assert refused.value.path == "meters"

    def test_may_have_another_currency_without_a_price(self) -> None:
        free = evolve(STORAGE, currency="EUR", price_per_block=Decimal(0))
        assert len(by_code([MAILINGS, free, evolve(meters.CHAT_SESSIONS, price_per_block=Decimal(1))])) == 3


class TestTheBytesOfAStatement:
    """A statement is the same bytes every time, and read back from them."""

    FROZEN = made(
        used={"mailings": 2101, "storage": 3},
        before=[made(OCTOBER, closed=True)],
        used_before={(OCTOBER, "mailings"): 5},
        closed=True,
    )

    def test_are_canonical(self) -> None:
        written = self.FROZEN.to_json()
        fields = json.loads(written)
        assert json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == written
        assert evolve(self.FROZEN).to_json() == written
        assert (fields["month"], fields["invoice_month"], fields["total"]) == ("2026-11", "2026-12", "6.67")
        assert fields["tally"] == {
            "asked": "highest",
            "at": "2026-11-24T09:13:00.000000Z",
            "counted": "highest",
            "users": 10,
        }

    def test_are_read_back(self) -> None:
        again = load_statement(self.FROZEN.to_json())
        assert again == self.FROZEN
        assert again.to_json() == self.FROZEN.to_json()

    def test_are_read_back_where_nothing_is_known_of_the_users(self) -> None:
        bare = made(tally=sl.UserTally(users=0, counted=HIGHEST, asked=sl.UserCount.BOUGHT), meters={})
        assert load_statement(bare.to_json()) == bare

    @for_each(
        ("old", "new", "problem"),
        [
            (b'"closed":true', b'"closed":1', "at closed: must be true or false"),
            (b'"month":"2026-11"', b'"month":"2026-13"', "month: month must be at least 1"),
            (b'"total":"6.67"', b'"total":"6,67"', "at total: must be an amount in digits"),
            (b'"total":"6.67"', b'"total":"1E+9"', "at total: must be an amount in digits"),
            (b'"total":"6.67"', b'"total":6.67', "is not an integer: 6.67"),
            (b'"totals":{"DKK":"6.67"}', b'"totals":["DKK"]', "at totals: must be an object"),
            (b'"totals":{"DKK":"6.67"}', b'"totals":{"DKK":6}', "at totals.DKK: must be a string"),
            (b'"users":10}', b'"users":-1}', "tally.users: must be at least 0"),
            (b'"highest"', b'"lowest"', "must be one of highest"),
            (b'"total":"6.67"', b'"total":"06.67"', "at total: must be an amount in digits"),
            (b'"total":"6.67"', b'"total": "6.67"', "a statement is not canonical JSON"),
            (b'"currency":"DKK"', rb'"currency":"\ud800"', "lone surrogate"),
            (b'"total"', b'"sum"', "at sum: is unknown"),
            (b'"total"', b'"\xff"', "is not UTF-8"),
            (b"{", b"", "is not valid JSON"),
        ],
    )
    def test_are_refused_if_they_were_changed(self, old: bytes, new: bytes, problem: str) -> None:
        with pytest.raises(StoreUnavailableError) as refused:
            load_statement(self.FROZEN.to_json().replace(old, new))
        assert problem in str(refused.value)


# Used in, closed through, and the month that counts it.
COUNTED_IN = [
    (NOVEMBER, None, NOVEMBER),
    (NOVEMBER, OCTOBER, NOVEMBER),
    (OCTOBER, OCTOBER, NOVEMBER),
    (sl.Month(2019, 7), OCTOBER, NOVEMBER),
    (DECEMBER, OCTOBER, DECEMBER),
]


@pytest.mark.parametrize(("month", "closed_through", "counted_in"), COUNTED_IN)
def test_late_usage_is_counted_in_the_earliest_open_month(
    month: sl.Month, closed_through: sl.Month | None, counted_in: sl.Month
) -> None:
    assert counting_month(month, closed_through) == counted_in


END = NOVEMBER.end(UTC)
BEFORE_END = END.replace(year=2026, month=11, day=30, hour=23, minute=59, second=59, microsecond=999_999)
NOT_OVER = {"code": "month_not_over", "month": "2026-11", "ends_at": END}

# Closed through, first month with usage, when November is to be closed, and why not.
CLOSES: list[tuple[sl.Month | None, sl.Month | None, datetime, list[dict[str, Any]]]] = [
    (None, None, END, []),
    (None, None, BEFORE_END, [NOT_OVER]),
    (None, NOVEMBER, END, []),
    (None, DECEMBER, END, []),
    (None, OCTOBER, END, [{"code": "month_out_of_order", "month": "2026-11", "first": "2026-10"}]),
    (OCTOBER, OCTOBER, END, []),
    (OCTOBER, sl.Month(2026, 1), END, []),
    (sl.Month(2026, 9), OCTOBER, END, [{"code": "month_out_of_order", "month": "2026-11", "first": "2026-10"}]),
    (DECEMBER, OCTOBER, END, [{"code": "month_out_of_order", "month": "2026-11", "first": "2027-01"}]),
    (None, OCTOBER, BEFORE_END, [NOT_OVER, {"code": "month_out_of_order", "month": "2026-11", "first": "2026-10"}]),
]


@for_each(("closed_through", "first_used", "now", "reasons"), CLOSES)
def test_months_close_in_order_and_after_their_end(
    closed_through: sl.Month | None, first_used: sl.Month | None, now: datetime, reasons: list[dict[str, Any]]
) -> None:
    why = close_refusals(
        NOVEMBER, closed_through=closed_through, first_used=first_used, now=now, ends_at=NOVEMBER.end(UTC)
    )
    assert [{"code": str(one.code), **one.params} for one in why] == reasons

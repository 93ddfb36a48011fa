from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from superlicense.errors import InvalidValueError
from superlicense.model.meter import Aggregation, Meter, MeterKind
from tests.for_each import for_each

COUNTER, GAUGE = MeterKind.COUNTER, MeterKind.GAUGE
MAILINGS: dict[str, Any] = {"code": "mailings", "unit": "e-mail", "kind": COUNTER}

# Kind, the rule that is asked for (None: nothing is said), and the rule it has (None: refused).
RULES = [
    (COUNTER, None, Aggregation.SUM),
    (COUNTER, Aggregation.SUM, Aggregation.SUM),
    (COUNTER, Aggregation.LAST, None),
    (COUNTER, Aggregation.PEAK, None),
    (COUNTER, Aggregation.MEAN_OF_DAILY_PEAKS, None),
    (GAUGE, None, Aggregation.LAST),
    (GAUGE, Aggregation.SUM, None),
    (GAUGE, Aggregation.LAST, Aggregation.LAST),
    (GAUGE, Aggregation.PEAK, Aggregation.PEAK),
    (GAUGE, Aggregation.MEAN_OF_DAILY_PEAKS, Aggregation.MEAN_OF_DAILY_PEAKS),
]


@for_each(("kind", "asked", "has"), RULES)
def test_counters_add_and_gauges_choose(kind: MeterKind, asked: Aggregation | None, has: Aggregation | None) -> None:
    fields: dict[str, Any] = {**MAILINGS, "kind": kind} | ({} if asked is None else {"aggregation": asked})
    if has is None:
        with pytest.raises(InvalidValueError) as refused:
            Meter(**fields)
        assert (refused.value.path, refused.value.value) == ("aggregation", asked)
        return
    meter = Meter(**fields)
    assert (meter.aggregation, meter.adds) == (has, kind is COUNTER)


@pytest.mark.parametrize(
    ("price", "kept"),
    [
        (Decimal("0.10"), "0.10"),
        (Decimal(0), "0"),
        (12, "12"),
        (Decimal("1E-9"), "1E-9"),
        (Decimal("1E+12"), "1E+12"),
        (Decimal("1234567890123456789.012345678"), "1234567890123456789.012345678"),
    ],
)
def test_a_price_is_kept_to_its_last_digit(price: Decimal, kept: str) -> None:
    assert str(Meter(**MAILINGS, price_per_block=price).price_per_block) == kept


@for_each(
    "price",
    [
        *(Decimal(text) for text in ("-0.01", "-0", "NaN", "sNaN", "Infinity", "1E-10", "1E+13", "1E+999999")),
        Decimal("12345678901234567890.123456789"),  # 29 digits
        "0.10",
        0.1,
        True,
        None,
    ],
)
def test_what_is_no_price_is_refused(price: Any) -> None:  # noqa: ANN401 - whatever a host has
    with pytest.raises(InvalidValueError) as refused:
        Meter(**MAILINGS, price_per_block=price)
    assert refused.value.path == "price_per_block"


@for_each("name", ["included", "included_per_user", "block_size"])
@for_each("value", [-1, 10**15 + 1, 1.0, "1", True, None, Decimal(1)])
def test_what_is_no_amount_is_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidValueError) as refused:
        Meter(**{**MAILINGS, name: value})
    assert (refused.value.path, refused.value.value) == (name, value)


@pytest.mark.parametrize(("name", "value"), [("included", 0), ("included_per_user", 0), ("block_size", 1)])
def test_amounts_go_from_the_least_to_a_quadrillion(name: str, value: int) -> None:
    for bound in (value, 10**15):
        assert getattr(Meter(**{**MAILINGS, name: bound}), name) == bound
    if value:
        with pytest.raises(InvalidValueError):
            Meter(**{**MAILINGS, name: value - 1})


@pytest.mark.parametrize(
    ("name", "value"), [("code", ""), ("code", "a\nb"), ("unit", ""), ("kind", "counter"), ("currency", 1)]
)
def test_words_are_checked(name: str, value: object) -> None:
    with pytest.raises(InvalidValueError) as refused:
        Meter(**{**MAILINGS, name: value})
    assert refused.value.path == name

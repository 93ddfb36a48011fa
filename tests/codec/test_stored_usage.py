"""Stored usage: nouns become columns, a record and a seal, and come out equal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import superlicense as sl
from superlicense.codec import (
    METER_MONTH,
    USAGE_HEAD,
    USAGE_MONTH,
    RecordFieldsError,
    StoredMeterMonth,
    StoredUsageHead,
    StoredUsageMonth,
)
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageMonth
from superlicense.testing.usage_samples import FULL_METER_MONTH, FULL_USAGE_MONTH

NOVEMBER = sl.Month(2026, 11)
STARTS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def test_what_is_at_its_default_is_not_written() -> None:
    assert StoredMeterMonth.of(MeterMonth(NOVEMBER, "mailings", closed=True)).record.text == "{}"
    assert StoredUsageHead().record.text == "{}"
    assert StoredUsageMonth.of(UsageMonth(NOVEMBER, STARTS, ENDS)).record.text == (
        '{"ends_at":"2026-12-01T00:00:00.000000Z","starts_at":"2026-11-01T00:00:00.000000Z"}'
    )


def test_columns_are_not_in_the_record() -> None:
    meter_month = StoredMeterMonth.of(MeterMonth(NOVEMBER, "mailings", total=7, closed=True), b"seal")
    assert tuple(meter_month) == (NOVEMBER, "mailings", True, meter_month.record, b"seal")
    assert meter_month.record.text == '{"total":7}'
    assert meter_month._replace(closed=False, meter="forms").noun() == MeterMonth(NOVEMBER, "forms", total=7)
    month = StoredUsageMonth.of(UsageMonth(NOVEMBER, STARTS, ENDS, users=3))
    assert month._replace(month=NOVEMBER.next(), closed=True).noun() == UsageMonth(
        NOVEMBER.next(), STARTS, ENDS, users=3, closed=True
    )


def test_what_is_read_from_its_text_is_equal() -> None:
    meter_month, month, head = FULL_METER_MONTH, FULL_USAGE_MONTH, StoredUsageHead.of(UsageHead(NOVEMBER, 7), b"seal")
    assert METER_MONTH.loads(METER_MONTH.dumps(meter_month)) == meter_month
    assert METER_MONTH.loads(METER_MONTH.dumps(meter_month)).noun() == meter_month.noun()
    assert USAGE_MONTH.loads(USAGE_MONTH.dumps(month)) == month
    assert USAGE_MONTH.loads(USAGE_MONTH.dumps(month)).noun() == month.noun()
    assert USAGE_HEAD.loads(USAGE_HEAD.dumps(head)) == head
    assert USAGE_HEAD.loads(USAGE_HEAD.dumps(head)).noun() == head.noun()


def test_a_record_keeps_its_text_to_the_byte() -> None:
    text = ' {"total": 7,"event_count":1}'
    stored = StoredMeterMonth.of_text(NOVEMBER, "mailings", closed=False, text=text, seal=None)
    assert stored.noun() == MeterMonth(NOVEMBER, "mailings", event_count=1, total=7)
    assert stored.record.text == text
    assert repr(stored.record) == f"<UsageRecord {text}>"
    encoded = StoredMeterMonth.of(stored.noun())
    assert encoded != stored
    assert encoded == StoredMeterMonth.of(stored.noun())
    assert hash(encoded) == hash(StoredMeterMonth.of(stored.noun()))
    assert encoded.record != encoded.record.text


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        (
            StoredMeterMonth.of_text(NOVEMBER, "mailings", closed=False, text='{"total":"7"}', seal=None),
            "the meter month mailings/2026-11 is corrupt: a record is corrupt at total: must be an integer",
        ),
        (
            StoredUsageMonth.of_text(NOVEMBER, closed=False, text="{}", seal=None),
            "the month 2026-11 is corrupt: a record is corrupt at ends_at: is missing",
        ),
        (
            StoredUsageHead.of_text('{"closed_through":"2026-13"}', None),
            "the head of usage is corrupt: a record is corrupt at closed_through",
        ),
    ],
    ids=["meter month", "month", "head"],
)
def test_a_corrupt_record_is_named(stored: StoredMeterMonth | StoredUsageMonth | StoredUsageHead, named: str) -> None:
    with pytest.raises(sl.StoreUnavailableError) as raised:
        stored.noun()
    assert named in str(raised.value)


def test_a_field_that_is_unknown_is_named() -> None:
    stored = StoredUsageHead.of_text('{"crossing_count":1,"of_a_newer_version":1}', None)
    with pytest.raises(RecordFieldsError, match="the head of usage is corrupt") as raised:
        stored.noun()
    assert raised.value.names == ("of_a_newer_version",)

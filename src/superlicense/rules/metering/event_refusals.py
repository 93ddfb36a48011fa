"""Refusals of usage events: what is wrong with one event, whatever else is recorded with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from superlicense.model.fields import MAX_ID_LENGTH
from superlicense.model.meter import MAX_USAGE
from superlicense.model.usage import Receipt, ReceiptCode, ReceiptStatus, UsageEvent

__all__ = [
    "EARLIEST",
    "FUTURE_TOLERANCE",
    "correction_refusal",
    "format_refusal",
    "is_event_id",
    "receipt_for_known",
    "time_refusal",
]

FUTURE_TOLERANCE: Final = timedelta(minutes=5)
"""How far from now an event may lie in the future, inclusive."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The first instant of which usage is recorded."""


def format_refusal(event: UsageEvent) -> ReceiptCode | None:  # noqa: PLR0911 - one return a defect, in the order of the fields
    """Return what is wrong with the fields of *event*, whatever is stored; `None` for nothing."""
    source, id_, corrects, quantity = event.source, event.id, event.corrects, event.quantity
    if not is_event_id(source):
        return ReceiptCode.MALFORMED_SOURCE
    if not is_event_id(id_):
        return ReceiptCode.MALFORMED_ID
    if corrects is not None and not is_event_id(corrects):
        return ReceiptCode.MALFORMED_CORRECTS
    if not is_event_id(event.meter):
        return ReceiptCode.UNKNOWN_METER
    if type(quantity) is not int:
        return ReceiptCode.QUANTITY_NOT_WHOLE
    if quantity < 0:
        return ReceiptCode.QUANTITY_NEGATIVE
    if quantity > MAX_USAGE:
        return ReceiptCode.QUANTITY_TOO_LARGE
    return None


def time_refusal(event: UsageEvent, now: datetime) -> ReceiptCode | None:
    """Return why the instant of *event* is refused at *now*; `None` if it is not."""
    if event.at > now + FUTURE_TOLERANCE:
        return ReceiptCode.IN_FUTURE
    return ReceiptCode.TOO_LONG_AGO if event.at < EARLIEST else None


def receipt_for_known(event: UsageEvent, accepted: UsageEvent) -> Receipt:
    """Return the receipt of *event* where *accepted* has the same source and id."""
    if event == accepted:
        return Receipt(status=ReceiptStatus.DUPLICATE, code=None, event=event)
    return Receipt(status=ReceiptStatus.CONFLICT, code=ReceiptCode.OTHER_CONTENT, event=event)


def correction_refusal(event: UsageEvent, original: UsageEvent | None) -> ReceiptCode | None:
    """Return why *event* cannot correct *original*; `None` if it can."""
    if original is None:
        return ReceiptCode.CORRECTS_UNKNOWN
    if original.corrects is not None:
        return ReceiptCode.CORRECTS_CORRECTION
    if original.meter != event.meter:
        return ReceiptCode.CORRECTS_OTHER_METER
    return ReceiptCode.CORRECTS_OTHER_INSTANT if original.at != event.at else None


def is_event_id(text: object) -> bool:
    """Return whether *text* can be the source or the id of an event."""
    return (
        isinstance(text, str)
        and 0 < len(text) <= MAX_ID_LENGTH
        and text.isprintable()  # of all white space, only the space is printable
        and text[0] != " " != text[-1]
    )

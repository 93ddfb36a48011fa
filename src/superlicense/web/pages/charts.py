"""Charts: where the bars and the line of a chart stand, in whole units of its view box."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from superlicense.model.month import Month
from superlicense.screens import ServiceRow

__all__ = ["Bar", "Chart", "chart_of"]

WIDTH: Final = 660
HEIGHT: Final = 200
_TOP: Final = 20  # room for the highest value
_BELOW: Final = 24  # room for the months
_SLOT: Final = 55
_BAR: Final = 33


@frozen(kw_only=True)
class Bar:
    """The bar of one month.

    Attributes:
        x: Left edge.
        y: Upper edge.
        width: Width.
        height: Height.
        threshold_y: Where the threshold of the month is.
        slot_x: Left edge of the place of the month.
        slot_width: Width of this place.
        month: ``YYYY-MM``.
        used: Usage.
        threshold: Included usage.
        over: Whether usage is above the threshold.
    """

    x: int
    y: int
    width: int
    height: int
    threshold_y: int
    slot_x: int
    slot_width: int
    month: str
    used: int
    threshold: int
    over: bool


@frozen(kw_only=True)
class Chart:
    """Usage and threshold of twelve months.

    Attributes:
        width: Width of the view box.
        height: Height of the view box.
        top: Where the highest value is.
        base: Where 0 is.
        highest: The highest value that is shown; 0 if there is nothing to show.
        bars: One for each month, oldest first.
        line: Points of the line of the threshold.
    """

    width: int
    height: int
    top: int
    base: int
    highest: int
    bars: tuple[Bar, ...]
    line: str


def chart_of(service: ServiceRow, month: str) -> Chart:
    """Return the chart of *service*: *month* and the eleven months before it."""
    rows = [(one.month, one.used, one.threshold) for one in service.history[1:]]
    rows.append((str(Month.parse(month)), service.used, service.threshold))
    highest = max(max(used, threshold) for _, used, threshold in rows)
    base = HEIGHT - _BELOW
    bars = tuple(
        Bar(
            x=place * _SLOT + (_SLOT - _BAR) // 2,
            y=base - _scaled(used, highest),
            width=_BAR,
            height=_scaled(used, highest),
            threshold_y=base - _scaled(threshold, highest),
            slot_x=place * _SLOT,
            slot_width=_SLOT,
            month=name,
            used=used,
            threshold=threshold,
            over=used > threshold,
        )
        for place, (name, used, threshold) in enumerate(rows)
    )
    line = " ".join(f"{bar.slot_x},{bar.threshold_y} {bar.slot_x + bar.slot_width},{bar.threshold_y}" for bar in bars)
    return Chart(width=WIDTH, height=HEIGHT, top=_TOP, base=base, highest=highest, bars=bars, line=line)


def _scaled(value: int, highest: int) -> int:
    return value * (HEIGHT - _TOP - _BELOW) // max(highest, 1)

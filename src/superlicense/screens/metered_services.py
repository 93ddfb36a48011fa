"""The dashboard of metered services: usage, threshold, overage and projection of a month.

Rule 1: thresholds, overage and projections come from `superlicense.rules.metering`
through the readings that statements use, so that dashboard and invoice agree.

Rule 2: usage is never blocked: usage above the threshold is billed.

Source: seed page, "Forbrugstjenester"; domain 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from superlicense.messages import LocalizedText, Localizer
from superlicense.model.month import Month
from superlicense.model.usage import Derivation, MeterUsage, Projection
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import ViewModel

__all__ = [
    "DerivationRow",
    "MeterReadings",
    "MeteredServices",
    "MonthRow",
    "ProjectionRow",
    "ServiceRow",
    "derivation_row",
    "metered_services",
]

_LABELS = (
    "metered_services month service unit used threshold overage derivation projection history expected "
    "expected_overage expected_amount currency passes_on"
)
HISTORY: Final = 12
"""Number of previous months shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationRow(ViewModel):
    """How a threshold is calculated.

    Attributes:
        included: The fixed part, in the unit of the service.
        included_per_user: The part per user.
        users: Number of users.
        counted: How users are counted.
        counted_at: When there were this many users; `None` for purchased licenses.
        text: The calculation as text.
    """

    included: int
    included_per_user: int
    users: int
    counted: LocalizedText
    counted_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionRow(ViewModel):
    """Expected usage at the end of the month at the current rate; an estimate that is not billed.

    Attributes:
        expected: Expected usage.
        expected_overage: Expected usage above the threshold.
        expected_amount: Its price, in digits with two decimals.
        currency: The currency of the price; empty if unspecified.
        passed: Whether usage is above the threshold already.
        passes_on: The day on which usage exceeds the threshold, in the past or future;
            `None` if not in this month, or unknown.
    """

    expected: int
    expected_overage: int
    expected_amount: str
    currency: str
    passed: bool
    passes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow(ViewModel):
    """A past month.

    Attributes:
        month: ``YYYY-MM``.
        used: Usage.
        threshold: Included usage.
        overage: Usage above the threshold.
    """

    month: str
    used: int
    threshold: int
    overage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow(ViewModel):
    """One metered service.

    Attributes:
        service: Name of the service; the code of a host's own meter.
        unit: Unit of the meter.
        used: Usage, 0 or more.
        threshold: Included usage of the month.
        overage: Usage above the threshold, 0 or more; it is billed.
        derivation: How the threshold is calculated.
        projection: Expected usage at the end of the month; `None` unless the month is current.
        history: The previous twelve months, oldest first.
        terms_differ: Whether the month is billed on other terms than those of the
            configuration; only known of the current month.
    """

    service: LocalizedText
    unit: LocalizedText
    used: int
    threshold: int
    overage: int
    derivation: DerivationRow
    projection: ProjectionRow | None
    history: tuple[MonthRow, ...]
    terms_differ: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredServices(ViewModel):
    """The dashboard of a month.

    Attributes:
        month: The month, ``YYYY-MM``.
        starts_at: First instant of the month.
        ends_at: First instant after the month.
        ends_on: The last day of the month.
        services: All services, by code.
        labels: Texts of headings, fields and columns.
    """

    month: str
    starts_at: datetime
    ends_at: datetime
    ends_on: date
    services: tuple[ServiceRow, ...]
    labels: tuple[LocalizedText, ...]


class MeterReadings(Protocol):
    """Readings of meters that the dashboard needs; `Licensing.meters` provides them."""

    def usage(self, month: Month, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*, as recorded by *at*."""
        ...

    def bounds(self, month: Month) -> tuple[datetime, datetime]:
        """Return the first instant of *month* and the first instant after it."""
        ...

    def projection(self, month: Month, *, at: datetime | None = None) -> tuple[Projection, ...]:
        """Return the projection of every meter for *month*, as of *at*."""
        ...


def metered_services(
    context: ScreenContext,
    readings: MeterReadings,
    month: Month,
    at: datetime | None,
    *,
    differing: tuple[str, ...] = (),
) -> MeteredServices:
    """Return the dashboard of *month*.

    Args:
        context: The world at the requested instant.
        readings: Usage and projections of months.
        month: The month.
        at: Usage as recorded by this instant; by now if `None`.
        differing: Meters that the current month bills on other terms than the host passes.
    """
    localizer = context.localizer
    start, end = readings.bounds(month)
    months = [month.plus(-back) for back in range(HISTORY, 0, -1)]
    past = [{one.meter: one for one in readings.usage(before, at=at)} for before in months]
    runs = start <= context.at < end
    projections = {one.meter: one for one in readings.projection(month, at=at)} if runs else {}
    return MeteredServices(
        month=str(month),
        starts_at=start,
        ends_at=end,
        ends_on=context.last_day_before(end),
        services=tuple(
            ServiceRow(
                service=LocalizedText(code=usage.meter, text=localizer.meter(usage.meter)),
                unit=LocalizedText(code=usage.unit, text=localizer.unit(usage.unit)),
                used=usage.used,
                threshold=usage.threshold,
                overage=usage.overage,
                derivation=derivation_row(usage.derivation, usage.unit, localizer),
                projection=_projection(projections.get(usage.meter)),
                history=tuple(
                    _month_row(when, before.get(usage.meter)) for when, before in zip(months, past, strict=True)
                ),
                terms_differ=runs and usage.meter in differing,
            )
            for usage in readings.usage(month, at=at)
        ),
        labels=localizer.labels(_LABELS),
    )


def derivation_row(derivation: Derivation, unit: str, localizer: Localizer) -> DerivationRow:
    """Return how a threshold in *unit* is calculated."""
    tally = derivation.tally
    included, per_user, threshold = (
        localizer.quantity(one, unit)
        for one in (derivation.included, derivation.included_per_user, derivation.threshold)
    )
    return DerivationRow(
        included=derivation.included,
        included_per_user=derivation.included_per_user,
        users=tally.users,
        counted=localizer.of(tally.counted),
        counted_at=tally.at,
        text=localizer.text(
            f"threshold.{tally.counted}",
            included=included,
            included_per_user=per_user,
            users=tally.users,
            threshold=threshold,
            at=tally.at,
        ),
    )


def _projection(projection: Projection | None) -> ProjectionRow | None:
    if projection is None:
        return None
    return ProjectionRow(
        expected=projection.expected,
        expected_overage=projection.expected_overage,
        expected_amount=str(projection.expected_amount),
        currency=projection.currency,
        passed=projection.passed,
        passes_on=projection.passes_on,
    )


def _month_row(month: Month, usage: MeterUsage | None) -> MonthRow:
    """Return the row of a past month, in which the meter may not have been sold."""
    if usage is None:
        return MonthRow(month=str(month), used=0, threshold=0, overage=0)
    return MonthRow(month=str(month), used=usage.used, threshold=usage.threshold, overage=usage.overage)

"""The dashboard of metered services: used, included, above, and where the month is going.

Rule 1: thresholds, overage and estimates come from `superlicense.rules.metering`
through the readings, which the statement is made of as well, so that dashboard and invoice
cannot disagree.

Rule 2: nothing here blocks: what lies above a threshold is billed.

Source: seed page, "Forbrugstjenester"; domain 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.usage import Derivation, MeterUsage, Projection
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import LocalizedText, Localizer, ViewModel

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
    "expected_overage passes_on"
)
HISTORY: Final = 12
"""How many months before the one that is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationRow(ViewModel):
    """How a threshold came about.

    Attributes:
        included: The fixed part, in the service's unit.
        included_per_user: The part of each user.
        users: How many users.
        counted: How they were counted.
        counted_at: When there were so many; `None` for what was bought.
        text: The sum in words.
    """

    included: int
    included_per_user: int
    users: int
    counted: LocalizedText
    counted_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionRow(ViewModel):
    """Where a month will end if it goes on as it has begun; an estimate, nothing of it is billed.

    Attributes:
        expected: How much there will be.
        expected_overage: What will lie above the threshold.
        passed: Whether usage lies above it already.
        passes_on: The day on which usage passes, or has passed, the threshold;
            `None` if it does not in this month, or nobody can tell.
    """

    expected: int
    expected_overage: int
    passed: bool
    passes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow(ViewModel):
    """A month that is over.

    Attributes:
        month: ``YYYY-MM``.
        used: How much was used.
        threshold: How much was included.
        overage: What lay above it.
    """

    month: str
    used: int
    threshold: int
    overage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow(ViewModel):
    """One metered service.

    Attributes:
        service: What it is; a host's own is called by its code.
        unit: What is counted; a host's own is called as its meter says.
        used: How much of it, 0 or more.
        threshold: How much the month includes.
        overage: What lies above the threshold, 0 or more; it is billed.
        derivation: How the threshold came about.
        projection: Where the month will end; `None` unless it runs.
        history: The twelve months before, oldest first.
    """

    service: LocalizedText
    unit: LocalizedText
    used: int
    threshold: int
    overage: int
    derivation: DerivationRow
    projection: ProjectionRow | None
    history: tuple[MonthRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredServices(ViewModel):
    """Everything on the dashboard.

    Attributes:
        month: The month that is shown, ``YYYY-MM``.
        starts_at: First instant of it.
        ends_at: First instant after it.
        services: Every service, by code.
        labels: Words for headings, fields and columns.
    """

    month: str
    starts_at: datetime
    ends_at: datetime
    services: tuple[ServiceRow, ...]
    labels: tuple[LocalizedText, ...]


class MeterReadings(Protocol):
    """What the dashboard asks of metering; `Licensing.meters` has it."""

    def usage(self, month: Month, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*, as recorded by *at*."""
        ...

    def projection(self, month: Month, *, at: datetime | None = None) -> tuple[Projection, ...]:
        """Return the estimate of every meter for *month*, made at *at*."""
        ...


def metered_services(
    context: ScreenContext, readings: MeterReadings, known: Mapping[str, Meter], month: Month, at: datetime | None
) -> MeteredServices:
    """Show *month*.

    Args:
        context: The present, or the instant that is asked about.
        readings: Usage and projections of months.
        known: Every meter by code.
        month: Which month.
        at: As it was recorded by then; by now if `None`.
    """
    localizer, start, end = context.localizer, month.start(context.zone), month.end(context.zone)
    months = [month.plus(-back) for back in range(HISTORY, 0, -1)]
    past = [{one.meter: one for one in readings.usage(before, at=at)} for before in months]
    runs = start <= context.at < end
    projections = {one.meter: one for one in readings.projection(month, at=at)} if runs else {}
    return MeteredServices(
        month=str(month),
        starts_at=start,
        ends_at=end,
        services=tuple(
            ServiceRow(
                service=_named("meter", usage.meter, localizer),
                unit=_named("unit", known[usage.meter].unit, localizer),
                used=usage.used,
                threshold=usage.threshold,
                overage=usage.overage,
                derivation=derivation_row(usage.derivation, localizer),
                projection=_projection(projections.get(usage.meter)),
                history=tuple(_month_row(before[usage.meter]) for before in past),
            )
            for usage in readings.usage(month, at=at)
        ),
        labels=localizer.labels(_LABELS),
    )


def _named(kind: str, code: str, localizer: Localizer) -> LocalizedText:
    """Say what *code* is; for what a host calls by a name of its own we have no words, the name stands for it."""
    label = f"{kind}.{code}"
    text = localizer.text(label)
    return LocalizedText(code=code, text=code if text == label else text)


def derivation_row(derivation: Derivation, localizer: Localizer) -> DerivationRow:
    """Show how a threshold came about."""
    tally = derivation.tally
    return DerivationRow(
        included=derivation.included,
        included_per_user=derivation.included_per_user,
        users=tally.users,
        counted=localizer.of(tally.counted),
        counted_at=tally.at,
        text=localizer.text(
            f"threshold.{tally.counted}",
            included=derivation.included,
            included_per_user=derivation.included_per_user,
            users=tally.users,
            threshold=derivation.threshold,
            at=tally.at,
        ),
    )


def _projection(projection: Projection | None) -> ProjectionRow | None:
    if projection is None:
        return None
    return ProjectionRow(
        expected=projection.expected,
        expected_overage=projection.expected_overage,
        passed=projection.passed,
        passes_on=projection.passes_on,
    )


def _month_row(usage: MeterUsage) -> MonthRow:
    return MonthRow(month=str(usage.month), used=usage.used, threshold=usage.threshold, overage=usage.overage)

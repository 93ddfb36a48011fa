"""Statement as recorded: the statement of a month as it read at an instant of the past.

A month that was closed by then has the statement that closed it. Any other had a
draft, with adjustments where it was the earliest open month.

Source: design section 5, "Time".
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from superlicense.licensing.closed_by import months_closed
from superlicense.licensing.closing import Closing
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.metering.as_recorded import read_month_as_recorded, tally_as_recorded
from superlicense.licensing.metering.closed_month import statements_since
from superlicense.licensing.metering.month_finding import stored_since
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers, user_count
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.world import World
from superlicense.ports import Reading
from superlicense.rules.gate.identity import licensee_of
from superlicense.rules.metering.billing import statement as statement_of

__all__ = ["StatementAsRecorded"]

_NOBODY: Final = CurrentUsers(0, None)  # only the bounds and the terms of a closed month are looked at


class StatementAsRecorded:
    """The statement of one month, as it was recorded by an instant of the past."""

    __slots__ = ("_at", "_month", "_now", "_totals", "_usage", "_view", "_world")

    def __init__(  # noqa: PLR0913 - everything that it depends on, by keyword
        self,
        totals: MeterTotals,
        *,
        view: Reading,
        usage: UsageReader,
        world: World,
        month: Month,
        at: datetime,
        now: datetime,
    ) -> None:
        """Read the stored usage of *view*.

        Args:
            totals: The meters.
            view: What is stored.
            usage: Its usage.
            world: The facts at *at*, or at the end of the month where that is earlier.
            month: The month.
            at: An instant of the past.
            now: The clock's reading.
        """
        self._totals = totals
        self._view = view
        self._usage = usage
        self._world = world
        self._month = month
        self._at = at
        self._now = now

    def read(self, seals: Seals | None) -> Statement:
        """Return it: final if the month was closed by then, else a draft.

        Args:
            seals: Checks the journal; `None` without a seal key.

        Raises:
            StoreError: the journal cannot be read.
        """
        through = self._closed_through(seals)
        closing = Closing(self._totals, licensee_of(self._world), self._month)
        if through is not None and through >= self._month:
            return closing.read(self._usage, self._at, user_count(self._world))
        late = {} if through is None or self._month != through.next() else self._late(through)
        before = statements_since(self._usage, min(when for when, _ in late), self._month) if late else ()
        one = month_with_users(self._totals, self._usage, self._month, user_count(self._world))
        found = read_month_as_recorded(
            self._totals,
            facts=self._view.facts,
            usage=self._usage,
            world=self._world,
            one=one,
            at=self._at,
            now=self._now,
        )
        made = statement_of(
            self._month,
            meters={each.meter.code: each.meter for each in found},
            used={each.meter.code: each.used for each in found},
            tally=tally_as_recorded(
                self._totals, facts=self._view.facts, usage=self._usage, world=self._world, one=one, at=self._at
            ),
            before=before,
            used_before=late,
        )
        return closing.addressed(made, one.zone)

    def _closed_through(self, seals: Seals | None) -> Month | None:
        """Return the newest month that was closed by then; `None` if that is earlier than the month before this one."""
        starts_at, _, _ = self._totals.calendar(stored_since(self._usage, self._month)).bounds(self._month)
        return max(months_closed(self._view, seals, since=starts_at, at=self._at), default=None)

    def _late(self, through: Month) -> dict[tuple[Month, str], int]:
        """Return the usage of closed months that late events had changed, by month and meter."""
        changed = sorted({of for of, _ in self._usage.head().adjusted if of <= through})
        return {
            (of, each.meter.code): each.used
            for of in changed
            for each in read_month_as_recorded(
                self._totals,
                facts=self._view.facts,
                usage=self._usage,
                world=self._world,
                one=month_with_users(self._totals, self._usage, of, _NOBODY),
                at=self._at,
                now=self._now,
                through=self._month,
            )
        }

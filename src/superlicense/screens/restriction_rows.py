"""Restrictions: how much room the plan of a Suite has left, in a line for each thing it limits.

Rule 1: the host counts, `superlicense.rules.limits` judges, this file shows.

Source: domain 12 and 13.2, row "Restrictions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from superlicense.model.limit import Limit, LimitState
from superlicense.rules import limits
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import LocalizedText, ViewModel

__all__ = ["RestrictionRow", "restriction_rows"]

_FULL = (LimitState.NEAR, LimitState.REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRow(ViewModel):
    """One thing that the plan limits.

    Attributes:
        limit: What it is.
        text: How many of how many, in words.
        in_use: How many there are, as the host has counted.
        maximum: How many the plan has room for; 0 if it has none of it.
        state: How near to the limit that is.
        allowed: Whether there may be one more.
        message: What to tell people; `None` while there is nothing to tell.
        free_up: How to make room; `None` while there is nothing to tell, and where
            the plan has none of it.
        next_plan: The smallest higher plan that has room for more; `None` where none has.
        may_upgrade: Whether there is a button to upgrade: for administrators,
            when there is something to tell.
    """

    limit: LocalizedText
    text: str
    in_use: int
    maximum: int
    state: LocalizedText
    allowed: bool
    message: LocalizedText | None
    free_up: str | None
    next_plan: str | None
    may_upgrade: bool


def restriction_rows(
    context: ScreenContext, counts: Mapping[Limit | str, int], *, administrator: bool
) -> tuple[RestrictionRow, ...]:
    """Show what the plan limits of all that *counts* counts, in the order of `Limit`.

    Raises:
        InvalidValueError: there is no such limit, or a count is no whole number
            of 0 or more.
    """
    plan = limits.plan_in_force(context.world)
    counted = {limits.find_limit(name): in_use for name, in_use in counts.items()}
    rows = []
    for limit in Limit:
        if limit not in counted:
            continue
        found = limits.check(plan, limit, counted[limit])
        if found.maximum is None:
            continue
        texts = context.localizer.of_all((*found.reasons, *found.warnings))
        rows.append(
            RestrictionRow(
                limit=context.localizer.of(limit),
                text=context.localizer.text(f"restriction.{limit}", in_use=found.in_use, maximum=found.maximum),
                in_use=found.in_use,
                maximum=found.maximum,
                state=context.localizer.of(found.state),
                allowed=found.allowed,
                message=texts[0] if texts else None,
                free_up=context.localizer.text(f"free_up.{limit}") if found.state in _FULL else None,
                next_plan=found.next_plan,
                may_upgrade=administrator and found.state is not LimitState.NORMAL,
            )
        )
    return tuple(rows)

"""Restrictions: usage of the limits that the plan of a Suite sets.

Rule 1: the host counts, and `superlicense.rules.limits` decides.

Source: domain 12 and 13.2, row "Restrictions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from superlicense.errors import InvalidValueError
from superlicense.messages import LocalizedText
from superlicense.model.limit import Limit, LimitState
from superlicense.rules import limits
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import ViewModel

__all__ = ["RestrictionRow", "restriction_rows"]

_FULL = (LimitState.NEAR, LimitState.REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRow(ViewModel):
    """One limit of the plan.

    Attributes:
        limit: The limit.
        text: Usage and maximum as text.
        in_use: Usage, counted by the host.
        maximum: Maximum of the plan; 0 if it is not included.
        state: Within, close to or at the limit, or not included.
        allowed: Whether one more is allowed.
        message: Warning or reason; `None` within the limit.
        free_up: How to make room; `None` within the limit, and if the plan does not
            include it.
        next_plan: The smallest higher plan that includes more, or `None`.
        may_upgrade: Whether there is a button to upgrade: for administrators,
            unless usage is within the limit.
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
    """Return the limits of the plan that *counts* has a number for, in the order of `Limit`.

    Raises:
        InvalidValueError: *counts* is not a mapping, a limit is unknown, or a count is
            not an int of 0 or more.
    """
    if not isinstance(counts, Mapping):
        raise InvalidValueError("counts", counts, "must map limits to numbers")
    counted = {limits.find_limit(name): in_use for name, in_use in counts.items()}
    rows = []
    for limit in Limit:
        if limit not in counted:
            continue
        found = limits.check_in(context.world, limit, counted[limit])
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

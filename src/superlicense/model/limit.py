"""Plan limits: how many of some things a plan of the Suite allows.

A *limit* blocks; a threshold only bills (`superlicense.model.meter`).
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason

__all__ = ["Limit", "LimitDecision", "LimitState"]


class Limit(StrEnum):
    """What plans of the Suite limit, and which of them count. Source: domain 12."""

    DASHBOARDS = "dashboards"  # all dashboards
    ACTIVE_PROJECTS = "active_projects"  # projects that are not completed
    CUSTOM_OBJECTS = "custom_objects"  # extra tables
    ACTIVE_FLOWS = "active_flows"  # marketing flows, running and paused


class LimitState(StrEnum):
    """How near the number in use is to the limit."""

    NORMAL = "normal"  # below 85 per cent, or unlimited
    NEAR = "near"  # from 85 per cent
    REACHED = "reached"  # 100 per cent or more: no new ones
    NOT_IN_PLAN = "not_in_plan"  # the plan does not include any


@frozen(kw_only=True)
class LimitDecision(PlainNoun):
    """Whether one more is allowed.

    Attributes:
        limit: What is limited.
        state: How near to the limit *in_use* is.
        in_use: How many there are, as the host counted.
        maximum: How many the plan allows; `None` for unlimited.
        headroom: How many more there may be, 0 or more; `None` for unlimited.
        plan: The plan; `None` where no plan sets limits.
        next_plan: The smallest higher plan that allows one more; `None` where none
            is needed or none does.
        reasons: Why no new one is allowed; empty where one is.
        warnings: Reasons to show although they block nothing.
        allowed: Whether one more is allowed. Existing ones keep working.
    """

    limit: Limit
    state: LimitState
    in_use: int
    maximum: int | None
    headroom: int | None
    plan: str | None
    next_plan: str | None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    allowed: bool = field(init=False, eq=False, repr=False)

    @allowed.default
    def _allowed(self) -> bool:
        return not self.reasons

    def __bool__(self) -> bool:
        """Return `allowed`."""
        return self.allowed

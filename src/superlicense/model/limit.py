"""Plan limits: what a plan of the Suite has room for.

A *limit* blocks; what only bills is a threshold (`superlicense.model.meter`).
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from superlicense.model.decision import Reason

__all__ = ["Limit", "LimitDecision", "LimitState"]


class Limit(StrEnum):
    """What plans of the Suite limit, and what counts. Source: domain 12."""

    DASHBOARDS = "dashboards"  # all of them
    ACTIVE_PROJECTS = "active_projects"  # those not completed
    CUSTOM_OBJECTS = "custom_objects"  # extra tables
    ACTIVE_FLOWS = "active_flows"  # marketing flows, running and paused


class LimitState(StrEnum):
    """How near to a limit one is."""

    NORMAL = "normal"  # below 85 per cent, or no limit
    NEAR = "near"  # from 85 per cent
    REACHED = "reached"  # 100 per cent or more: nothing new
    NOT_IN_PLAN = "not_in_plan"  # the plan has none at all


@frozen(kw_only=True)
class LimitDecision:
    """Whether there is room for one more.

    Attributes:
        limit: What is limited.
        state: How near to the limit it is.
        in_use: How many there are, as the host counted.
        maximum: How many the plan has room for; `None` for unlimited.
        headroom: How many more there may be, 0 or more; `None` for unlimited.
        plan: The plan, `None` where none limits anything.
        next_plan: The smallest higher plan with room for one more than there
            are; `None` where none is needed or none has.
        reasons: Why nothing new may be made; empty where it may.
        warnings: What should be told although it stops nothing.
        allowed: Whether one more may be made. What is there keeps working.
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
        """Say what `allowed` says."""
        return self.allowed

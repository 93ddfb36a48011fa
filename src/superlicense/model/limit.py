"""Plan limits: the maximum that a plan of the Suite allows of something.

A *limit* blocks; a *threshold* only bills (`superlicense.model.meter`).
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from superlicense.model.decision import Reason

__all__ = ["Limit", "LimitDecision", "LimitState"]


class Limit(StrEnum):
    """What plans of the Suite limit, and what is counted. Source: domain 12."""

    DASHBOARDS = "dashboards"  # all dashboards
    ACTIVE_PROJECTS = "active_projects"  # projects that are not completed
    CUSTOM_OBJECTS = "custom_objects"  # extra tables
    ACTIVE_FLOWS = "active_flows"  # marketing flows, running and paused


class LimitState(StrEnum):
    """How close the use is to a limit."""

    NORMAL = "normal"  # below 85 percent, or unlimited
    NEAR = "near"  # 85 percent or more
    REACHED = "reached"  # 100 percent or more: no more can be created
    NOT_IN_PLAN = "not_in_plan"  # the plan does not include any


@frozen(kw_only=True)
class LimitDecision:
    """Whether one more may be created.

    Attributes:
        limit: What is limited.
        state: How close the use is to the limit.
        in_use: Current number, as counted by the host.
        maximum: Number that the plan allows; `None` for unlimited.
        headroom: How many more may be created, 0 or more; `None` for unlimited.
        plan: Name of the plan; `None` if no plan limits anything.
        next_plan: Name of the smallest higher plan that allows one more; `None`
            if none is needed or none does.
        reasons: Why no more may be created; empty if allowed.
        warnings: Reasons to report that do not block.
        allowed: Whether one more may be created. Existing ones keep working.
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

"""Limits: whether the plan allows one more of something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.model.limit import Limit, LimitDecision
from superlicense.rules import limits
from superlicense.rules.gate.blocking import facts_warnings

__all__ = ["Limits"]


class Limits:
    """The plan limits of one installation. They block; thresholds only bill."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read the plan from the world of *engine*."""
        self._engine = engine

    @audited("limits.check")
    def check(
        self, limit: Limit | str, *, in_use: int | Callable[[], int], at: datetime | None = None
    ) -> LimitDecision:
        """Return whether the plan allows one more of something.

        It changes nothing and counts nothing: the host counts.

        Args:
            limit: What is limited, for instance ``"active_projects"``.
            in_use: How many there are; or a function that counts them, which is
                called once.
            at: The instant whose plan decides; now if `None`.

        Returns:
            The decision; true if one more is allowed.

        Raises:
            InvalidValueError: there is no such limit, *in_use* is not a whole
                number of 0 or more, or *at* is naive.
            StoreError: the store cannot be read.
        """
        found = limits.find_limit(limit)
        world, _ = self._engine.worlds.world_at(at)
        decision = limits.check_in(world, found, in_use() if callable(in_use) else in_use)
        stale = facts_warnings(world)
        return evolve(decision, warnings=(*decision.warnings, *stale)) if stale else decision

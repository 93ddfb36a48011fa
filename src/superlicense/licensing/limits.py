"""Limits: is there room for one more in the plan?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.model.limit import Limit, LimitDecision
from superlicense.rules import limits

__all__ = ["Limits"]


class Limits:
    """The limits that the plan of one installation sets. They block; thresholds only bill."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read the plan through *engine*."""
        self._engine = engine

    @audited("limits.check")
    def check(
        self, limit: Limit | str, *, in_use: int | Callable[[], int], at: datetime | None = None
    ) -> LimitDecision:
        """Decide whether there may be one more of something.

        It changes nothing and counts nothing: the count is the host's.

        Args:
            limit: The limit, ``"active_projects"`` for instance.
            in_use: The present number, or a function that counts and is called
                once.
            at: The instant whose plan counts; now if `None`.

        Returns:
            The decision; true if there may be one more.

        Raises:
            InvalidValueError: there is no such limit, *in_use* is not a whole
                number of 0 or more, or *at* is naive.
            StoreError: the store cannot be read.
        """
        found = limits.find_limit(limit)
        world, _ = self._engine.worlds.world_at(at)
        return limits.check(limits.plan_in_force(world), found, in_use() if callable(in_use) else in_use)

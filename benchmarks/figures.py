"""Figures: what was measured, beside its goal. A goal that is missed is marked, and nothing more."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import asdict, frozen

# Ratios of paired slices repeat within about 20 %: a cost that is called flat may look this much dearer.
FLAT: Final = 1.3


class Goal(StrEnum):
    """How a figure is judged."""

    NONE = "none"
    AT_MOST = "at most"
    AT_LEAST = "at least"


@frozen
class Figure:
    """One figure.

    Attributes:
        what: What was measured.
        value: What it came to: a ratio, or bytes.
        goal: How it is judged.
        limit: What it is judged by; `None` without a goal.
        met: Whether the goal is met; `None` without a goal.
    """

    what: str
    value: float
    goal: Goal = Goal.NONE
    limit: float | None = None

    @property
    def met(self) -> bool | None:
        """Say whether the goal is met."""
        if self.limit is None:
            return None
        return self.value <= self.limit if self.goal is Goal.AT_MOST else self.value >= self.limit

    def line(self) -> str:
        """Write the figure as a line of a table."""
        number = f"{self.value:.0f}" if self.value >= 100 else f"{self.value:.2f}"
        wanted = "" if self.limit is None else f"{self.goal} {self.limit:g}"
        return f"{self.what:<78} {number:>6}  {wanted:<14}{'' if self.met is not False else 'MISSED'}".rstrip()

    def to_dict(self) -> dict[str, object]:
        """Write the figure as plain data."""
        return {**asdict(self, recurse=False), "goal": str(self.goal), "met": self.met}


class Figures:
    """The figures of one run, in the order they were found.

    Attributes:
        found: All of them.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[Figure] = []

    def tell(self, what: str, value: float) -> None:
        """Keep a figure that has no goal."""
        self.found.append(Figure(what, value))

    def at_most(self, what: str, value: float, limit: float) -> None:
        """Keep a figure that should be at most *limit*."""
        self.found.append(Figure(what, value, Goal.AT_MOST, limit))

    def at_least(self, what: str, value: float, limit: float) -> None:
        """Keep a figure that should be at least *limit*."""
        self.found.append(Figure(what, value, Goal.AT_LEAST, limit))

    def flat(self, what: str, value: float) -> None:
        """Keep a cost at one size as a multiple of that at another, which should be about 1."""
        self.at_most(what, value, FLAT)

"""Figures: what was measured, beside its goal."""

from __future__ import annotations

from typing import Final

# Ratios of paired slices repeat within about 20 %; what misses its goal by more than this is slower.
TOLERANCE: Final = 1.3


class Figures:
    """The figures of one run, in the order they were found.

    Attributes:
        lines: What there is to read.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.lines: list[str] = []

    def tell(self, what: str, value: float) -> None:
        """Tell a figure that has no goal."""
        self._add(what, value, "")

    def at_most(self, what: str, value: float, goal: float, *, reached: float | None = None) -> None:
        """Tell *value*, and fail beyond 1.3 times its *goal*, or what was *reached* where that is missed."""
        self._add(what, value, f"goal: at most {goal:g}{'' if value <= goal else ', MISSED'}")
        assert value <= (reached or goal) * TOLERANCE, self.lines[-1]

    def at_least(self, what: str, value: float, goal: float) -> None:
        """Tell *value*, and fail if its *goal* is more than 1.3 times as much."""
        self._add(what, value, f"goal: at least {goal:g}{'' if value >= goal else ', MISSED'}")
        assert value >= goal / TOLERANCE, self.lines[-1]

    def flat(self, what: str, value: float) -> None:
        """Tell *value*, a cost at one size as a multiple of that at another, and fail if it is more than 1.3."""
        self._add(what, value, f"goal: flat, at most {TOLERANCE:g}")
        assert value <= TOLERANCE, self.lines[-1]

    def _add(self, what: str, value: float, goal: str) -> None:
        number = f"{value:.0f}" if value >= 100 else f"{value:.2f}"
        self.lines.append(f"{what:<72} {number:>6}  {goal}".rstrip())

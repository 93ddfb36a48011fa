"""A reader that is fuzzed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

__all__ = ["Reader"]


@frozen
class Reader:
    """A reader, what its inputs are made of, and what may come of one that it accepts."""

    name: str
    sources: Sequence[bytes]
    read: Callable[[bytes], object]
    accepts: Callable[[object], bool] = lambda _: True

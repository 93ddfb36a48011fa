"""Calls: one question or one command, as hooks see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.site import Installation

__all__ = ["Call"]


@frozen(kw_only=True, eq=False)
class Call:
    """One call of the front door.

    Two calls are never equal, so that a hook may keep what it measures of each
    in a mapping.

    Attributes:
        name: Which method was called: ``"gate.login"``, ``"seats.assign"``.
        writes: Whether it is a command; a question if not.
        installation: Whose licenses it is about.
        arguments: What it was given, by name, with what it takes where nothing
            was given; without *by* and *at*.
        by: Who gives the command; empty for a question.
        at: The instant that was asked for, as given; `None` for now.
        called_at: What the clock said when it was called.
    """

    name: str
    writes: bool
    installation: Installation
    arguments: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)
    by: str = ""
    at: datetime | None = None
    called_at: datetime

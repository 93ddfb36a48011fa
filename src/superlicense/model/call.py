"""Calls: one question or command, as passed to hooks."""

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
    """One call of a method of `superlicense.Licensing`.

    Calls are compared by identity, so a hook may use them as keys of a mapping.

    Attributes:
        name: The method, for example ``"gate.login"`` or ``"seats.assign"``.
        writes: Whether it is a command rather than a question.
        installation: The installation it is about.
        arguments: The arguments by name, defaults included, without *by* and
            *at*.
        by: Who gave the command; empty for a question.
        at: The instant given; `None` for now.
        called_at: The time of the clock at the call.
    """

    name: str
    writes: bool
    installation: Installation
    arguments: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)
    by: str = ""
    at: datetime | None = None
    called_at: datetime

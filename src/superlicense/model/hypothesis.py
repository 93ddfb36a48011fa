"""Hypotheses as plain data: an installation as it would be, for programs.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason
from superlicense.model.seat_use import LowLicense, RedundantSeat

__all__ = ["HypothesisData", "RefusedStep"]


@frozen(kw_only=True)
class RefusedStep(PlainNoun):
    """A purchase, a renewal or a change that a hypothesis leaves out.

    Attributes:
        place: Index among the purchases and renewals, or among the changes, from 0.
        change: What it is: the name of its class.
        reasons: Why, never empty.
    """

    place: int
    change: str
    reasons: tuple[Reason, ...]


@frozen(kw_only=True)
class HypothesisData(PlainNoun):
    """What ``to_dict()`` of a hypothesis returns.

    Attributes:
        at: The instant of the changes.
        refusals: What of the hypothesis was refused; purchases first.
        low: Licenses of which few seats would be left.
        redundant: Licenses whose release would take nothing from their holders.
    """

    at: datetime
    refusals: tuple[RefusedStep, ...]
    low: tuple[LowLicense, ...]
    redundant: tuple[RedundantSeat, ...]

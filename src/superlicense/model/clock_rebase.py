"""A correction of the clock: what a package that says ``resets_clock`` has put right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from superlicense.model import fields

__all__ = ["ClockRebase"]


def _ascending(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(value))


@frozen(kw_only=True)
class ClockRebase:
    """One correction of recorded time; its row starts when it was made.

    Whatever was recorded before it and claims a later instant counts as recorded
    with it.

    Attributes:
        id: Its number among the corrections of the installation, from 1, as text.
        issued_at: ``issued_at`` of the package: the new floor under the clock.
        until: The floor until then; instants between the correction and it may
            have been recorded twice.
        ended: Sequences of the rows whose end was recorded before it and claims a
            later instant, ascending.
    """

    id: str = field(validator=fields.identifier)
    issued_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    until: datetime = field(converter=fields.utc_required, validator=fields.aware)
    ended: tuple[int, ...] = field(default=(), converter=_ascending)

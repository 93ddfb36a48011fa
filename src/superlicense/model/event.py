"""System events: what an administrator tells the whole system, or a part of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import _checks

__all__ = ["EventKind", "EventScope", "SystemEvent"]


class EventKind(StrEnum):
    """The events that an administrator starts by hand. Source: domain 14."""

    NO_LOGIN = "no_login"  # nobody logs in
    NO_FREETEXT = "no_freetext"  # free-text data is left out of Travel databases
    NO_TRAVEL = "no_travel"  # Travel is off
    MESSAGE_OF_THE_DAY = "message_of_the_day"  # a text for everybody who logs in


class EventScope(StrEnum):
    """Whom an event reaches. Source: vendor table SystemEvent (domain 14)."""

    ALL_DATABASES = "all_databases"  # everything under the license; no target
    DATABASE = "database"  # one site; no target means the one it is started in
    GROUP = "group"  # the users of one group; target is its id
    USER = "user"  # one user; target is the user's id


@frozen(kw_only=True)
class SystemEvent:
    """One event, from its start until somebody ends it.

    An event never ends by itself: *expected_end* is information.

    Attributes:
        id: Unique in the installation.
        kind: What it does.
        scope: Whom it reaches.
        target: Which site, group or user; `None` where the scope needs none.
        message: The administrator's text.
        description: What the detail pane shows.
        started_at: First instant it runs.
        started_by: Who started it.
        expected_end: When it is expected to be over.
        ended_at: First instant it no longer runs; `None` while it runs.
        ended_by: Who ended it.
    """

    id: str = field(validator=_checks.identifier)
    kind: EventKind = field(validator=_checks.a(EventKind))
    scope: EventScope = field(default=EventScope.ALL_DATABASES, validator=_checks.a(EventScope))
    target: str | None = field(default=None, validator=_checks.identifier_or_none)
    message: str = field(default="", validator=_checks.text)
    description: str = field(default="", validator=_checks.text)
    started_at: datetime = field(converter=_checks.utc_required, validator=_checks.aware)
    started_by: str = field(default="host", validator=_checks.identifier)
    expected_end: datetime | None = field(default=None, converter=_checks.utc, validator=_checks.aware_or_none)
    ended_at: datetime | None = field(default=None, converter=_checks.utc, validator=_checks.aware_or_none)
    ended_by: str | None = field(default=None, validator=_checks.identifier_or_none)

    def __attrs_post_init__(self) -> None:
        """Check that the target fits the scope, and that the end is not before the start."""
        if self.scope in {EventScope.GROUP, EventScope.USER} and self.target is None:
            raise InvalidValueError("target", self.target, f"the scope {self.scope} needs a target")
        if self.scope is EventScope.ALL_DATABASES and self.target is not None:
            raise InvalidValueError("target", self.target, "the scope all_databases has no target")
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise InvalidValueError("ended_at", self.ended_at, "must not lie before started_at")

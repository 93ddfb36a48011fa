"""System events: what an administrator or a job tells the whole system, or a part of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields

__all__ = ["EventKind", "EventScope", "FeatureOutage", "JobKind", "SystemEvent", "SystemFeature", "read_kind"]


class EventKind(StrEnum):
    """The events that an administrator starts by hand. Source: domain 14."""

    NO_LOGIN = "no_login"  # nobody logs in
    NO_FREETEXT = "no_freetext"  # free-text data is left out of Travel databases
    NO_TRAVEL = "no_travel"  # Travel is off
    MESSAGE_OF_THE_DAY = "message_of_the_day"  # a text for everybody who logs in


class JobKind(StrEnum):
    """The events that jobs and other screens report. Source: domain 14; seed page, "Systemmeddelelser"."""

    FREETEXT_REBUILD = "freetext_rebuild"  # the free-text index is built anew
    PROTOTYPE_REBUILD = "prototype_rebuild"  # the prototype of Travel databases is built anew
    COUNTER_REBUILD = "counter_rebuild"  # the counters behind status images are built anew
    UDEF_REBUILD = "udef_rebuild"  # user-defined fields are published
    IMPORT = "import"  # data comes in
    SAINT_INDEXING = "saint_indexing"  # status monitors are worked out
    FREETEXT_INDEXING = "freetext_indexing"  # the free-text index is brought up to date


class SystemFeature(StrEnum):
    """What a running event can take away. Source: domain 14, column "Effect"."""

    LOGIN = "login"
    FREETEXT_SEARCH = "freetext_search"
    FREETEXT_ON_TRAVEL = "freetext_on_travel"  # free-text data in outgoing Travel databases
    TRAVEL = "travel"
    STATUS_IMAGES = "status_images"
    STATISTICS = "statistics"
    COUNTERS = "counters"
    USER_DEFINED_FIELDS = "user_defined_fields"


_KINDS: Mapping[str, str] = MappingProxyType({str(kind): kind for kinds in (EventKind, JobKind) for kind in kinds})
_INVALID_KIND = "must be an EventKind, a JobKind or a key 'owner.name' in lower case"
# As license owners are written, then a name of the host's choice.
_HOST_KIND = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)


def read_kind(value: str) -> str:
    """Read what kind of event *value* names; case matters in our own names only.

    >>> read_kind("no_login"), read_kind("Nordvik.Route-Import")
    (<EventKind.NO_LOGIN: 'no_login'>, 'nordvik.route-import')

    Returns:
        A member of `EventKind` or `JobKind`, or a host's own key ``owner.name``
        in lower case.

    Raises:
        InvalidValueError: it is none of these.
    """
    if isinstance(value, str):
        known = _KINDS.get(value, value.lower())
        if isinstance(known, EventKind | JobKind) or _is_host_kind(known):
            return known
    raise InvalidValueError("kind", value, _INVALID_KIND)


def _is_host_kind(value: str) -> bool:
    return len(value) <= fields.MAX_ID_LENGTH and _HOST_KIND.fullmatch(value) is not None


def _kind(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    if not isinstance(value, EventKind | JobKind) and not (type(value) is str and _is_host_kind(value)):
        raise InvalidValueError(attribute.name, value, _INVALID_KIND)


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
        kind: What it does: an `EventKind`, a `JobKind` or a host's own key
            ``owner.name``.
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

    id: str = field(validator=fields.identifier)
    kind: str = field(validator=_kind)
    scope: EventScope = field(default=EventScope.ALL_DATABASES, validator=fields.instance_of(EventScope))
    target: str | None = field(default=None, validator=fields.optional(fields.identifier))
    message: str = field(default="", validator=fields.text)
    description: str = field(default="", validator=fields.text)
    started_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    started_by: str = field(default="host", validator=fields.identifier)
    expected_end: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    ended_at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    ended_by: str | None = field(default=None, validator=fields.optional(fields.identifier))

    def __attrs_post_init__(self) -> None:
        """Check that the target fits the scope, and that the end is not before the start."""
        if self.scope in {EventScope.GROUP, EventScope.USER} and self.target is None:
            raise InvalidValueError("target", self.target, f"the scope {self.scope} needs a target")
        if self.scope is EventScope.ALL_DATABASES and self.target is not None:
            raise InvalidValueError("target", self.target, "the scope all_databases has no target")
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise InvalidValueError("ended_at", self.ended_at, "must not lie before started_at")


@frozen(kw_only=True)
class FeatureOutage:
    """One thing that is not available while an event runs.

    Attributes:
        feature: What it is.
        event: The event that takes it away; its scope and target say from whom.
    """

    feature: SystemFeature
    event: SystemEvent

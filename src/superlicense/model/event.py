"""System events: announcements and outages that an administrator starts or a job reports."""

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
    """Events that an administrator starts. Source: domain 14."""

    NO_LOGIN = "no_login"  # logins are disabled
    NO_FREETEXT = "no_freetext"  # Travel databases are made without free-text data
    NO_TRAVEL = "no_travel"  # Travel is disabled
    MESSAGE_OF_THE_DAY = "message_of_the_day"  # a message shown at login


class JobKind(StrEnum):
    """Events that jobs and other screens report. Source: domain 14; seed page, "Systemmeddelelser"."""

    FREETEXT_REBUILD = "freetext_rebuild"  # the free-text index is rebuilt
    PROTOTYPE_REBUILD = "prototype_rebuild"  # the prototype of Travel databases is rebuilt
    COUNTER_REBUILD = "counter_rebuild"  # the counters behind status images are rebuilt
    UDEF_REBUILD = "udef_rebuild"  # user-defined fields are published
    # the same of one table, so that several run at a time
    UDEF_REBUILD_CONTACT = "udef_rebuild_contact"
    UDEF_REBUILD_PERSON = "udef_rebuild_person"
    UDEF_REBUILD_PROJECT = "udef_rebuild_project"
    UDEF_REBUILD_SALE = "udef_rebuild_sale"
    UDEF_REBUILD_APPOINTMENT = "udef_rebuild_appointment"
    UDEF_REBUILD_DOCUMENT = "udef_rebuild_document"
    IMPORT = "import"  # data is imported
    SAINT_INDEXING = "saint_indexing"  # status monitors are computed
    FREETEXT_INDEXING = "freetext_indexing"  # the free-text index is updated


class SystemFeature(StrEnum):
    """Features that a running event can make unavailable. Source: domain 14, column "Effect"."""

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
# An owner, written as in license names, and a name chosen by the host.
_HOST_KIND = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)


def read_kind(value: str) -> str:
    """Return the kind of event that *value* names; only built-in names are case-sensitive.

    >>> read_kind("no_login"), read_kind("Nordvik.Route-Import")
    (<EventKind.NO_LOGIN: 'no_login'>, 'nordvik.route-import')

    Returns:
        A member of `EventKind` or `JobKind`, or a host's own key ``owner.name``
        in lower case.

    Raises:
        InvalidValueError: *value* is not one of these.
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
    """The users that an event reaches. Source: vendor table SystemEvent (domain 14)."""

    ALL_DATABASES = "all_databases"  # all users of the installation; no target
    DATABASE = "database"  # users of one site; without a target, the site it is started in
    GROUP = "group"  # users of the group whose id is the target
    USER = "user"  # the user whose id is the target


@frozen(kw_only=True)
class SystemEvent:
    """One system event.

    An event runs until it is ended explicitly; *expected_end* is informational.

    Attributes:
        id: Unique in the installation.
        kind: An `EventKind`, a `JobKind` or a host's own key ``owner.name``.
        scope: The users it reaches.
        target: The site, group or user; `None` if the scope needs none.
        message: The administrator's message.
        description: Text for the detail pane.
        started_at: First instant it runs.
        started_by: Who started it.
        expected_end: When it is expected to end.
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
        """Check that the target matches the scope, and the order of the instants."""
        if self.scope in {EventScope.GROUP, EventScope.USER} and self.target is None:
            raise InvalidValueError("target", self.target, f"is required for the scope {self.scope}")
        if self.scope is EventScope.ALL_DATABASES and self.target is not None:
            raise InvalidValueError("target", self.target, "must be None for the scope all_databases")
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise InvalidValueError("ended_at", self.ended_at, "must not be before started_at")


@frozen(kw_only=True)
class FeatureOutage:
    """A feature that is unavailable while an event runs.

    Attributes:
        feature: The feature.
        event: The event; its scope and target determine the affected users.
    """

    feature: SystemFeature
    event: SystemEvent

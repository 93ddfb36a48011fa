"""Users: who they are to licensing, and the switches that concern a login."""

from __future__ import annotations

from enum import StrEnum

from attrs import Factory, field, frozen

from superlicense.model import fields
from superlicense.model.site import CENTRAL

__all__ = ["User", "UserType"]


class UserType(StrEnum):
    """Kind of user. Source: vendor enum UserType (domain 6)."""

    INTERNAL = "internal"  # an employee; the only type that uses the clients
    RESOURCE = "resource"  # a room or a car; has a calendar, never logs in
    EXTERNAL = "external"  # a customer's person: Audience, Customer Centre, net services
    ANONYMOUS = "anonymous"  # a nameless visitor; obsolete since version 9
    SYSTEM = "system"  # a service account; takes no paid user license
    DATABASE_ONLY = "database_only"  # reaches the database, never logs in


@frozen(kw_only=True)
class User:
    """A user of one installation.

    Attributes:
        id: The host's own, 1 to 254 printable characters, compared as it stands.
        name: Display name; the id where none is given.
        type: Kind of user.
        may_log_in: The switch "Can log in" of the user card.
        awaiting_approval: Cannot log in yet, but may hold licenses.
        retired: A former employee: no rights, holds no license.
        administrator: May reach activation and repair.
        on_travel: Works in a Travel database.
        site: Which database the user belongs to.
        groups: Ids of the groups that events may be aimed at.

    Source: vendor tables associate and person (domain 2.7).
    """

    id: str = field(validator=fields.identifier)
    name: str = field(default=Factory(lambda self: self.id, takes_self=True), validator=fields.text)
    type: UserType = field(default=UserType.INTERNAL, validator=fields.instance_of(UserType))
    may_log_in: bool = field(default=False, validator=fields.instance_of(bool))
    awaiting_approval: bool = field(default=False, validator=fields.instance_of(bool))
    retired: bool = field(default=False, validator=fields.instance_of(bool))
    administrator: bool = field(default=False, validator=fields.instance_of(bool))
    on_travel: bool = field(default=False, validator=fields.instance_of(bool))
    site: str = field(default=CENTRAL, validator=fields.identifier)
    groups: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)

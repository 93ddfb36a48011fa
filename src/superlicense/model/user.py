"""Users: types, the flags that affect logins and licenses, and what saving a user did."""

from __future__ import annotations

from enum import StrEnum

from attrs import Factory, field, frozen

from superlicense.model import fields
from superlicense.model.plain_data import PlainNoun
from superlicense.model.site import CENTRAL

__all__ = ["ForgetReceipt", "Forgotten", "SaveReceipt", "SaveStatus", "User", "UserType"]


class UserType(StrEnum):
    """The type of a user. Source: vendor enum UserType (domain 6)."""

    INTERNAL = "internal"  # an employee; the only type that uses the clients
    RESOURCE = "resource"  # a room or a car; has a calendar, never logs in
    EXTERNAL = "external"  # a customer's contact: Audience, Customer Centre, NetServer
    ANONYMOUS = "anonymous"  # an anonymous visitor; obsolete since version 9
    SYSTEM = "system"  # a service account; needs no paid user license
    DATABASE_ONLY = "database_only"  # accesses the database, never logs in


@frozen(kw_only=True)
class User:
    """A user of one installation.

    Attributes:
        id: The host's id, 1 to 254 printable characters, case-sensitive.
        name: Display name; the id by default.
        type: Type of the user.
        may_log_in: The checkbox "Can log in" of the user card.
        awaiting_approval: Cannot log in yet, but may hold licenses.
        retired: A former employee, without rights and licenses.
        administrator: May activate packages and repair the store.
        on_travel: Works in a Travel database.
        site: Id of the database the user belongs to.
        groups: Ids of the user's groups, which events may target.

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


class SaveStatus(StrEnum):
    """What saving or retiring a user changed."""

    CREATED = "created"  # the id was new
    UPDATED = "updated"  # the user or their licenses changed
    REHIRED = "rehired"  # a former employee is active again
    RETIRED = "retired"  # an active user is a former employee now
    UNCHANGED = "unchanged"  # stored like this already
    STILL_RETIRED = "still_retired"  # a former employee who was not rehired; nothing changed


@frozen(kw_only=True)
class SaveReceipt(PlainNoun):
    """The result of saving or retiring one user.

    Attributes:
        user: The user as stored now.
        status: What changed.
    """

    user: User = field(validator=fields.instance_of(User))
    status: SaveStatus = field(validator=fields.instance_of(SaveStatus))


@frozen(kw_only=True)
class Forgotten:
    """A former employee whose personal texts were blanked, and stay blank until a rehire.

    Attributes:
        id: Id of the user, which is kept.
    """

    id: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class ForgetReceipt(PlainNoun):
    """What came of forgetting a user.

    Attributes:
        user: Id of the user.
        mentions: Ids of events whose texts still contain a name of the user.
    """

    user: str
    mentions: tuple[str, ...] = field(default=(), converter=fields.strings)

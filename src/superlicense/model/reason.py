"""Reasons: why something is denied, refused or warned about, as a code with parameters."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from attrs import field, frozen

from superlicense.errors.base import one_line, text_of
from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.plain_data import PlainNoun

__all__ = ["Reason", "ReasonCode", "because"]


class ReasonCode(StrEnum):
    """Stable code of everything that can deny access, refuse a change or cause a warning.

    A code is never reused with another meaning. Its text is in the message
    catalogs; its parameters are listed after it.
    """

    # the package
    NO_PACKAGE = "no_package"  # owner
    OTHER_COMPANY = "other_company"  # owner, company, expected
    OTHER_SERIAL_NUMBER = "other_serial_number"  # owner, serial_number, expected
    IDENTITY_CHANGED = "identity_changed"  # a warning: serial_number, company, until
    IDENTITY_EXPIRED = "identity_expired"  # owner, serial_number, company
    IDENTITY_IN_USE = "identity_in_use"  # serial_number, database_id
    IDENTITY_NOT_SUCCEEDED = "identity_not_succeeded"  # owner, replaces, expected
    ISSUED_TO_FORMER = "issued_to_former"  # a warning: owner, serial_number, company, until
    OTHER_DATABASE = "other_database"  # owner, database_id, expected
    UNSIGNED_NOT_ACCEPTED = "unsigned_not_accepted"  # owner
    PACKAGE_STOPPED = "package_stopped"  # owner, stopped_at
    PACKAGE_IN_GRACE = "package_in_grace"  # owner, expired_at, stops_at
    PACKAGE_EXPIRES = "package_expires"  # owner, expires_at
    PACKAGE_WAITING = "package_waiting"  # owner, licenses
    PACKAGE_REVOKED = "package_revoked"  # owner, digest
    KEY_REVOKED = "key_revoked"  # owner, key
    MAINTENANCE_ENDED = "maintenance_ended"  # owner, ended_at
    CLOCK_ROLLED_BACK = "clock_rolled_back"  # known
    FACTS_NOT_REFRESHED = "facts_not_refreshed"  # since
    # the user
    UNKNOWN_USER = "unknown_user"  # on commands: user
    USER_RETIRED = "user_retired"  # on commands: user
    USER_IS_RETIRED = "user_is_retired"  # user, hint
    USER_IS_ACTIVE = "user_is_active"  # user
    LAST_ADMINISTRATOR = "last_administrator"  # user, hint
    NO_ADMINISTRATOR = "no_administrator"
    TOO_MANY_LOSSES = "too_many_losses"  # losses, users, hint
    IDS_LOOK_ALIKE = "ids_look_alike"  # users
    TWO_PLANS = "two_plans"  # owner, users
    LOGIN_NOT_ALLOWED = "login_not_allowed"
    AWAITING_APPROVAL = "awaiting_approval"
    USER_TYPE_NOT_FOR_CLIENT = "user_type_not_for_client"  # type, client
    NOT_ADMINISTRATOR = "not_administrator"
    NO_LOGIN_EVENT = "no_login_event"  # event, message
    OTHER_SITE = "other_site"  # site, asked
    ON_TRAVEL = "on_travel"
    NO_TRAVEL_EVENT = "no_travel_event"  # event, message
    TAMPERED = "tampered"  # record
    # licenses
    LICENSE_MISSING = "license_missing"  # license, scope
    ONE_LICENSE_OF = "one_license_of"  # licenses
    READ_ONLY_CLIENT = "read_only_client"  # license
    SESSIONS_NOT_COUNTED = "sessions_not_counted"  # license, total
    SESSIONS_IN_USE = "sessions_in_use"  # license, open, total
    UNKNOWN_FEATURE = "unknown_feature"  # feature
    # seats
    UNKNOWN_LICENSE = "unknown_license"  # license
    UNKNOWN_SITE = "unknown_site"  # site
    NO_SEAT_LEFT = "no_seat_left"  # license, through, total, in_use
    NO_SATELLITE_LEFT = "no_satellite_left"  # license, total, in_use
    NOT_ASSIGNABLE = "not_assignable"  # license
    LICENSE_HIDDEN = "license_hidden"  # license
    ONE_PLAN_ONLY = "one_plan_only"  # license, held, hint
    NOT_A_PLAN = "not_a_plan"  # license
    FOLLOWS_LOGIN_RIGHT = "follows_login_right"  # license, hint
    PREREQUISITE_MISSING = "prerequisite_missing"  # license, prerequisite
    PREREQUISITE_OF = "prerequisite_of"  # license, dependant, released, hint
    USER_TYPE_NOT_ALLOWED = "user_type_not_allowed"  # license, type
    RELEASE_VETOED = "release_vetoed"  # license, because
    # packages
    SEATS_EXCEED_TOTAL = "seats_exceed_total"  # license, in_use, new_total, remove, through
    HELD_LICENSE_GONE = "held_license_gone"  # license, in_use
    UNSIGNED_DOCUMENT = "unsigned_document"  # change
    ISSUED_IN_FUTURE = "issued_in_future"  # owner, issued_at
    PACKAGE_ROLLBACK = "package_rollback"  # owner, issue, newest
    PACKAGE_CONFLICT = "package_conflict"  # owner, issue
    PACKAGE_NOT_REMOVABLE = "package_not_removable"  # owner
    # events
    EVENT_RUNNING = "event_running"  # kind
    UNKNOWN_EVENT = "unknown_event"  # event
    EVENT_NOT_BY_HAND = "event_not_by_hand"  # kind, hint
    EVENT_NEEDS_FORCE = "event_needs_force"  # kind, hint
    EVENT_ENDS_WITH_JOB = "event_ends_with_job"  # kind
    # meters
    MONTH_NOT_OVER = "month_not_over"  # month, ends_at
    MONTH_TOO_FAR_AHEAD = "month_too_far_ahead"  # month, known
    MONTH_CLOSED = "month_closed"  # month
    TERMS_DIFFER = "terms_differ"  # meters
    TERMS_MISSING = "terms_missing"  # month, meters
    MONTH_OUT_OF_ORDER = "month_out_of_order"  # month, first
    # plan limits
    LIMIT_NEAR = "limit_near"  # limit, in_use, maximum, plan
    LIMIT_REACHED = "limit_reached"  # limit, in_use, maximum, plan, next_plan
    LIMIT_NOT_IN_PLAN = "limit_not_in_plan"  # limit, plan, next_plan


@frozen(kw_only=True)
class Reason(PlainNoun):
    """One reason: a code for programs, a text from `sl.message` for people.

    >>> str(Reason(code=ReasonCode.NO_SEAT_LEFT, params={"license": "superoffice.web"}))
    'no_seat_left (license=superoffice.web)'

    Attributes:
        code: The stable code.
        params: Parameters of the code: strings, numbers, instants or tuples of
            strings.
    """

    has_words: ClassVar[bool] = True

    code: ReasonCode
    params: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)

    def __str__(self) -> str:
        """Return the code and its parameters, for logs; each value is escaped and cut to 64 characters."""
        shown = ", ".join(f"{key}={_shown(value)}" for key, value in self.params.items())
        return f"{self.code} ({shown})" if shown else str(self.code)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return one_line("+".join(map(_shown, value)))
    return one_line(text_of(value, str))


def because(code: ReasonCode, **params: object) -> Reason:
    """Return the reason *code* with *params*."""
    return Reason(code=code, params=params)

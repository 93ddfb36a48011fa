"""Decisions: what was asked, what came of it, and every reason why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap

__all__ = [
    "Access",
    "Clause",
    "ClauseKind",
    "Client",
    "Decision",
    "Outcome",
    "Question",
    "Reason",
    "ReasonCode",
    "RuleSet",
    "Topic",
]


class Client(StrEnum):
    """What a user logs in with. Source: domain 6."""

    WEB = "web"
    WINDOWS = "windows"
    MOBILE = "mobile"
    SERVICE = "service"
    TRAVEL = "travel"
    REMOTE_TRAVEL = "remote_travel"
    REPORTER_STUDIO = "reporter_studio"
    AUDIENCE = "audience"
    CUSTOMER_CENTRE = "customer_centre"
    API = "api"


class Access(StrEnum):
    """How much of something is asked for."""

    VIEW = "view"  # to enter, to look
    EDIT = "edit"  # to change


class RuleSet(StrEnum):
    """Which of the vendor's license models the login rules follow (design 6)."""

    LEGACY = "legacy"  # versions 6-9: loose client licenses or one-tier plans
    MODULE_BASED = "module_based"  # versions 10-11: plans with tiers t1 and t2
    SUITE = "suite"  # version 12: one plan for the installation, a seat a user


class Outcome(StrEnum):
    """What a decision comes to."""

    ALLOWED = "allowed"  # everything that was asked about
    READ_ONLY = "read_only"  # entering and viewing, no editing
    DENIED = "denied"  # nothing


class Topic(StrEnum):
    """What a question is about."""

    LOGIN = "login"  # may this user enter with this client
    FEATURE = "feature"  # may this user view or edit this
    ADMINISTER = "administer"  # may this user reach activation and repair
    UPGRADE = "upgrade"  # may the product be upgraded


class ReasonCode(StrEnum):
    """Stable names of everything that can stand in the way, or is worth a warning.

    A code is never reused with another meaning. Its words are in the message
    catalogs; its parameters are listed behind it.
    """

    # the package
    NO_PACKAGE = "no_package"  # owner
    OTHER_COMPANY = "other_company"  # owner, company, expected
    OTHER_SERIAL_NUMBER = "other_serial_number"  # owner, serial_number, expected
    OTHER_DATABASE = "other_database"  # owner, database_id, expected
    PACKAGE_STOPPED = "package_stopped"  # owner, stopped_at
    PACKAGE_IN_GRACE = "package_in_grace"  # owner, expired_at, stops_at
    PACKAGE_EXPIRES = "package_expires"  # owner, expires_at
    PACKAGE_REVOKED = "package_revoked"  # owner, digest
    KEY_REVOKED = "key_revoked"  # owner, key
    MAINTENANCE_ENDED = "maintenance_ended"  # owner, ended_at
    CLOCK_ROLLED_BACK = "clock_rolled_back"  # known
    # the user
    UNKNOWN_USER = "unknown_user"  # on commands: user
    USER_RETIRED = "user_retired"  # on commands: user
    LOGIN_NOT_ALLOWED = "login_not_allowed"
    AWAITING_APPROVAL = "awaiting_approval"
    USER_TYPE_NOT_FOR_CLIENT = "user_type_not_for_client"  # type, client
    NOT_ADMINISTRATOR = "not_administrator"
    NO_LOGIN_EVENT = "no_login_event"  # event, message
    OTHER_SITE = "other_site"  # site, asked
    ON_TRAVEL = "on_travel"
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
    MONTH_OUT_OF_ORDER = "month_out_of_order"  # month, first
    # plan limits
    LIMIT_NEAR = "limit_near"  # limit, in_use, maximum, plan
    LIMIT_REACHED = "limit_reached"  # limit, in_use, maximum, plan, next_plan
    LIMIT_NOT_IN_PLAN = "limit_not_in_plan"  # limit, plan, next_plan


@frozen(kw_only=True)
class Reason:
    """One reason, for programs by its code and for people by `sl.message`.

    >>> str(Reason(code=ReasonCode.NO_SEAT_LEFT, params={"license": "superoffice.web"}))
    'no_seat_left (license=superoffice.web)'

    Attributes:
        code: What it is.
        params: The particulars; texts, numbers, instants or tuples of texts.
    """

    code: ReasonCode
    params: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)

    def __str__(self) -> str:
        """Give the code and its parameters, for logs."""
        shown = ", ".join(f"{key}={_shown(value)}" for key, value in self.params.items())
        return f"{self.code} ({shown})" if shown else str(self.code)


def _shown(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)


def because(code: ReasonCode, **params: object) -> Reason:
    """Make the reason *code* with *params*."""
    return Reason(code=code, params=params)


@frozen(kw_only=True)
class Question:
    """What was asked.

    Attributes:
        topic: Login, feature or administration.
        subject: The client or the feature; empty for administration.
        access: How much of it; a login asks to enter, so for VIEW.
    """

    topic: Topic
    subject: str = ""
    access: Access = Access.VIEW


class ClauseKind(StrEnum):
    """What a clause is made of."""

    NEEDS = "needs"  # one license
    ALL_OF = "all_of"  # every part
    ANY_OF = "any_of"  # at least one part
    FACT = "fact"  # something that is so, or not, besides licenses


@frozen(kw_only=True)
class Clause:
    """One condition of a decision, met or not, and where that comes from.

    Attributes:
        kind: A license, a combination, or a fact.
        met: Whether it is fulfilled.
        subject: The license, or the code of the fact that would stand in the way.
        scope: Where the license is looked for: system, site or user.
        package: Owner of the package that grants the license, where met.
        through: The plan that grants it; empty where it is held directly.
        parts: The clauses that it combines.
    """

    kind: ClauseKind
    met: bool
    subject: str = ""
    scope: str = ""
    package: str = ""
    through: tuple[str, ...] = ()
    parts: tuple[Clause, ...] = ()


def _tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Decision:
    """The answer to one question about one kind of user at one instant.

    It holds no user id and no clock reading, so that one object serves all
    users of a profile.

    Attributes:
        outcome: ALLOWED, READ_ONLY or DENIED.
        asked: The question.
        reasons: Everything that keeps the outcome below ALLOWED; empty then.
        warnings: What should be told although it stops nothing.
        valid_until: First instant at which outcome, reasons or warnings change
            if no fact changes; `None` for never.
        rule_set: License model that the rules followed; `None` without a
            package.
        clauses: The full evaluation: every condition, met or not.
        allowed: Whether what was asked is granted: ALLOWED, or READ_ONLY where
            only entry or VIEW was asked.
    """

    outcome: Outcome
    asked: Question
    reasons: tuple[Reason, ...] = field(default=(), converter=_tuple)
    warnings: tuple[Reason, ...] = field(default=(), converter=_tuple)
    valid_until: datetime | None = None
    rule_set: RuleSet | None = None
    clauses: tuple[Clause, ...] = field(default=(), converter=_tuple)
    allowed: bool = field(init=False, eq=False, repr=False)

    @allowed.default
    def _allowed(self) -> bool:
        if self.outcome is Outcome.READ_ONLY:
            return self.asked.access is Access.VIEW
        return self.outcome is Outcome.ALLOWED

    def __bool__(self) -> bool:
        """Say what `allowed` says."""
        return self.allowed

"""Decisions: a question, its outcome, and all reasons for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from superlicense.model.event import SystemEvent
from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason

__all__ = [
    "Access",
    "Clause",
    "ClauseKind",
    "Client",
    "Decision",
    "Outcome",
    "Question",
    "RuleSet",
    "Topic",
]


class Client(StrEnum):
    """The client that a user logs in with. Source: domain 6."""

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
    """The kind of access that is requested."""

    VIEW = "view"  # enter and read
    EDIT = "edit"  # change


class RuleSet(StrEnum):
    """The vendor's license model that the login rules follow (design 6)."""

    LEGACY = "legacy"  # versions 6-9: separate client licenses or one-tier plans
    MODULE_BASED = "module_based"  # versions 10-11: plans with tiers t1 and t2
    SUITE = "suite"  # version 12: one plan for the installation, one seat per user


class Outcome(StrEnum):
    """How much a decision grants."""

    ALLOWED = "allowed"  # full access
    READ_ONLY = "read_only"  # entering and viewing, no editing
    DENIED = "denied"  # no access

    @property
    def rank(self) -> int:
        """How much the outcome grants compared with others, 0 for nothing."""
        return _RANKS[self]


_RANKS = {Outcome.DENIED: 0, Outcome.READ_ONLY: 1, Outcome.ALLOWED: 2}


def least(*outcomes: Outcome) -> Outcome:
    """Return the outcome that grants least.

    >>> least(Outcome.ALLOWED, Outcome.READ_ONLY)
    <Outcome.READ_ONLY: 'read_only'>
    """
    return min(outcomes, key=lambda outcome: outcome.rank)


class Topic(StrEnum):
    """The subject of a question."""

    LOGIN = "login"  # may this user log in with this client
    FEATURE = "feature"  # may this user view or edit this feature
    ADMINISTER = "administer"  # may this user activate packages and repair the store
    UPGRADE = "upgrade"  # may the product be upgraded


@frozen(kw_only=True)
class Question:
    """A question about access.

    Attributes:
        topic: Login, feature, administration or upgrade.
        subject: The client or the feature; empty for other topics.
        access: The access requested; VIEW for a login.
    """

    topic: Topic
    subject: str = ""
    access: Access = Access.VIEW


class ClauseKind(StrEnum):
    """The kind of a clause."""

    NEEDS = "needs"  # one license
    ALL_OF = "all_of"  # every part
    ANY_OF = "any_of"  # at least one part
    FACT = "fact"  # a condition other than a license


@frozen(kw_only=True)
class Clause:
    """One condition of a decision, met or unmet, and the source of the license.

    Attributes:
        kind: A license, a combination, or another fact.
        met: Whether the condition is met.
        subject: The license, or the code of the reason that an unmet fact gives.
        scope: Scope of the license: system, site or user.
        package: Owner of the package that grants the license, if met.
        through: The plans that grant it; empty if it is held directly.
        parts: The combined clauses.
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
class Decision(PlainNoun):
    """The answer to one question at one instant.

    A decision contains no user id and no time of the clock, so one object can
    serve all users with the same profile.

    Attributes:
        outcome: ALLOWED, READ_ONLY or DENIED.
        asked: The question.
        reasons: Every reason why the outcome is not ALLOWED; empty if it is.
        warnings: Reasons to report that do not affect the outcome.
        valid_until: First instant at which outcome, reasons or warnings change
            if no fact changes; `None` for never.
        rule_set: License model that the rules followed; `None` without a
            package.
        clauses: The full evaluation: every condition, met or unmet.
        notices: Running messages of the day to show at a login, oldest first.
        allowed: Whether the requested access is granted: ALLOWED, or READ_ONLY
            if only a login or VIEW was requested.
    """

    outcome: Outcome
    asked: Question
    reasons: tuple[Reason, ...] = field(default=(), converter=_tuple)
    warnings: tuple[Reason, ...] = field(default=(), converter=_tuple)
    valid_until: datetime | None = None
    rule_set: RuleSet | None = None
    clauses: tuple[Clause, ...] = field(default=(), converter=_tuple)
    notices: tuple[SystemEvent, ...] = field(default=(), converter=_tuple)
    allowed: bool = field(init=False, eq=False, repr=False)

    @allowed.default
    def _allowed(self) -> bool:
        if self.outcome is Outcome.READ_ONLY:
            return self.asked.access is Access.VIEW
        return self.outcome is Outcome.ALLOWED

    def __bool__(self) -> bool:
        """Return `allowed`."""
        return self.allowed

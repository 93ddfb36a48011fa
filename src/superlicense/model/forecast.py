"""Forecasts: when an answer changes if no fact changes, and what causes it.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from superlicense.model.answer import Answer
from superlicense.model.decision import Client, Decision
from superlicense.model.package_dates import PackageDate
from superlicense.model.plain_data import Phrase, PlainNoun, Words
from superlicense.model.reason import Reason

__all__ = ["Cause", "DeniedLogins", "FirstDenial", "Turn"]


@frozen(kw_only=True)
class Cause(PlainNoun):
    """An instant at which an answer changes by itself, and which dates lie there.

    Attributes:
        at: The first instant of the new answer.
        dates: The dates of packages at this instant, by owner; empty if it is
            not a date of a package.
    """

    has_words: ClassVar[bool] = True

    at: datetime
    dates: tuple[PackageDate, ...] = ()

    def in_words(self, words: Words | None) -> str:
        """Return its text, the codes themselves without *words*."""
        if words is None:
            return " ".join(str(date.kind) for date in self.dates)
        if not self.dates:
            return str(words(Phrase(code="cause_time", params={"at": self.at})))
        return " ".join(date.in_words(words) for date in self.dates)


@frozen(kw_only=True)
class Turn(Answer):
    """One change of an answer to come.

    Attributes:
        at: The first instant of the new answer.
        before: The answer until then.
        after: The answer from then on.
        cause: What changes it.
    """

    at: datetime
    before: Decision
    after: Decision
    cause: Cause


@frozen(kw_only=True)
class DeniedLogins(PlainNoun):
    """Logins with one client that fail for the same reasons.

    Attributes:
        client: The client.
        reasons: Why they fail.
        users: Ids of the users, sorted, never empty.
    """

    client: Client
    reasons: tuple[Reason, ...]
    users: tuple[str, ...]


@frozen(kw_only=True)
class FirstDenial(Answer):
    """The first instant at which a login fails that succeeds now.

    Attributes:
        at: The first instant at which it fails.
        logins: The logins that fail from then on, by client and reasons.
        cause: What changes it.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("users",)

    at: datetime
    logins: tuple[DeniedLogins, ...]
    cause: Cause

    @property
    def users(self) -> tuple[str, ...]:
        """Ids of all users whose login fails with some client, sorted."""
        return tuple(sorted({user for one in self.logins for user in one.users}))

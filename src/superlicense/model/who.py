"""Who may: users by the outcome of one question, and what one user may do.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.answer import Answer
from superlicense.model.decision import Outcome, Question
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason

__all__ = ["Abilities", "Who", "WhoGroup"]


@frozen(kw_only=True)
class WhoGroup(PlainNoun):
    """Users who get the same answer for the same reasons.

    Attributes:
        outcome: The outcome.
        reasons: Why it is not ALLOWED; empty if it is.
        users: Ids of the users, sorted, never empty.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    users: tuple[str, ...] = ()


@frozen(kw_only=True)
class Who(Answer):
    """The answer of every stored user to one question, former employees included.

    Attributes:
        asked: The question.
        groups: Users by outcome and reasons: allowed first, then read-only, then
            denied, larger groups first.
    """

    asked: Question
    groups: tuple[WhoGroup, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """Ids of the users whose outcome is ALLOWED, sorted."""
        return self._users(Outcome.ALLOWED)

    @property
    def read_only(self) -> tuple[str, ...]:
        """Ids of the users whose outcome is READ_ONLY, sorted."""
        return self._users(Outcome.READ_ONLY)

    @property
    def denied(self) -> tuple[str, ...]:
        """Ids of the users whose outcome is DENIED, sorted."""
        return self._users(Outcome.DENIED)

    def _users(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(sorted(user for group in self.groups if group.outcome is outcome for user in group.users))


@frozen(kw_only=True)
class Abilities(Answer):
    """What one user may do.

    Attributes:
        user: Id of the user.
        clients: Outcome of a login, by client.
        features: Outcome of editing each licensed feature, by name: ALLOWED,
            READ_ONLY for viewing only, or DENIED.
        valid_until: First instant at which any of these decisions changes if no
            fact changes; `None` for never.
    """

    user: str
    clients: FrozenMap[Outcome] = field(factory=FrozenMap, converter=fields.mapping)
    features: FrozenMap[Outcome] = field(factory=FrozenMap, converter=fields.mapping)
    valid_until: datetime | None = None

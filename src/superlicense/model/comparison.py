"""Comparisons: what holders could lose if one package came after another.

Source: design section 11.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from attrs import frozen

from superlicense.model.answer import Answer
from superlicense.model.decision import Outcome, RuleSet
from superlicense.model.license import LicenseName
from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason
from superlicense.model.user import User, UserType

__all__ = ["Comparison", "Loss", "LossKind", "Witness"]


class LossKind(StrEnum):
    """What is lost."""

    LOGIN = "login"  # the login with a client
    FEATURE = "feature"  # viewing or editing a feature
    LICENSE = "license"  # a license that hosts may ask for by name


@frozen(kw_only=True)
class Witness(PlainNoun):
    """A user who loses something.

    Attributes:
        user: The user.
        holds: What is assigned to the user: a plan, another license, both or nothing.
    """

    user: User
    holds: tuple[LicenseName, ...]


@frozen(kw_only=True)
class Loss(PlainNoun):
    """Something that is lost by the holders of a plan, of a license, or of both together.

    Attributes:
        kind: What kind of thing is lost.
        subject: The client, the feature or the license.
        plan: The plan that its losers hold; `None` if it does not matter.
        license: The license that they hold beside it; `None` if it does not matter.
        user_types: The types of users who lose it, in the order of `UserType`.
        before: The outcome under the old package.
        after: The outcome under the new package, always less.
        reasons: Why it is not more; empty for a license.
        witness: A user who loses it.
    """

    kind: LossKind
    subject: str
    plan: LicenseName | None = None
    license: LicenseName | None = None
    user_types: tuple[UserType, ...]
    before: Outcome
    after: Outcome
    reasons: tuple[Reason, ...] = ()
    witness: Witness


@frozen(kw_only=True)
class Comparison(Answer):
    """What could be lost from one package to another.

    Attributes:
        owner: The owner of both packages, in lower case.
        rule_set_before: License model under the old package; `None` if undetermined.
        rule_set_after: License model under the new package; `None` if undetermined.
        losses: Everything that could be lost: logins, then features, then licenses.
            A plan and a license together are listed only where neither loses it alone.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("loses_nothing",)

    owner: str
    rule_set_before: RuleSet | None = None
    rule_set_after: RuleSet | None = None
    losses: tuple[Loss, ...] = ()

    @property
    def loses_nothing(self) -> bool:
        """Whether none of the holders that are looked at can lose anything (ADR 50)."""
        return not self.losses

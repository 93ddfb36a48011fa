"""Remedies: the smallest sets of steps that turn a "no" into a "yes".

Rule 1: a remedy is for the person who can carry it out. What the person who was denied
may be told is `UserRemedy`, which has neither changes nor prices nor other people.

Source: design section 11.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from superlicense.model import fields
from superlicense.model.answer import Answer, WordsIn
from superlicense.model.change import ActivatePackage, Assign, Change, ChangePlan, EndEvent, SaveUser
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.plain_data import Phrase, PlainNoun, Words
from superlicense.model.purchase import Purchase, Renewal

__all__ = [
    "AdministratorRemedy",
    "Instruction",
    "InstructionCode",
    "Remedy",
    "Step",
    "UserRemedy",
    "UserRemedyCode",
]

Step = Assign | ChangePlan | SaveUser | EndEvent | ActivatePackage | Purchase | Renewal
"""The closed alphabet of remedies: changes that can be applied, and what an owner has to issue."""


class InstructionCode(StrEnum):
    """What is to be done in one step, for the person who can do it."""

    RENEW = "renew"  # owner, until
    BUY = "buy"  # license, quantity
    ACTIVATE_PACKAGE = "activate_package"  # owner
    END_EVENT = "end_event"  # event, kind, message
    ALLOW_LOGIN = "allow_login"  # user
    APPROVE = "approve"  # user
    REHIRE = "rehire"  # user
    CHANGE_PLAN = "change_plan"  # license, user
    ASSIGN = "assign"  # license, user


class UserRemedyCode(StrEnum):
    """What the person who was denied may be told."""

    LICENSES_EXPIRED = "licenses_expired"  # the company has to renew its licenses
    LICENSES_SHORT = "licenses_short"  # the company has to buy licenses
    RENEWAL_WAITS = "renewal_waits"  # an administrator has to activate new licenses
    SYSTEM_CLOSED = "system_closed"  # an administrator has to end a system event
    ACCESS_CLOSED = "access_closed"  # an administrator has to open the person's access
    LICENSE_NEEDED = "license_needed"  # an administrator has to assign a license


@frozen(kw_only=True)
class Instruction(PlainNoun):
    """One thing to do.

    Attributes:
        code: What.
        params: With what; see `InstructionCode`.
    """

    has_words: ClassVar[bool] = True

    code: InstructionCode
    params: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)

    def in_words(self, words: Words | None) -> str:
        """Return its text, the code itself without *words*."""
        if words is None:
            return str(self.code)
        return str(words(Phrase(code=self.code, params=self.params)))


@frozen(kw_only=True)
class UserRemedy(Answer):
    """What the person who was denied may be told: a code and its words.

    Attributes:
        code: The code.
    """

    has_words: ClassVar[bool] = True

    code: UserRemedyCode

    @property
    def text(self) -> str:
        """The words in the language of the answer; the code itself without the facade."""
        return self.in_words(self.words())

    def in_words(self, words: Words | None) -> str:
        """Return its text, the code itself without *words*."""
        return str(self.code) if words is None else str(words(Phrase(code=self.code)))


@frozen(kw_only=True)
class AdministratorRemedy(Answer):
    """A remedy in the form in which an administrator carries it out.

    Attributes:
        instructions: What to do, in order.
        steps: The same as changes, purchases and renewals.
        price: Price of what is bought, 0 if nothing is; `None` if it is not known.
        people: Number of users that the steps concern.
        applicable: Whether nothing has to be issued by an owner first.
    """

    instructions: tuple[Instruction, ...]
    steps: tuple[Step, ...] = field(repr=False, metadata={"is_data": False})
    price: Decimal | None
    people: int
    applicable: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, for `Licensing.apply`."""
        return tuple(step for step in self.steps if not isinstance(step, Purchase | Renewal))

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of each instruction in the language of the answer; codes without the facade."""
        words = self.words()
        return tuple(one.in_words(words) for one in self.instructions)


@frozen(kw_only=True)
class Remedy(Answer):
    """A smallest set of steps after which the answer is "yes".

    Attributes:
        steps: The steps, in the order in which they are carried out.
        instructions: What each of them means, in the same order; a step that
            sets several switches of a user has one for each.
        price: Price of what is bought, 0 if nothing is; `None` if it is not known.
        people: Number of users that the steps concern.
        for_user: What the person themselves may be told.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("applicable",)

    steps: tuple[Step, ...] = field(metadata={"is_data": False})
    instructions: tuple[Instruction, ...]
    price: Decimal | None = None
    people: int = 1
    for_user: UserRemedy

    @property
    def changes(self) -> tuple[Change, ...]:
        """The steps that `Licensing.apply` carries out."""
        return self.for_administrator.changes

    @property
    def purchases(self) -> tuple[Purchase | Renewal, ...]:
        """The steps that an owner has to issue first, for `Licensing.what_if`."""
        return tuple(step for step in self.steps if isinstance(step, Purchase | Renewal))

    @property
    def applicable(self) -> bool:
        """Whether it can be carried out now: nothing has to be bought or renewed."""
        return not self.purchases

    @property
    def for_administrator(self) -> AdministratorRemedy:
        """The remedy for the person who carries it out."""
        return AdministratorRemedy(
            instructions=self.instructions,
            steps=self.steps,
            price=self.price,
            people=self.people,
            applicable=self.applicable,
            language=self.language,
            words_in=self.words_in,
        )

    def in_language(self, language: str, words_in: WordsIn) -> Remedy:
        """Return the same with words in *language*."""
        mine = evolve(self.for_user, language=language, words_in=words_in)
        return evolve(self, language=language, words_in=words_in, for_user=mine)

"""Gate answers: what would help, who may, and everything that one user may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.arguments import to_access, to_prices, to_seconds
from superlicense.licensing.clock import nanoseconds
from superlicense.licensing.engine.claims import Claims
from superlicense.licensing.engine.snapshot import feature as decide_feature
from superlicense.licensing.engine.snapshot import find_person
from superlicense.model.answer import WordsIn
from superlicense.model.decision import Access, Client, Decision, Question, Topic
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.apply import VetoesOf
from superlicense.rules.gate.login import login
from superlicense.rules.packages.waiting import waiting_warnings

if TYPE_CHECKING:
    from superlicense.model.remedy import Remedy
    from superlicense.model.who import Abilities, Who

__all__ = ["TOKEN_LIFETIME", "GateAnswers", "Worlds", "checked_subject", "decide"]

TOKEN_LIFETIME: Final = timedelta(minutes=15)
"""How long claims hold unless the host says otherwise."""


class Worlds(Protocol):
    """Shows the world at an instant."""

    def world_at(self, at: datetime | None) -> tuple[World, datetime]:
        """Return the world as of *at*, and *at* itself; `None` is now."""


class GateAnswers:
    """Answers to questions that come after a "no"."""

    __slots__ = ("_vetoes_of", "_worlds", "_zone")

    def __init__(self, worlds: Worlds, vetoes: VetoesOf, zone: tzinfo) -> None:
        """Answer from *worlds*; *vetoes* are the host's of releases, and dates are shown in *zone*."""
        self._worlds = worlds
        self._vetoes_of = vetoes
        self._zone = zone

    def remedies(  # noqa: PLR0913 - the question, and what is chosen about the answer
        self,
        user: str | User,
        client_or_feature: Client | str,
        access: Access = Access.EDIT,
        *,
        prices: Mapping[str, Decimal] | None = None,
        limit: int = 10,
        language: str = "en",
        at: datetime | None = None,
    ) -> tuple[Remedy, ...]:
        """Return the smallest sets of steps that turn a "no" into a "yes".

        Each remedy was carried out in a hypothesis and asked again, and no part of
        it is enough. Seats, prerequisites, user types, the one plan of a user and
        the host's vetoes are respected, and nothing is taken from other users.

        Args:
            user: Id of a user, or a user as the host knows them.
            client_or_feature: A `Client` for a login; any other string is the
                system license that names a feature.
            access: With EDIT, read-only access is a "no", too; with VIEW it is enough.
            prices: Price of one seat, by license, for the order of the remedies.
            limit: How many at most, 0 or more.
            language: The language of their words.
            at: The instant of the question; now if `None`.

        Returns:
            At most three steps each: those with fewer steps first, then the cheaper
            ones (what has no price comes last), then those that concern fewer
            users. None where the answer is "yes", and where nothing helps.

        Raises:
            InvalidValueError: an argument is not valid; a price is a float.
            StoreError: the revision cannot be read.

        Source: design section 11; ADR 46.
        """
        from superlicense.rules.answers.remedies import remedies  # noqa: PLC0415 - asked rarely, and costs an import

        known = to_access(access)
        if type(limit) is not int or limit < 0:
            raise InvalidValueError("limit", limit, "must be a whole number of 0 or more")
        priced = to_prices(prices)
        world, now = self._worlds.world_at(at)
        words = self._words_in(world, language)
        found = remedies(
            world,
            find_person(world, user),
            partial(_decide, _checked(client_or_feature), known, now),
            now,
            edits=known is Access.EDIT,
            prices=priced,
            limit=limit,
            vetoes_of=self._vetoes_of,
        )
        return tuple(one.in_language(language, words) for one in found)

    def who(
        self,
        client_or_feature: Client | str,
        access: Access = Access.VIEW,
        at: datetime | None = None,
        *,
        language: str = "en",
    ) -> Who:
        """Return the answer of every stored user to one question, grouped by the same reasons.

        Args:
            client_or_feature: A `Client` for a login; any other string is the
                system license that names a feature.
            access: What is asked; it changes what `Decision.allowed` would be, and
                never an outcome.
            at: The instant; now if `None`.
            language: The language of the words of reasons.

        Raises:
            InvalidValueError: an argument is not valid.
            StoreError: the store cannot be read.

        Source: design section 11.
        """
        from superlicense.rules.answers.who import who  # noqa: PLC0415 - asked rarely, and costs an import

        subject, known = _checked(client_or_feature), to_access(access)
        world, instant = self._worlds.world_at(at)
        words = self._words_in(world, language)
        found = who(world, _question(subject, known), partial(_decide, subject, known, instant, world))
        return evolve(found, language=language, words_in=words)

    def abilities(self, user: str | User, at: datetime | None = None) -> Abilities:
        """Return what *user* may do: the outcome of every client and of every licensed feature.

        A feature is ALLOWED where it may be edited, READ_ONLY where it may be viewed.

        Args:
            user: Id of a user, or a user as the host knows them.
            at: The instant; now if `None`.

        Raises:
            InvalidValueError: an argument is not valid.
            StoreError: the store cannot be read.

        Source: design section 11.
        """
        from superlicense.rules.answers.who import abilities  # noqa: PLC0415 - asked rarely, and costs an import

        world, instant = self._worlds.world_at(at)
        found = abilities(world, find_person(world, user), user if isinstance(user, str) else user.id, instant)
        return evolve(found, words_in=self._words_in(world, "en"))

    def claims(
        self, user: str | User, ttl: timedelta | int = TOKEN_LIFETIME, *, at: datetime | None = None
    ) -> dict[str, Any]:
        """Return what *user* may do as the claims of a token: JSON without floats, new at every call.

        ``sub`` is the id, ``clients`` and ``features`` are outcomes by client and by
        feature, as of `abilities`, and ``exp`` is the first second, since 1970, at
        which the claims no longer hold: the instant of the question plus *ttl*, or the first instant at
        which any of the answers changes if that comes earlier.

        Args:
            user: Id of a user, or a user as the host knows them.
            ttl: How long they hold at most, a second or more: a timedelta, or whole
                seconds.
            at: The instant of the question; now if `None`.

        Raises:
            InvalidValueError: an argument is not valid.
            StoreError: the revision cannot be read.

        Source: design section 11; RFC 7519, sections 4.1.2 and 4.1.4.
        """
        seconds = to_seconds("ttl", ttl)
        found = self.abilities(user, at)
        return Claims(found).token(found.user, nanoseconds(self._worlds.world_at(at)[1]), seconds)

    def _words_in(self, world: World, language: str) -> WordsIn:
        """Return what makes words.

        Raises:
            InvalidValueError: there is no catalog for *language*.
        """
        # Loaded on first use: a service that only asks the gate does not pay for catalogs.
        from superlicense.licensing.words import words_in  # noqa: PLC0415 - see above

        words = words_in(world, self._zone)
        words(language)
        return words


def _checked(client_or_feature: Client | str) -> Client | str:
    if not isinstance(client_or_feature, str):
        raise InvalidValueError("client_or_feature", client_or_feature, "must be a Client or the name of a feature")
    return client_or_feature


def checked_subject(client_or_feature: Client | str, access: Access) -> tuple[Client | str, Access]:
    """Return the subject and the access of a question.

    Raises:
        InvalidValueError: one of them is not valid.
    """
    return _checked(client_or_feature), to_access(access)


def decide(world: World, user: User | None, subject: Client | str, access: Access, at: datetime) -> Decision:
    """Decide a question in *world* at *at*, as the gate does."""
    if isinstance(subject, Client):
        return login(world, user, subject, at, waiting=waiting_warnings)
    return decide_feature(world, user, subject, access, at)


def _question(subject: Client | str, access: Access) -> Question:
    if isinstance(subject, Client):
        return Question(topic=Topic.LOGIN, subject=subject)
    try:
        return Question(topic=Topic.FEATURE, subject=str(LicenseName.parse(subject)), access=access)
    except InvalidValueError:
        return Question(topic=Topic.FEATURE, subject=subject, access=access)


def _decide(subject: Client | str, access: Access, at: datetime, world: World, user: User) -> Decision:
    if isinstance(subject, Client):
        return login(world, user, subject, at)
    return decide_feature(world, user, subject, access, at)

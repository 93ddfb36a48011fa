"""Readable seats: what can be asked of seats, none of which writes anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.arguments import to_share
from superlicense.licensing.clock import to_utc
from superlicense.licensing.gate_answers import Worlds
from superlicense.model.answer import Answer
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment, SeatUsage
from superlicense.model.world import World
from superlicense.rules.seats import counting

if TYPE_CHECKING:
    from superlicense.model.seat_use import IdleUser, LowLicense, RedundantSeat

__all__ = ["ReadableSeats"]

A = TypeVar("A", bound=Answer)

_IDLE: Final = timedelta(days=90)
_LOW: Final = Decimal("0.1")
_NOTHING: Final = timedelta(0)


class ReadableSeats:
    """What can be asked of the seats of one installation."""

    __slots__ = ("_worlds", "_zone")

    def __init__(self, worlds: Worlds, zone: tzinfo) -> None:
        """Answer from *worlds*, with dates in *zone*."""
        self._worlds = worlds
        self._zone = zone

    def usage(self, license: LicenseName | str, *, at: datetime | None = None) -> SeatUsage:
        """Count the seats of *license*, direct holders and those through a plan.

        Raises:
            UnknownLicenseError: no package in force has it.
            InvalidValueError: it is not a license name, or *at* is naive.
        """
        world, _ = self._worlds.world_at(at)
        return counting.usage(world, LicenseName.parse(license))

    def held_by(self, holder: str, *, at: datetime | None = None) -> tuple[Assignment, ...]:
        """Return the running assignments of *holder*, in the order of their start."""
        world, _ = self._worlds.world_at(at)
        return tuple(row.noun for row in world.assignments.get(holder, ()))

    def idle(
        self, last_login: Mapping[str, datetime], *, after: timedelta = _IDLE, at: datetime | None = None
    ) -> tuple[IdleUser, ...]:
        """Return the users who hold licenses and have not logged in for long.

        Logins are the host's, which knows them.

        Args:
            last_login: When each user last logged in, aware, by id; a user who is
                missing never did.
            after: How long counts as idle, 0 or more; a user who logged in exactly
                this long ago is idle.
            at: The instant; now if `None`.

        Returns:
            Users who never logged in first, then those who are idle longest, then by id.

        Raises:
            InvalidValueError: an instant is naive, *last_login* is not a mapping, or
                *after* is not a timedelta of 0 or more.
        """
        from superlicense.rules.answers.seat_use import idle  # noqa: PLC0415 - asked rarely, and costs an import

        given: object = after
        if not isinstance(given, timedelta) or given < _NOTHING:
            raise InvalidValueError("after", after, "must be a timedelta of 0 or more")
        mapping: object = last_login
        if not isinstance(mapping, Mapping):
            raise InvalidValueError("last_login", last_login, "must be a mapping of user ids to instants")
        known = {user: to_utc(when, f"last_login.{user}") for user, when in last_login.items()}
        world, instant = self._worlds.world_at(at)
        return self._worded(idle(world, known, instant, after), world)

    def redundant(self, *, at: datetime | None = None) -> tuple[RedundantSeat, ...]:
        """Return the licenses of users that others of the same user cover: loose ones, and plans.

        All of them can be released together, and no user loses anything.

        Args:
            at: The instant; now if `None`.

        Returns:
            By holder; of one holder loose licenses come first.

        Raises:
            InvalidValueError: *at* is naive.
        """
        from superlicense.rules.answers.seat_use import redundant  # noqa: PLC0415 - asked rarely, and costs an import

        world, _ = self._worlds.world_at(at)
        return self._worded(redundant(world), world)

    def low(
        self,
        share: Decimal | str | float = _LOW,
        *,
        hidden: bool = False,
        at: datetime | None = None,
    ) -> tuple[LowLicense, ...]:
        """Return the licenses that are nearly used up.

        Args:
            share: At most this share of the seats is free, from 0 to 1: a `Decimal`,
                an integer or the text of a number. The literal ``0.1`` is taken as
                the decimal number it is written as, so that no float is computed with.
            hidden: List also the licenses that only plans grant.
            at: The instant; now if `None`.

        Returns:
            Those with the fewest free seats first, then by name.

        Raises:
            InvalidValueError: *share* is not a number from 0 to 1, or *at* is naive.
        """
        from superlicense.rules.answers.seat_use import low  # noqa: PLC0415 - asked rarely, and costs an import

        known = to_share("share", share)
        world, _ = self._worlds.world_at(at)
        return self._worded(low(world, known, hidden=hidden), world)

    def _worded(self, answers: tuple[A, ...], world: World) -> tuple[A, ...]:
        """Return *answers* with what makes their words."""
        # Loaded on first use: a service that only asks the gate does not pay for catalogs.
        from superlicense.licensing.words import words_in  # noqa: PLC0415 - see above

        words = words_in(world, self._zone)
        return tuple(evolve(one, words_in=words) for one in answers)

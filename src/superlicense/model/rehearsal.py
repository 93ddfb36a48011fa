"""What a fleet answers about many installations: rehearsals of a new price list, and their coming dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from attrs import field, frozen

from superlicense.errors import SuperlicenseError
from superlicense.model.package_dates import PackageDate
from superlicense.model.plain_data import PlainNoun
from superlicense.model.preview import ActivationPreview
from superlicense.model.site import Installation

__all__ = ["FleetDate", "FleetDates", "FleetFailure", "HurtUser", "Rehearsal"]


@frozen(kw_only=True)
class HurtUser(PlainNoun):
    """Someone who would lose something.

    Attributes:
        user: Id of the user.
        name: Name of the user.
        lost: User licenses that would no longer be granted.
        features_lost: Features with less access than now.
        logins_lost: Clients whose login would grant less than now.
    """

    user: str
    name: str
    lost: tuple[str, ...] = ()
    features_lost: tuple[str, ...] = ()
    logins_lost: tuple[str, ...] = ()


@frozen(kw_only=True)
class Rehearsal(PlainNoun):
    """What a new package would do to one installation of many. It has changed nothing.

    Attributes:
        installation: The installation.
        number: Its place among those that are rehearsed, from 1.
        total: How many are rehearsed; `None` if their iterable has no length.
        preview: The consequences; `None` if there is no package for it, or *error*
            is set.
        hurt: The users who would lose something, by id.
        error: Why there is no preview; `None` if nothing went wrong.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("can_be_activated", "safe_unattended")

    installation: Installation
    number: int
    total: int | None = None
    preview: ActivationPreview | None = None
    hurt: tuple[HurtUser, ...] = ()
    error: SuperlicenseError | None = None

    @property
    def can_be_activated(self) -> bool:
        """Whether there is a package, and nothing blocks it."""
        return self.preview is not None and self.preview.can_be_activated

    @property
    def safe_unattended(self) -> bool:
        """Whether an unattended job may activate it: no blockers, and no user loses anything."""
        return self.preview is not None and self.preview.safe_unattended


@frozen(kw_only=True)
class FleetFailure(PlainNoun):
    """What went wrong with one installation of many; it stopped no other.

    Attributes:
        installation: The installation.
        error: What went wrong.
    """

    installation: Installation
    error: SuperlicenseError


@frozen(kw_only=True)
class FleetDate(PlainNoun):
    """One coming date of one package of one installation.

    Attributes:
        installation: The installation.
        date: The date.
    """

    installation: Installation
    date: PackageDate


@frozen(kw_only=True)
class FleetDates(PlainNoun):
    """The coming dates of many installations; it is iterated as its dates.

    Attributes:
        dates: The dates in order of time, those of one instant in the order of the
            installations.
        failures: The installations whose dates are not known.
    """

    dates: tuple[FleetDate, ...]
    failures: tuple[FleetFailure, ...] = field(default=())

    def __iter__(self) -> Iterator[FleetDate]:
        """Return the dates."""
        return iter(self.dates)

    def __len__(self) -> int:
        """Return how many dates there are."""
        return len(self.dates)

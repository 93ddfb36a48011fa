"""What a fleet answers about many installations: rehearsals of a new price list, and their coming dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from superlicense.errors import SuperlicenseError
from superlicense.model.decision import Reason
from superlicense.model.package_dates import PackageDate
from superlicense.model.plain_data import plain_data
from superlicense.model.preview import ActivationPreview
from superlicense.model.site import Installation

__all__ = ["FleetDate", "FleetDates", "FleetFailure", "HurtUser", "Rehearsal"]

Words = Callable[[Any], str]
"""Returns the words of a reason."""


@frozen(kw_only=True)
class HurtUser:
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

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        found: dict[str, Any] = plain_data(self)
        return found


@frozen(kw_only=True)
class Rehearsal:
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

    def to_dict(self, words: Words | None = None) -> dict[str, Any]:
        """Return it as JSON has it; with *words*, each reason has its text beside its code."""
        found: dict[str, Any] = plain_data(self, extra=_extra(words))
        return {
            **found,
            "error": _error(self.error, words),
            "can_be_activated": self.can_be_activated,
            "safe_unattended": self.safe_unattended,
        }


@frozen(kw_only=True)
class FleetFailure:
    """What went wrong with one installation of many; it stopped no other.

    Attributes:
        installation: The installation.
        error: What went wrong.
    """

    installation: Installation
    error: SuperlicenseError

    def to_dict(self, words: Words | None = None) -> dict[str, Any]:
        """Return it as JSON has it; *words* writes the error."""
        return {"installation": plain_data(self.installation), "error": _error(self.error, words)}


@frozen(kw_only=True)
class FleetDate:
    """One coming date of one package of one installation.

    Attributes:
        installation: The installation.
        date: The date.
    """

    installation: Installation
    date: PackageDate

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        found: dict[str, Any] = plain_data(self)
        return found


@frozen(kw_only=True)
class FleetDates:
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

    def to_dict(self, words: Words | None = None) -> dict[str, Any]:
        """Return them as JSON has them; *words* writes the errors."""
        return {"dates": plain_data(self.dates), "failures": [one.to_dict(words) for one in self.failures]}


def _error(error: SuperlicenseError | None, words: Words | None = None) -> dict[str, str] | None:
    if error is None:
        return None
    return {"code": error.code, "message": str(error) if words is None else words(error)}


def _extra(words: Words | None) -> Callable[[object], Mapping[str, object]]:
    def extra(noun: object) -> Mapping[str, object]:
        return {"text": words(noun)} if words is not None and isinstance(noun, Reason) else {}

    return extra

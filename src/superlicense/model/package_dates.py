"""The coming dates of packages, for reminders and calendars."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from attrs import frozen

from superlicense.model.answer import Answer
from superlicense.model.plain_data import Phrase, Words

__all__ = ["PackageDate", "PackageDateKind"]


class PackageDateKind(StrEnum):
    """What happens to a package at a date."""

    WARNS = "warns"  # administrators are warned of the expiry from then on
    EXPIRES = "expires"  # the grace period begins, or the package stops where it has none
    GRACE_ENDS = "grace_ends"  # the package stops
    REVOCATION_GRACE_ENDS = "revocation_grace_ends"  # a revoked package stops
    MAINTENANCE_ENDS = "maintenance_ends"  # upgrades are refused from then on
    NEXT_CHECK = "next_check"  # the issuer should be asked for a newer package


# Everything else is the end of a period, whose last day counts.
_BEGINS: Final = frozenset({PackageDateKind.WARNS, PackageDateKind.NEXT_CHECK})


@frozen(kw_only=True)
class PackageDate(Answer):
    """One coming date of one package in force.

    >>> from datetime import UTC
    >>> at = datetime(2027, 6, 30, 22, tzinfo=UTC)
    >>> PackageDate(at=at, owner="superoffice", kind=PackageDateKind.EXPIRES).to_dict()
    {'at': '2027-06-30T22:00:00Z', 'owner': 'superoffice', 'kind': 'expires'}

    Attributes:
        at: The first instant of the new state.
        owner: Owner of the package, in lower case.
        kind: What happens then.
    """

    has_words: ClassVar[bool] = True

    at: datetime
    owner: str
    kind: PackageDateKind

    def in_words(self, words: Words | None) -> str:
        """Return its text, the code of its kind without *words*."""
        if words is None:
            return str(self.kind)
        begins = self.kind in _BEGINS
        params = {"owner": self.owner, "kind": self.kind, "starts_at" if begins else "ends_at": self.at}
        return str(words(Phrase(code="cause_begins" if begins else "cause_ends", params=params)))

"""Consumed licenses: what a holder consumes, and what of it may refuse an assignment.

Rule 1: everything here follows from rows of packages in force. It is derived once
for each license when packages change (``World.implies``), because every
assignment asks for it.

Rule 2: most rows refuse nobody. Seats, user types and prerequisites are listed by
themselves, so that a check looks only at the rows that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Self

from attrs import frozen

from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.user import UserType

__all__ = ["NOTHING_CONSUMED", "Consumed"]


@frozen(kw_only=True)
class Consumed:
    """The licenses that a holder consumes, by name.

    Attributes:
        rows: The row in force of every license; `None` where no package has it.
        quantities: How many seats were bought of those that are restricted.
        user_types: The types of users that may hold those that not every type may.
        prerequisites: The prerequisite of those that have one.
    """

    rows: Mapping[str, ModuleLicense | None]
    quantities: Mapping[str, int]
    user_types: Mapping[str, frozenset[UserType]]
    prerequisites: Mapping[str, LicenseName]

    @classmethod
    def of(cls, rows: Mapping[str, ModuleLicense | None]) -> Self:
        """Return what is consumed by a holder of *rows*, in their order."""
        known = [row for row in rows.values() if row is not None]
        return cls(
            rows=MappingProxyType(dict(rows)),
            quantities=MappingProxyType({row.name: row.quantity for row in known if row.restricted}),
            user_types=MappingProxyType({row.name: row.allowed_user_types for row in known if row.allowed_user_types}),
            prerequisites=MappingProxyType(
                {row.name: row.prerequisite for row in known if row.prerequisite is not None}
            ),
        )

    @classmethod
    def together(cls, parts: Iterable[Consumed]) -> Self:
        """Return what is consumed by a holder of all *parts*; each license once, where it comes first."""
        rows: dict[str, ModuleLicense | None] = {}
        quantities: dict[str, int] = {}
        user_types: dict[str, frozenset[UserType]] = {}
        prerequisites: dict[str, LicenseName] = {}
        for part in parts:
            rows.update(part.rows)
            quantities.update(part.quantities)
            user_types.update(part.user_types)
            prerequisites.update(part.prerequisites)
        return cls(
            rows=MappingProxyType(rows),
            quantities=MappingProxyType(quantities),
            user_types=MappingProxyType(user_types),
            prerequisites=MappingProxyType(prerequisites),
        )


NOTHING_CONSUMED: Final = Consumed.of({})
"""What a holder of no license consumes."""

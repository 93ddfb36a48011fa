"""A step: the rows that one change ends and starts.

Rule 1: a step only gathers. `superlicense.rules.changing.apply` makes the next
world of it, or drops it whole when the change is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from superlicense.errors import RefusedError
from superlicense.model.decision import Reason
from superlicense.model.fact import Noun, Row, Table, assignment_key
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment
from superlicense.model.world import World

__all__ = ["Step", "Vetoes", "refuse_if"]

Vetoes = Mapping[tuple[str, str], str]
"""Why the host keeps a license with its holder, by (holder, license)."""


class Step:
    """What one change does to one world.

    Attributes:
        world: The world before the change.
        at: When it is made.
        by: Who makes it.
        vetoes: Releases that the host objects to.
        rows: What has ended and started, in order.
    """

    __slots__ = ("_ended", "_sequence", "at", "by", "rows", "vetoes", "world")

    def __init__(self, world: World, at: datetime, by: str, vetoes: Vetoes) -> None:
        """Begin a step from *world*."""
        self.world = world
        self.at = at
        self.by = by
        self.vetoes = vetoes
        self.rows: list[Row[Any]] = []
        self._sequence = world.sequence
        self._ended: set[int] = set()

    def start(self, table: Table, key: str, noun: Noun, document: bytes | None = None) -> None:
        """Start a row."""
        self._sequence += 1
        self.rows.append(
            Row(
                table=table,
                key=key,
                noun=noun,
                start=self.at,
                started_by=self.by,
                sequence=self._sequence,
                document=document,
            )
        )

    def end(self, row: Row[Any] | None) -> None:
        """End a running row, once; `None` is no row and needs no end."""
        if row is not None and row.sequence not in self._ended:
            self._ended.add(row.sequence)
            self.rows.append(row.ended(at=self.at, by=self.by))

    def replace(self, row: Row[Any] | None, table: Table, key: str, noun: Noun, document: bytes | None = None) -> None:
        """End *row* and start what comes in its place."""
        self.end(row)
        self.start(table, key, noun, document)

    def assign(self, license: LicenseName, holder: str, comment: str = "") -> None:
        """Start an assignment."""
        noun = Assignment(license=license, holder=holder, start=self.at, assigned_by=self.by, comment=comment)
        self.start(Table.ASSIGNMENTS, assignment_key(license, holder), noun)

    def release(self, license: LicenseName, holder: str) -> None:
        """End the running assignment of *license* to *holder*."""
        rows = self.world.assignments[holder]
        self.end(next(row for row in rows if row.noun.license == license))


def refuse_if(reasons: list[Reason]) -> None:
    """Refuse the change if there are *reasons* to.

    Raises:
        RefusedError: there are.
    """
    if reasons:
        raise RefusedError(reasons)

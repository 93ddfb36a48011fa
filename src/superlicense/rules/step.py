"""A step: the rows that one change ends and starts.

Rule 1: a step only collects rows. `superlicense.rules.apply.apply` builds the
next world from them, or discards them if the change is refused.

Rule 2: no row starts and ends in the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

from superlicense.errors import refusal
from superlicense.model.license import LicenseName
from superlicense.model.reason import Reason
from superlicense.model.row import Noun, Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.world import World

__all__ = ["RecordOf", "Step", "Vetoes", "about", "no_record", "refuse_if"]

Vetoes = Mapping[tuple[str, str], str]
"""The host's reason to veto the release of a license, by (holder, license)."""


RecordOf = Callable[[Table, Noun], object]
"""Makes what is stored of a noun of a table, opaque to rules."""


def no_record(table: Table, noun: Noun) -> None:
    """Make nothing: what is simulated is not stored."""


class Step:
    """The rows that one change ends and starts in a world.

    Attributes:
        world: The world before the change.
        at: When the change is made.
        by: Who makes it.
        record_of: Makes what is stored of a noun.
        vetoes: Releases that the host vetoes.
        rows: Ended and started rows, in order.
    """

    __slots__ = ("_sequence", "at", "by", "record_of", "rows", "vetoes", "world")

    def __init__(self, world: World, at: datetime, by: str, vetoes: Vetoes, record_of: RecordOf = no_record) -> None:
        """Begin a step from *world*."""
        self.record_of = record_of
        self.world = world
        self.at = at
        self.by = by
        self.vetoes = vetoes
        self.rows: list[Row[Any]] = []
        self._sequence = world.sequence

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
                record=self.record_of(table, noun),
            )
        )

    def end(self, row: Row[Any]) -> None:
        """End a running row."""
        self.rows.append(row.ended(at=self.at, by=self.by))

    def replace(self, row: Row[Any] | None, table: Table, key: str, noun: Noun, document: bytes | None = None) -> None:
        """End *row*, if there is one, and start another in its place."""
        if row is not None:
            self.end(row)
        self.start(table, key, noun, document)

    def swap(
        self, holder: str, before: Collection[LicenseName], after: Collection[LicenseName], comment: str = ""
    ) -> None:
        """End the assignments of *holder* that are in *before* only, and start those that are in *after* only."""
        gone = [name for name in before if name not in after]
        if gone:
            for row in self.world.assignments.get(holder, ()):
                if row.noun.license in gone:
                    self.end(row)
        for name in after:
            if name not in before:
                noun = Assignment(license=name, holder=holder, start=self.at, assigned_by=self.by, comment=comment)
                self.start(Table.ASSIGNMENTS, assignment_key(name, holder), noun)


def refuse_if(reasons: Collection[Reason]) -> None:
    """Refuse the change if there are *reasons*.

    Raises:
        RefusedError: *reasons* is not empty.
    """
    if reasons:
        raise refusal(reasons)


def about(reasons: Iterable[Reason], params: Mapping[str, object]) -> tuple[Reason, ...]:
    """Return *reasons* with *params*; a parameter that a reason has already stays."""
    return tuple(evolve(reason, params={**reason.params, **_missing(reason, params)}) for reason in reasons)


def _missing(reason: Reason, params: Mapping[str, object]) -> dict[str, object]:
    named = not {"holder", "site"}.isdisjoint(reason.params)
    return {
        key: value
        for key, value in params.items()
        if key not in reason.params and not (named and key in {"holder", "site"})
    }

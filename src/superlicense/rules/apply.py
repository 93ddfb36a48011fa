"""Applying changes: the world after a list of changes, or the reasons why they are refused.

Rule 1: changes are applied in order, each to the world that the earlier ones
produced. A refused change is skipped, so that all refusals are found. What a
batch may not do as a whole is judged after its last change.

Rule 2: whatever a change does, it adds no second plan to a user.

Rule 3: nothing is written here. A simulation is `apply` without a commit.

Source: design section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, frozen

from superlicense.errors import RefusedError
from superlicense.model import change as changes_
from superlicense.model.change import Change, Refusal
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.reason import Reason
from superlicense.model.row import Row
from superlicense.model.world import World
from superlicense.rules.administrators import last_administrator, lost_administrators
from superlicense.rules.notices import edit_event, end_event, start_event
from superlicense.rules.packages.activating import activate, install_root, keep_waiting, remove
from superlicense.rules.packages.succeeding import change_installation
from superlicense.rules.refusing import gives_up_seats, needs_seats, place_in, subject_of, with_hint
from superlicense.rules.seats.assigning import assign, change_plan, release
from superlicense.rules.seats.people import forget_user, retire, save_site, save_user
from superlicense.rules.seats.plans import added_plans
from superlicense.rules.step import RecordOf, Step, Vetoes, about, no_record, refuse_if
from superlicense.rules.world_update import apply_rows

__all__ = ["Applied", "VetoesOf", "apply", "no_vetoes"]

VetoesOf = Callable[[World, Change], Vetoes]
"""Returns the host's vetoes of what a change would release, given the world it is applied to."""

_RULES: Final = MappingProxyType[type, tuple[EntryKind, Callable[[Step, Any], None]]](
    {
        changes_.SaveUser: (EntryKind.SAVE_USER, save_user),
        changes_.SaveSite: (EntryKind.SAVE_SITE, save_site),
        changes_.Assign: (EntryKind.ASSIGN, assign),
        changes_.Release: (EntryKind.RELEASE, release),
        changes_.ChangePlan: (EntryKind.CHANGE_PLAN, change_plan),
        changes_.Retire: (EntryKind.RETIRE, retire),
        changes_.ForgetUser: (EntryKind.FORGOTTEN, forget_user),
        changes_.ActivatePackage: (EntryKind.ACTIVATE_PACKAGE, activate),
        changes_.KeepPackageWaiting: (EntryKind.KEEP_PACKAGE_WAITING, keep_waiting),
        changes_.RemovePackage: (EntryKind.REMOVE_PACKAGE, remove),
        changes_.InstallRoot: (EntryKind.INSTALL_ROOT, install_root),
        changes_.ChangeInstallation: (EntryKind.CHANGE_INSTALLATION, change_installation),
        changes_.StartEvent: (EntryKind.START_EVENT, start_event),
        changes_.EditEvent: (EntryKind.EDIT_EVENT, edit_event),
        changes_.EndEvent: (EntryKind.END_EVENT, end_event),
    }
)

_NO_VETOES: Final[Vetoes] = MappingProxyType({})


def no_vetoes(world: World, change: Change) -> Vetoes:  # noqa: ARG001 - the shape of `VetoesOf`
    """Return no vetoes."""
    return _NO_VETOES


@frozen(kw_only=True)
class Applied:
    """The result of applying a list of changes.

    Attributes:
        world: The world after the changes that were not refused.
        rows: The rows that ended and started, in order; ended rows have an end.
        entries: A journal entry for each change that had an effect.
        refusals: The refused changes.
    """

    world: World
    rows: tuple[Row[Any], ...]
    entries: tuple[JournalEntry, ...]
    refusals: tuple[Refusal, ...]


def apply(  # noqa: PLR0913 - what a change depends on
    world: World,
    changes: Iterable[Change],
    at: datetime,
    *,
    by: str = "host",
    vetoes_of: VetoesOf = no_vetoes,
    record_of: RecordOf = no_record,
) -> Applied:
    """Apply *changes* to *world* as of *at*.

    Args:
        world: The current world; it is not modified.
        changes: The changes, in order.
        at: When; not before the latest instant on record.
        by: Who makes the changes.
        vetoes_of: Called for each change with the world it is applied to.
        record_of: Makes what is stored of each noun, where it is to be stored.

    Returns:
        The new world, the rows and journal entries that lead to it, and all
        refusals.

    Raises:
        TypeError: an item of *changes* is not a change.
    """
    batch = _Batch(world=world, at=at, by=by, vetoes_of=vetoes_of, record_of=record_of)
    wanted = tuple(changes)
    applied = batch.apply(wanted)
    if len(wanted) > 1 and needs_seats(applied.refusals):
        releases_first = tuple(sorted(wanted, key=gives_up_seats, reverse=True))
        if releases_first != wanted and not batch.apply(releases_first).refusals:
            return evolve(applied, refusals=with_hint(applied.refusals))
    return applied


@frozen(kw_only=True)
class _Batch:
    """What all changes of a batch share."""

    world: World
    at: datetime
    by: str
    vetoes_of: VetoesOf
    record_of: RecordOf

    def apply(self, changes: Sequence[Change]) -> Applied:
        """Apply *changes*; the change that takes the last administrator is refused."""
        refused: dict[int, tuple[Reason, ...]] = {}
        while True:
            applied, lost = self._apply(changes, refused)
            found = last_administrator(self.world, applied.world, self.at, lost)
            if found is None:
                return applied
            place, reason = found
            refused[place] = (reason,)

    def _apply(
        self, changes: Sequence[Change], refused: Mapping[int, tuple[Reason, ...]]
    ) -> tuple[Applied, list[tuple[int, Change, str]]]:
        """Apply *changes* except those *refused* by place; also return the administrators lost."""
        world = self.world
        rows: list[Row[Any]] = []
        entries: list[JournalEntry] = []
        refusals: list[Refusal] = []
        lost: list[tuple[int, Change, str]] = []
        for place, change in enumerate(changes):
            found = _RULES.get(type(change))
            if found is None:
                message = f"{type(change).__name__} is not a change"
                raise TypeError(message)
            kind, rule = found
            step = Step(world, self.at, self.by, self.vetoes_of(world, change), self.record_of)
            try:
                refuse_if(refused.get(place, ()))
                rule(step, change)
                after = apply_rows(world, step.rows, entries=1)
                refuse_if(list(added_plans(world, after, step.rows)))
            except RefusedError as error:
                reasons = about(error.reasons, {**subject_of(world, change), **place_in(changes, place)})
                refusals.append(Refusal(place=place, change=change, reasons=reasons))
                continue
            if step.rows:
                entries.append(_entry(world, step, kind))
                rows += step.rows
                world = after
                lost += [(place, change, user) for user in lost_administrators(step, world)]
        applied = Applied(world=world, rows=tuple(rows), entries=tuple(entries), refusals=tuple(refusals))
        return applied, lost


def _entry(world: World, step: Step, kind: EntryKind) -> JournalEntry:
    return JournalEntry(
        number=world.entries + 1,
        at=step.at,
        by=step.by,
        kind=kind,
        before=tuple([row for row in step.rows if row.end is not None]),
        after=tuple([row for row in step.rows if row.end is None]),
    )

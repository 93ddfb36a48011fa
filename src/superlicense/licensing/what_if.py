"""What if: what the installation would answer after changes and purchases that nobody has made.

Rule 1: a hypothesis is made of a world and answers from it alone. It has nothing
that writes; only its statement reads the store, once, when it is asked for.

Rule 2: it answers as the installation would after the changes were really made at
the same instant.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.metering.terms_difference import KnownTerms
from superlicense.licensing.readable_seats import ReadableSeats
from superlicense.licensing.screens import Screens
from superlicense.licensing.supposed_meters import SupposedMeters
from superlicense.licensing.words import words_in
from superlicense.licensing.world_gate import WorldGate
from superlicense.model.change import Change, ChangeInstallation, Refusal
from superlicense.model.hypothesis import HypothesisData, RefusedStep
from superlicense.model.month import Month
from superlicense.model.plain_data import Words
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.statement import Statement
from superlicense.model.world import World
from superlicense.ports import HolderVeto
from superlicense.rules.answers.supposing import suppose

__all__ = ["Hypothesis", "what_if"]


class _OneWorld:
    """Shows one world, at the instant of the hypothesis and later."""

    __slots__ = ("_at", "_world")

    def __init__(self, world: World, at: datetime) -> None:
        self._world = world
        self._at = at

    def world_at(self, at: datetime | None) -> tuple[World, datetime]:
        """Return the world, and *at*.

        Raises:
            InvalidValueError: *at* lies before the hypothesis, or is naive.
        """
        instant = self._at if at is None else to_utc(at)
        if instant < self._at:
            raise InvalidValueError("at", at, "must not be before the instant of the hypothesis")
        return self._world, instant


class _Stopped:
    """A clock that stands still."""

    __slots__ = ("_at",)

    def __init__(self, at: datetime) -> None:
        self._at = at

    def read(self) -> datetime:
        return self._at


class _Shown:
    """What screens are made of."""

    __slots__ = ("clock", "terms", "veto", "worlds")

    def __init__(self, worlds: _OneWorld, veto: HolderVeto | None, terms: KnownTerms, at: datetime) -> None:
        self.clock = _Stopped(at)
        self.terms = terms
        self.worlds = worlds
        self.veto = veto


class Hypothesis:
    """The installation as it would be; see `superlicense.Licensing.what_if`.

    Attributes:
        at: The instant of the changes, and of every question without an ``at``.
        gate: Every question about access.
        seats: How many seats are in use; which are low or redundant.
        refusals: What of the hypothesis was refused and is therefore not part of
            it, with all reasons: purchases first.
    """

    __slots__ = ("__dict__", "_engine", "_shown", "_world", "_zone", "at", "gate", "refusals", "seats")

    def __init__(self, engine: Engine, zone: tzinfo, world: World, refusals: tuple[Refusal, ...], at: datetime) -> None:
        """Answer from *world*; *engine* is only read."""
        worlds = _OneWorld(world, at)
        self._engine = engine
        self._shown = _Shown(worlds, engine.veto, engine.terms, at)
        self._world = world
        self._zone = zone
        self.at = at
        self.gate = WorldGate(worlds, vetoes_of(engine.veto), zone)
        self.refusals = refusals
        self.seats = ReadableSeats(worlds, zone)

    @cached_property
    def _meters(self) -> SupposedMeters:
        return SupposedMeters(self._engine, self._world, self.at)

    @cached_property
    def screens(self) -> Screens:
        """What an administrator would see."""
        return Screens(self._shown, self._meters, self._zone)

    def statement(self, month: Month | str) -> Statement:
        """Return the statement of *month* as it would be; usage is read once, now.

        Args:
            month: Any month, or ``"YYYY-MM"``; the users of the month of the
                hypothesis, and of later ones, are those after the changes.

        Raises:
            InvalidValueError: *month* is not a month.
            StoreError: the store cannot be read.
        """
        return self._meters.statement(month)

    def to_dict(self, words: Words | None = None, *, language: str = "en") -> dict[str, Any]:
        """Return the refusals and the licenses that would be low or redundant, as plain data for JSON.

        Args:
            words: Makes the words of reasons; those of *language* if `None`.
            language: The language of the words.
        """
        refusals = (
            RefusedStep(place=one.place, change=type(one.change).__name__, reasons=one.reasons) for one in self.refusals
        )
        data = HypothesisData(
            at=self.at, refusals=tuple(refusals), low=self.seats.low(), redundant=self.seats.redundant()
        )
        return data.to_dict(words or words_in(self._world, self._zone)(language))


def what_if(
    engine: Engine,
    zone: tzinfo,
    changes: Iterable[Change],
    purchases: Iterable[Purchase | Renewal],
    at: datetime | None,
) -> Hypothesis:
    """Return what *engine* would answer; see `superlicense.Licensing.what_if`."""
    bought = tuple(purchases)
    for place, one in enumerate(bought):
        if not isinstance(one, Purchase | Renewal):
            raise InvalidValueError(f"purchases[{place}]", one, "must be a Purchase or a Renewal")
    wanted = tuple(changes)
    for place, change in enumerate(wanted):
        if not isinstance(change, Change):
            raise InvalidValueError(f"changes[{place}]", change, "must be a change")
    world, instant = engine.worlds.world_at(at)
    read = [_with_contents(engine, world, instant, change) for change in wanted]
    supposed = suppose(world, read, bought, instant, vetoes_of=vetoes_of(engine.veto))
    return Hypothesis(engine, zone, supposed.world, supposed.refusals, instant)


def _with_contents(engine: Engine, world: World, at: datetime, change: Change) -> Change:
    """Return *change*; one of the installation with the package that its document says, as `apply` reads it."""
    if not isinstance(change, ChangeInstallation) or change.document is None:
        return change
    return evolve(change, activation=engine.documents(world, at).activation(change.document))

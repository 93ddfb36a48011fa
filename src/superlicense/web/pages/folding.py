"""Folding: what blocks an activation, and what people lose by it, each said once.

Rule 1: hidden licenses are counted behind the plan that brings them, and people to
whom the same happens are listed together; the first of them by name, the rest by
number.

Source: design section 14; ADR 61.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from superlicense.model.preview import ActivationPreview, UserEffect
from superlicense.screens import ActivationDialog, HolderRow, SuperfluousRow
from superlicense.web.pages.steps import NAMED, distinct, first_of, release_value
from superlicense.web.visit import Visit

__all__ = ["Block", "Loss", "blocks_of", "losses_of"]


@frozen(kw_only=True)
class Block:
    """What blocks an activation: one license, or a plan with all that it brings.

    Attributes:
        title: Title of the license.
        text: Why it blocks.
        in_use: Seats in use.
        available: Seats of the new package.
        must_remove: Seats to release; 0 if it is not about numbers.
        holders: Some holders, each by name, with the value of the box that
            releases it; without one if it cannot be released by itself.
        others: How many more holders there are.
    """

    title: str
    text: str
    in_use: int
    available: int
    must_remove: int
    holders: tuple[tuple[str, str | None], ...]
    others: int


@frozen(kw_only=True)
class Loss:
    """What some people lose.

    Attributes:
        people: Some of them, by name.
        others: How many more there are.
        lost: What they lose.
        logins: What changes about their logins: client, before and after.
    """

    people: tuple[str, ...]
    others: int
    lost: str
    logins: tuple[tuple[str, str, str], ...]


def blocks_of(visit: Visit, preview: ActivationPreview, screen: ActivationDialog) -> tuple[Block, ...]:
    """Return what blocks *preview*, whose *screen* has a row for each blocker."""
    rows = {id(one.reason): row for one, row in zip(preview.blockers, screen.superfluous, strict=True)}
    return tuple(
        _block(text.text, [rows[id(reason)] for reason in reasons])
        for text, reasons in visit.words.grouped(one.reason for one in preview.blockers)
    )


def _block(text: str, rows: list[SuperfluousRow]) -> Block:
    first = next((row for row in rows if not row.through), rows[0])
    holders: dict[str, HolderRow] = {holder.id: holder for row in rows for holder in row.holders}
    shown = [holders[one] for one in sorted(holders)[:NAMED]]
    names = distinct({holder.id: holder.name for holder in shown})
    return Block(
        title=first.title,
        text=text,
        in_use=first.in_use,
        available=first.available,
        must_remove=first.must_remove,
        holders=tuple(
            (names[holder.id], None if first.through else release_value(holder.id, first.license)) for holder in shown
        ),
        others=len(holders) - len(shown),
    )


def losses_of(visit: Visit, preview: ActivationPreview, screen: ActivationDialog) -> tuple[Loss, ...]:
    """Return who loses what by *preview*, people who lose the same together."""
    listed = {
        str(diff.license)
        for diff in preview.licenses
        if any(row is not None and not row.hidden for row in (diff.current, diff.new))
    }
    effects = {effect.user: effect for effect in preview.effects}
    found: dict[tuple[str, tuple[tuple[str, str, str], ...]], dict[str, str]] = {}
    for row in screen.losses:
        logins = tuple((one.client.text, one.before.text, one.after.text) for one in row.logins)
        lost = _lost(visit, effects[row.id], row.lost, listed)
        found.setdefault((lost, logins), {})[row.id] = row.name
    return tuple(
        Loss(people=first_of(people), others=max(0, len(people) - NAMED), lost=lost, logins=logins)
        for (lost, logins), people in found.items()
    )


def _lost(visit: Visit, effect: UserEffect, titles: tuple[str, ...], listed: set[str]) -> str:
    """Return the licenses in words, with the hidden ones counted where others are named, and the features."""
    shown = [title for name, title in zip(effect.lost, titles, strict=True) if name in listed]
    hidden = len(titles) - len(shown) if shown else 0
    words = ", ".join(shown or titles or tuple(_features(visit, effect)))
    return f"{words} {visit.words.counted_hidden(hidden)}" if hidden else words


def _features(visit: Visit, effect: UserEffect) -> Iterator[str]:
    for name in effect.features_lost:
        yield visit.words.title(name if "." in name else f"superoffice.{name}")

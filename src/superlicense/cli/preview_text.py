"""The text of an activation preview: what changes, what helps, what blocks, who loses what.

Whatever repeats is folded: hidden licenses are counted behind the plan that brings
them, and people to whom the same happens share a line. A user whom a proposal names
is not named again among the holders.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from superlicense.cli.context import CommandContext
from superlicense.model.license import LicenseName
from superlicense.model.preview import ActivationPreview, UserEffect

if TYPE_CHECKING:
    from superlicense.screens import ActivationDialog, ChangeRow

__all__ = ["draw_preview"]

_NAMED: Final = 30
_Key = TypeVar("_Key", bound=Hashable)


def draw_preview(context: CommandContext, preview: ActivationPreview, *, next_command: str = "") -> None:
    """Write *preview*; *next_command* is what carries out the moves and releases that it proposes."""
    dialog = context.licensing.screens.activation(preview, hidden=True, language=context.language)
    head = context.text("package", owner=dialog.title, issue=dialog.issue, company=dialog.company)
    context.output.line(head, "bold")
    if not dialog.is_new:
        context.output.line(f"  {context.text('in_force_already')}")
    _draw_changes(context, dialog)
    _draw_moves(context, dialog)
    _draw_cures(context, preview, next_command)
    _draw_blockers(context, preview)
    for text in _losses(context, preview):
        context.output.line(f"  {text}")


def _draw_changes(context: CommandContext, dialog: ActivationDialog) -> None:
    shown = [row for row in dialog.changes if not row.hidden]
    if shown:
        columns = ("license", "in_use", "total", "new_total", "new_free")
        rows = [tuple(map(context.label, columns)), *(_cells(context, row) for row in shown)]
        context.output.table(rows, right={1, 2, 3, 4})
    hidden = len(dialog.changes) - len(shown)
    if hidden:
        context.output.line(f"  {context.text('hidden_changes', hidden=hidden)}")


def _cells(context: CommandContext, row: ChangeRow) -> tuple[str, ...]:
    if row.ticked is not None:
        now, then = (context.output.yes if there else context.output.no for there in (row.ticked, row.new_ticked))
        return row.title, "", now, then, ""
    number = context.words.number
    total, new_total = (
        context.label("unrestricted") if count is None else number(count) for count in (row.total, row.new_total)
    )
    return row.title, number(row.in_use or 0), total, new_total, "" if row.new_free is None else number(row.new_free)


def _draw_moves(context: CommandContext, dialog: ActivationDialog) -> None:
    """Write the plan changes that come with the activation, those of one kind on a line."""
    for (old, new), users in _together(((move.old, move.new), move.id) for move in dialog.moves):
        context.output.line(f"  {context.text('moved', users=_named(context, users), old=old, new=new)}")


def _draw_cures(context: CommandContext, preview: ActivationPreview, next_command: str) -> None:
    """Write the proposed moves and releases, those of one kind on a line, and how to accept them."""
    for (old, new), holders in _together(((move.old, move.new), move.holder) for move in preview.proposed_moves):
        names = {"old": _coded(context, old), "new": _coded(context, new)}
        context.output.line(f"  {context.text('proposed', users=_named(context, holders), **names)}")
    for license, holders in _together((one.license, one.holder) for one in preview.proposed_releases):
        text = context.text("proposed_release", users=_named(context, holders), license=_coded(context, license))
        context.output.line(f"  {text}")
    if next_command and (preview.proposed_moves or preview.proposed_releases):
        context.output.line(f"  {context.text('accept_proposal', command=next_command)}")


def _draw_blockers(context: CommandContext, preview: ActivationPreview) -> None:
    holders_of = {id(blocker.reason): blocker.holders for blocker in preview.blockers}
    proposed = _proposed(preview)
    for text, reasons in context.words.grouped(blocker.reason for blocker in preview.blockers):
        context.output.answer(text.text, granted=False)
        holders = dict.fromkeys(holder for reason in reasons for holder in holders_of[id(reason)])
        others = [holder for holder in holders if holder not in proposed]
        if others:
            key = "held_by" if len(others) == len(holders) else "also_held_by"
            context.output.line(f"    {context.text(key, holders=_named(context, others))}")


def _losses(context: CommandContext, preview: ActivationPreview) -> Iterator[str]:
    """Yield who loses what, users who lose the same together; a proposal says what becomes of those it names."""
    visible = {str(diff.license) for diff in preview.licenses if _is_listed(diff.current)}
    changed = {(move.holder, move.old) for move in preview.plan_moves}
    proposed = _proposed(preview)
    losing = (
        (_lost(effect, visible, changed), effect.user)
        for effect in preview.effects
        if effect.loses_something and effect.user not in proposed
    )
    for (licenses, hidden, features, login), users in _together(losing):
        names = [context.words.named(name) for name in licenses]
        names += [context.text("feature", feature=context.words.named(LicenseName.parse(one))) for one in features]
        names += [context.text("login")] if login and not names else []
        text = ", ".join(names)
        if hidden:
            text = (
                f"{text} {context.words.counted_hidden(hidden)}" if text else context.text("hidden_lost", hidden=hidden)
            )
        if text:  # nothing is left where only a plan was changed
            yield context.text("lose", users=_named(context, users), what=text)


def _proposed(preview: ActivationPreview) -> set[str]:
    moves, releases = preview.proposed_moves, preview.proposed_releases
    return {*(move.holder for move in moves), *(release.holder for release in releases)}


def _is_listed(row: object) -> bool:
    return row is not None and not getattr(row, "hidden", False)


def _lost(
    effect: UserEffect, visible: set[str], changed: Container[tuple[str, LicenseName]]
) -> tuple[tuple[str, ...], int, tuple[str, ...], bool]:
    """Return the listed licenses, the number of hidden ones and the features that *effect* takes away, and any login.

    A plan that is *changed* is not lost: the plan change stands on its own line.
    """
    lost = [name for name in effect.lost if (effect.user, name) not in changed]
    shown = tuple(name for name in lost if name in visible)
    return shown, len(lost) - len(shown), effect.features_lost, effect.loses_login


def _together(pairs: Iterable[tuple[_Key, str]]) -> Iterator[tuple[_Key, list[str]]]:
    """Yield each key once with everybody whom it is about, in order."""
    found: dict[_Key, list[str]] = {}
    for key, user in pairs:
        found.setdefault(key, []).append(user)
    yield from found.items()


def _coded(context: CommandContext, license: LicenseName) -> str:
    """Return the title of *license* with its code, which the next command takes."""
    title = context.words.title(license)
    return str(license) if title == license.module else f"{title} ({license})"


def _named(context: CommandContext, users: Iterable[str]) -> str:
    """Return *users* by id: the first thirty, and how many more there are."""
    names = list(users)
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown}, {context.words.counted_others(more)}" if more > 0 else shown

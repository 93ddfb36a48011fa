"""Screens of an administrator: the state of the system, licenses with their numbers, users and their licenses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from superlicense.cli.context import CommandContext, list_query, query
from superlicense.cli.csv_output import attributes
from superlicense.cli.help_language import localized
from superlicense.cli.license_names import license_named
from superlicense.cli.notices import draw_events
from superlicense.model.reason import ReasonCode, because
from superlicense.model.seat_use import SeatState

if TYPE_CHECKING:
    from superlicense.cli.output import Output
    from superlicense.messages import Localizer
    from superlicense.screens import LicenseDetail, LicenseRow, LocalizedText, OwnerTab, StatusTab, UserLicenses

__all__ = ["license_cells", "licenses", "status", "users"]

_NUMBERS = frozenset({1, 2, 3})
_LICENSE = ("license", "title", "scope", "kind", "ticked", "in_use", "free", "total", "unrestricted", "hidden")
_HOLDER = ("id", "name", "through")
_USER = ("id", "name", "type", "site", "groups", "may_log_in", "awaiting_approval", "administrator", "plans")


@click.command()
@query
@click.option("--user", help="The user who is logged in. [default: your login name]")
def status(context: CommandContext, user: str | None) -> None:
    """Show the database, the next expiry, warnings and running events."""
    tab = context.licensing.screens.status(user or context.reader, language=context.language, at=context.at)
    context.show(tab.to_dict(), lambda: _draw_status(context, tab, asked=user is not None))


def _draw_status(context: CommandContext, tab: StatusTab, *, asked: bool) -> None:
    """Write the tab; a login name that is not a user here is left out unless it was *asked* for."""
    expiry, user = tab.next_expiry, tab.user
    unsaved = context.text("user_not_saved", user=user.name) if asked else ""
    plan = [("plan", tab.plan)] if tab.plan else []
    _fields(
        context,
        [
            ("database_owner", tab.database_owner),
            ("serial_number", tab.serial_number),
            ("type", tab.type.text),
            ("site", tab.site),
            ("subscription", tab.subscription),
            *plan,
            ("next_expiry_date", "" if expiry is None else f"{expiry.title}: {expiry.expiry.text}"),
            ("user_logged_in", user.name if user.known else unsaved),
        ],
    )
    _warnings(context, (*tab.warnings, *((tab.no_administrator,) if tab.no_administrator else ())))
    for owner in context.licensing.screens.owners(language=context.language, at=context.at):
        _warnings(context, owner.waiting_reasons)
    context.output.heading(context.label("system_notifications"))
    draw_events(context, tab.notifications)


@click.command()
@list_query
@click.argument("owner", required=False)
@click.option("--license", "license_name", help="Only this license, with all holders.")
@click.option("--hidden", is_flag=True, help="Also show licenses that only come with plans.")
def licenses(context: CommandContext, owner: str | None, license_name: str | None, *, hidden: bool) -> None:
    """Show the licenses of OWNER, or of all owners: in use, available, total."""
    screens = context.licensing.screens
    if license_name is not None:
        if owner is not None:
            raise click.UsageError(localized("OWNER and --license cannot be combined"))
        detail = screens.license(license_named(context, license_name), language=context.language, at=context.at)
        holders = (_HOLDER, lambda: attributes(detail.holders, _HOLDER))
        context.show(detail.to_dict(), lambda: _draw_license(context, detail), holders)
        return
    if owner is None:
        tabs = screens.owners(hidden=hidden, language=context.language, at=context.at)
    else:
        tabs = (screens.owner(owner, hidden=hidden, language=context.language, at=context.at),)
    table = (("owner", *_LICENSE), lambda: _license_rows(tabs))
    context.show([tab.to_dict() for tab in tabs], lambda: _draw_tabs(context, tabs), table)


def _license_rows(tabs: Iterable[OwnerTab]) -> Iterator[Sequence[object]]:
    for tab in tabs:
        for row in attributes((*tab.system_licenses, *tab.site_licenses, *tab.user_licenses), _LICENSE):
            yield tab.owner, *row


def _draw_tabs(context: CommandContext, tabs: Iterable[OwnerTab]) -> None:
    for tab in tabs:
        context.output.heading(tab.title)
        _fields(
            context,
            [
                ("company_name", tab.company),
                ("serial_number", tab.serial_number),
                ("expiry_date", "" if tab.expiry is None else tab.expiry.text),
                ("status", tab.state.text),
            ],
        )
        _warnings(context, (*tab.warnings, *tab.waiting_reasons))
        lists = (
            ("system_licenses", tab.system_licenses),
            ("site_licenses", tab.site_licenses),
            ("user_licenses", tab.user_licenses),
        )
        rows = [row for name, of_scope in lists if of_scope for row in _list(context, name, of_scope)]
        if rows:
            columns = tuple(context.label(name) for name in ("license_list", "in_use", "free", "total", "status"))
            _license_table(context, [columns, *rows])


def _license_table(context: CommandContext, rows: Sequence[tuple[str, ...]]) -> None:
    """Write *rows*, the first of which has the headings; without the states if there are none."""
    has_states = any(row[-1] for row in rows[1:])
    context.output.table(rows if has_states else [row[:-1] for row in rows], right=_NUMBERS)


def _list(context: CommandContext, name: str, rows: Iterable[LicenseRow]) -> Iterator[tuple[str, ...]]:
    yield context.label(name), "", "", "", ""
    for row in rows:
        yield *license_cells(row, context.output, context.words, indent="  "), _state(row)


def _state(row: LicenseRow) -> str:
    """Return that few seats or none are left; empty for all other licenses."""
    return "" if row.state is None or row.state.code == SeatState.AVAILABLE else row.state.text


def license_cells(row: LicenseRow, output: Output, words: Localizer, *, indent: str = "") -> tuple[str, str, str, str]:
    """Return the cells for license, in use, available and total."""
    title, number = f"{indent}{row.title}", words.number
    if row.in_use is None:
        return title, output.yes if row.ticked else output.no, "", ""
    total = words.text("unrestricted") if row.total is None else number(row.total)
    return title, number(row.in_use), "" if row.free is None else number(row.free), total


def _draw_license(context: CommandContext, detail: LicenseDetail) -> None:
    columns = tuple(context.label(name) for name in ("license", "in_use", "free", "total", "status"))
    cells = license_cells(detail.row, context.output, context.words)
    _license_table(context, [columns, (*cells, _state(detail.row))])
    context.output.table(
        [
            (one.id, one.name, f"({context.text('through', plans=one.through)})" if one.through else "")
            for one in detail.holders
        ],
        headed=False,
    )


@click.command()
@list_query
@click.option("--license", "license_name", help="Only users with this license, directly or through a plan.")
@click.option("--hidden", is_flag=True, help="Also show licenses that only come with plans.")
def users(context: CommandContext, license_name: str | None, *, hidden: bool) -> None:
    """Show users and their licenses. Former employees are not listed."""
    wanted = None if license_name is None else license_named(context, license_name)
    screen = context.licensing.screens.user_licenses(wanted, hidden=hidden, language=context.language, at=context.at)
    table = ((*_USER, "licenses"), lambda: _user_rows(screen))
    context.show(screen.to_dict(), lambda: _draw_users(context, screen), table)


def _user_rows(screen: UserLicenses) -> Iterator[Sequence[object]]:
    for user, row in zip(screen.users, attributes(screen.users, _USER), strict=True):
        yield *row, tuple(held.license for held in user.licenses)


def _draw_users(context: CommandContext, screen: UserLicenses) -> None:
    if not screen.users:
        context.output.line(f"  {context.text('no_users')}")
        return
    columns = tuple(context.label(name) for name in ("user_id", "name", "type", "can_log_in", "user_licenses"))
    rows = [
        (
            user.id,
            user.name,
            user.type.text,
            context.output.yes if user.may_log_in else context.output.no,
            ", ".join(held.title for held in user.licenses),
        )
        for user in screen.users
    ]
    context.output.table([columns, *rows], indent="")
    alike = {tuple(sorted((user.id, *user.looks_like))) for user in screen.users if user.looks_like}
    context.sentences((because(ReasonCode.IDS_LOOK_ALIKE, users=group) for group in sorted(alike)), indent="")


def _fields(context: CommandContext, rows: Sequence[tuple[str, str]]) -> None:
    """Write the non-empty values, each next to its label."""
    context.output.table([(context.label(name), value) for name, value in rows if value], headed=False)


def _warnings(context: CommandContext, warnings: Iterable[LocalizedText]) -> None:
    for warning in warnings:
        context.output.answer(warning.text, granted=False)

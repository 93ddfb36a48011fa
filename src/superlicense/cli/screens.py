"""What an administrator sees: the state of the system, licenses with their numbers, users and what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from superlicense.cli.context import Desk, asks
from superlicense.cli.notices import draw_events
from superlicense.cli.table import aligned
from superlicense.messages import message

if TYPE_CHECKING:
    from superlicense.cli.output import Paper
    from superlicense.screens import LicenseDetail, LicenseRow, OwnerTab, StatusTab, UserLicenses, Words

__all__ = ["license_cells", "licenses", "status", "users"]

_NUMBERS = frozenset({1, 2, 3})


@click.command()
@asks
@click.option("--user", help="Who looks at it. [default: you, as the system knows you]")
def status(desk: Desk, user: str | None) -> None:
    """Show the database, the next expiry, what is wrong, and the events that run."""
    tab = desk.licensing.screens.status(user or desk.reader, language=desk.language, at=desk.at)
    desk.tell(tab.to_dict(), lambda: _draw_status(desk, tab))


def _draw_status(desk: Desk, tab: StatusTab) -> None:
    expiry = tab.next_expiry
    plan = [("plan", tab.plan)] if tab.plan else []
    _fields(
        desk,
        [
            ("database_owner", tab.database_owner),
            ("serial_number", tab.serial_number),
            ("type", tab.type.text),
            ("site", tab.site),
            ("subscription", tab.subscription),
            *plan,
            ("next_expiry_date", "" if expiry is None else f"{expiry.owner}: {expiry.expiry.text}"),
            ("user_logged_in", tab.user.name),
        ],
    )
    _warnings(desk, tab.warnings)
    desk.paper.heading(desk.label("system_notifications"))
    draw_events(desk, tab.notifications)


@click.command()
@asks
@click.argument("owner", required=False)
@click.option("--license", "license_name", help="Only this license, with everybody who holds it.")
@click.option("--hidden", is_flag=True, help="Show also the licenses that only plans give.")
def licenses(desk: Desk, owner: str | None, license_name: str | None, *, hidden: bool) -> None:
    """Show the licenses of OWNER, or of every owner: in use, available, in total."""
    screens = desk.licensing.screens
    if license_name is not None:
        if owner is not None:
            raise click.UsageError("the name of a license says whose it is")
        detail = screens.license(license_name, language=desk.language, at=desk.at)
        desk.tell(detail.to_dict(), lambda: _draw_license(desk, detail))
        return
    if owner is None:
        tabs = screens.owners(hidden=hidden, language=desk.language, at=desk.at)
    else:
        tabs = (screens.owner(owner, hidden=hidden, language=desk.language, at=desk.at),)
    desk.tell([tab.to_dict() for tab in tabs], lambda: _draw_tabs(desk, tabs))


def _draw_tabs(desk: Desk, tabs: Iterable[OwnerTab]) -> None:
    for tab in tabs:
        desk.paper.heading(tab.title)
        _fields(
            desk,
            [
                ("company_name", tab.company),
                ("serial_number", tab.serial_number),
                ("expiry_date", "" if tab.expiry is None else tab.expiry.text),
                ("status", tab.state.text),
            ],
        )
        _warnings(desk, tab.warnings)
        lists = (
            ("system_licenses", tab.system_licenses),
            ("site_licenses", tab.site_licenses),
            ("user_licenses", tab.user_licenses),
        )
        rows = [row for name, of_scope in lists if of_scope for row in _list(desk, name, of_scope)]
        if rows:
            columns = tuple(desk.label(name) for name in ("license_list", "in_use", "free", "total"))
            _table(desk, [columns, *rows])


def _list(desk: Desk, name: str, rows: Iterable[LicenseRow]) -> Iterator[tuple[str, str, str, str]]:
    yield desk.label(name), "", "", ""
    for row in rows:
        yield license_cells(row, desk.paper, desk.language, indent="  ")


def license_cells(row: LicenseRow, paper: Paper, language: str, *, indent: str = "") -> tuple[str, str, str, str]:
    """Give what stands under license, in use, available and total."""
    title = f"{indent}{row.title}"
    if row.in_use is None:
        return title, paper.yes if row.ticked else paper.no, "", ""
    total = message("unrestricted", language) if row.total is None else str(row.total)
    return title, str(row.in_use), "" if row.free is None else str(row.free), total


def _draw_license(desk: Desk, detail: LicenseDetail) -> None:
    columns = tuple(desk.label(name) for name in ("license", "in_use", "free", "total"))
    _table(desk, [columns, license_cells(detail.row, desk.paper, desk.language)])
    for holder in detail.holders:
        through = f" ({desk.say('through', plans=holder.through)})" if holder.through else ""
        desk.paper.line(f"  {holder.id}   {holder.name}{through}")


@click.command()
@asks
@click.option("--license", "license_name", help="Only those who use this license, directly or through a plan.")
@click.option("--hidden", is_flag=True, help="Show also the licenses that only plans give.")
def users(desk: Desk, license_name: str | None, *, hidden: bool) -> None:
    """Show which users use which licenses. Former employees are not listed."""
    screen = desk.licensing.screens.user_licenses(license_name, hidden=hidden, language=desk.language, at=desk.at)
    desk.tell(screen.to_dict(), lambda: _draw_users(desk, screen))


def _draw_users(desk: Desk, screen: UserLicenses) -> None:
    if not screen.users:
        return
    columns = tuple(desk.label(name) for name in ("user_id", "name", "type", "can_log_in", "user_licenses"))
    rows = [
        (
            user.id,
            user.name,
            user.type.text,
            desk.paper.yes if user.may_log_in else desk.paper.no,
            ", ".join(held.title for held in user.licenses),
        )
        for user in screen.users
    ]
    for line in aligned([columns, *rows]):
        desk.paper.line(line)


def _fields(desk: Desk, rows: Sequence[tuple[str, str]]) -> None:
    """Write what is known, each beside its label."""
    for line in aligned([(desk.label(name), value) for name, value in rows if value]):
        desk.paper.line(f"  {line}")


def _warnings(desk: Desk, warnings: Iterable[Words]) -> None:
    for warning in warnings:
        desk.paper.answer(warning.text, granted=False)


def _table(desk: Desk, rows: Sequence[Sequence[str]]) -> None:
    for line in aligned(rows, right=_NUMBERS):
        desk.paper.line(f"  {line}")

"""The demo: one installation, from the vendor's package to people at the door."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from superlicense.adapters.memory import MemoryStore
from superlicense.catalog import modules
from superlicense.cli.demo_words import words
from superlicense.errors import RefusedError
from superlicense.interop.superoffice import read_package_xml
from superlicense.licensing.front import Licensing
from superlicense.messages import languages, message
from superlicense.model.decision import Access, Client, Decision, Reason
from superlicense.model.event import EventKind
from superlicense.model.license import LicenseScope
from superlicense.model.package import LicensePackage
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType

__all__ = ["demo"]

# The story happens on one day, so that it reads the same whenever it is told.
_TODAY: Final = datetime(2027, 2, 1, 9, 13, tzinfo=UTC)
_ZONE: Final = "Europe/Copenhagen"
_PIPE_WIDTH: Final = 110
_ADMIN: Final = "signe"
_PEOPLE: Final = (
    User(id=_ADMIN, name="Signe Lund", may_log_in=True, administrator=True),
    User(id="anders", name="Anders Krogh", may_log_in=True),
    User(id="birgit", name="Birgit Holm", may_log_in=True),
    User(id="chidi", name="Chidi Obi", may_log_in=True),
    User(id="dagny", name="Dagny Falk", may_log_in=True),
    User(id="emil", name="Emil Vang", may_log_in=True),
    User(id="freja", name="Freja Toft"),
    User(id="room-4", name="Room 4", type=UserType.RESOURCE),
)
_PLANS: Final = {
    _ADMIN: modules.TEN_SALESSERVICEMARKETING,
    "anders": modules.TEN_SALES,
    "birgit": modules.TEN_SALES,
    "chidi": modules.TEN_SERVICE,
    "freja": modules.TEN_SERVICE,
}


@click.command()
@click.option("--lang", "language", type=click.Choice(languages()), default="en", show_default=True)
def demo(language: str) -> None:
    """Tell the story of one installation, on a package made for it."""
    logging.getLogger("superlicense").addHandler(logging.NullHandler())
    logging.getLogger("superlicense").propagate = False
    _Demo(language).run()


class _Demo:
    """The story, scene by scene, in one language."""

    def __init__(self, language: str) -> None:
        console = Console(highlight=False, emoji=False)
        self._console = (
            console
            if console.is_terminal
            else Console(highlight=False, emoji=False, width=_PIPE_WIDTH, color_system=None)
        )
        self._language = language
        document = files("superlicense.cli").joinpath("demo_package.xml").read_bytes()
        self._package = read_package_xml(document, time_zone=_ZONE)
        installation = Installation(
            serial_number=self._package.serial_number, company=self._package.company, time_zone=_ZONE
        )
        self._licensing = Licensing(MemoryStore(), installation, trust=None, clock=lambda: _TODAY)

    def run(self) -> None:
        """Tell all of it."""
        self._licensing.packages.adopt_unsigned(self._package, by=_ADMIN)
        self._licensing.users.sync(_PEOPLE)
        for user_id, plan in _PLANS.items():
            self._licensing.seats.assign(user_id, plan, by=_ADMIN)
        self._owner(self._package)
        self._licenses(self._package)
        self._doors()
        self._seats()
        self._event()
        self._later()

    def _words(self, key: str, **params: object) -> str:
        return words(key, self._language).format_map({name: str(value) for name, value in params.items()})

    def _label(self, name: str) -> str:
        return message(name, self._language)

    def _say(self, text: str = "") -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _heading(self, text: str) -> None:
        self._say()
        self._console.print(text, style="bold", markup=False)

    def _owner(self, package: LicensePackage) -> None:
        self._heading(self._label("owner_information"))
        expires_at = package.validity.expires_at or _TODAY
        last_day = (expires_at - timedelta(microseconds=1)).astimezone(self._licensing.zone).date()
        grid = Table.grid(padding=(0, 3))
        for label, value in (
            ("company_name", package.company),
            ("serial_number", package.serial_number),
            ("expiry_date", self._words("days_left", date=last_day, days=(expires_at - _TODAY).days)),
        ):
            grid.add_row(f"  {self._label(label)}", value)
        self._console.print(grid)

    def _licenses(self, package: LicensePackage) -> None:
        self._heading(self._label("license_list"))
        rows = sorted(package.licenses, key=lambda row: row.sort_order)
        table = Table(box=None, padding=(0, 3, 0, 0), header_style="")
        table.add_column(f"  {self._label('license')}", no_wrap=True)
        for label in ("in_use", "total", "free"):
            table.add_column(self._label(label), justify="right")
        for scope, label in ((LicenseScope.SYSTEM, "system_licenses"), (LicenseScope.USER, "user_licenses")):
            table.add_row(f"  {self._label(label)}")
            for row in rows:
                if row.scope is not scope or row.hidden:
                    continue
                if scope is LicenseScope.SYSTEM:
                    table.add_row(f"    {row.description}", "✓")
                    continue
                usage = self._licensing.seats.usage(row.name)
                counted = (self._label("unrestricted"), "") if usage.total is None else (usage.total, usage.free)
                table.add_row(f"    {row.description}", str(usage.in_use), *map(str, counted))
        self._console.print(table)
        self._say(f"  {self._words('hidden', count=sum(row.hidden for row in rows))}")

    def _doors(self) -> None:
        self._heading(self._words("at_the_door"))
        for user_id in ("anders", "dagny", "freja", "room-4", "nobody"):
            self._login(user_id, Client.WEB)
        self._login("chidi", Client.SERVICE)
        self._login("anders", Client.SERVICE)
        for user_id, access in (("anders", Access.EDIT), ("chidi", Access.VIEW), ("chidi", Access.EDIT)):
            decision = self._licensing.gate.feature(user_id, "quote", access)
            asked = self._words("quotes", access=message(access, self._language).lower())
            self._answer(user_id, asked, decision)

    def _seats(self) -> None:
        self._heading(self._words("one_seat_too_many"))
        self._licensing.seats.assign("dagny", modules.TEN_SALES, by=_ADMIN)
        self._say(f"  {self._words('assigned', name=self._name('dagny'))}")
        try:
            self._licensing.seats.assign("emil", modules.TEN_SALES, by=_ADMIN)
        except RefusedError as refused:
            self._say(f"  {self._words('not_assigned', name=self._name('emil'))}")
            self._reasons(list(refused.reasons))
        self._licensing.seats.retire("birgit", by=_ADMIN)
        self._say(f"  {self._words('retired', name=self._name('birgit'))}")
        self._licensing.seats.assign("emil", modules.TEN_SALES, by=_ADMIN)
        self._say(f"  {self._words('assigned', name=self._name('emil'))}")
        self._login("birgit", Client.WEB)
        self._login("emil", Client.WEB)

    def _event(self) -> None:
        self._heading(message(EventKind.NO_LOGIN, self._language))
        event = self._licensing.notices.start(EventKind.NO_LOGIN, self._words("maintenance"), by=_ADMIN)
        self._login("anders", Client.WEB)
        self._login(_ADMIN, Client.WEB)
        self._licensing.notices.end(event.id, by=_ADMIN)

    def _later(self) -> None:
        self._heading(self._words("later"))
        validity = self._package.validity
        for at in filter(None, (_TODAY, validity.warns_at, validity.expires_at, validity.stops_at)):
            asked = f"{at.astimezone(self._licensing.zone).date()}  {message(Client.WEB, self._language)}"
            self._answer("anders", asked, self._licensing.gate.login("anders", Client.WEB, at=at))

    def _login(self, user_id: str, client: Client) -> None:
        self._answer(user_id, message(client, self._language), self._licensing.gate.login(user_id, client))

    def _answer(self, user_id: str, asked: str, decision: Decision) -> None:
        mark = "✓" if decision.allowed else "✗"
        outcome = message(decision.outcome, self._language)
        self._say(f"  {mark} {self._name(user_id):<14} {asked:<28} {outcome}")
        self._reasons([*decision.reasons, *decision.warnings])

    def _reasons(self, reasons: list[Reason]) -> None:
        for reason in reasons:
            self._say(f"      {message(reason, self._language)}")

    def _name(self, user_id: str) -> str:
        user = self._licensing.users.find(user_id)
        return self._words("stranger") if user is None else user.name

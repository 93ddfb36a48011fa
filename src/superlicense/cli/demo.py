"""The demo: one installation in memory, from the vendor's package to logins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Final

import click
from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.catalog import modules
from superlicense.cli.demo_texts import demo_text
from superlicense.cli.options import LANGUAGE
from superlicense.cli.output import Output
from superlicense.cli.screens import license_cells
from superlicense.errors import RefusedError
from superlicense.interop.superoffice import read_package_xml
from superlicense.licensing.front import Licensing
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.event import EventKind
from superlicense.model.license import LicenseName
from superlicense.model.reason import Reason
from superlicense.model.site import Installation
from superlicense.model.user import User, UserType

__all__ = ["PEOPLE", "SEATS", "demo"]

# A fixed day, so that the output is always the same.
_TODAY: Final = datetime(2027, 2, 1, 9, 13, tzinfo=UTC)
_ZONE: Final = "Europe/Copenhagen"
_ADMIN: Final = "signe"
_ROOM: Final = "room-4"
_HIRED: Final = User(id="ida", name="Ida Krag", may_log_in=True)
_YEAR: Final = timedelta(days=365)
PEOPLE: Final = (
    User(id=_ADMIN, name="Signe Lund", may_log_in=True, administrator=True),
    User(id="anders", name="Anders Krogh", may_log_in=True),
    User(id="birgit", name="Birgit Holm", may_log_in=True),
    User(id="chidi", name="Chidi Obi", may_log_in=True),
    User(id="dagny", name="Dagny Falk", may_log_in=True),
    User(id="emil", name="Emil Vang", may_log_in=True),
    User(id="freja", name="Freja Toft"),
    User(id="gorm", name="Gorm Friis", may_log_in=True, awaiting_approval=True),
    User(id="hanne", name="Hanne Berg", may_log_in=True, type=UserType.EXTERNAL),
    User(id=_ROOM, type=UserType.RESOURCE),
)
# Once Dagny has a seat, both plans with Sales are full, and so is what only they grant.
SEATS: Final = (
    (_ADMIN, modules.TEN_SALESSERVICEMARKETING),
    (_ADMIN, modules.VISIBLE_FOR),
    ("anders", modules.TEN_SALES),
    ("birgit", modules.TEN_SALES),
    ("chidi", modules.TEN_SERVICE),
    ("freja", modules.TEN_SERVICE),
    ("gorm", modules.TEN_SALESSERVICEMARKETING),
)


@click.command()
@LANGUAGE
def demo(language: str) -> None:
    """Run through one installation in memory: licenses, logins, seats, events, expiry."""
    _Demo(language).run()


class _Demo:
    """The demo, section by section, in one language."""

    def __init__(self, language: str) -> None:
        self._output = Output()
        self._language = language
        document = files("superlicense.cli").joinpath("demo_package.xml").read_bytes()
        self._package = read_package_xml(document, time_zone=_ZONE)
        installation = Installation(
            serial_number=self._package.serial_number, company=self._package.company, time_zone=_ZONE
        )
        self._licensing = Licensing(MemoryStore(), installation, trust=None, clock=lambda: _TODAY)
        self._words = self._licensing.words(language)

    def run(self) -> None:
        """Run all sections."""
        self._licensing.packages.adopt_unsigned(self._package, by=_ADMIN)
        self._licensing.users.sync(
            evolve(user, name=self._text("room")) if user.id == _ROOM else user for user in PEOPLE
        )
        self._words = self._licensing.words(self._language)
        for user_id, license in SEATS:
            self._licensing.seats.assign(user_id, license, by=_ADMIN)
        self._output.line(self._text("introduction", date=self._day(_TODAY)))
        self._owner()
        self._licenses()
        self._logins()
        self._one_seat_too_few()
        self._event()
        self._later()
        self._what_would_help()
        self._first_failure()

    def _owner(self) -> None:
        tab = self._licensing.screens.owner(language=self._language)
        self._output.heading(self._label("owner_information"))
        rows = [
            (self._label("owner"), tab.title),
            (self._label("company_name"), tab.company),
            (self._label("serial_number"), tab.serial_number),
        ]
        if tab.expiry is not None:
            rows.append((self._label("expiry_date"), tab.expiry.text))
        self._output.table(rows, headed=False)

    def _licenses(self) -> None:
        tab = self._licensing.screens.owner(hidden=True, language=self._language)
        self._output.heading(self._label("license_list"))
        table = [tuple(map(self._label, ("license", "in_use", "free", "total")))]
        for scope, rows in (("system", tab.system_licenses), ("user", tab.user_licenses)):
            shown = [row for row in rows if not row.hidden]
            table.append((self._label(f"{scope}_licenses"), "", "", ""))
            table += [license_cells(row, self._output, self._words, indent="  ") for row in shown]
            table.append((f"  {self._text(f'hidden_{scope}', count=len(rows) - len(shown))}", "", "", ""))
        self._output.table(table, right={1, 2, 3})

    def _logins(self) -> None:
        self._output.heading(self._text("logging_in"))
        for user_id in ("anders", "dagny", "freja", "gorm", "hanne", _ROOM, "nobody"):
            self._login(user_id, Client.WEB)
        self._login("chidi", Client.SERVICE)
        self._login("anders", Client.SERVICE)
        for user_id, access in (("anders", Access.EDIT), ("chidi", Access.VIEW), ("chidi", Access.EDIT)):
            decision = self._licensing.gate.feature(user_id, "quote", access)
            self._answer(user_id, self._text("quotes", access=self._label(access).lower()), decision)

    def _one_seat_too_few(self) -> None:
        self._output.heading(self._text("one_seat_too_few"))
        self._assign("dagny", modules.TEN_SALES)
        self._assign("emil", modules.TEN_SALES)
        self._licensing.seats.retire("birgit", by=_ADMIN)
        self._output.line(f"  {self._text('retired', name=self._name('birgit'))}")
        self._assign("emil", modules.TEN_SALES)
        self._login("birgit", Client.WEB)
        self._login("emil", Client.WEB)

    def _assign(self, user_id: str, license: LicenseName) -> None:
        key, reasons = "assigned", tuple[Reason, ...]()
        try:
            self._licensing.seats.assign(user_id, license, by=_ADMIN)
        except RefusedError as refused:
            key, reasons = "not_assigned", refused.reasons
        shown = self._licensing.screens.license(license, language=self._language).row.title
        self._output.line(f"  {self._text(key, name=self._name(user_id), license=shown)}")
        self._reasons(reasons)

    def _event(self) -> None:
        self._output.heading(self._label(EventKind.NO_LOGIN))
        event = self._licensing.notices.start(EventKind.NO_LOGIN, self._text("maintenance"), by=_ADMIN)
        self._login("anders", Client.WEB)
        self._login(_ADMIN, Client.WEB)
        self._output.line(f"      {self._text('administrator')}")
        self._licensing.notices.end(event.id, by=_ADMIN)

    def _later(self) -> None:
        self._output.heading(self._text("later"))
        validity = self._package.validity
        for at in filter(None, (_TODAY, validity.warns_at, validity.expires_at, validity.stops_at)):
            decision = self._licensing.gate.login("anders", Client.WEB, at=at)
            self._answer("anders", f"{self._day(at)}  {self._label(Client.WEB)}", decision)

    def _what_would_help(self) -> None:
        self._output.heading(self._text("what_would_help"))
        self._licensing.users.save(_HIRED, by=_ADMIN)
        self._output.line(f"  {self._text('hired', name=_HIRED.name)}")
        self._login(_HIRED.id, Client.WEB)
        remedies = self._licensing.gate.remedies(_HIRED.id, Client.WEB, limit=2, language=self._language)
        for number, remedy in enumerate(remedies, start=1):
            self._output.line(f"      {number}. {' '.join(remedy.for_administrator.texts)}")
        self._output.line(f"  {self._text('carried_out')}")
        self._licensing.apply(remedies[0].changes, by=_ADMIN)
        self._login(_HIRED.id, Client.WEB)

    def _first_failure(self) -> None:
        denial = self._licensing.gate.first_denial(_TODAY + _YEAR, language=self._language)
        if denial is not None:
            self._output.heading(self._text("first_failure"))
            self._output.line(f"  {denial.cause.in_words(self._words)}")
            for one in denial.logins:
                for user_id in one.users:
                    self._answer(
                        user_id, self._label(one.client), self._licensing.gate.login(user_id, one.client, at=denial.at)
                    )

    def _login(self, user_id: str, client: Client) -> None:
        self._answer(user_id, self._label(client), self._licensing.gate.login(user_id, client))

    def _answer(self, user_id: str, asked: str, decision: Decision) -> None:
        outcome = self._label(decision.outcome)
        self._output.answer(f"{self._name(user_id):<16} {asked:<30} {outcome}", granted=decision.allowed)
        self._reasons((*decision.reasons, *decision.warnings))

    def _reasons(self, reasons: Iterable[Reason]) -> None:
        # The line above names the user.
        for text in self._words.of_all(_without_holder(reason) for reason in reasons):
            self._output.line(f"      {text.text}")

    def _text(self, key: str, **params: object) -> str:
        return demo_text(key, self._language).format_map(params)

    def _label(self, name: str) -> str:
        return self._words.text(name)

    def _day(self, at: datetime) -> str:
        return self._words.date(at.astimezone(self._licensing.zone).date())

    def _name(self, user_id: str) -> str:
        user = self._licensing.users.find(user_id)
        return self._text("unknown_user") if user is None else user.name


def _without_holder(reason: Reason) -> Reason:
    return evolve(reason, params={name: value for name, value in reason.params.items() if name != "holder"})

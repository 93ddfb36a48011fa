"""HTML in every text that can be: it stays text, on every page, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from attrs import evolve, fields

import superlicense as sl
from superlicense.errors import InvalidValueError
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.web.routes import PAGES
from tests.for_each import for_each
from tests.installation import Clock, open_licensing
from tests.screens.tenant import INSTALLATION, SALES, SERVICE, package, partner_package
from tests.web.browser import Browser, text_of

Make = Callable[..., Any]
NASTY = "<script>alert('&')</script>\"><img src=x>"
QUOTED = "%3Cscript%3Ealert%28%27%26%27%29%3C%2Fscript%3E%22%3E%3Cimg+src%3Dx%3E"
TAGS = re.compile(r"<(script|img)", re.IGNORECASE)

# Texts that are no issuer's, host's or user's, each with where they come from.
OURS = {
    "InstalledPackage.digest": "computed of the document",
    "InstalledPackage.signed_by": "computed of the keys",
    "SystemEvent.id": "drawn when the event starts",
    "Installation.time_zone": "one of the zones that there are",
    "UsageEvent.corrects": "the id of an accepted event",
    "Assignment.ended_by": "kept with the row, and shown by the journal",
    "SystemEvent.ended_by": "kept with the row, and shown by the journal",
}
# What the list of nouns has to contain, by table; roots have no text, and what is forgotten is an id.
TABLES = {
    Table.PACKAGES: sl.InstalledPackage,
    Table.WAITING_PACKAGES: sl.InstalledPackage,
    Table.USERS: sl.User,
    Table.SITES: sl.Site,
    Table.ASSIGNMENTS: sl.Assignment,
    Table.EVENTS: sl.SystemEvent,
}
WITHOUT_TEXTS = {Table.ROOTS, Table.FORGOTTEN, Table.IDENTITIES, Table.CLOCK_REBASES}


class Nasty:
    """An installation in which every text that can be is a piece of HTML.

    Attributes:
        licensing: The installation.
        nouns: Everything that is known of it, or was.
    """

    def __init__(self, clock: Clock) -> None:
        ours = evolve(INSTALLATION, company=NASTY, database_owner=NASTY, product_type=NASTY, site=NASTY)
        meter = sl.Meter(
            code=NASTY, unit=NASTY, kind=sl.MeterKind.COUNTER, included=3, price_per_block=Decimal(5), currency=NASTY
        )
        self.licensing = licensing = open_licensing(installation=ours, clock=clock, meters=[meter])
        licensing.sites.save(sl.Site(id=NASTY, name=NASTY, company=NASTY), by=NASTY)
        for one in (package(licenses=tuple(_rows())), partner_package()):
            theirs = evolve(one, company=NASTY, owner_description=NASTY, license_version=NASTY, product_type=NASTY)
            shown = evolve(theirs, product_description=NASTY, license_url="javascript:alert(1)")
            licensing.packages.adopt_unsigned(shown, by=NASTY)
        person = sl.User(id=NASTY, name=NASTY, may_log_in=True, groups=(NASTY,), site=NASTY)
        root = sl.User(id="root", name=NASTY, may_log_in=True, administrator=True)
        licensing.users.sync([person, root], by=NASTY)
        licensing.seats.assign(NASTY, SALES, by=NASTY, comment=NASTY)
        self.nouns: list[object] = [ours, meter]
        licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, NASTY, by=NASTY)
        self._remember()
        clock.forward(hours=1)
        licensing.seats.change_plan(NASTY, SERVICE, by=NASTY)
        licensing.notices.end(licensing.notices.running()[0].id, by=NASTY)
        licensing.notices.start(sl.EventKind.NO_LOGIN, NASTY, sl.EventScope.USER, NASTY, description=NASTY, by=NASTY)
        event = sl.UsageEvent(source=NASTY, id=NASTY, meter=NASTY, quantity=7, at=clock())
        licensing.meters.record([event], by=NASTY)
        self._remember()
        self.nouns.append(event)

    def _remember(self) -> None:
        """Keep what is in the world now."""

        def look(world: World) -> None:
            for rows in (world.packages, world.users, world.sites, world.events):
                self.nouns.extend(row.noun for row in rows.values())
            self.nouns.extend(row.noun for rows in world.assignments.values() for row in rows)
            self.nouns.extend(row.noun.package for row in world.packages.values())
            self.nouns.extend(row for held in world.packages.values() for row in held.noun.package.licenses)

        self.licensing.apply((sl.SaveSite(site=sl.Site(id="other", name=NASTY)),), by=NASTY, guard=look)


def _rows() -> Iterator[sl.ModuleLicense]:
    for row in package().licenses:
        texts = evolve(row, description=NASTY, tooltip=NASTY, version=NASTY, extra_info=NASTY)
        yield row if row.hidden else texts


@pytest.fixture
def nasty(clock: Clock) -> Nasty:
    return Nasty(clock)


@pytest.fixture
def hostile(nasty: Nasty, make: Make) -> Browser:
    return Browser(make(nasty.licensing))


def texts_of(kind: type) -> list[str]:
    """Give the names of the fields of *kind* that hold texts of any kind."""
    hints = get_type_hints(kind)
    return [one.name for one in fields(kind) if re.search(r"\bstr\b", str(hints[one.name]))]


def test_no_text_of_any_noun_is_forgotten(nasty: Nasty) -> None:
    assert set(TABLES) | WITHOUT_TEXTS == set(Table)
    kinds = {type(noun) for noun in nasty.nouns}
    assert kinds == {
        *TABLES.values(),
        sl.Installation,
        sl.LicensePackage,
        sl.ModuleLicense,
        sl.Meter,
        sl.UsageEvent,
    }
    forgotten = []
    for kind in kinds:
        nouns = [noun for noun in nasty.nouns if type(noun) is kind]
        for name in texts_of(kind):
            hostile = any("script" in str(getattr(noun, name)) for noun in nouns)
            if not hostile and f"{kind.__name__}.{name}" not in OURS and _takes(nouns[0], name):
                forgotten.append(f"{kind.__name__}.{name}")
    assert not forgotten, str(forgotten)
    ended = {row.ended_by for entry in nasty.licensing.journal.entries() for row in entry.before}
    assert NASTY in ended


def _takes(noun: Any, name: str) -> bool:  # noqa: ANN401 - an attrs class
    """Return whether the field *name* of *noun* may be a piece of HTML."""
    given = NASTY if not isinstance(getattr(noun, name), tuple) else (NASTY,)
    try:
        evolve(noun, **{name: given})
    except (InvalidValueError, TypeError, ValueError):
        return False
    return True


ASKED = [
    "/",
    f"/?event={QUOTED}",
    "/owner?hidden=yes",
    "/owner?owner=nordvik",
    f"/owner?owner={QUOTED}",
    "/license?name=ten-service",
    f"/license?name={QUOTED}",
    "/users",
    f"/users?q={QUOTED}",
    f"/users?license={QUOTED}",
    f"/users?page={QUOTED}",
    f"/user?id={QUOTED}",
    "/user?id=root",
    f"/why?id={QUOTED}&subject=web",
    f"/why?id={QUOTED}&subject={QUOTED}&access={QUOTED}",
    "/activate",
    f"/activate/waiting?owner={QUOTED}",
    "/meters",
    f"/meters?month={QUOTED}",
    "/statement?month=2026-11",
    f"/statement?month={QUOTED}",
    f"/statement.csv?month={QUOTED}",
    "/journal",
    f"/journal?id={QUOTED}",
    f"/journal?before={QUOTED}",
    f"/{QUOTED}",
    f"/static/{QUOTED}",
]


@for_each("path", ASKED)
def test_html_in_every_field_stays_text(hostile: Browser, path: str) -> None:
    for language in ("en", "da"):
        response = hostile.get(path, **{"Accept-Language": language})
        assert response.status_code in {200, 404, 422}
        assert TAGS.findall(response.text) == []
        assert "javascript:" not in response.text


def test_every_page_is_asked_for() -> None:
    assert {path.partition("?")[0] for path in ASKED} >= set(PAGES)


def test_names_in_html_are_read_as_they_are(hostile: Browser) -> None:
    page = hostile.page(f"/user?id={QUOTED}")
    assert f"<h1><bdi>{NASTY}</bdi></h1>" not in page
    assert NASTY.replace("  ", " ") in text_of(page).replace("  ", " ")

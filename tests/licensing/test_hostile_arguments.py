"""Every public call with arguments that no caller means: an answer, an error of ours, or a TypeError."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.ports import Store
from superlicense.testing import builders
from superlicense.testing.issuing import Vendor
from tests.for_each import for_each

VENDOR = Vendor()
DOCUMENT = VENDOR.issue(builders.package())
AT = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_MESSAGE = 1_500
# What takes nouns or instants, so that a string is of a wrong type.
NOUNS = (".save", ".sync", ".record", "apply", " at", " preview", " counts")


class Lying(int):
    """An integer that no bound holds."""

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


class Unprintable:
    """An object that has no text."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


HOSTILE: tuple[Any, ...] = (
    "\ud800",
    "\x00",
    "",
    "x" * 100_000,
    "a\x1b[2J\u202e",
    10**5_000,
    -1,
    Lying(5),
    math.nan,
    None,
    [],
    {},
    b"\xff",
    object(),
    Unprintable(),
    [Unprintable()],
)


def event(**fields: Any) -> sl.UsageEvent:  # noqa: ANN401 - whatever is tried
    return sl.UsageEvent(**{"source": "s", "id": "a", "meter": "mailings", "quantity": 1, "at": AT, **fields})


# `opened` is the installation, `x` the argument.
CALLS: dict[str, Callable[[sl.Licensing, Any], object]] = {
    "gate.login": lambda opened, x: opened.gate.login(x, sl.Client.WEB),
    "gate.login of a client": lambda opened, x: opened.gate.login("anna", x),
    "gate.login at": lambda opened, x: opened.gate.login("anna", sl.Client.WEB, at=x),
    "gate.feature": lambda opened, x: opened.gate.feature("anna", x),
    "gate.feature with access": lambda opened, x: opened.gate.feature("anna", "quote", x),
    "gate.require_feature": lambda opened, x: opened.gate.require_feature(x, "quote"),
    "gate.administer": lambda opened, x: opened.gate.administer(x),
    "gate.holds": lambda opened, x: opened.gate.holds("anna", x),
    "gate.has_system": lambda opened, x: opened.gate.has_system(x),
    "seats.assign": lambda opened, x: opened.seats.assign(x, "ten-sales", by="signe"),
    "seats.assign a license": lambda opened, x: opened.seats.assign("anna", x, by="signe"),
    "seats.assign by": lambda opened, x: opened.seats.assign("anna", "ten-sales", by=x),
    "seats.release": lambda opened, x: opened.seats.release("anna", x, by="signe"),
    "seats.change_plan": lambda opened, x: opened.seats.change_plan("anna", x, by="signe"),
    "seats.retire": lambda opened, x: opened.seats.retire(x, by="signe"),
    "seats.usage": lambda opened, x: opened.seats.usage(x),
    "users.find": lambda opened, x: opened.users.find(x),
    "users.export": lambda opened, x: opened.users.export(x),
    "users.forget": lambda opened, x: opened.users.forget(x, by="signe"),
    "users.save": lambda opened, x: opened.users.save(x),
    "users.sync": lambda opened, x: opened.users.sync([x]),
    "sites.save": lambda opened, x: opened.sites.save(x),
    "packages.preview": lambda opened, x: opened.packages.preview(x),
    "packages.activate a preview": lambda opened, x: opened.packages.activate(x, by="signe"),
    "packages.offer": lambda opened, x: opened.packages.offer(x, by="signe"),
    "packages.install_root": lambda opened, x: opened.packages.install_root(x, by="signe"),
    "packages.adopt_unsigned": lambda opened, x: opened.packages.adopt_unsigned(x, by="signe"),
    "packages.history": lambda opened, x: opened.packages.history(x),
    "packages.current": lambda opened, x: opened.packages.current(x),
    "packages.remove": lambda opened, x: opened.packages.remove(x, by="signe"),
    "meters.record": lambda opened, x: opened.meters.record([x]),
    "meters.usage": lambda opened, x: opened.meters.usage(x),
    "meters.close": lambda opened, x: opened.meters.close(x, by="signe"),
    "limits.check": lambda opened, x: opened.limits.check(x, in_use=1),
    "limits.check in use": lambda opened, x: opened.limits.check("active_projects", in_use=x),
    "notices.start": lambda opened, x: opened.notices.start(x, by="signe"),
    "notices.start with a message": lambda opened, x: opened.notices.start(sl.EventKind.NO_LOGIN, x, by="signe"),
    "notices.start at a target": lambda opened, x: opened.notices.start(sl.EventKind.NO_LOGIN, target=x, by="signe"),
    "notices.edit": lambda opened, x: opened.notices.edit(x, "Back at ten", by="signe"),
    "notices.end": lambda opened, x: opened.notices.end(x, by="signe"),
    "screens.owner": lambda opened, x: opened.screens.owner(x),
    "screens.status": lambda opened, x: opened.screens.status(x),
    "screens.status with counts": lambda opened, x: opened.screens.status("anna", counts=x),
    "screens.user": lambda opened, x: opened.screens.user(x),
    "screens.license": lambda opened, x: opened.screens.license(x),
    "journal.entries of a user": lambda opened, x: opened.journal.entries(user=x),
    "journal.entries of a license": lambda opened, x: opened.journal.entries(license=x),
    "apply": lambda opened, x: opened.apply([x], by="signe"),
    "User": lambda _, x: sl.User(id=x),
    "User in groups": lambda _, x: sl.User(id="a", groups=x),
    "User in a group": lambda _, x: sl.User(id="a", groups=[x]),
    "UsageEvent": lambda _, x: event(source=x),
    "UsageEvent of a quantity": lambda _, x: event(quantity=x),
    "Month": lambda _, x: sl.Month(x, 1),
    "Month.parse": lambda _, x: sl.Month.parse(x),
    "LicenseName": lambda _, x: sl.LicenseName(x, "a"),
    "LicenseName.parse": lambda _, x: sl.LicenseName.parse(x),
    "Installation": lambda _, x: sl.Installation(serial_number=x, company="a"),
    "Installation in a zone": lambda _, x: sl.Installation(serial_number="1010000014", company="a", time_zone=x),
    "Policy": lambda _, x: sl.Policy(crossing_levels=x),
    "message": lambda _, x: sl.message(x),
    "message in a language": lambda _, x: sl.message("serial_number", x),
}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield sl.MemoryStore()
        return
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    kept = SqlStore(engine)
    kept.migrate()
    yield kept
    engine.dispose()


@pytest.fixture
def licensing(store: Store) -> sl.Licensing:
    shop = sl.Licensing(store, builders.installation(), trust=VENDOR.root, clock=builders.Clock())
    shop.packages.offer(DOCUMENT, by="signe")
    shop.users.save(sl.User(id="anna"))
    return shop


@for_each("name", list(CALLS))
def test_no_argument_makes_a_call_raise_a_foreign_error(licensing: sl.Licensing, name: str) -> None:
    for argument in HOSTILE:
        text = ""
        try:
            CALLS[name](licensing, argument)
        except sl.SuperlicenseError as error:
            text = str(error)
        except TypeError:
            # A wrong type; a string is of the right one everywhere but for a noun.
            text = "\n" if isinstance(argument, str) and not name.endswith(NOUNS) else ""
        assert text.isprintable(), argument
        assert len(text) <= LONGEST_MESSAGE

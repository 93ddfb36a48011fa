"""Small worlds: up to four users, three plans and twelve licenses, drawn by chance; and a question about a user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from attrs import frozen

from superlicense.model.change import ActivatePackage, Assign, Change, KeepPackageWaiting, SaveUser, StartEvent
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.event import EventKind, EventScope, SystemEvent
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.apply import apply
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.login import login
from superlicense.rules.world_update import empty_world
from tests.rules.scene import INSTALLATION, NOW

SYSTEM = ("server", "online-webservices", "quote", "pocket-crm-server")
LOOSE = ("user", "web", "t2", "quote-cal", "t1", "ej-client", "ej-readonly-client", "windows", "pocket-crm-cal")
PLANS = ("ten-sales", "ten-service", "superlicense-complete")
CLIENTS = (Client.WEB, Client.WEB, Client.WINDOWS, Client.MOBILE, Client.SERVICE)
NAMES = ("anna", "bo", "cy")
MOST_LICENSES = 12

Ask = Callable[[World, User], Decision]


@frozen
class Case:
    """A world, and a question about one user."""

    world: World
    user: User
    ask: Ask
    edits: bool
    question: str


def case_of(seed: int) -> Case:
    """Draw a case; the same one for the same *seed*."""
    draw = Random(seed)  # noqa: S311 - no secret
    world = _world(draw)
    user = world.users[draw.choice(list(world.users))].noun
    edits = draw.random() < 0.8
    if draw.random() < 0.7:
        client = draw.choice(CLIENTS)
        return Case(world, user, lambda then, who: login(then, who, client, NOW), edits, f"{client} by {user.id}")
    name = LicenseName.parse(draw.choice(("quote", "quote", "quote", "user", "nothing-known", "sale")))
    access = Access.EDIT if edits else Access.VIEW
    return Case(
        world, user, lambda then, who: feature(then, who, name, access, NOW), edits, f"{access} {name} by {user.id}"
    )


def _world(draw: Random) -> World:
    rows = _rows(draw)
    world = empty_world(INSTALLATION, Policy(on_site=draw.random() < 0.1))
    changes: list[Change] = []
    if draw.random() < 0.95:
        changes.append(ActivatePackage(package=_package(draw, rows, 1), digest="a" * 64, unsigned=False))
    changes += (SaveUser(user=_user(draw, name)) for name in NAMES[: draw.randint(1, 3)])
    # Where a Suite has no seats, only who may not log in can be saved.
    changes.append(SaveUser(user=User(id="zoe")))
    world = apply(world, changes, NOW - timedelta(days=40)).world
    some = [
        Assign(license=draw.choice(rows).name, holder=draw.choice(list(world.users))) for _ in range(draw.randint(0, 6))
    ]
    later: list[Change] = [*some, *(StartEvent(event=event) for event in _events(draw))]
    if draw.random() < 0.3:
        waits = _package(draw, [row for row in _rows(draw) if draw.random() < 0.9] or rows, 2)
        later.append(KeepPackageWaiting(package=waits, digest="b" * 64))
    return apply(world, later, NOW - timedelta(days=39)).world


def _package(draw: Random, rows: list[ModuleLicense], issue: int) -> LicensePackage:
    ends = draw.choice((None, None, None, -5, 5))
    expires = None if ends is None else NOW + timedelta(days=ends)
    return LicensePackage(
        owner="SUPEROFFICE",
        company=INSTALLATION.company,
        serial_number=INSTALLATION.serial_number,
        issue=issue,
        issued_at=NOW - timedelta(days=50),
        validity=Validity(expires_at=expires, grace_until=None if expires is None else expires + timedelta(days=2)),
        licenses=rows,
    )


def _rows(draw: Random) -> list[ModuleLicense]:
    rows = [
        ModuleLicense(name=name, scope=LicenseScope.SYSTEM)
        for name in SYSTEM
        if draw.random() < (0.95 if name in SYSTEM[:2] else 0.4)
    ]
    loose = [name for name in LOOSE if draw.random() < (0.9 if name in LOOSE[:4] else 0.3)]
    modules = [*loose, *SYSTEM]
    sold = ("suite-user",) if draw.random() < 0.15 else tuple(name for name in PLANS if draw.random() < 0.5)
    plans = [_user_row(draw, name, modules, grants=tuple(one for one in LOOSE if draw.random() < 0.8)) for name in sold]
    users = [_user_row(draw, name, modules) for name in loose]
    return [*plans, *rows, *users][:MOST_LICENSES]


def _user_row(draw: Random, name: str, others: list[str], grants: tuple[str, ...] | None = None) -> ModuleLicense:
    needs = draw.choice(others) if others and draw.random() < 0.1 else None
    return ModuleLicense(
        name=name,
        scope=LicenseScope.USER,
        quantity=draw.randint(1, 3),
        unrestricted=draw.random() < 0.2,
        hidden=grants is None and draw.random() < 0.4,
        prerequisite=needs if needs != name else None,
        allowed_user_types=(UserType.INTERNAL,) if draw.random() < 0.05 else (),
        kind=LicenseKind.MODULE if grants is None else LicenseKind.PLAN,
        grants=grants or (),
    )


def _user(draw: Random, name: str) -> User:
    return User(
        id=name,
        type=draw.choice((UserType.INTERNAL,) * 30 + (UserType.EXTERNAL, UserType.RESOURCE)),
        may_log_in=draw.random() < 0.7,
        awaiting_approval=draw.random() < 0.2,
        retired=draw.random() < 0.15,
        administrator=draw.random() < 0.2,
        groups=("sales",) if draw.random() < 0.3 else (),
    )


def _events(draw: Random) -> Iterator[SystemEvent]:
    for place, (scope, target) in enumerate(
        ((EventScope.ALL_DATABASES, None), (EventScope.USER, "anna"), (EventScope.GROUP, "sales"))
    ):
        if draw.random() < 0.12:
            yield SystemEvent(id=f"event-{place}", kind=EventKind.NO_LOGIN, scope=scope, target=target, started_at=NOW)

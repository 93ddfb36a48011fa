"""What saving and retiring a user do, and saving a site.

Rule 1: the host decides who its users are. A user or site is stored as given;
moving a user to another site or changing the type releases no license and is
not refused. Only as many satellites are defined as are licensed.

Rule 2: two flags affect licenses. A retired user holds none, and under the Suite
the seat follows ``may_log_in``; releasing the seat is never refused.

Rule 3: a retired user becomes active again only with *rehire*.

Source: design sections 5 and 7; that Rule 1 covers type and site, and that Rule 3
covers tampered records, are our choices.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from superlicense.catalog import modules
from superlicense.errors import RefusedError
from superlicense.model.change import ForgetUser, Retire, SaveSite, SaveUser
from superlicense.model.license import LicenseName
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import CENTRAL
from superlicense.model.user import Forgotten, SaveStatus, User
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row, owner_defects
from superlicense.rules.seats.counting import overdrawn
from superlicense.rules.seats.holding import held
from superlicense.rules.seats.seating import SUITE_SEAT, qualifies_for_seat, suite_in_force, swap_refusals
from superlicense.rules.step import Step, refuse_if

__all__ = ["forget_user", "has_effect", "needs_rehire", "retire", "save_site", "save_status", "save_user"]


def save_user(step: Step, change: SaveUser) -> None:
    """Store a user and update their licenses; a tampered row is always replaced.

    Source: design section 7, retired users and Suite.
    """
    world, user = step.world, _without_name(step.world, change.user)
    before = held(world, user)
    after = _held_after(before, user, suite=suite_in_force(world))
    reasons: list[Reason] = []
    if needs_rehire(world, user) and not change.rehire:
        reasons.append(because(ReasonCode.USER_IS_RETIRED, user=user.id, hint="rehire"))
    if SUITE_SEAT in after and SUITE_SEAT not in before:
        reasons += swap_refusals(world, user, before, after)
    refuse_if(reasons)
    forgotten = world.forgotten.get(user.id)
    if forgotten is not None and not user.retired:
        step.end(forgotten)
    if _differs(world, user):
        step.replace(world.users.get(user.id), Table.USERS, user.id, user)
    step.swap(user.id, before, after)


def needs_rehire(world: World, user: User) -> bool:
    """Return whether saving *user* would make a former employee active again."""
    known = world.user(user.id)
    return known is not None and known.retired and not user.retired


def has_effect(world: World, user: User, *, suite: bool) -> bool:
    """Return whether saving *user* would change anything, including the Suite seat.

    Args:
        world: The world before.
        user: The user to save.
        suite: The result of `suite_in_force`, for callers with many users.
    """
    if _differs(world, user):
        return True
    if not suite and not user.retired:
        return False
    before = held(world, user)
    return {*_held_after(before, user, suite=suite)} != {*before}


def _differs(world: World, user: User) -> bool:
    row = world.users.get(user.id)
    known = _without_name(world, user)
    return row is None or row.noun != known or (Table.USERS, user.id) in world.tampered


def _without_name(world: World, user: User) -> User:
    """Return *user* as stored: a forgotten one has no name until a rehire."""
    return evolve(user, name=user.id) if user.retired and user.id in world.forgotten else user


def _held_after(before: tuple[LicenseName, ...], user: User, *, suite: bool) -> tuple[LicenseName, ...]:
    """Return what *user* holds after being saved, who holds *before*."""
    if user.retired:
        return ()
    if not suite:
        return before
    kept = tuple(name for name in before if name != SUITE_SEAT)
    return (*kept, SUITE_SEAT) if qualifies_for_seat(user) else kept


def save_status(known: User | None, user: User, *, changed: bool) -> SaveStatus:
    """Return what saving *user* did, who was stored as *known* before.

    Args:
        known: The user before; `None` if the id was new.
        user: The user now.
        changed: Whether the user or their licenses changed.
    """
    if known is None:
        return SaveStatus.CREATED
    if known.retired != user.retired:
        return SaveStatus.RETIRED if user.retired else SaveStatus.REHIRED
    return SaveStatus.UPDATED if changed else SaveStatus.UNCHANGED


def retire(step: Step, change: Retire) -> None:
    """Retire a user, as saving them as retired does."""
    user = step.world.user(change.user)
    if user is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_USER, user=change.user)])
    save_user(step, SaveUser(user=evolve(user, retired=True)))


def forget_user(step: Step, change: ForgetUser) -> None:
    """Start to forget a former employee; the front door blanks the texts that are stored.

    Source: design section 10, People.
    """
    world, user = step.world, step.world.user(change.user)
    if user is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_USER, user=change.user)])
    if not user.retired:
        raise RefusedError([because(ReasonCode.USER_IS_ACTIVE, user=user.id)])
    nameless = evolve(user, name=user.id)
    if nameless != user:
        step.replace(world.users[user.id], Table.USERS, user.id, nameless)
    # Again where it was forgotten already: an older backup may have brought the texts back.
    step.replace(world.forgotten.get(user.id), Table.FORGOTTEN, user.id, Forgotten(id=user.id))


def save_site(step: Step, change: SaveSite) -> None:
    """Store a site; a new satellite needs one that is licensed and not defined yet."""
    site = change.site
    row = step.world.sites.get(site.id)
    if row is None:
        refuse_if(list(_satellites_short(step.world, site.id)))
    if row is None or row.noun != site or (Table.SITES, site.id) in step.world.tampered:
        step.replace(row, Table.SITES, site.id, site)


def _satellites_short(world: World, site: str) -> Iterator[Reason]:
    """Yield a reason if defining *site* makes more satellites than are licensed.

    Source: domain 15: the quantity of the license is how many satellite databases
    may be defined. That a package without the license limits nothing is our
    choice: packages of later versions have none.
    """
    row = find_row(world, modules.SATELLITE)
    satellites = len(world.sites.keys() - {CENTRAL})
    if site == CENTRAL or row is None:
        return
    total = 0 if owner_defects(world, row.name.owner) else row.quantity
    if not total or overdrawn(row, satellites + 1):
        yield because(ReasonCode.NO_SATELLITE_LEFT, license=str(row.name), total=total, in_use=satellites)

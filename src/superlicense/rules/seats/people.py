"""What saving and retiring a user do, and saving a site.

Rule 1: who somebody is, is the host's to say. A user or site is stored as
given; that somebody moves to another site or becomes another type takes no
license from them and is not refused.

Rule 2: two switches have consequences for licenses. Whoever is retired holds
none, and under the Suite the seat follows ``may_log_in``; taking it away is
never refused.

Source: design sections 5 and 7; that Rule 1 covers type and site is our choice.
"""

from __future__ import annotations

from attrs import evolve

from superlicense.errors import RefusedError
from superlicense.model.change import Retire, SaveSite, SaveUser
from superlicense.model.decision import ReasonCode, because
from superlicense.model.row import Table
from superlicense.rules.seats.holding import held
from superlicense.rules.seats.seating import SUITE_SEAT, may_have_seat, suite_in_force, swap_refusals
from superlicense.rules.step import Step, refuse_if

__all__ = ["retire", "save_site", "save_user"]


def save_user(step: Step, change: SaveUser) -> None:
    """Store a user, and let their licenses follow; a row that is tampered with is replaced whatever it says.

    Source: design section 7, retired users and Suite.
    """
    user = change.user
    before = after = held(step.world, user)
    if user.retired:
        after = ()
    elif suite_in_force(step.world):
        kept = tuple(name for name in before if name != SUITE_SEAT)
        after = (*kept, SUITE_SEAT) if may_have_seat(user) else kept
        if SUITE_SEAT not in before:
            refuse_if(list(swap_refusals(step.world, user, before, after)))
    row = step.world.users.get(user.id)
    if row is None or row.noun != user or (Table.USERS, user.id) in step.world.tampered:
        step.replace(row, Table.USERS, user.id, user)
    step.swap(user.id, before, after)


def retire(step: Step, change: Retire) -> None:
    """Make a user a former employee; the same as saving them as retired."""
    user = step.world.user(change.user)
    if user is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_USER, user=change.user)])
    save_user(step, SaveUser(user=evolve(user, retired=True)))


def save_site(step: Step, change: SaveSite) -> None:
    """Store a site."""
    site = change.site
    row = step.world.sites.get(site.id)
    if row is None or row.noun != site or (Table.SITES, site.id) in step.world.tampered:
        step.replace(row, Table.SITES, site.id, site)

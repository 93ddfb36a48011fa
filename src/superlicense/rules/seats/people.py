"""What saving and retiring a user do, and saving a site.

Rule 1: the host decides who its users are. A user or site is stored as given;
moving a user to another site or changing the type releases no license and is
not refused.

Rule 2: two flags affect licenses. A retired user holds none, and under the Suite
the seat follows ``may_log_in``; releasing the seat is never refused.

Source: design sections 5 and 7; that Rule 1 covers type and site is our choice.
"""

from __future__ import annotations

from attrs import evolve

from superlicense.errors import RefusedError
from superlicense.model.change import Retire, SaveSite, SaveUser
from superlicense.model.decision import ReasonCode, because
from superlicense.model.row import Table
from superlicense.rules.seats.holding import held
from superlicense.rules.seats.seating import SUITE_SEAT, qualifies_for_seat, suite_in_force, swap_refusals
from superlicense.rules.step import Step, refuse_if

__all__ = ["retire", "save_site", "save_user"]


def save_user(step: Step, change: SaveUser) -> None:
    """Store a user and update their licenses; a tampered row is always replaced.

    Source: design section 7, retired users and Suite.
    """
    user = change.user
    before = after = held(step.world, user)
    if user.retired:
        after = ()
    elif suite_in_force(step.world):
        kept = tuple(name for name in before if name != SUITE_SEAT)
        after = (*kept, SUITE_SEAT) if qualifies_for_seat(user) else kept
        if SUITE_SEAT not in before:
            refuse_if(list(swap_refusals(step.world, user, before, after)))
    row = step.world.users.get(user.id)
    if row is None or row.noun != user or (Table.USERS, user.id) in step.world.tampered:
        step.replace(row, Table.USERS, user.id, user)
    step.swap(user.id, before, after)


def retire(step: Step, change: Retire) -> None:
    """Retire a user, as saving them as retired does."""
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

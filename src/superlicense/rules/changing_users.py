"""What saving and retiring a user do, and saving a site."""

from __future__ import annotations

from attrs import evolve

from superlicense.model.change import Retire, SaveSite, SaveUser
from superlicense.model.decision import ReasonCode, because
from superlicense.model.fact import Table
from superlicense.model.license import LicenseScope
from superlicense.model.user import User
from superlicense.rules.entitlement import find_row
from superlicense.rules.seating import SUITE_SEAT, suite_seat_is_due, swap_refusals
from superlicense.rules.step import Step, refuse_if

__all__ = ["retire", "save_site", "save_user"]


def save_user(step: Step, change: SaveUser) -> None:
    """Store a user; the seat of a Suite follows the right to log in."""
    user = change.user
    row = step.world.users.get(user.id)
    if user.retired:
        _end_licenses(step, user)
    else:
        _follow_login_right(step, user)
    if row is None or row.noun != user:
        step.replace(row, Table.USERS, user.id, user)


def retire(step: Step, change: Retire) -> None:
    """Make a user a former employee; the same as saving them as retired."""
    user = step.world.user(change.user)
    if user is None:
        refuse_if([because(ReasonCode.UNKNOWN_USER, user=change.user)])
        return
    save_user(step, SaveUser(user=evolve(user, retired=True)))


def _end_licenses(step: Step, user: User) -> None:
    for row in step.world.assignments.get(user.id, ()):
        licensed = find_row(step.world, row.noun.license)
        # A site may have the id of a user; what the site holds is not the user's.
        if licensed is None or licensed.scope is not LicenseScope.SITE:
            step.end(row)


def _follow_login_right(step: Step, user: User) -> None:
    held = step.world.held_by(user.id)
    due = suite_seat_is_due(step.world, user)
    if due and SUITE_SEAT not in held:
        refuse_if(list(swap_refusals(step.world, user.id, held, (*held, SUITE_SEAT), user)))
        step.assign(SUITE_SEAT, user.id)
    elif not due and SUITE_SEAT in held:
        step.release(SUITE_SEAT, user.id)


def save_site(step: Step, change: SaveSite) -> None:
    """Store a site."""
    site = change.site
    row = step.world.sites.get(site.id)
    if row is None or row.noun != site:
        step.replace(row, Table.SITES, site.id, site)

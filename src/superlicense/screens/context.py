"""The view: what every screen is made from."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from attrs import frozen

from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.screens.view_model import Localizer

__all__ = ["ScreenContext"]


@frozen(kw_only=True)
class ScreenContext:
    """One world at one instant, for people of one language and one time zone.

    Attributes:
        world: What is known.
        at: The instant.
        zone: Where dates are reckoned.
        voice: The language.
    """

    world: World
    at: datetime
    zone: tzinfo
    localizer: Localizer

    def date_of(self, at: datetime) -> date:
        """Give the date on the calendar of the zone; at either end of it, the one that *at* says."""
        try:
            return at.astimezone(self.zone).date()
        except OverflowError:
            return at.date()

    def name_of_user(self, user_id: str) -> str:
        """Give the display name of a user; the id of somebody unknown."""
        user: User | None = self.world.user(user_id)
        return user_id if user is None else user.name

    def name_of_site(self, site: str) -> str:
        """Give the display name of a site; the id of one that is not saved."""
        row = self.world.sites.get(site)
        return site if row is None else row.noun.name

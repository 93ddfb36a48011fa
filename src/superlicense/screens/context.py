"""The context of a screen: world, instant, time zone and language."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from attrs import frozen

from superlicense.messages import Localizer
from superlicense.messages.formats import day_of, last_day_before
from superlicense.model.user import User
from superlicense.model.world import World

__all__ = ["ScreenContext"]


@frozen(kw_only=True)
class ScreenContext:
    """A world at an instant, shown in one language and time zone.

    Attributes:
        world: The facts.
        at: The instant.
        zone: Time zone of dates.
        localizer: Language of texts.
    """

    world: World
    at: datetime
    zone: tzinfo
    localizer: Localizer

    def date_of(self, at: datetime) -> date:
        """Return the date in the time zone; the date of *at* itself at the ends of the calendar."""
        return day_of(at, self.zone)

    def last_day_before(self, at: datetime) -> date:
        """Return the date of the last instant before *at*: the last day that counts of a period that ends at *at*."""
        return last_day_before(at, self.zone)

    def name_of_user(self, user_id: str) -> str:
        """Return the display name of a user; the id of an unknown one."""
        user: User | None = self.world.user(user_id)
        return user_id if user is None else user.name

    def name_of_site(self, site: str) -> str:
        """Return the display name of a site; the id of an unknown one."""
        row = self.world.sites.get(site)
        return site if row is None else row.noun.name

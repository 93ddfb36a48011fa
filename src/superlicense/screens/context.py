"""The context of a screen: world, instant, time zone and language."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from attrs import frozen

from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.screens.view_model import Localizer

__all__ = ["ScreenContext"]


_FIRST = datetime.min.replace(tzinfo=UTC)


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
        try:
            return at.astimezone(self.zone).date()
        except OverflowError:
            return at.date()

    def last_day_before(self, at: datetime) -> date:
        """Return the date of the last instant before *at*: the last day that counts of a period that ends at *at*."""
        return self.date_of(at - datetime.resolution if at > _FIRST else at)

    def name_of_user(self, user_id: str) -> str:
        """Return the display name of a user; the id of an unknown one."""
        user: User | None = self.world.user(user_id)
        return user_id if user is None else user.name

    def name_of_site(self, site: str) -> str:
        """Return the display name of a site; the id of an unknown one."""
        row = self.world.sites.get(site)
        return site if row is None else row.noun.name

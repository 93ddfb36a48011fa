"""Screens: read models of what an administrator sees, ready to be shown.

Nothing is counted here. Numbers, phases and reasons come from the rules that
also decide; every screen is made of one world, past, present or future.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from superlicense.errors import InvalidValueError
from superlicense.licensing.ledger import Ledger
from superlicense.licensing.screens.license_rows import LicenseDetail, detail
from superlicense.licensing.screens.notification_rows import Portrait
from superlicense.licensing.screens.owner_tab import OwnerTab, owner_tab, owners
from superlicense.licensing.screens.shown import Voice
from superlicense.licensing.screens.status_tab import StatusTab, status_tab
from superlicense.licensing.screens.view import View
from superlicense.licensing.snapshot import find_person
from superlicense.model.license import SUPEROFFICE, LicenseName
from superlicense.model.user import User

__all__ = ["Screens"]


class Screens:
    """The screens of one installation.

    Every screen takes ``language``, a tag as `sl.message` takes it, and ``at``.
    """

    __slots__ = ("_ledger", "_zone")

    def __init__(self, ledger: Ledger, zone: tzinfo) -> None:
        """Show what *ledger* knows, with dates of *zone*."""
        self._ledger = ledger
        self._zone = zone

    def owner(
        self,
        owner: str = SUPEROFFICE,
        *,
        hidden: bool = False,
        language: str = "en",
        at: datetime | None = None,
    ) -> OwnerTab:
        """Show the licenses of *owner*.

        Args:
            owner: Which one, in any case; one who licenses nothing here has an
                empty tab.
            hidden: Show also the licenses that only plans give.
            language: What texts are in.
            at: When; now if `None`.

        Raises:
            InvalidValueError: *owner* is no owner, *at* is naive, or there is
                no catalog for *language*.
        """
        return owner_tab(self._view(language, at), _owner(owner), hidden=hidden)

    def owners(self, *, hidden: bool = False, language: str = "en", at: datetime | None = None) -> tuple[OwnerTab, ...]:
        """Show the tabs of everybody who licenses something, or would; SUPEROFFICE comes first.

        Raises:
            InvalidValueError: as of `owner`.
        """
        view = self._view(language, at)
        return tuple(owner_tab(view, owner, hidden=hidden) for owner in owners(view))

    def license(self, license: LicenseName | str, *, language: str = "en", at: datetime | None = None) -> LicenseDetail:
        """Show what a click on *license* shows: what it is, and who holds it.

        Raises:
            UnknownLicenseError: no package in force has it.
            InvalidValueError: it is no license name, *at* is naive, or there is
                no catalog for *language*.
        """
        return detail(self._view(language, at), LicenseName.parse(license))

    def status(
        self,
        user: str | User,
        *,
        portrait: Portrait | None = None,
        language: str = "en",
        at: datetime | None = None,
    ) -> StatusTab:
        """Show the state of the system to *user*.

        Args:
            user: Who is logged in: an id, or a user as the host knows them.
            portrait: Gives a reference to the portrait of a user id, if the
                host has portraits.
            language: What texts are in.
            at: When; now if `None`.

        Raises:
            InvalidValueError: *user* is neither id nor `User`, *at* is naive,
                or there is no catalog for *language*.
        """
        view = self._view(language, at)
        somebody = find_person(view.world, user)
        return status_tab(view, somebody, user.id if isinstance(user, User) else user, portrait)

    def _view(self, language: str, at: datetime | None) -> View:
        voice = Voice(language)
        world, instant = self._ledger.seen(at)
        return View(world=world, at=instant, zone=self._zone, voice=voice)


def _owner(owner: str) -> str:
    try:
        return LicenseName(owner, "any").owner
    except InvalidValueError as error:
        raise InvalidValueError("owner", owner, error.problem) from error

"""Screens: read models of what an administrator sees, ready to be shown.

Nothing is counted here. Numbers, phases and reasons come from the rules that
also decide; every screen is made of one world, past, present or future.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from superlicense.errors import InvalidValueError
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.meters import Meters
from superlicense.model.license import SUPEROFFICE, LicenseName
from superlicense.model.limit import Limit
from superlicense.model.month import Month
from superlicense.model.preview import ActivationPreview
from superlicense.model.user import User
from superlicense.screens.activation_dialog import ActivationDialog, activation_dialog
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseDetail, license_detail
from superlicense.screens.metered_services import MeteredServices, metered_services
from superlicense.screens.notification_rows import Portrait
from superlicense.screens.owner_tab import OwnerTab, owner_tab, owners
from superlicense.screens.status_tab import StatusTab, status_tab
from superlicense.screens.user_card import UserCard, user_card
from superlicense.screens.user_licenses import UserLicenses, user_licenses
from superlicense.screens.view_model import Localizer

__all__ = ["Screens"]


class Screens:
    """The screens of one installation.

    Every screen takes ``language``, a tag as `sl.message` takes it, and ``at``.
    """

    __slots__ = ("_engine", "_meters", "_zone")

    def __init__(self, engine: Engine, meters: Meters, zone: tzinfo) -> None:
        """Show what *ledger* and *meters* know, with dates of *zone*."""
        self._engine = engine
        self._meters = meters
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
        return license_detail(self._view(language, at), LicenseName.parse(license))

    def status(
        self,
        user: str | User,
        *,
        counts: Mapping[Limit | str, int] | None = None,
        portrait: Portrait | None = None,
        language: str = "en",
        at: datetime | None = None,
    ) -> StatusTab:
        """Show the state of the system to *user*.

        Args:
            user: Who is logged in: an id, or a user as the host knows them.
            counts: How many there are of what a Suite limits, as the host has
                counted: ``{"active_projects": 97}``. What is not among them is
                not among the restrictions.
            portrait: Gives a reference to the portrait of a user id, if the
                host has portraits.
            language: What texts are in.
            at: When; now if `None`.

        Raises:
            InvalidValueError: *user* is neither id nor `User`, *counts* counts
                what has no limit, or no whole number, *at* is naive, or there
                is no catalog for *language*.
        """
        view = self._view(language, at)
        somebody = find_person(view.world, user)
        user_id = user.id if isinstance(user, User) else user
        return status_tab(view, somebody, user_id, counts or {}, portrait)

    def user_licenses(
        self,
        license: LicenseName | str | None = None,
        *,
        hidden: bool = False,
        language: str = "en",
        at: datetime | None = None,
    ) -> UserLicenses:
        """Show which users use which licenses.

        Args:
            license: Only those who use this one, directly or through a plan;
                everybody if `None`.
            hidden: Show also the licenses that only plans give.
            language: What texts are in.
            at: When; now if `None`.

        Raises:
            UnknownLicenseError: no package in force has *license*.
            InvalidValueError: it is no license name, *at* is naive, or there is
                no catalog for *language*.
        """
        chosen = None if license is None else LicenseName.parse(license)
        return user_licenses(self._view(language, at), chosen, hidden=hidden)

    def user(self, user_id: str, *, language: str = "en", at: datetime | None = None) -> UserCard:
        """Show the licenses of one user: held, to be had, and why not.

        The host's veto is asked about what is held, but not about the past.

        Raises:
            InvalidValueError: *user_id* is no id, *at* is naive, or there is no
                catalog for *language*.
        """
        return user_card(self._view(language, at), user_id, vetoes_of(self._engine.veto if at is None else None))

    def activation(self, preview: ActivationPreview, *, hidden: bool = False, language: str = "en") -> ActivationDialog:
        """Show what activating a package would do.

        Args:
            preview: As `packages.preview` or `packages.preview_waiting` gave it.
            hidden: Show also the licenses that only plans give; those that
                block are always shown.
            language: What texts are in.

        Raises:
            InvalidValueError: there is no catalog for *language*.
        """
        return activation_dialog(self._view(language, None), preview, hidden=hidden)

    def metered_services(
        self, month: Month | str | None = None, *, language: str = "en", at: datetime | None = None
    ) -> MeteredServices:
        """Show what was used of every metered service, what is included, and where the month is going.

        Args:
            month: Any month, or ``"YYYY-MM"``; the one that *at* is in if `None`.
            language: What texts are in.
            at: As it was recorded by then; now if `None`.

        Raises:
            InvalidValueError: *month* is no month, or has no twelve months
                before it, *at* is naive, or there is no catalog for *language*.
            StoreError: the store cannot be read.
        """
        view = self._view(language, at)
        if month is None:
            shown = Month.of(view.at, self._zone)
        else:
            shown = month if isinstance(month, Month) else Month.parse(month)
        return metered_services(view, self._meters, self._engine.totals.meters, shown, at)

    def _view(self, language: str, at: datetime | None) -> ScreenContext:
        localizer = Localizer(language)
        world, instant = self._engine.worlds.world_at(at)
        return ScreenContext(world=world, at=instant, zone=self._zone, localizer=localizer)


def _owner(owner: str) -> str:
    try:
        return LicenseName(owner, "any").owner
    except InvalidValueError as error:
        raise InvalidValueError("owner", owner, error.problem) from error

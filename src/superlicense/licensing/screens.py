"""Screens: read models of what an administrator sees, ready to be displayed.

Nothing is counted here. Numbers, phases and reasons come from the rules that
also decide; every screen is made of one world, past, present or future.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Protocol

from superlicense.errors import InvalidValueError, TamperedStoreError
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.gate_answers import Worlds
from superlicense.licensing.metering.terms_difference import KnownTerms
from superlicense.licensing.words import localizer_of
from superlicense.model.license import SUPEROFFICE, LicenseName
from superlicense.model.limit import Limit
from superlicense.model.month import Month
from superlicense.model.preview import ActivationPreview
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.ports import HolderVeto
from superlicense.screens.activation_dialog import ActivationDialog, activation_dialog
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseDetail, license_detail
from superlicense.screens.metered_services import MeteredServices, MeterReadings, metered_services
from superlicense.screens.notification_rows import Portrait
from superlicense.screens.owner_tab import OwnerTab, owner_tab, owners
from superlicense.screens.status_tab import StatusTab, status_tab
from superlicense.screens.user_card import UserCard, user_card
from superlicense.screens.user_directory import UserDirectory
from superlicense.screens.user_licenses import PAGE_SIZE, UserLicenses, UserQuery, user_licenses

__all__ = ["ScreenSource", "Screens", "ShownMeters"]


class ReadClock(Protocol):
    """A clock that says what time it is, whatever is recorded."""

    def read(self) -> datetime:
        """Return the present."""


class ScreenSource(Protocol):
    """What screens are made of."""

    @property
    def clock(self) -> ReadClock:
        """The clock by which months begin."""

    @property
    def terms(self) -> KnownTerms:
        """Which meters are billed on other terms, as was found last."""

    @property
    def worlds(self) -> Worlds:
        """The worlds to show."""

    @property
    def veto(self) -> HolderVeto | None:
        """The host's objections to releases."""


class ShownMeters(MeterReadings, Protocol):
    """The readings of meters that screens show."""

    def month_of(self, at: datetime) -> Month:
        """Return the month in which usage of *at* counts."""

    def terms_differ(self) -> tuple[str, ...]:
        """Return the meters whose terms differ from those of the host."""


class Screens:
    """The screens of one installation.

    Every screen takes ``language``, a language tag as for `sl.message`, and ``at``.
    """

    __slots__ = ("_directory", "_engine", "_meters", "_zone")

    def __init__(self, engine: ScreenSource, meters: ShownMeters, zone: tzinfo) -> None:
        """Show the worlds of *engine* and the totals of *meters*, with dates in *zone*."""
        self._engine = engine
        self._meters = meters
        self._zone = zone
        self._directory: UserDirectory | None = None

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
            owner: The owner, in any case; one without licenses here has an empty
                tab.
            hidden: Show also the licenses that only plans grant.
            language: The language of texts.
            at: The instant; now if `None`.

        Raises:
            InvalidValueError: *owner* is not an owner, *at* is naive, or there is
                no catalog for *language*.
        """
        return owner_tab(self._view(language, at), _owner(owner), hidden=hidden)

    def owners(self, *, hidden: bool = False, language: str = "en", at: datetime | None = None) -> tuple[OwnerTab, ...]:
        """Show the tabs of all owners of packages in force or waiting; SUPEROFFICE comes first.

        Raises:
            InvalidValueError: as for `owner`.
        """
        view = self._view(language, at)
        return tuple(owner_tab(view, owner, hidden=hidden) for owner in owners(view))

    def license(self, license: LicenseName | str, *, language: str = "en", at: datetime | None = None) -> LicenseDetail:
        """Show the details of *license*, with its holders.

        Raises:
            UnknownLicenseError: no package in force has it.
            InvalidValueError: it is not a license name, *at* is naive, or there is
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
            user: The user who is logged in: an id, or a user as the host knows
                them.
            counts: The host's counts of what a Suite limits:
                ``{"active_projects": 97}``. A limit that is missing here is
                missing among the restrictions.
            portrait: Returns a reference to the portrait of a user id, if the
                host has portraits.
            language: The language of texts.
            at: The instant; now if `None`.

        Raises:
            InvalidValueError: *user* is neither id nor `User`, *counts* names
                an unknown limit or is not a whole number, *at* is naive, or
                there is no catalog for *language*.
            StoreError: the store cannot be read.
        """
        view = self._view(language, at)
        person = find_person(view.world, user)
        user_id = user.id if isinstance(user, User) else user
        differing = () if at is not None else self._differing_terms(view.world)
        return status_tab(view, person, user_id, counts or {}, portrait, differing=differing)

    def user_licenses(  # noqa: PLR0913 - what a list is narrowed by, by keyword
        self,
        license: LicenseName | str | None = None,
        *,
        hidden: bool = False,
        search: str = "",
        may_log_in: bool = False,
        page: int | None = None,
        size: int = PAGE_SIZE,
        language: str = "en",
        at: datetime | None = None,
    ) -> UserLicenses:
        """Show which users use which licenses: all users, or a page of them.

        One page costs little more than its own rows, however many users there are.

        Args:
            license: Only users of this license, directly or through a plan; all
                users if `None`.
            hidden: Show also the licenses that only plans grant.
            search: Only users whose id, name or plan contains this text, in any
                case.
            may_log_in: Only users with the switch "Can log in".
            page: The page, counted from 1; the last one if there are fewer. All
                users at once if `None`.
            size: Number of users on a page, 1 or more.
            language: The language of texts.
            at: The instant; now if `None`.

        Raises:
            UnknownLicenseError: no package in force has *license*.
            InvalidValueError: it is not a license name, *search* is not a string,
                *page* or *size* is not a whole number of at least 1, *at* is
                naive, or there is no catalog for *language*.
        """
        query = UserQuery(
            license=None if license is None else LicenseName.parse(license),
            search=search,
            may_log_in=may_log_in,
            page=page,
            size=size,
        )
        view = self._view(language, at)
        return user_licenses(view, query, hidden=hidden, directory=self._directory_of(view.world))

    def _directory_of(self, world: World) -> UserDirectory:
        """Return the users of *world* in order, which is worked out once for a world."""
        known = self._directory
        if known is None or known.world is not world:
            known = self._directory = UserDirectory.of(world)
        return known

    def user(self, user_id: str, *, language: str = "en", at: datetime | None = None) -> UserCard:
        """Show the licenses of one user: held, available, and why not.

        The host's veto is asked about what is held, but not about the past.

        Raises:
            InvalidValueError: *user_id* is not an id, *at* is naive, or there is no
                catalog for *language*.
        """
        view = self._view(language, at)
        vetoes = vetoes_of(self._engine.veto if at is None else None)
        return user_card(view, user_id, vetoes, self._directory_of(view.world))

    def activation(self, preview: ActivationPreview, *, hidden: bool = False, language: str = "en") -> ActivationDialog:
        """Show what activating a package would do.

        Args:
            preview: What `packages.preview` or `packages.preview_waiting` returned.
            hidden: Show also the licenses that only plans give; those that
                block are always shown.
            language: The language of texts.

        Raises:
            InvalidValueError: there is no catalog for *language*.
        """
        return activation_dialog(self._view(language, None), preview, hidden=hidden)

    def metered_services(
        self, month: Month | str | None = None, *, language: str = "en", at: datetime | None = None
    ) -> MeteredServices:
        """Show the usage of every metered service, what is included, and the projection of the month.

        Args:
            month: Any month, or ``"YYYY-MM"``; the one that *at* is in if `None`.
            language: The language of texts.
            at: As recorded by then; now if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or has no twelve months
                before it, *at* is naive, or there is no catalog for *language*.
            StoreError: the store cannot be read.
        """
        view = self._view(language, at)
        if month is None:
            # A recorded instant may be wrong, and begins no month.
            shown = self._meters.month_of(self._engine.clock.read() if at is None else view.at)
        else:
            shown = month if isinstance(month, Month) else Month.parse(month)
        differing = () if at is not None else self._differing_terms(view.world)
        return metered_services(view, self._meters, shown, at, differing=differing)

    def _differing_terms(self, world: World) -> tuple[str, ...]:
        """Return the meters whose terms differ; none where what is stored of usage was tampered with."""
        if world.not_refreshed is not None:
            return self._engine.terms.differing
        try:
            return self._meters.terms_differ()
        except TamperedStoreError:
            return ()

    def _view(self, language: str, at: datetime | None) -> ScreenContext:
        world, instant = self._engine.worlds.world_at(at)
        return ScreenContext(
            world=world, at=instant, zone=self._zone, localizer=localizer_of(world, language, self._zone)
        )


def _owner(owner: str) -> str:
    try:
        return LicenseName(owner, "any").owner
    except InvalidValueError as error:
        raise InvalidValueError("owner", owner, error.problem) from error

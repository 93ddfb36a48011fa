"""Fleet: the licensing of many installations in one process.

Rule 1: what is open is kept by the whole installation, so that another company,
serial number or time zone is another object. Two installations share the store, the
clock and the verified root, and nothing else.

Rule 2: what is let go is only forgotten: a caller that holds on to it can go on.

Source: design section 12.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from attrs import evolve

from superlicense.errors import InvalidValueError, StoreUnavailableError, SuperlicenseError
from superlicense.licensing.clock import Clock, InstallationClock, utc_now
from superlicense.licensing.engine.process_lock import ProcessLock
from superlicense.licensing.fleet_look import FleetLook
from superlicense.licensing.fleet_member import FleetMember
from superlicense.licensing.fleet_settings import FleetSettings, PerInstallation
from superlicense.licensing.front import Licensing
from superlicense.licensing.integrity.trust import Trust
from superlicense.licensing.rehearsing import DocumentOf, rehearse
from superlicense.licensing.settings import check_callable, check_store, checked_installation
from superlicense.model.meter import Meter
from superlicense.model.policy import Policy
from superlicense.model.rehearsal import FleetDate, FleetDates, FleetFailure, Rehearsal
from superlicense.model.site import Installation
from superlicense.ports import HolderVeto, Hook, PackageSource, RevisionsStore, SeatVeto, Store

__all__ = ["Fleet"]

_MOST: Final = 1_000_000


class Fleet:
    """The licensing of many installations that are kept in one store.

    Make it once and share it: it is safe for threads.

    >>> import superlicense as sl
    >>> fleet = sl.Fleet(sl.MemoryStore(), trust=None)
    >>> nordvik = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    >>> solvang = sl.Installation(serial_number="1010000022", company="Solvang Lys AS")
    >>> fleet.open(nordvik).users.save(sl.User(id="anna", may_log_in=True)).status
    <SaveStatus.CREATED: 'created'>
    >>> fleet.open(nordvik) is fleet.open(nordvik), fleet.open(solvang).users.all()
    (True, ())
    """

    __slots__ = (
        "_capacity",
        "_clock",
        "_lock",
        "_look",
        "_looking",
        "_open",
        "_opening",
        "_settings",
        "_store",
        "_trust",
    )

    def __init__(  # noqa: PLR0913 - everything a host may choose, by keyword
        self,
        store: Store,
        *,
        trust: bytes | str | None,
        capacity: int = 1_000,
        clock: Clock = utc_now,
        policy: PerInstallation[Policy | None] = None,
        seat_veto: PerInstallation[SeatVeto | HolderVeto | None] = None,
        package_source: PerInstallation[PackageSource | None] = None,
        seal_key: PerInstallation[bytes | None] = None,
        hooks: PerInstallation[Iterable[Hook]] = (),
        meters: PerInstallation[Iterable[Meter] | None] = None,
    ) -> None:
        """Serve the installations of *store*.

        Args:
            store: Where the facts of all of them are stored.
            trust: The pinned trust root, which is verified once for all; see
                `superlicense.licensing.front.Licensing`.
            capacity: How many installations are kept open, 1 to 1,000,000; those
                that were not opened for the longest time are let go.
            clock: Returns the present as an aware datetime.
            policy: The host's choices, or a function of the installation that
                returns them; so for all that follow.
            seat_veto: The host's objections to releases. What takes one argument is
                a function of the installation.
            package_source: Where newer packages come from. What takes one argument
                is a function of the installation.
            seal_key: 32 bytes, kept outside the store.
            hooks: Called for every decision and every command.
            meters: What is metered.

        Raises:
            InvalidValueError: an argument is of the wrong type, *capacity* is out of
                range, or *trust* is neither bytes nor a digest. What functions
                return is checked when an installation is opened.
            SuperlicenseError: *trust* is not a valid root.
        """
        if type(capacity) is not int or not 1 <= capacity <= _MOST:
            raise InvalidValueError("capacity", capacity, f"must be a whole number from 1 to {_MOST}")
        check_store(store)
        check_callable("clock", clock)
        self._store = store
        self._trust = None if trust is None else Trust(trust)
        self._capacity = capacity
        self._clock = clock
        self._settings = FleetSettings.checked(
            policy=policy,
            seat_veto=seat_veto,
            package_source=package_source,
            seal_key=seal_key,
            hooks=hooks,
            meters=meters,
        )
        self._lock = ProcessLock()
        self._open: OrderedDict[Installation, FleetMember] = OrderedDict()
        self._opening: dict[Installation, ProcessLock] = {}
        self._looking: frozenset[str] | None = None
        self._look = self._shared_look(store, policy)

    def _shared_look(self, store: Store, policy: PerInstallation[Policy | None]) -> FleetLook | None:
        """Return the look at all; `None` where each looks alone."""
        if not isinstance(store, RevisionsStore):
            return None
        shared = policy if isinstance(policy, Policy) else Policy()
        return FleetLook(store, self._keys, clock=InstallationClock(self._clock), patience=shared.look_patience)

    def __len__(self) -> int:
        """Return how many installations are open."""
        return len(self._open)

    def open(self, installation: Installation) -> Licensing:
        """Return the licensing of *installation*, the one that is open if there is one.

        Ask for it at every request: what is open costs a lookup, and what is asked
        for stays open.

        Raises:
            InvalidValueError: *installation* is not an installation, or one of its
                settings is invalid.
            StoreUnavailableError: the store cannot be read.
            SuperlicenseError: as for `superlicense.licensing.front.Licensing`.
        """
        checked_installation(installation)
        with self._lock.mine():
            member = self._open.get(installation)
            if member is not None:
                self._open.move_to_end(installation)
                return member
            opening = self._opening.setdefault(installation, ProcessLock())
        # Others that ask for the same wait for it; those that ask for another do not.
        with opening.mine():
            try:
                return self._keep(installation, self._visit(installation))
            finally:
                with self._lock.mine():
                    self._opening.pop(installation, None)

    def _load(self, installation: Installation) -> FleetMember:
        return FleetMember(
            self._store, installation, trust=self._trust, clock=self._clock, **self._settings.of(installation)
        )

    def _keep(self, installation: Installation, member: FleetMember) -> FleetMember:
        """Keep *member* open, and let go those that were not opened for the longest time."""
        with self._lock.mine():
            kept = self._open.setdefault(installation, member)
            self._open.move_to_end(installation)
            if kept.looks is None and self._look is not None and self._look.tells:
                kept.join(self._look)
            while len(self._open) > self._capacity:
                _, gone = self._open.popitem(last=False)
                gone.let_go()
            self._looking = None
        return kept

    def _keys(self) -> frozenset[str]:
        """Return what the look asks for; made anew when something was opened."""
        with self._lock.mine():
            if self._looking is None:
                self._looking = frozenset(one.looks.key for one in self._open.values() if one.looks is not None)
            return self._looking

    def _all(self) -> dict[Installation, FleetMember]:
        with self._lock.mine():
            return dict(self._open)

    def refresh(self) -> tuple[FleetFailure, ...]:
        """Look at the revisions of all open installations, and read what others have written.

        Nobody has to call it: what is asked about is looked at by itself.

        Returns:
            The installations that could not be read, each with its error.

        Raises:
            StoreError: the store cannot be read at all.
        """
        changed = self._changed()
        failures, unread = [], set(changed)
        try:
            # In a fleet of hundreds no member is visited unless one has something to read.
            for member in self._all().values() if changed or self._some_look_alone() else ():
                unread.discard(member.installation.key)
                if member.looks is not None and not member.looks.has_more(changed):
                    continue
                try:
                    member.refresh()
                except SuperlicenseError as error:
                    failures.append(FleetFailure(installation=member.installation, error=error))
                    unread.add(member.installation.key)
        finally:
            if self._look is not None:
                self._look.put_back(unread & self._keys())
        return tuple(failures)

    def _some_look_alone(self) -> bool:
        """Return whether an open installation does not look with the others."""
        return self._look is None or not self._look.tells or len(self._keys()) < len(self._open)

    def _changed(self) -> set[str]:
        """Look at those that look together, and return the keys of those that may have something to read.

        Raises:
            StoreError: the store cannot be read.
        """
        look = self._look
        if look is None:
            return set()
        if look.tells and self._keys():
            if not look.looks.refresh():
                raise StoreUnavailableError("no answer within Policy.look_patience")
            if look.latest is not None and look.latest.error is not None:
                raise look.latest.error.with_traceback(None)
        return look.take_changed()

    def dates(self, until: datetime, installations: Iterable[Installation] | None = None) -> FleetDates:
        """Return what will happen to packages before *until*, for reminders.

        Args:
            until: The end, exclusive.
            installations: Whose packages; of the open ones if `None`. Others are
                opened one after the other, and not kept.

        Returns:
            The dates in order of time, and the installations whose dates are not
            known.

        Raises:
            InvalidValueError: *until* is naive, or not a datetime.
        """
        dates, failures = [], []
        for installation in self._all() if installations is None else installations:
            try:
                found = self._visit(installation).packages.dates(until)
            except InvalidValueError:
                raise
            except SuperlicenseError as error:
                failures.append(FleetFailure(installation=installation, error=error))
            else:
                # What makes words holds the packages, and those of many customers are not kept.
                dates += [FleetDate(installation=installation, date=evolve(one, words_in=None)) for one in found]
        return FleetDates(dates=tuple(sorted(dates, key=lambda one: one.date.at)), failures=tuple(failures))

    def rehearse(self, document_of: DocumentOf, installations: Iterable[Installation]) -> Iterator[Rehearsal]:
        """Preview a new package for each of *installations*, one after the other. It changes nothing.

        What goes wrong with one is in its rehearsal. Those that are not open are
        opened for it, and not kept, so memory does not grow with their number.

        Args:
            document_of: Returns the new package of an installation: a signed one, or
                a `LicensePackage` where unsigned ones are accepted; `None` if there
                is none.
            installations: Which ones, in this order.

        Returns:
            A rehearsal of each, made when it is asked for, with its number and the
            total as progress.
        """
        return rehearse(self._visit, document_of, installations)

    def _visit(self, installation: Installation) -> FleetMember:
        """Return the licensing of *installation*, the open one if there is one; it is not kept by this."""
        with self._lock.mine():
            member = self._open.get(installation)
        return member or self._load(installation)

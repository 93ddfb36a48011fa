"""Licensing: the one object that a service makes for an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Self

from superlicense.catalog.meters import STANDARD
from superlicense.licensing.applying import apply_documented
from superlicense.licensing.clock import Clock, InstallationClock, utc_now
from superlicense.licensing.engine.engine import Engine, joined_store
from superlicense.licensing.engine.vetoes import veto_of
from superlicense.licensing.engine.world_cache import WorldCache
from superlicense.licensing.gate import Gate
from superlicense.licensing.hooked_gate import HookedGate
from superlicense.licensing.hooks import audited, checked_hooks
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.trust import Trust
from superlicense.licensing.journal import Journal
from superlicense.licensing.limits import Limits
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.meters import Meters
from superlicense.licensing.notices import Notices
from superlicense.licensing.operations import Operations
from superlicense.licensing.packages import Packages
from superlicense.licensing.seats import Seats
from superlicense.licensing.settings import (
    check_callable,
    check_store,
    checked_installation,
    checked_policy,
    several,
)
from superlicense.licensing.supposing import Supposing
from superlicense.licensing.users import Sites, Users
from superlicense.model.change import Change, ChangeInstallation
from superlicense.model.meter import Meter
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import BoundStore, HolderVeto, Hook, PackageSource, SeatVeto, Store
from superlicense.rules.apply import Applied
from superlicense.time_zones import time_zone

if TYPE_CHECKING:
    from superlicense.licensing.screens import Screens
    from superlicense.messages import Localizer

__all__ = ["BoundLicensing", "Licensing"]


class Licensing(Operations, Supposing):
    """The licensing of one installation, kept in one store.

    Make it once and share it: it is safe for threads, and holds a snapshot that
    answers questions without asking the store.

    >>> import superlicense as sl
    >>> licensing = sl.Licensing(
    ...     sl.MemoryStore(),
    ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
    ...     trust=None,
    ... )
    >>> licensing.gate.login("anna", sl.Client.WEB).reasons[0].code
    <ReasonCode.NO_PACKAGE: 'no_package'>

    Attributes:
        zone: The time zone of calendar months.
        gate: May this user log in, view this, edit that?
        seats: Assign, release, change plans, retire, count.
        users: Save, find, sync.
        sites: Save, find.
        packages: What owners have licensed.
        limits: Does the plan allow one more?
        meters: Record usage, read the totals of a month, close it.
        notices: System events.
        journal: What was done, when and by whom.
        screens: What an administrator sees.
    """

    def __init__(  # noqa: PLR0913 - everything a host may choose, by keyword
        self,
        store: Store,
        installation: Installation,
        *,
        trust: bytes | str | Trust | None,
        clock: Clock = utc_now,
        policy: Policy | None = None,
        seat_veto: SeatVeto | HolderVeto | None = None,
        package_source: PackageSource | None = None,
        seal_key: bytes | None = None,
        hooks: Iterable[Hook] = (),
        meters: Iterable[Meter] | None = None,
    ) -> None:
        """Open *installation* in *store*.

        Args:
            store: Where facts are stored.
            installation: Which database of which customer.
            trust: The pinned trust root: its bytes, which are verified completely,
                or the SHA-256 of its payload in hex, and the root itself is
                installed with `packages.install_root`. `None` accepts no signed
                document.
            clock: Returns the present as an aware datetime.
            policy: The host's choices; the defaults if `None`.
            seat_veto: The host's objections to releases.
            package_source: Where the host gets newer packages from.
            seal_key: 32 bytes, kept outside the store, from the first write on:
                everything stored is sealed with them, and tampering is found.
                `None` seals nothing.
            hooks: Called for every decision and every command; see
                `superlicense.ports.Hook`.
            meters: What is metered, with the host's allowances and prices. They are
                the terms of the months that this object is the first to touch. With
                `None`, the five metered services can be recorded, and their months
                wait for the terms of another instance before they can be closed.

        Raises:
            UnknownTimeZoneError: the installation's time zone is unknown.
            InvalidValueError: an argument is of the wrong type, *clock* returns
                naive datetimes, *seal_key* is not 32 bytes, two of *meters* do not go
                together, or *policy* needs a *seal_key*: see `Policy.accept_unsigned`.
            StoreUnavailableError: the store cannot be read.
            UnreachableRootError: *trust* does not lead to the root of a package in force.
            SuperlicenseError: *trust* is not a valid root; see
                `superlicense.document.root.open_pinned`.
        """
        check_store(store)
        checked_installation(installation)
        check_callable("clock", clock)
        if package_source is not None:
            check_callable("package_source", package_source)
        chosen = checked_policy(policy)
        self.zone = time_zone(installation.time_zone)
        # A fleet verifies its root once, for all of its installations.
        pinned = trust if trust is None or isinstance(trust, Trust) else Trust(trust)
        listening = checked_hooks(hooks)
        checks = IntegrityChecks(installation, chosen, trust=pinned, seal_key=seal_key)
        totals = MeterTotals(
            STANDARD if meters is None else several("meters", meters),
            self.zone,
            chosen,
            has_terms=meters is not None,
            zone_name=installation.time_zone,
        )
        reads = InstallationClock(clock)
        worlds = WorldCache.load(store, installation, clock=reads, checks=checks, policy=chosen)
        checks.stored_documents.check_reached(worlds.state.snapshot.world, worlds.state.integrity.sealed)
        engine = Engine(
            store,
            installation,
            policy=chosen,
            clock=reads,
            totals=totals,
            hooks=listening,
            veto=None if seat_veto is None else veto_of(seat_veto, installation),
            worlds=worlds,
        )
        worlds.updater.also_find = engine.find_terms
        if worlds.state.heartbeat is not None:
            engine.find_terms_now()
        self._open(engine, package_source)

    def _open(self, engine: Engine, package_source: PackageSource | None) -> None:
        """Make the parts of the facade around *engine*."""
        super().__init__(engine)
        self._package_source = package_source
        self.gate = HookedGate(engine) if engine.hooks else Gate(engine)
        self.seats = Seats(engine)
        self.users = Users(engine)
        self.sites = Sites(engine)
        self.packages = Packages(engine, package_source)
        self.limits = Limits(engine)
        self.meters = Meters(engine)
        self.notices = Notices(engine)
        self.journal = Journal(engine)

    def bound_to(self, connection: object) -> BoundLicensing:
        """Join the host's transaction on *connection*: writes become effective when the host commits.

        The object that is returned can do inside the transaction what this one
        can. It starts from what is known here and is brought up to date at every
        call. This one sees what was written once the host has committed, when it
        next reads the revision.

        Every call is a savepoint, so that a refused change leaves the
        transaction as it was. Nothing is ever committed or retried: conflicts and
        lock timeouts are raised, and the host decides.
        From the first write on, other writers of the installation wait until the
        host's transaction ends.

        Args:
            connection: The host's connection to the database of the store; for the
                store on SQLAlchemy a `sqlalchemy.Connection`, or the driver's
                connection of a host that does not use SQLAlchemy.

        Returns:
            Licensing inside the transaction. It is a context manager: the end of
            the block closes it and leaves the transaction open.

        Raises:
            InvalidValueError: the store cannot take part in transactions, or
                not in this one.
        """
        store = joined_store(self._engine.store, connection)
        return BoundLicensing(self.zone, self._engine.bound_to(store), store, self._package_source)

    @property
    def installation(self) -> Installation:
        """Which database of which customer this is."""
        return self._engine.installation

    @property
    def policy(self) -> Policy:
        """The host's choices."""
        return self._engine.policy

    @cached_property
    def screens(self) -> Screens:
        """What an administrator sees."""
        # Made on first use: a service that only asks the gate does not pay for the rows' classes.
        from superlicense.licensing.screens import Screens  # noqa: PLC0415 - see above

        return Screens(self._engine, self.meters, self.zone)

    @audited("apply", writes=True)
    def apply(
        self,
        changes: Iterable[Change],
        *,
        by: str,
        at: datetime | None = None,
        guard: Callable[[World], None] | None = None,
    ) -> Applied:
        """Carry out *changes* in order, all or nothing, in one transaction.

        The bytes of packages and roots among them are verified, and the contents
        are read from them; without bytes they are refused.

        Args:
            changes: The changes; each is judged in the world after the ones before.
            by: The author.
            at: The instant; now if `None`.
            guard: Called with the newest world inside the transaction, before
                anything changes, and again where another writer was first. What it
                raises is raised, and nothing is stored.

        Returns:
            The rows that started and ended.

        Raises:
            RefusedError: with every reason of every refused change.
            WriteOutOfOrderError: *at* is out of order.
            StoreError: the store failed; nothing has changed.
        """
        return apply_documented(self._engine, changes, by=by, at=at, guard=guard)

    @audited("change_installation", writes=True)
    def change_installation(
        self, installation: Installation, document: bytes | None = None, *, by: str, at: datetime | None = None
    ) -> Applied:
        """Change the serial number, company or database id of the installation.

        Everything that is stored stays where it is, and opens under the new names as
        well. This object and others that say the former names go on with a warning
        for `Policy.identity_grace`; make new ones of *installation* meanwhile. It may
        also be called on an object that says the new names already. The names that
        the installation has already change nothing.

        Args:
            installation: The installation as it is to be; only its serial number,
                company and database id count.
            document: The SUPEROFFICE package that was issued to it, which names the
                serial number that it succeeds, or has the same one. It is put in force
                in the same transaction. Not needed where no root is pinned.
            by: The author.
            at: The instant; now if `None`.

        Returns:
            The rows that started and ended.

        Raises:
            RefusedError: *document* is missing, was not issued to *installation* or
                does not succeed this one, its package cannot be put in force, or
                something else is stored under the new names (``identity_in_use``).
            SuperlicenseError: as for `packages.activate`.
        """
        change = ChangeInstallation(installation=installation, document=document)
        return apply_documented(self._engine.predecessor(change), (change,), by=by, at=at)

    def words(self, language: str = "en", *, at: datetime | None = None) -> Localizer:
        """Return what people read, in *language*: titles, reasons, dates, numbers and errors of this installation.

        Titles come from the packages in force, else from the catalog; dates are in
        the time zone of the installation.

        Args:
            language: A language tag, as for `sl.message`.
            at: The packages of this instant; of now if `None`.

        Raises:
            InvalidValueError: There is no catalog for *language*, or *at* is naive.
            StoreError: the store cannot be read.
        """
        # Loaded on first use: a service that only asks the gate does not pay for catalogs.
        from superlicense.licensing.words import localizer_of  # noqa: PLC0415 - see above

        world, _ = self._engine.worlds.world_at(at)
        return localizer_of(world, language, self.zone)


class BoundLicensing(Licensing):
    """The licensing of one installation, inside one transaction of the host's; see `Licensing.bound_to`."""

    def __init__(self, zone: tzinfo, engine: Engine, store: BoundStore, package_source: PackageSource | None) -> None:
        """Make a facade around *engine*, which reads and writes *store* inside the transaction."""
        self.zone = zone
        self._store = store
        self._open(engine, package_source)

    def __enter__(self) -> Self:
        """Begin a block that closes it at its end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, also after an error; the transaction is the host's."""
        self.close()

    def close(self) -> None:
        """Leave the transaction; every later call raises `StoreUnavailableError`."""
        self._store.close()

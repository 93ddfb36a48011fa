"""The engine: everything that the facade of one installation is made of."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import InstallationClock
from superlicense.licensing.engine.known_instant import KnownInstant
from superlicense.licensing.engine.world_cache import WorldCache
from superlicense.licensing.engine.writer import Writer
from superlicense.licensing.integrity.audit import verify
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.documents import Documents
from superlicense.licensing.integrity.seals import noted_head
from superlicense.licensing.metering.terms_difference import KnownTerms
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.model.change import ChangeInstallation
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.store_report import StoreReport
from superlicense.model.world import World
from superlicense.ports import BoundStore, HolderVeto, Hook, JoiningStore, Reading, Store

__all__ = ["Engine", "joined_store"]


def joined_store(store: Store, connection: object) -> BoundStore:
    """Return *store* inside the host's transaction on *connection*.

    Raises:
        InvalidValueError: the store cannot take part in transactions, or not
            in this one.
    """
    if not isinstance(store, JoiningStore):
        raise InvalidValueError("store", type(store).__name__, "must support bound_to()")
    return store.bound_to(connection)


class Engine:
    """One installation in one store: its worlds to read, its writer, its meters.

    Attributes:
        installation: Which database of which customer.
        known: The newest instant that was recorded before this run.
        policy: The host's choices.
        hooks: The host's listeners to every call.
        veto: The host's objections to releases.
        clock: The clock of the installation.
        totals: Keeps the totals of what is metered.
        terms: Which meters are billed on other terms than the host passes, as was
            found last.
        store: Where everything is stored.
        worlds: The worlds, present and past.
        checks: Checks what the store shows.
        writer: Writes changes.
    """

    __slots__ = (
        "checks",
        "clock",
        "hooks",
        "installation",
        "known",
        "policy",
        "store",
        "terms",
        "totals",
        "veto",
        "worlds",
        "writer",
    )

    def __init__(  # noqa: PLR0913 - what the host chose, by keyword
        self,
        store: Store,
        installation: Installation,
        *,
        policy: Policy,
        clock: InstallationClock,
        totals: MeterTotals,
        hooks: tuple[Hook, ...],
        veto: HolderVeto | None,
        worlds: WorldCache,
        retries: bool = True,
        known: KnownInstant | None = None,
        terms: KnownTerms | None = None,
    ) -> None:
        """Compose the engine around *worlds*, which is loaded."""
        self.store = store
        self.installation = installation
        self.policy = policy
        self.clock = clock
        self.totals = totals
        self.hooks = hooks
        self.veto = veto
        self.worlds = worlds
        self.known = KnownInstant(worlds) if known is None else known
        self.terms = KnownTerms(totals) if terms is None else terms
        self.checks: IntegrityChecks = worlds.checks
        self.writer = Writer(
            store,
            installation,
            worlds=worlds,
            totals=totals,
            veto=veto,
            patience=policy.write_patience,
            retries=retries,
        )

    def bound_to(self, store: BoundStore) -> Engine:
        """Return an engine of the same installation inside the host's transaction that *store* takes part in."""
        return Engine(
            store,
            self.installation,
            policy=self.policy,
            clock=self.clock,
            totals=self.totals.in_transaction(),
            hooks=self.hooks,
            veto=self.veto,
            worlds=self.worlds.bound_to(store),
            retries=False,
            known=self.known,
            terms=self.terms,
        )

    def find_terms(self, view: Reading) -> None:
        """Find in *view* which meters are billed on other terms, if that was not found lately."""
        self.terms.find_in_time(self.checks.usage_in(view), self.clock.now(self.worlds.state.snapshot.world))

    def find_terms_now(self) -> None:
        """Find them in what is stored now."""
        if self.totals.has_terms:
            with self.worlds.stored() as view:
                self.find_terms(view)

    def predecessor(self, change: ChangeInstallation) -> Engine:
        """Return the engine of the installation that *change* is about: this one, or the one that it succeeds.

        Where the host says the new names already, nothing is stored under them yet,
        and the document of *change* names the serial number that it succeeds.

        Raises:
            SuperlicenseError: the document is refused.
        """
        world, trust = self.worlds.current().world, self.checks.stored_documents.trust
        if change.document is None or trust is None or world.entries:
            return self
        package = self.documents(world, self.clock.now(world)).package(change.document).package
        succeeded = package.replaces or package.serial_number
        former = evolve(self.installation, serial_number=succeeded, database_id=None)
        if former.key == self.installation.key:
            return self
        checks = self.checks.of(former)
        worlds = WorldCache.load(self.store, former, clock=self.clock, checks=checks, policy=self.policy)
        if not worlds.state.snapshot.world.entries:
            return self
        return Engine(
            self.store,
            former,
            policy=self.policy,
            clock=self.clock,
            totals=self.totals,
            hooks=self.hooks,
            veto=self.veto,
            worlds=worlds,
        )

    def documents(self, world: World, now: datetime) -> Documents:
        """Return what verifies documents for *world* at *now*.

        Raises:
            NoTrustRootError: no root is pinned.
        """
        return Documents(self.checks.stored_documents.trust, world, now, self.clock.read())

    def noted_head(self) -> str | None:
        """Return the present head, in a form to be noted elsewhere."""
        self.worlds.current()
        return noted_head(self.worlds.state.integrity.head)

    def verified(self, earlier_head: str | None) -> StoreReport:
        """Verify everything that is stored; see `superlicense.licensing.integrity.audit`."""
        return verify(self.store, self.installation, self.checks, earlier_head)

"""Previews: the consequences of activating a package, before it is activated."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from superlicense.errors import SuperlicenseError
from superlicense.model.change import PlanMove, Release
from superlicense.model.decision import Outcome
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.month import Month
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.plain_data import PlainNoun
from superlicense.model.reason import Reason

__all__ = ["Activation", "ActivationPreview", "Blocker", "LicenseDiff", "MeterEffect", "UserEffect"]


@frozen(kw_only=True)
class LicenseDiff:
    """One license before and after the activation, with the numbers of the vendor's dialog.

    Attributes:
        license: The license.
        current: Its row in force; `None` if it is new.
        new: Its row in the new package; `None` if it is missing there.
        total: Current number of seats, 0 if it is new; `None` if unrestricted.
        in_use: Current number of distinct holders, under the plans in force.
        free: *total* minus *in_use*; `None` if unrestricted.
        added: *new_total* minus *total*; `None` if either is unrestricted.
        new_total: Number of seats in the new package, 0 if it is missing there;
            `None` if unrestricted.
        new_free: *new_total* minus *in_use*, negative if there are too few;
            `None` if unrestricted.
        new_in_use: Number of distinct holders after the releases and plan moves
            that come with the activation; *in_use* if none do.

    Source: domain section 8, "Diff numbers per module".
    """

    license: LicenseName
    current: ModuleLicense | None
    new: ModuleLicense | None
    total: int | None
    in_use: int
    free: int | None
    added: int | None
    new_total: int | None
    new_free: int | None
    new_in_use: int

    @property
    def changed(self) -> bool:
        """Whether the two rows differ."""
        return self.current != self.new


@frozen(kw_only=True)
class Blocker:
    """A reason why a package cannot be activated.

    Attributes:
        reason: The reason.
        license: The license with too few seats, or missing from the package.
        in_use: Number of distinct holders under the new package's plans, after
            releases and moves.
        new_total: Number of seats in the new package.
        remove: How many holders have to release it.
        holders: Ids of the holders it is about, sorted: all holders of the
            license, or the one whom the reason names.
        through: Visible plans that grant it; empty if it is held directly.
    """

    reason: Reason
    license: LicenseName
    in_use: int
    new_total: int
    remove: int
    holders: tuple[str, ...] = ()
    through: tuple[LicenseName, ...] = ()


@frozen(kw_only=True)
class UserEffect:
    """What an activation changes for one user.

    Attributes:
        user: Id of the user.
        gained: User licenses that are granted only after the activation.
        lost: User licenses that are granted only before it.
        features_gained: Features with more access after it than before.
        features_lost: Features with less access after it than before.
        login_before: Outcome of a login before it, by client.
        login_after: Outcome of a login after it, by client.
    """

    user: str
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    features_gained: tuple[str, ...] = ()
    features_lost: tuple[str, ...] = ()
    login_before: FrozenMap[Outcome] = field(factory=FrozenMap)
    login_after: FrozenMap[Outcome] = field(factory=FrozenMap)

    @property
    def loses_login(self) -> bool:
        """Whether a login with some client grants less than before."""
        return any(self.login_after[client].rank < before.rank for client, before in self.login_before.items())

    @property
    def loses_something(self) -> bool:
        """Whether the user loses a license, access to a feature or a login."""
        return bool(self.lost or self.features_lost) or self.loses_login


@frozen(kw_only=True)
class MeterEffect:
    """A meter whose threshold changes.

    Attributes:
        meter: Code of the meter.
        month: The current month.
        threshold: Current threshold of the month.
        new_threshold: Threshold after the activation.
        crossed: Levels that usage reaches only after it, in increasing order.
    """

    meter: str
    month: Month
    threshold: int
    new_threshold: int
    crossed: tuple[int, ...] = ()


@frozen(kw_only=True)
class ActivationPreview(PlainNoun):
    """The consequences of activating a package now.

    Attributes:
        document: The bytes, kept so that they can be verified again.
        package: The package, as parsed from the document.
        digest: SHA-256 of the canonical payload, in hex.
        releases: Licenses that are released first.
        plan_moves: Users whose plan changes with it.
        in_force: The package that it replaces; `None` if there is none.
        is_new: False if the package is in force already.
        licenses: All licenses of either package, in the order of the new one.
        blockers: Reasons why it cannot be activated.
        effects: Users for whom something changes, by id.
        proposed_moves: Plan moves after which nothing blocks, for the fewest
            users; if there are none, those after which the least does.
        proposed_releases: Plans to release with them: of users whom a Suite gives
            no seat.
        meters: Meters whose threshold changes, by code.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("can_be_activated", "safe_unattended")

    document: bytes | None = field(default=None, repr=False)
    package: LicensePackage
    digest: str
    releases: tuple[Release, ...] = ()
    plan_moves: tuple[PlanMove, ...] = ()
    in_force: InstalledPackage | None
    is_new: bool
    licenses: tuple[LicenseDiff, ...]
    blockers: tuple[Blocker, ...]
    effects: tuple[UserEffect, ...]
    proposed_moves: tuple[PlanMove, ...] = ()
    proposed_releases: tuple[Release, ...] = ()
    meters: tuple[MeterEffect, ...] = ()

    @property
    def changes(self) -> tuple[LicenseDiff, ...]:
        """The licenses that differ, as listed by the vendor's dialog."""
        return tuple(diff for diff in self.licenses if diff.changed)

    @property
    def can_be_activated(self) -> bool:
        """Whether there are no blockers."""
        return not self.blockers

    @property
    def safe_unattended(self) -> bool:
        """Whether an unattended job may activate it: no blockers, and no user loses anything."""
        return not self.blockers and not any(effect.loses_something for effect in self.effects)

    @property
    def consequences(self) -> tuple[object, ...]:
        """What an administrator agrees to, without instants and numbers in use.

        Source: design section 8.
        """
        return (
            None if self.in_force is None else self.in_force.digest,
            self.is_new,
            tuple((block.reason.code, block.license, block.holders, block.through) for block in self.blockers),
            tuple(
                (effect.user, effect.lost, effect.features_lost, effect.login_before, effect.login_after)
                for effect in self.effects
                if effect.loses_something or effect.login_before != effect.login_after
            ),
            self.proposed_moves,
            self.proposed_releases,
            tuple((meter.meter, meter.month, meter.crossed) for meter in self.meters if meter.crossed),
        )


@frozen(kw_only=True)
class FetchOutcome(PlainNoun):
    """What came of asking for a newer package of one owner.

    Both `activation` and `error` may be set, where the host's source failed and a
    waiting package was put in force. Neither is, where there is no newer package.

    Attributes:
        owner: The owner, in lower case.
        activation: What became of the package; `None` without one.
        error: What went wrong; `None` if nothing did.
    """

    owner: str
    activation: Activation | None = None
    error: SuperlicenseError | None = None


@frozen(kw_only=True)
class Activation(PlainNoun):
    """The result of activating or offering a package.

    Attributes:
        installed: The package, in force or waiting.
        activated: Whether this call put it in force.
        preview: The consequences of its activation.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("waiting",)

    installed: InstalledPackage
    activated: bool
    preview: ActivationPreview

    @property
    def waiting(self) -> bool:
        """Whether the package waits for an administrator."""
        return self.installed.waiting

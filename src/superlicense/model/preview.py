"""Previews: what activating a package would do, before anybody does it."""

from __future__ import annotations

from attrs import field, frozen

from superlicense.model.change import PlanMove, Release
from superlicense.model.decision import Outcome, Reason
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.month import Month
from superlicense.model.package import InstalledPackage, LicensePackage

__all__ = ["Activation", "ActivationPreview", "Blocker", "LicenseDiff", "MeterEffect", "UserEffect"]


@frozen(kw_only=True)
class LicenseDiff:
    """One license before and after, in the numbers of the vendor's dialog.

    Attributes:
        license: Which license.
        current: Its row in force; `None` if it is new.
        new: Its row in the new package; `None` if it is gone.
        total: How many there are now, 0 if it is new; `None` if unrestricted.
        in_use: Distinct holders today, under today's sets.
        free: *total* less *in_use*; `None` if unrestricted.
        added: *new_total* less *total*; `None` if either is unrestricted.
        new_total: How many there would be, 0 if it is gone; `None` if unrestricted.
        new_free: *new_total* less *in_use*, negative if too few; `None` if
            unrestricted.

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

    @property
    def changed(self) -> bool:
        """Whether anything about the license differs."""
        return self.current != self.new


@frozen(kw_only=True)
class Blocker:
    """Something that keeps a package from being activated.

    Attributes:
        reason: What it is, for programs and people.
        license: Which license there is too little of, or is missing.
        in_use: Distinct holders under the new package's sets, after releases and
            moves.
        new_total: How many there would be.
        remove: How many have to give it up.
        holders: Ids of everybody who would hold it, sorted.
        through: The visible plans that cause it; empty if it is held directly.
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
    """What the package changes for one user.

    Attributes:
        user: Id of the user.
        gained: User licenses that the user is granted then, and is not now.
        lost: User licenses that the user is granted now, and is not then.
        features_gained: Features that the user may view or edit then only.
        features_lost: Features that the user may view or edit now only.
        login_before: Outcome now, by client.
        login_after: Outcome then, by client.
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
        """Whether some client lets the user do less than before."""
        return any(self.login_after[client].rank < before.rank for client, before in self.login_before.items())

    @property
    def loses_something(self) -> bool:
        """Whether the user is worse off in anything."""
        return bool(self.lost or self.features_lost) or self.loses_login


@frozen(kw_only=True)
class MeterEffect:
    """A meter whose threshold moves.

    Attributes:
        meter: Code of the meter.
        month: The month that runs.
        threshold: How much the month includes now.
        new_threshold: How much it would include.
        crossed: Levels that usage would reach and has not, rising.
    """

    meter: str
    month: Month
    threshold: int
    new_threshold: int
    crossed: tuple[int, ...] = ()


@frozen(kw_only=True)
class ActivationPreview:
    """What a package would do if it were activated now.

    Attributes:
        document: The bytes, kept so that they can be verified again.
        package: What they say.
        digest: Identity of the package.
        releases: What is to be released first.
        plan_moves: Who is to change plans with it.
        in_force: The package that it would replace; `None` if there is none.
        is_new: False if it is in force already, so that nothing would happen.
        licenses: Every license of either package, in order of the new one.
        blockers: What keeps it from being activated.
        effects: Everybody for whom something changes, by id.
        proposed_moves: Moves that would free the plans that are too few, with
            the fewest people touched.
        meters: The meters whose threshold moves, by code.
    """

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
    meters: tuple[MeterEffect, ...] = ()

    @property
    def changes(self) -> tuple[LicenseDiff, ...]:
        """The licenses that differ: what the vendor's dialog lists."""
        return tuple(one for one in self.licenses if one.changed)

    @property
    def can_be_activated(self) -> bool:
        """Whether nothing blocks it."""
        return not self.blockers

    @property
    def safe_unattended(self) -> bool:
        """Whether a nightly job may activate it: nothing blocks, nobody loses anything."""
        return not self.blockers and not any(effect.loses_something for effect in self.effects)

    @property
    def consequences(self) -> tuple[object, ...]:
        """What an administrator agreed to; instants and numbers in use are no part of it.

        Source: design section 8.
        """
        return (
            None if self.in_force is None else self.in_force.digest,
            self.is_new,
            tuple((one.reason.code, one.license, one.holders, one.through) for one in self.blockers),
            tuple(
                (effect.user, effect.lost, effect.features_lost, effect.login_before, effect.login_after)
                for effect in self.effects
                if effect.loses_something or effect.login_before != effect.login_after
            ),
            self.proposed_moves,
            tuple((meter.meter, meter.month, meter.crossed) for meter in self.meters if meter.crossed),
        )


@frozen(kw_only=True)
class Activation:
    """What came of taking in a package.

    Attributes:
        installed: The package, as it is in force or waiting.
        activated: Whether it was put in force just now.
        preview: What it did or would do.
    """

    installed: InstalledPackage
    activated: bool
    preview: ActivationPreview

    @property
    def waiting(self) -> bool:
        """Whether it is kept for an administrator."""
        return self.installed.waiting

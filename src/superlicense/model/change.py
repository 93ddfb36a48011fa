"""Changes: the closed list of what can happen to an installation (design 3)."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.decision import Reason
from superlicense.model.event import SystemEvent
from superlicense.model.license import LicenseName, license_name, to_license_name
from superlicense.model.package import LicensePackage
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User

__all__ = [
    "ActivatePackage",
    "Assign",
    "Change",
    "ChangePlan",
    "EndEvent",
    "InstallRoot",
    "KeepPackageWaiting",
    "PlanMove",
    "Refusal",
    "Release",
    "RemovePackage",
    "Retire",
    "SaveSite",
    "SaveUser",
    "StartEvent",
]


@frozen(kw_only=True)
class SaveUser:
    """Store a user as given; saved as retired, every license of theirs ends."""

    user: User = field(validator=fields.instance_of(User))


@frozen(kw_only=True)
class SaveSite:
    """Store a site as given."""

    site: Site = field(validator=fields.instance_of(Site))


@frozen(kw_only=True)
class Assign:
    """Give *license* to *holder*: a user, or a site for a site license."""

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    holder: str = field(validator=fields.identifier)
    comment: str = field(default="", validator=fields.text)


@frozen(kw_only=True)
class Release:
    """Take *license* from *holder*; *cascade* takes what depends on it, too."""

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    holder: str = field(validator=fields.identifier)
    cascade: bool = field(default=False, validator=fields.instance_of(bool))


@frozen(kw_only=True)
class ChangePlan:
    """Give *holder* the plan *license* instead of the one held of its owner."""

    holder: str = field(validator=fields.identifier)
    license: LicenseName = field(converter=to_license_name, validator=license_name)


@frozen(kw_only=True)
class Retire:
    """Make *user* (an id) a former employee: every license ends."""

    user: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class PlanMove:
    """Move *holder* from the plan *old* to the plan *new* while a package is activated."""

    holder: str = field(validator=fields.identifier)
    old: LicenseName = field(converter=to_license_name, validator=license_name)
    new: LicenseName = field(converter=to_license_name, validator=license_name)


def _releases(value: Iterable[Release]) -> tuple[Release, ...]:
    return tuple(value)


def _moves(value: Iterable[PlanMove]) -> tuple[PlanMove, ...]:
    return tuple(value)


@frozen(kw_only=True)
class ActivatePackage:
    """Put a package in force, after *releases* and *plan_moves*, judged as one.

    Attributes:
        package: What its document says.
        document: The bytes; `None` only in simulations, which are not stored.
        digest: SHA-256 of the canonical payload, in hex.
        signed_by: Ids of the keys that signed it.
        root_version: Trust root it was verified under.
        unsigned: Adopted without a signature.
        releases: What is released first.
        plan_moves: Who changes plans with it.
    """

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))
    document: bytes | None = field(default=None, repr=False)
    digest: str = field(default="simulated", validator=fields.identifier)
    signed_by: tuple[str, ...] = field(default=(), converter=fields.strings)
    root_version: int | None = None
    unsigned: bool = field(default=False, validator=fields.instance_of(bool))
    releases: tuple[Release, ...] = field(default=(), converter=_releases, validator=fields.each_instance_of(Release))
    plan_moves: tuple[PlanMove, ...] = field(default=(), converter=_moves, validator=fields.each_instance_of(PlanMove))


@frozen(kw_only=True)
class KeepPackageWaiting:
    """Keep a package for an administrator to activate; fields as of `ActivatePackage`."""

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))
    document: bytes | None = field(default=None, repr=False)
    digest: str = field(default="simulated", validator=fields.identifier)
    signed_by: tuple[str, ...] = field(default=(), converter=fields.strings)
    root_version: int | None = None


@frozen(kw_only=True)
class RemovePackage:
    """Take the package of *owner* out of force; never that of SUPEROFFICE."""

    owner: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class InstallRoot:
    """Accept the next trust root."""

    root: TrustRoot = field(validator=fields.instance_of(TrustRoot))
    document: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class StartEvent:
    """Start a system event; instants and ids of who are set by the command."""

    event: SystemEvent = field(validator=fields.instance_of(SystemEvent))


@frozen(kw_only=True)
class EndEvent:
    """End the running event with this id.

    Attributes:
        event_id: Which one.
        force: End it although its job has not, in an emergency.
        by_job: The job that reported it ends it.
    """

    event_id: str = field(validator=fields.identifier)
    force: bool = field(default=False, validator=fields.instance_of(bool))
    by_job: bool = field(default=False, validator=fields.instance_of(bool))


Change = (
    SaveUser
    | SaveSite
    | Assign
    | Release
    | ChangePlan
    | Retire
    | ActivatePackage
    | KeepPackageWaiting
    | RemovePackage
    | InstallRoot
    | StartEvent
    | EndEvent
)


@frozen(kw_only=True)
class Refusal:
    """A change that may not be carried out.

    Attributes:
        place: Its place among the changes that were asked for, from 0.
        change: The change.
        reasons: Every reason, never empty.
    """

    place: int
    change: Change
    reasons: tuple[Reason, ...]

"""Changes: the closed list of what can happen to an installation (design 3)."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.decision import Reason
from superlicense.model.event import SystemEvent
from superlicense.model.license import LicenseName, names_license, to_name
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
    """Store a user as given; if it is retired, all of its assignments end."""

    user: User = field(validator=fields.a(User))


@frozen(kw_only=True)
class SaveSite:
    """Store a site as given."""

    site: Site = field(validator=fields.a(Site))


@frozen(kw_only=True)
class Assign:
    """Assign *license* to *holder*: a user, or a site for a site license."""

    license: LicenseName = field(converter=to_name, validator=names_license)
    holder: str = field(validator=fields.identifier)
    comment: str = field(default="", validator=fields.text)


@frozen(kw_only=True)
class Release:
    """Release *license* from *holder*; *cascade* releases what depends on it, too."""

    license: LicenseName = field(converter=to_name, validator=names_license)
    holder: str = field(validator=fields.identifier)
    cascade: bool = field(default=False, validator=fields.a(bool))


@frozen(kw_only=True)
class ChangePlan:
    """Assign the plan *license* to *holder* in place of the plan held of the same owner."""

    holder: str = field(validator=fields.identifier)
    license: LicenseName = field(converter=to_name, validator=names_license)


@frozen(kw_only=True)
class Retire:
    """Make *user* (an id) a former employee: all assignments end."""

    user: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class PlanMove:
    """Move *holder* from the plan *old* to the plan *new* while a package is activated."""

    holder: str = field(validator=fields.identifier)
    old: LicenseName = field(converter=to_name, validator=names_license)
    new: LicenseName = field(converter=to_name, validator=names_license)


def _releases(value: Iterable[Release]) -> tuple[Release, ...]:
    return tuple(value)


def _moves(value: Iterable[PlanMove]) -> tuple[PlanMove, ...]:
    return tuple(value)


@frozen(kw_only=True)
class ActivatePackage:
    """Put a package in force, after *releases* and *plan_moves*, judged as one.

    Attributes:
        package: The contents of its document.
        document: The bytes; `None` only in simulations, which are not stored.
        digest: SHA-256 of the canonical payload, in hex.
        signed_by: Ids of the keys that signed it.
        root_version: Trust root it was verified under.
        unsigned: Adopted without a signature.
        releases: Assignments to release first.
        plan_moves: Holders who change plans with it.
    """

    package: LicensePackage = field(validator=fields.a(LicensePackage))
    document: bytes | None = field(default=None, repr=False)
    digest: str = field(default="simulated", validator=fields.identifier)
    signed_by: tuple[str, ...] = field(default=(), converter=fields.strings)
    root_version: int | None = None
    unsigned: bool = field(default=False, validator=fields.a(bool))
    releases: tuple[Release, ...] = field(default=(), converter=_releases, validator=fields.all_are(Release))
    plan_moves: tuple[PlanMove, ...] = field(default=(), converter=_moves, validator=fields.all_are(PlanMove))


@frozen(kw_only=True)
class KeepPackageWaiting:
    """Keep a package for an administrator to activate; fields as of `ActivatePackage`."""

    package: LicensePackage = field(validator=fields.a(LicensePackage))
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

    root: TrustRoot = field(validator=fields.a(TrustRoot))
    document: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class StartEvent:
    """Start a system event; the command sets its instants and its author."""

    event: SystemEvent = field(validator=fields.a(SystemEvent))


@frozen(kw_only=True)
class EndEvent:
    """End the running event with this id.

    Attributes:
        event_id: Id of the event.
        force: End it although its job has not ended it, in an emergency.
        by_job: The job that reported it ends it.
    """

    event_id: str = field(validator=fields.identifier)
    force: bool = field(default=False, validator=fields.a(bool))
    by_job: bool = field(default=False, validator=fields.a(bool))


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
    """A change that is refused.

    Attributes:
        place: Its position in the list of changes, from 0.
        change: The change.
        reasons: Every reason, never empty.
    """

    place: int
    change: Change
    reasons: tuple[Reason, ...]

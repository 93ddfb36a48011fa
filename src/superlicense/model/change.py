"""Changes: the closed list of what can change in an installation (design 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, Final

from attrs import Attribute, field, frozen

from superlicense.model import fields
from superlicense.model.event import SystemEvent
from superlicense.model.license import LicenseName, license_name, to_license_name
from superlicense.model.package import LicensePackage
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.reason import Reason
from superlicense.model.site import Installation, Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User

__all__ = [
    "UNCHANGED",
    "ActivatePackage",
    "Assign",
    "Change",
    "ChangeInstallation",
    "ChangePlan",
    "EditEvent",
    "EndEvent",
    "ForgetUser",
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
    "Unchanged",
]


@frozen(kw_only=True)
class SaveUser:
    """Store a user as given; a retired user loses every license.

    Attributes:
        user: The user.
        force: Store the user even if nobody is left who may administer the
            installation.
        rehire: Store the user as not retired even if they are retired now.
    """

    user: User = field(validator=fields.instance_of(User))
    force: bool = field(default=False, validator=fields.instance_of(bool))
    rehire: bool = field(default=False, validator=fields.instance_of(bool))


@frozen(kw_only=True)
class SaveSite:
    """Store a site as given."""

    site: Site = field(validator=fields.instance_of(Site))


@frozen(kw_only=True)
class Assign:
    """Assign *license* to *holder*: a user, or a site for a site license."""

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    holder: str = field(validator=fields.identifier)
    comment: str = field(default="", validator=fields.text)


@frozen(kw_only=True)
class Release:
    """Release *license* from *holder*; *cascade* also releases licenses that require it."""

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    holder: str = field(validator=fields.identifier)
    cascade: bool = field(default=False, validator=fields.instance_of(bool))


@frozen(kw_only=True)
class ChangePlan:
    """Replace the plan that *holder* holds of the same owner by the plan *license*."""

    holder: str = field(validator=fields.identifier)
    license: LicenseName = field(converter=to_license_name, validator=license_name)


@frozen(kw_only=True)
class ForgetUser:
    """Blank every personal text about a former employee, and keep none of them until a rehire.

    Attributes:
        user: Id of the user.
    """

    user: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class Retire:
    """Retire a user: every license ends.

    Attributes:
        user: Id of the user.
        force: Retire the user even if nobody is left who may administer the
            installation.
    """

    user: str = field(validator=fields.identifier)
    force: bool = field(default=False, validator=fields.instance_of(bool))


@frozen(kw_only=True)
class PlanMove:
    """Move *holder* from the plan *old* to the plan *new* during an activation."""

    holder: str = field(validator=fields.identifier)
    old: LicenseName = field(converter=to_license_name, validator=license_name)
    new: LicenseName = field(converter=to_license_name, validator=license_name)


def _releases(value: Iterable[Release]) -> tuple[Release, ...]:
    return tuple(value)


def _moves(value: Iterable[PlanMove]) -> tuple[PlanMove, ...]:
    return tuple(value)


@frozen(kw_only=True)
class ActivatePackage:
    """Put a package in force together with *releases* and *plan_moves*, as one change.

    Attributes:
        package: The package, as parsed from its document.
        document: The bytes; `None` only in simulations, which are not stored.
        digest: SHA-256 of the canonical payload, in hex.
        signed_by: Ids of the keys that signed it.
        root_version: Version of the trust root it was verified under.
        unsigned: Whether it was adopted without a signature.
        releases: Licenses that are released first.
        plan_moves: Users whose plan changes with it.
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
    """Keep a package waiting for an administrator; fields as in `ActivatePackage`."""

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))
    document: bytes | None = field(default=None, repr=False)
    digest: str = field(default="simulated", validator=fields.identifier)
    signed_by: tuple[str, ...] = field(default=(), converter=fields.strings)
    root_version: int | None = None


@frozen(kw_only=True)
class RemovePackage:
    """Remove the package of *owner*, which must not be SUPEROFFICE."""

    owner: str = field(validator=fields.identifier)


@frozen(kw_only=True)
class ChangeInstallation:
    """Change the serial number, company or database id of the installation.

    Attributes:
        installation: The installation as it is to be; its other fields do not count.
        document: The bytes of the package that was issued to it; `None` where no
            root is pinned, and in simulations, which are not stored.
        activation: The package of *document*, as parsed from it.
    """

    installation: Installation = field(validator=fields.instance_of(Installation))
    document: bytes | None = field(default=None, repr=False)
    activation: ActivatePackage | None = field(
        default=None, validator=fields.optional(fields.instance_of(ActivatePackage))
    )


@frozen(kw_only=True)
class InstallRoot:
    """Accept the next trust root."""

    root: TrustRoot = field(validator=fields.instance_of(TrustRoot))
    document: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class StartEvent:
    """Start a system event; its start and *started_by* are set when it is applied."""

    event: SystemEvent = field(validator=fields.instance_of(SystemEvent))


class Unchanged(Enum):
    """The value of a field that a change leaves as it is, where `None` is a value of its own."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


def _utc(value: datetime | Unchanged | None) -> datetime | Unchanged | None:
    return value if isinstance(value, Unchanged) else fields.utc(value)


def _aware(instance: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, Unchanged):
        fields.optional(fields.aware)(instance, attribute, value)


@frozen(kw_only=True)
class EditEvent:
    """Change the texts and the expected end of the running event with this id.

    Attributes:
        event_id: Id of the event.
        message: The new message; unchanged if `None`.
        description: The new text for the detail pane; unchanged if `None`.
        expected_end: The new expected end; `None` for none.
    """

    event_id: str = field(validator=fields.identifier)
    message: str | None = field(default=None, validator=fields.optional(fields.text))
    description: str | None = field(default=None, validator=fields.optional(fields.text))
    expected_end: datetime | Unchanged | None = field(default=UNCHANGED, converter=_utc, validator=_aware)


@frozen(kw_only=True)
class EndEvent:
    """End the running event with this id.

    Attributes:
        event_id: Id of the event.
        force: End an event that its job would end, in an emergency.
        by_job: The event is ended by the job that reported it.
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
    | ForgetUser
    | ActivatePackage
    | KeepPackageWaiting
    | RemovePackage
    | InstallRoot
    | ChangeInstallation
    | StartEvent
    | EditEvent
    | EndEvent
)


@frozen(kw_only=True)
class Refusal:
    """A change that was refused.

    Attributes:
        place: Index of the change in the batch, from 0.
        change: The change; in a hypothesis also a purchase or a renewal.
        reasons: All reasons, never empty. Their parameters name the ``holder``
            or the ``site`` that the change is about and, in a batch, its
            ``place``.
    """

    place: int
    change: Change | Purchase | Renewal
    reasons: tuple[Reason, ...]

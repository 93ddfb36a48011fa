"""The vendor's answer to GetUserLicenses: every license that a user can be assigned, and whether it is.

Rule 1: it shows what is assigned, not what plans grant. Importing it means to
assign what is marked as assigned.

Source: domain section 16, LicenseOwner and ModuleLicenseLink.
"""

from __future__ import annotations

from attrs import frozen

from superlicense.interop.superoffice.granted_licenses import placed
from superlicense.interop.superoffice.json_fields import PrincipalFields, read_list
from superlicense.model.license import LicenseName

__all__ = ["LicenseLink", "read_user_licenses_json"]


@frozen(kw_only=True)
class LicenseLink:
    """A license as one user may hold it.

    Attributes:
        license: The license.
        description: Its display name.
        assigned: Whether the user holds it.
        can_assign: Whether it could be assigned to them.
        hidden: Whether screens leave it out.
        total: Number bought; `None` if it is unrestricted or not given.
        in_use: Number in use by all users; `None` if it is not given.
        free: Number left; `None` if it is unrestricted or not given.
        prerequisite: License that must be held first.
    """

    license: LicenseName
    description: str
    assigned: bool
    can_assign: bool
    hidden: bool
    total: int | None
    in_use: int | None
    free: int | None
    prerequisite: LicenseName | None


def read_user_licenses_json(data: bytes) -> tuple[LicenseLink, ...]:
    """Read the licenses of one user, or of one site, as the vendor's services list them by owner.

    Args:
        data: A JSON list of LicenseOwner in UTF-8, at most 2 MiB.

    Returns:
        The licenses in the order of the payload.

    Raises:
        MalformedPrincipalError: no such list; with the path of the field.
        InvalidValueError: *data* is not bytes.
    """
    links: dict[LicenseName, LicenseLink] = {}
    for owner in read_list(data):
        name = owner.required("Name")
        listed = [(one, True) for one in owner.objects("RestrictedModuleLicenses", required=False)]
        listed += [(one, False) for one in owner.objects("UnrestrictedModuleLicenses", required=False)]
        modules = frozenset(one.text("Name").lower() for one, _ in listed)
        for one, restricted in listed:
            link = _link(one, name, modules, restricted=restricted)
            if link.license in links:
                one.refuse("Name", f"{link.license} is a duplicate")
            links[link.license] = link
    return tuple(links.values())


def _link(one: PrincipalFields, owner: str, modules: frozenset[str], *, restricted: bool) -> LicenseLink:
    module = one.required("Name")
    with placed(one, "Name", {"owner": "Name", "module": "Name"}):
        license_name = LicenseName(owner, module)
    needed = one.text("PrerequisiteModuleName")
    with placed(one, "PrerequisiteModuleName", {"license": "PrerequisiteModuleName"}):
        own = needed.lower() in modules
        prerequisite = (LicenseName(owner, needed) if own else LicenseName.parse(needed)) if needed else None
    counted = restricted and not one.take("Unrestricted", bool)
    return LicenseLink(
        license=license_name,
        description=one.text("Description"),
        assigned=bool(one.take("Assigned", bool)),
        can_assign=bool(one.take("CanAssign", bool)),
        hidden=bool(one.take("IsHidden", bool)),
        total=one.quantity("Total") if counted else None,
        in_use=one.quantity("InUse"),
        free=one.take("Free", int) if counted else None,
        prerequisite=prerequisite,
    )

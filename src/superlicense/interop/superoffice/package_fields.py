"""The fields of the vendor's LicenseInfo, which are the same in XML and in JSON.

Rule 1: fields by name, in any order and case; what is left out stays out, and no
date is invented.

Rule 2: nothing is lost. What our nouns do not model stays readable as text by
path, on the package and on its rows.

Rule 3: a quantity of the vendor is a 32-bit unsigned integer. Ours end at 10^9; a
counted license above that is unrestricted, because nobody reaches it (ADR 47).

Source: domain sections 2.8, 3, 16 and 17.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from superlicense.errors import InvalidValueError, MalformedPackageError
from superlicense.interop.superoffice import dates, words
from superlicense.interop.superoffice.elements import Part
from superlicense.model.license import MAX_SORT_ORDER, LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity

__all__ = ["license_info_in", "read_license_info"]


def license_info_in(root: Part) -> Part:
    """Return the LicenseInfo in *root*, which is *root* itself unless that is an envelope around one.

    Of an answer with a new and a current package, it is the current one.

    Raises:
        MalformedPackageError: there are several packages.
    """
    if root.has("OwnerName"):
        return root
    found = [part for part in root.below() if part.has("OwnerName", "SerialNr")]
    if len(found) > 1:
        found = [part for part in found if part.name.lower() == "current"] or found
    if len(found) > 1:
        raise MalformedPackageError("", f"contains {len(found)} license packages; read one at a time")
    return found[0] if found else root


def read_license_info(root: Part, group: Part | None, rows: list[Part], zone: tzinfo) -> LicensePackage:
    """Read a LicenseInfo.

    Args:
        root: Its own fields.
        group: The element around the rows, if there is one.
        rows: Its licenses.
        zone: Zone in which its days are counted.

    Raises:
        MalformedPackageError: a field is missing or invalid; with its path.
    """
    owner = root.required("OwnerName")
    with _placed(root.path, _PACKAGE_ELEMENTS):
        LicenseName(owner, "any")
    modules = frozenset(name.lower() for row in rows if (name := row.text("ModuleName")) is not None)
    licenses = []
    seen: set[LicenseName] = set()
    for row in rows:
        licensed = _license(row, owner, modules)
        if licensed.name in seen:
            row.refuse("ModuleName", f"{licensed.name} is a duplicate")
        seen.add(licensed.name)
        licenses.append(licensed)
    return _package(root, group, owner, licenses, zone)


def _license(row: Part, owner: str, modules: frozenset[str]) -> ModuleLicense:
    row_owner = row.text("OwnerName")
    if row_owner is not None and row_owner.lower() != owner.lower():
        row.refuse("OwnerName", f"must be {owner}")
    module = row.required("ModuleName")
    row.required("LicenseType")
    scope = row.read("LicenseType", words.scope_of, LicenseScope.USER)
    unrestricted = row.read("Unrestricted", words.boolean, default=False)
    quantity, out_of_reach = _quantity(row, counted=scope is not LicenseScope.SYSTEM and not unrestricted)
    kind = _kind(row, scope)
    extra_info = row.text("ExtraInfo") or ""
    prerequisite = row.text("PrerequisiteModuleName")
    with _placed(row.path, _ROW_ELEMENTS):
        return ModuleLicense(
            name=LicenseName(owner, module),
            scope=scope,
            quantity=quantity,
            unrestricted=unrestricted or out_of_reach,
            hidden=row.read("IsHidden", words.boolean, default=False),
            description=row.text("ModuleDescription") or "",
            tooltip=row.text("ModuleTooltip") or "",
            version=row.text("ModuleVersion") or "",
            extra_info=extra_info,
            sort_order=_sort_order(row),
            prerequisite=None if prerequisite is None else _prerequisite(prerequisite, owner, modules),
            allowed_user_types=row.read("AllowedUserType", words.user_types_of, frozenset()),
            kind=kind,
            grants=_grants(row, owner, modules) if kind is LicenseKind.PLAN else (),
            unmodeled=row.unmodeled(),
        )


def _kind(row: Part, scope: LicenseScope) -> LicenseKind:
    flags = row.read("ExtraFlags", words.integer, 0)
    kind = words.kind_of(flags, scope)
    if flags and kind is LicenseKind.MODULE:
        row.keep("ExtraFlags")
    return kind


def _quantity(row: Part, *, counted: bool) -> tuple[int, bool]:
    """Return and remove the quantity, and whether it is more than anybody can use.

    Where it is not counted, a missing one is 1. One that we cannot hold is also kept as text.

    Source: domain 2.2: the vendor never sends 0; 17.9: invalid for user and site licenses.
    """
    if counted:
        row.required("NumberOfLicenses")
    quantity = row.read("NumberOfLicenses", words.quantity, 1)
    if quantity > words.MAX_QUANTITY or (quantity == 0 and not counted):
        row.keep("NumberOfLicenses")
    bounded, out_of_reach = words.bounded(quantity)
    return bounded if counted else bounded or 1, counted and out_of_reach


def _sort_order(row: Part) -> int:
    """Return and remove the sort order; one beyond ours is kept as text, too."""
    order = row.read("SortOrder", words.integer, 0)
    nearest = max(-MAX_SORT_ORDER, min(order, MAX_SORT_ORDER))
    if nearest != order:
        row.keep("SortOrder")
    return nearest


def _grants(row: Part, owner: str, modules: frozenset[str]) -> tuple[LicenseName, ...]:
    return row.read("ExtraInfo", lambda text: words.grants_of(text, owner=owner, modules=modules), ())


def _prerequisite(text: str, owner: str, modules: frozenset[str]) -> LicenseName:
    """Read a prerequisite: ``owner.module``, a module of this package, or one of SUPEROFFICE."""
    if text.lower() in modules:
        return LicenseName(owner, text)
    return LicenseName.parse(text)


def _package(root: Part, group: Part | None, owner: str, licenses: list[ModuleLicense], zone: tzinfo) -> LicensePackage:
    def begins(name: str) -> datetime | None:
        return root.read(name, lambda text: dates.begins(text, zone), None)

    def ends(name: str) -> datetime | None:
        return root.read(name, lambda text: dates.ends(text, zone), None)

    with _placed(root.path, _PACKAGE_ELEMENTS):
        return LicensePackage(
            owner=owner,
            company=root.required("CompanyName"),
            serial_number=root.required("SerialNr"),
            owner_description=root.text("OwnerDescription") or "",
            validity=Validity(
                warns_at=begins("AdminWarningDate"),
                expires_at=ends("ExpiryDate"),
                grace_until=ends("GraceDate"),
                maintenance_until=ends("MaintenanceDate"),
                next_check_at=begins("NextCheckDate"),
            ),
            licenses=licenses,
            license_version=root.text("LicenseVersion") or "",
            deployment_type=root.read("DeploymentType", words.integer, None),
            product_type=root.text("ProductType") or "",
            product_description=root.text("ProductDescription") or "",
            license_url=root.text("LicenseUrl") or "",
            unmodeled=root.unmodeled() | ({} if group is None else group.unmodeled("ModuleLicenses")),
        )


@contextmanager
def _placed(path: str, elements: Mapping[str, str]) -> Iterator[None]:
    """Add to what a noun refuses in the block the path of the element that it came from."""
    try:
        yield
    except InvalidValueError as error:
        element = elements.get(error.path, error.path)
        raise MalformedPackageError(f"{path}.{element}", error.problem) from error


_ROW_ELEMENTS: Final = MappingProxyType(
    {
        "owner": "OwnerName",
        "module": "ModuleName",
        "name": "ModuleName",
        "quantity": "NumberOfLicenses",
        "description": "ModuleDescription",
        "tooltip": "ModuleTooltip",
        "version": "ModuleVersion",
        "extra_info": "ExtraInfo",
        "sort_order": "SortOrder",
        "license": "PrerequisiteModuleName",
        "prerequisite": "PrerequisiteModuleName",
        "kind": "ExtraFlags",
        "grants": "ExtraInfo",
    }
)
_PACKAGE_ELEMENTS: Final = MappingProxyType(
    {
        "owner": "OwnerName",
        "company": "CompanyName",
        "serial_number": "SerialNr",
        "owner_description": "OwnerDescription",
        "warns_at": "AdminWarningDate",
        "expires_at": "ExpiryDate",
        "grace_until": "GraceDate",
        "license_version": "LicenseVersion",
        "deployment_type": "DeploymentType",
        "product_type": "ProductType",
        "product_description": "ProductDescription",
        "license_url": "LicenseUrl",
    }
)

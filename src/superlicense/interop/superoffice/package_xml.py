"""The vendor's license package in XML.

Rule 1: any root element; fields by local name, in any order; what is left out
stays out, and no date is invented.

Rule 2: nothing is lost. What our nouns do not model stays readable as text by
element path, on the package and on its rows.

Rule 3: a document type, an entity, more than 2 MiB, and whatever means nothing
is refused with the path of the element.

Source: domain sections 2.8, 3, 16 and 17. Needs the extra ``xml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from superlicense.errors import InvalidValueError, MalformedPackageError
from superlicense.interop.superoffice import dates, words
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.time_zones import time_zone as find_time_zone

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["read_package_xml"]

T = TypeVar("T")

_LARGEST_BYTES: Final = 2 * 1024 * 1024
_DEEPEST: Final = 32
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PLAN_FLAG, _MARKER_FLAG = 1, 2


def read_package_xml(data: bytes, *, time_zone: str | tzinfo = "UTC") -> LicensePackage:
    """Read a license package as the vendor's license server sends it.

    Args:
        data: The document, at most 2 MiB.
        time_zone: Zone in which its days are reckoned, by name or as an object.

    Returns:
        The package, without ``issue`` and ``issued_at``, which the format lacks.

    Raises:
        MalformedPackageError: no such document; with the path of the element.
        UnknownTimeZoneError: nobody knows the zone.

    Source: domain section 2.8; midnights as in `superlicense.interop.superoffice.dates`.
    """
    zone = find_time_zone(time_zone) if isinstance(time_zone, str) else time_zone
    root = _Part(_parse(data), "")
    groups = [_Part(group, f"{root.path}.ModuleLicenses") for group in root.all("ModuleLicenses")]
    rows = [row for group in groups for row in group.all_parts("ModuleLicense")]
    owner = root.required("OwnerName")
    with _placed(root.path, _PACKAGE_ELEMENTS):
        LicenseName(owner, "any")
    modules = frozenset(name.lower() for row in rows if (name := row.text("ModuleName")) is not None)
    licenses = []
    seen: set[LicenseName] = set()
    for row in rows:
        licensed = _license(row, owner, modules)
        if licensed.name in seen:
            row.refuse("ModuleName", f"{licensed.name} is there twice")
        seen.add(licensed.name)
        licenses.append(licensed)
    return _package(root, owner, licenses, zone)


def _parse(data: bytes) -> Element:
    if len(data) > _LARGEST_BYTES:
        raise MalformedPackageError("", f"has more than {_LARGEST_BYTES} bytes")
    # Imported here: an extra, and most hosts read no XML.
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - see above

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - see above

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise MalformedPackageError("", "has a document type or entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedPackageError("", f"is no XML: {error}") from error
    _check_depth(root)
    return root


def _check_depth(root: Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise MalformedPackageError("", f"nests deeper than {_DEEPEST}")
        level = [child for element in level for child in element]


def _local(element: Element) -> str:
    """Give the name of *element* without its namespace."""
    return str(element.tag).rpartition("}")[2]


class _Part:
    """An element whose fields are taken out by name; what nobody takes is kept as unmodeled."""

    def __init__(self, element: Element, path: str) -> None:
        self.element = element
        self.path = path or _local(element)
        self._taken: set[int] = set()

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the document because of one field."""
        raise MalformedPackageError(f"{self.path}.{name}", problem)

    def all(self, name: str) -> list[Element]:
        """Take every direct child called *name*, in any case."""
        found = [child for child in self.element if _local(child).lower() == name.lower()]
        self._taken.update(map(id, found))
        return found

    def all_parts(self, name: str) -> list[_Part]:
        """Take every direct child called *name* as a part, counted from 0 in its path."""
        return [_Part(child, f"{self.path}.{name}[{place}]") for place, child in enumerate(self.all(name))]

    def text(self, name: str) -> str | None:
        """Take the text of a field; `None` where it is left out, nil or empty."""
        found = self.all(name)
        if len(found) > 1:
            self.refuse(name, "is there twice")
        if not found or found[0].get(_NIL) in {"true", "1"}:
            return None
        if len(found[0]):
            self.refuse(name, "must be a text")
        return (found[0].text or "").strip() or None

    def required(self, name: str) -> str:
        """Take the text of a field that must be there."""
        text = self.text(name)
        if text is None:
            self.refuse(name, "is missing")
        return text

    def read(self, name: str, kind: Callable[[str], T], default: T) -> T:
        """Take a field as *kind* reads it, *default* where it is left out."""
        text = self.text(name)
        if text is None:
            return default
        try:
            return kind(text)
        except words.WordError as error:
            raise MalformedPackageError(f"{self.path}.{name}", str(error)) from error

    def keep(self, name: str) -> None:
        """Leave a field that was taken to the unmodeled ones, too."""
        self._taken -= {id(child) for child in self.element if _local(child).lower() == name.lower()}

    def unmodeled(self) -> dict[str, str]:
        """Give the text of everything that nobody took, by path below this element."""
        return dict(_texts([child for child in self.element if id(child) not in self._taken], ""))


def _texts(elements: list[Element], above: str) -> Iterator[tuple[str, str]]:
    """Give path and text of *elements* and all below; repeated ones are counted from 0."""
    counts = Counter(_local(element) for element in elements)
    places: Counter[str] = Counter()
    for element in elements:
        name = _local(element)
        path = above + (f"{name}[{places[name]}]" if counts[name] > 1 else name)
        places[name] += 1
        for attribute, value in element.attrib.items():
            yield f"{path}@{attribute.rpartition('}')[2]}", value
        text = (element.text or "").strip()
        if text or not len(element):
            yield path, text
        yield from _texts(list(element), f"{path}.")


def _license(row: _Part, owner: str, modules: frozenset[str]) -> ModuleLicense:
    row_owner = row.text("OwnerName")
    if row_owner is not None and row_owner.lower() != owner.lower():
        row.refuse("OwnerName", f"must be {owner}")
    module = row.required("ModuleName")
    row.required("LicenseType")
    scope = row.read("LicenseType", words.scope_of, LicenseScope.USER)
    unrestricted = row.read("Unrestricted", words.boolean, default=False)
    kind = _kind(row, scope)
    extra_info = row.text("ExtraInfo") or ""
    prerequisite = row.text("PrerequisiteModuleName")
    with _placed(row.path, _ROW_ELEMENTS):
        return ModuleLicense(
            name=LicenseName(owner, module),
            scope=scope,
            quantity=_quantity(row, counted=scope is not LicenseScope.SYSTEM and not unrestricted),
            unrestricted=unrestricted,
            hidden=row.read("IsHidden", words.boolean, default=False),
            description=row.text("ModuleDescription") or "",
            tooltip=row.text("ModuleTooltip") or "",
            version=row.text("ModuleVersion") or "",
            extra_info=extra_info,
            sort_order=row.read("SortOrder", words.integer, 0),
            prerequisite=None if prerequisite is None else _prerequisite(prerequisite, owner, modules),
            allowed_user_types=row.read("AllowedUserType", words.user_types_of, frozenset()),
            kind=kind,
            grants=row.read("ExtraInfo", words.grants_of, ()) if kind is LicenseKind.PLAN else (),
            unmodeled=row.unmodeled(),
        )


def _kind(row: _Part, scope: LicenseScope) -> LicenseKind:
    flags = row.read("ExtraFlags", words.integer, 0)
    if flags == _PLAN_FLAG and scope is LicenseScope.USER:
        return LicenseKind.PLAN
    if flags == _MARKER_FLAG and scope is LicenseScope.SYSTEM:
        return LicenseKind.MARKER
    if flags:
        row.keep("ExtraFlags")
    return LicenseKind.MODULE


def _quantity(row: _Part, *, counted: bool) -> int:
    """Take how many there are; where nobody counts them, one stands for none given.

    Source: domain 2.2: the vendor never sends 0; 17.9: invalid for user and site licenses.
    """
    if counted:
        row.required("NumberOfLicenses")
    quantity = row.read("NumberOfLicenses", words.integer, 1)
    if quantity == 0 and not counted:
        row.keep("NumberOfLicenses")
        return 1
    return quantity


def _prerequisite(text: str, owner: str, modules: frozenset[str]) -> LicenseName:
    """Read a prerequisite: ``owner.module``, a module of this package, or one of SUPEROFFICE."""
    if text.lower() in modules:
        return LicenseName(owner, text)
    return LicenseName.parse(text)


def _package(root: _Part, owner: str, licenses: list[ModuleLicense], zone: tzinfo) -> LicensePackage:
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
            unmodeled=root.unmodeled(),
        )


@contextmanager
def _placed(path: str, elements: Mapping[str, str]) -> Iterator[None]:
    """Give what a noun refuses in the block the path of the element that it came from."""
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

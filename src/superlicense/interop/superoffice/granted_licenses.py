"""The vendor's GrantedModuleLicense: the licenses that one user is granted, as a principal lists them.

Source: domain section 16; its field names are not those of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import tzinfo
from types import MappingProxyType
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.interop.superoffice import dates, words
from superlicense.interop.superoffice.json_fields import PrincipalFields
from superlicense.model.license import MAX_SORT_ORDER, LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity

__all__ = ["PRINCIPAL", "SOME_SERIAL", "packages_of", "placed"]

# The demo serial number of the vendor's documentation; it stands for the one that is not given.
SOME_SERIAL: Final = "1010000006"
PRINCIPAL: Final = "principal"


def packages_of(listed: Iterable[PrincipalFields], zone: tzinfo) -> tuple[LicensePackage, ...]:
    """Return the licenses in *listed*, one package for each owner; days are counted in *zone*."""
    by_owner: dict[str, list[tuple[PrincipalFields, ModuleLicense]]] = {}
    seen: set[LicenseName] = set()
    for one in listed:
        licensed = _license(one)
        if licensed.name in seen:
            one.refuse("Name", f"{licensed.name} is a duplicate")
        seen.add(licensed.name)
        by_owner.setdefault(licensed.name.owner, []).append((one, licensed))
    return tuple(_package(rows, zone) for rows in by_owner.values())


def _license(one: PrincipalFields) -> ModuleLicense:
    owner, module = one.required("OwnerName"), one.required("Name")
    word = one.word("LicenseType")
    if not word:
        one.refuse("LicenseType", "is missing")
    with placed(one, "LicenseType", _ELEMENTS):
        name = LicenseName(owner, module)
        scope = words.scope_of(word)
    extra_info = one.text("ExtraInfo")
    # Bought total; seats are not counted here, so one stands for none given.
    quantity, out_of_reach = words.bounded(one.quantity("LicenseNumber") or 1)
    kind = words.kind_of(one.take("ExtraFlags", int) or 0, scope)
    with placed(one, "ExtraInfo", _ELEMENTS):
        return ModuleLicense(
            name=name,
            scope=scope,
            quantity=quantity,
            unrestricted=bool(one.take("IsUnrestricted", bool)) or (out_of_reach and scope is not LicenseScope.SYSTEM),
            hidden=bool(one.take("IsHidden", bool)),
            description=one.text("Description"),
            version=one.text("Version"),
            extra_info=extra_info,
            sort_order=max(-MAX_SORT_ORDER, min(one.take("SortOrder", int) or 0, MAX_SORT_ORDER)),
            kind=kind,
            grants=words.grants_of(extra_info, owner=owner) if kind is LicenseKind.PLAN else (),
        )


def _package(rows: list[tuple[PrincipalFields, ModuleLicense]], zone: tzinfo) -> LicensePackage:
    """Make the package of an owner from its *rows*, at least one.

    The vendor copies the owner's expiry to each license. Should they differ, the
    earliest counts; those that have none say nothing.
    """
    expiries = []
    for one, _ in rows:
        with placed(one, "ExpiryDate", {}):
            text = one.text("ExpiryDate").strip()
            expiries.append(dates.ends(text, zone) if text else None)
    described = next((one for one, _ in rows if one.text("OwnerDescription")), rows[0][0])
    with placed(described, "", {"owner_description": "OwnerDescription"}):
        return LicensePackage(
            owner=described.required("OwnerName"),
            company=PRINCIPAL,
            serial_number=SOME_SERIAL,
            owner_description=described.text("OwnerDescription"),
            validity=Validity(expires_at=min((one for one in expiries if one is not None), default=None)),
            licenses=[licensed for _, licensed in rows],
        )


@contextmanager
def placed(fields: PrincipalFields, word: str, names: Mapping[str, str]) -> Iterator[None]:
    """Add to what the block refuses the path of the field it came from.

    Args:
        fields: The object that is read.
        word: Field that the block reads a word, a date or a set of.
        names: Vendor's fields by those of the noun that the block makes.
    """
    try:
        yield
    except words.WordError as error:
        fields.refuse(word, str(error))
    except InvalidValueError as error:
        fields.refuse(names.get(error.path, error.path), error.problem)


_ELEMENTS: Final = MappingProxyType(
    {
        "owner": "OwnerName",
        "module": "Name",
        "quantity": "LicenseNumber",
        "description": "Description",
        "version": "Version",
        "extra_info": "ExtraInfo",
        "sort_order": "SortOrder",
        "grants": "ExtraInfo",
    }
)

"""License packages of a scenario file, in the field names of signed packages."""

from __future__ import annotations

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.site import Installation
from superlicense.model.user import UserType
from superlicense.scenarios.tables import Table

__all__ = ["read_packages"]

_DATES = ("warns_at", "expires_at", "grace_until", "maintenance_until", "next_check_at")


def read_packages(file: Table, installation: Installation) -> dict[str, LicensePackage]:
    """Read the packages of *file*, by the names that it gives them.

    Raises:
        InvalidValueError: a field is invalid, or a package is like one that does not stand before it.
    """
    packages: dict[str, LicensePackage] = {}
    for name, table in file.named_tables("packages"):
        packages[name] = _package(table, packages, installation)
    return packages


def _package(table: Table, earlier: dict[str, LicensePackage], installation: Installation) -> LicensePackage:
    like = _like(table, earlier)
    dates = {date: table.instant(date) for date in _DATES}
    owner = table.text("owner") or (like.owner if like is not None else "SUPEROFFICE")
    licenses = _licenses(table, owner, () if like is None else like.licenses)
    given = {
        "company": table.text("company"),
        "serial_number": table.text("serial_number"),
        "database_id": table.text("database_id"),
        "issue": table.number("issue"),
        "issued_at": table.instant("issued_at"),
        "product_type": table.text("product_type"),
    }
    validity = None
    if like is None or any(date is not None for date in dates.values()):
        validity = table.build(Validity, **dates)
    fields = {name: value for name, value in given.items() if value is not None}
    if like is not None:
        kept = {"validity": validity} if validity is not None else {}
        return table.build(lambda **changed: evolve(like, **changed), licenses=licenses, **fields, **kept)
    addressee = {"company": installation.company, "serial_number": installation.serial_number}
    return table.build(LicensePackage, owner=owner, validity=validity, licenses=licenses, **{**addressee, **fields})


def _like(table: Table, earlier: dict[str, LicensePackage]) -> LicensePackage | None:
    name = table.text("like")
    if name is None:
        return None
    if name not in earlier:
        raise InvalidValueError(table.at("like"), name, "is not a package that stands before this one")
    return earlier[name]


def _licenses(table: Table, owner: str, like: tuple[ModuleLicense, ...]) -> tuple[ModuleLicense, ...]:
    """Return the rows of *like* without those that are left out, with those that are given in their place or behind."""
    rows = {row.name.module: row for row in like}
    for place, module in enumerate(table.texts("without") or ()):
        if rows.pop(module.lower(), None) is None:
            raise InvalidValueError(f"{table.at('without')}[{place}]", module, "is not in the package it is like")
    for one in table.tables("licenses"):
        row = _license(one, owner)
        rows[row.name.module] = row
    return tuple(rows.values())


def _license(row: Table, owner: str) -> ModuleLicense:
    module = row.required("module", row.text("module"))
    types = row.texts("user_types") or ()
    try:
        allowed = frozenset(UserType(one) for one in types)
        name = LicenseName(owner, module)
    except ValueError as error:
        raise InvalidValueError(row.at("user_types"), types, f"must be some of {', '.join(UserType)}") from error
    except InvalidValueError as error:
        raise error.within(row.path) from error
    return row.build(
        ModuleLicense,
        name=name,
        scope=row.required("scope", row.member("scope", LicenseScope)),
        quantity=row.number("quantity"),
        unrestricted=row.flag("unrestricted"),
        hidden=row.flag("hidden"),
        kind=row.member("kind", LicenseKind),
        grants=row.texts("grants"),
        prerequisite=row.text("prerequisite"),
        allowed_user_types=allowed,
        description=row.text("description"),
    )

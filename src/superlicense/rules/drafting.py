"""Drafting: what a license package may say, whoever issued it.

Rule 1: what would make a package impossible to honor is refused: too many
rows, grants of plans or system licenses, prerequisites that are missing or run
in a circle.

Rule 2: a grant that the package has no row for is kept, reported and never
granted; that is advice, not a refusal.

Source: documents.md, "Package" and step 9.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from superlicense.model.license import LicenseKind, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage

__all__ = ["Finding", "advice", "mistakes"]

_MOST_LICENSES = 2000
_MOST_GRANTS = 64


@frozen(kw_only=True)
class Finding:
    """Something about a package that somebody should know.

    Attributes:
        path: Where in the package.
        problem: What it is, in English.
    """

    path: str
    problem: str


def mistakes(package: LicensePackage) -> Iterator[Finding]:
    """Find what keeps *package* from being taken in at all."""
    if len(package.licenses) > _MOST_LICENSES:
        yield Finding(path="licenses", problem=f"has more than {_MOST_LICENSES} rows")
    for place, row in enumerate(package.licenses):
        path = f"licenses[{place}]"
        if len(row.grants) > _MOST_GRANTS:
            yield Finding(path=f"{path}.grants", problem=f"has more than {_MOST_GRANTS} names")
        for grant in row.grants:
            granted = package.by_name.get(grant)
            if granted is None:
                continue
            if granted.kind is LicenseKind.PLAN:
                yield Finding(path=f"{path}.grants", problem=f"{grant} is a plan, and a plan grants no plan")
            elif granted.scope is not LicenseScope.USER:
                yield Finding(path=f"{path}.grants", problem=f"{grant} is no user license")
        yield from _prerequisite_mistakes(package, path, row)


def _prerequisite_mistakes(package: LicensePackage, path: str, row: ModuleLicense) -> Iterator[Finding]:
    required = row.prerequisite
    if required is None or required.owner != package.owner_key:
        return
    if required not in package.by_name:
        yield Finding(path=f"{path}.prerequisite", problem=f"the package has no {required}")
    seen = {row.name}
    while required is not None:
        if required in seen:
            if required == row.name:
                yield Finding(path=f"{path}.prerequisite", problem="leads back to itself")
            return
        seen.add(required)
        next_row = package.by_name.get(required)
        required = None if next_row is None else next_row.prerequisite


def advice(package: LicensePackage) -> Iterator[Finding]:
    """Find what is worth a look, though the package can be taken in."""
    for place, row in enumerate(package.licenses):
        for grant in row.grants:
            if grant not in package.by_name:
                yield Finding(path=f"licenses[{place}].grants", problem=f"the package has no {grant}")

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

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage

__all__ = ["LintFinding", "errors", "warnings"]

_MAX_LICENSES = 2000
_MAX_GRANTS = 64


@frozen(kw_only=True)
class LintFinding:
    """Something about a package that somebody should know.

    Attributes:
        path: Where in the package.
        problem: What it is, in English.
    """

    path: str
    problem: str


def errors(package: LicensePackage) -> Iterator[LintFinding]:
    """Find what keeps *package* from being taken in at all."""
    if len(package.licenses) > _MAX_LICENSES:
        yield LintFinding(path="licenses", problem=f"has more than {_MAX_LICENSES} rows")
    in_circles = _in_circles(package)
    for place, row in enumerate(package.licenses):
        path = f"licenses[{place}]"
        if len(row.grants) > _MAX_GRANTS:
            yield LintFinding(path=f"{path}.grants", problem=f"has more than {_MAX_GRANTS} names")
        for grant in row.grants:
            granted = package.by_name.get(grant)
            if granted is None:
                continue
            if granted.kind is LicenseKind.PLAN:
                yield LintFinding(path=f"{path}.grants", problem=f"{grant} is a plan, and a plan grants no plan")
            elif granted.scope is not LicenseScope.USER:
                yield LintFinding(path=f"{path}.grants", problem=f"{grant} is no user license")
        required = row.prerequisite
        if required is not None and required.owner == package.owner_key and required not in package.by_name:
            yield LintFinding(path=f"{path}.prerequisite", problem=f"the package has no {required}")
        if row.name in in_circles:
            yield LintFinding(path=f"{path}.prerequisite", problem="leads back to itself")


def _in_circles(package: LicensePackage) -> set[LicenseName]:
    """Give the licenses whose prerequisites lead back to themselves; each row is looked at once."""
    found: set[LicenseName] = set()
    seen: set[LicenseName] = set()
    for row in package.licenses:
        path: list[LicenseName] = []
        link: ModuleLicense | None = row
        while link is not None and link.name not in seen:
            seen.add(link.name)
            path.append(link.name)
            link = None if link.prerequisite is None else package.by_name.get(link.prerequisite)
        if link is not None and link.name in path:
            found.update(path[path.index(link.name) :])
    return found


def warnings(package: LicensePackage) -> Iterator[LintFinding]:
    """Find what is worth a look, though the package can be taken in."""
    for place, row in enumerate(package.licenses):
        for grant in row.grants:
            if grant not in package.by_name:
                yield LintFinding(path=f"licenses[{place}].grants", problem=f"the package has no {grant}")

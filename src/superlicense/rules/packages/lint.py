"""Package lint: the errors and warnings of a license package, whichever owner issued it.

Rule 1: a package that cannot be applied is an error: too many rows, grants of
plans or system licenses, and missing or circular prerequisites.

Rule 2: a grant for which the package has no row is kept but never granted; that
is a warning, and nobody signs such a package.

Rule 3: what has no effect in the package of this owner is a warning.

Source: documents.md, "Package" and step 9.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage

__all__ = ["LintFinding", "errors", "missing_grants", "warnings"]

_MAX_LICENSES = 2000
_MAX_GRANTS = 64


@frozen(kw_only=True)
class LintFinding:
    """An error or warning about a package.

    Attributes:
        path: Path of the field in the package.
        problem: What is wrong, in English.
    """

    path: str
    problem: str


def errors(package: LicensePackage) -> Iterator[LintFinding]:
    """Yield the errors of *package*, each of which prevents its installation."""
    if len(package.licenses) > _MAX_LICENSES:
        yield LintFinding(path="licenses", problem=f"has more than {_MAX_LICENSES} rows")
    circular = _circular(package)
    for place, row in enumerate(package.licenses):
        path = f"licenses[{place}]"
        if len(row.grants) > _MAX_GRANTS:
            yield LintFinding(path=f"{path}.grants", problem=f"has more than {_MAX_GRANTS} names")
        for grant in row.grants:
            granted = package.by_name.get(grant)
            if granted is None:
                continue
            if granted.kind is LicenseKind.PLAN:
                yield LintFinding(path=f"{path}.grants", problem=f"{grant} is a plan; a plan cannot grant another plan")
            elif granted.scope is not LicenseScope.USER:
                yield LintFinding(path=f"{path}.grants", problem=f"{grant} is not a user license")
        required = row.prerequisite
        if required is not None and required.owner == package.owner_key and required not in package.by_name:
            yield LintFinding(path=f"{path}.prerequisite", problem=f"the package has no {required}")
        if row.name in circular:
            yield LintFinding(path=f"{path}.prerequisite", problem="is circular")


def _circular(package: LicensePackage) -> set[LicenseName]:
    """Return the licenses whose prerequisites form a cycle; each row is visited once."""
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
    """Yield the warnings of *package*, which do not prevent its installation."""
    yield from missing_grants(package)
    if package.replaces == package.serial_number:
        yield LintFinding(path="replaces", problem="is the serial number of the package itself")
    if not package.is_superoffice:
        if package.replaces is not None:
            yield LintFinding(path="replaces", problem="has no effect except in a package of SUPEROFFICE")
        if package.resets_clock:
            yield LintFinding(path="resets_clock", problem="has no effect except in a package of SUPEROFFICE")


def missing_grants(package: LicensePackage) -> Iterator[LintFinding]:
    """Yield a warning for each grant for which *package* has no row."""
    for place, row in enumerate(package.licenses):
        for grant in row.grants:
            if grant not in package.by_name:
                yield LintFinding(path=f"licenses[{place}].grants", problem=f"the package has no {grant}")

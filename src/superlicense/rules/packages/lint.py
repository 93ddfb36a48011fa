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

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.lint import LintCode, LintFinding, finding
from superlicense.model.package import LicensePackage

__all__ = ["errors", "missing_grants", "warnings"]

_MAX_LICENSES = 2000
_MAX_GRANTS = 64


def errors(package: LicensePackage) -> Iterator[LintFinding]:
    """Yield the errors of *package*, each of which prevents its installation."""
    if len(package.licenses) > _MAX_LICENSES:
        yield finding("licenses", LintCode.TOO_MANY_LICENSES, maximum=_MAX_LICENSES)
    circular = _circular(package)
    for place, row in enumerate(package.licenses):
        path = f"licenses[{place}]"
        if len(row.grants) > _MAX_GRANTS:
            yield finding(f"{path}.grants", LintCode.TOO_MANY_GRANTS, maximum=_MAX_GRANTS)
        for grant in row.grants:
            granted = package.by_name.get(grant)
            if granted is None:
                continue
            if granted.kind is LicenseKind.PLAN:
                yield finding(f"{path}.grants", LintCode.GRANTS_A_PLAN, license=str(grant))
            elif granted.scope is not LicenseScope.USER:
                yield finding(f"{path}.grants", LintCode.GRANTS_NO_USER_LICENSE, license=str(grant))
        required = row.prerequisite
        if required is not None and required.owner == package.owner_key and required not in package.by_name:
            yield finding(f"{path}.prerequisite", LintCode.LICENSE_NOT_IN_PACKAGE, license=str(required))
        if row.name in circular:
            yield finding(f"{path}.prerequisite", LintCode.CIRCULAR_PREREQUISITE)


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
        yield finding("replaces", LintCode.REPLACES_ITSELF)
    if not package.is_superoffice:
        if package.replaces is not None:
            yield finding("replaces", LintCode.ONLY_FOR_SUPEROFFICE)
        if package.resets_clock:
            yield finding("resets_clock", LintCode.ONLY_FOR_SUPEROFFICE)


def missing_grants(package: LicensePackage) -> Iterator[LintFinding]:
    """Yield a warning for each grant for which *package* has no row."""
    for place, row in enumerate(package.licenses):
        for grant in row.grants:
            if grant not in package.by_name:
                yield finding(f"licenses[{place}].grants", LintCode.LICENSE_NOT_IN_PACKAGE, license=str(grant))

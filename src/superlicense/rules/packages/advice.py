"""Advice: what is allowed in a package, and hardly ever meant.

Rule 1: an editing license without the system license that it edits has no effect.

Rule 2: a plan whose holders cannot log in with any client is useless, whatever
licenses sold by themselves they hold beside it. The gate decides.

Rule 3: the number of a hidden license is the sum of the numbers of its plans, since
nothing else grants it.

Rule 4: the catalog has every name of the vendor. A name that it does not have, or
that differs from another one by what people overlook, is a mistake of the pen.

Source: design section 11; domain 0.2 and 4; ADR 51.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from superlicense.catalog import module_table
from superlicense.catalog.features import FEATURES, user_license_of
from superlicense.model.decision import Client
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.lint import LintCode, LintFinding, finding
from superlicense.model.package import LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.user import User
from superlicense.rules.gate.entitlement import Entitlement
from superlicense.rules.gate.login import login
from superlicense.rules.packages.package_worlds import AT, world_of

__all__ = ["advice"]

_EDITS: Final = "-cal"
_SHORTEST: Final = 5  # shorter names differ by one character and are meant: t1 and t2
_OVERLOOKED: Final = str.maketrans({"-": "", ".": "", " ": "", "0": "o", "1": "l", "i": "l"})


def advice(package: LicensePackage) -> Iterator[LintFinding]:
    """Yield what is allowed in *package* and hardly ever meant, by kind and in the order of its rows."""
    yield from _without_twin(package)
    yield from _cannot_log_in(package)
    yield from _other_sum(package)
    yield from _names(package)


def _without_twin(package: LicensePackage) -> Iterator[LintFinding]:
    for place, row in enumerate(package.licenses):
        if row.scope is not LicenseScope.USER or not row.name.module.endswith(_EDITS):
            continue
        twin = LicenseName(row.name.owner, row.name.module.removesuffix(_EDITS) or _EDITS)
        known = twin in FEATURES or not package.is_superoffice
        found = package.by_name.get(twin)
        if known and user_license_of(twin) == row.name and (found is None or found.scope is LicenseScope.USER):
            yield finding(f"licenses[{place}].name", LintCode.NOTHING_TO_EDIT, license=str(twin))


def _cannot_log_in(package: LicensePackage) -> Iterator[LintFinding]:
    if not package.is_superoffice:
        return
    sites = tuple(row.name for row in package.licenses if row.scope is LicenseScope.SITE)
    loose = [row.name for row in package.licenses if _is_module(row) and not row.hidden]
    world = world_of(package, Policy(), (), sites)
    user = User(id="holder", may_log_in=True, site=world.installation.site)
    for place, row in enumerate(package.licenses):
        if row.kind is LicenseKind.PLAN:
            held = Entitlement(world, (row.name, *loose), user.site, AT)
            if not any(login(world, user, client, AT, known=held).allowed for client in Client):
                yield finding(f"licenses[{place}]", LintCode.NO_LOGIN)


def _other_sum(package: LicensePackage) -> Iterator[LintFinding]:
    plans = [row for row in package.licenses if row.kind is LicenseKind.PLAN]
    for place, row in enumerate(package.licenses):
        granting = [plan for plan in plans if row.name in plan.grants]
        if not (_is_module(row) and row.hidden and row.restricted) or not all(plan.restricted for plan in granting):
            continue
        total = sum(plan.quantity for plan in granting)
        if total != row.quantity:
            path = f"licenses[{place}].quantity"
            yield finding(path, LintCode.NOT_THE_SUM_OF_PLANS, quantity=row.quantity, total=total)


def _names(package: LicensePackage) -> Iterator[LintFinding]:
    looks: dict[str, LicenseName] = {}
    for place, row in enumerate(package.licenses):
        path = f"licenses[{place}].name"
        first = looks.setdefault(_look(row.name), row.name)
        if first != row.name:
            yield finding(path, LintCode.LOOKS_LIKE_ANOTHER, other=str(first))
        elif package.is_superoffice and row.name not in module_table.ALL:
            alike = next((name for name in module_table.ALL if _looks_alike(row.name, name)), None)
            if alike is None:
                yield finding(path, LintCode.NOT_IN_CATALOG, name=str(row.name))
            else:
                yield finding(path, LintCode.MISSPELLED, name=str(row.name), other=str(alike))


def _is_module(row: ModuleLicense) -> bool:
    return row.scope is LicenseScope.USER and row.kind is not LicenseKind.PLAN


def _look(name: LicenseName) -> str:
    return name.module.translate(_OVERLOOKED)


def _looks_alike(name: LicenseName, known: LicenseName) -> bool:
    """Return whether two names look the same, or differ by one character."""
    one, other = _look(name), _look(known)
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST or len(longer) - len(shorter) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest = longer[same + 1 :]
    return rest in (shorter[same:], shorter[same + 1 :])

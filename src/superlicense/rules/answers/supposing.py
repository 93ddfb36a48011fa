"""Supposing: the world after purchases, renewals and changes that nobody has made.

Rule 1: a plan is bought with what it grants: one seat of the plan adds one seat
to each restricted license that it grants, because the quantity of a hidden
license is the sum of the plans that grant it (domain 3).

Rule 2: a license that the package does not have becomes a row with what the
catalog knows of it; a new plan brings the missing licenses that it grants. What
the catalog does not know follows the naming convention: ``x-cal`` is a user
license, any other a system license.

Rule 3: a purchase or a renewal holds for the package in force and for every
package of the same owner that the changes put in force, and comes before them.

Rule 4: changes are applied by `superlicense.rules.apply`, as in a write.

Source: design section 11; domain 3; ADR 46.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

from superlicense.catalog import module_table, plans
from superlicense.model.change import ActivatePackage, Change, Refusal
from superlicense.model.fields import MAX_QUANTITY
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.reason import ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.apply import VetoesOf, apply, no_vetoes
from superlicense.rules.world_update import with_contents

__all__ = ["Supposed", "adds_to", "extended", "new_row", "suppose", "with_purchases"]

_EDITING = "-cal"


@frozen(kw_only=True)
class Supposed:
    """A world that is supposed, and what of the hypothesis was refused.

    Attributes:
        world: The world after what was not refused.
        refusals: The refused purchases, then the refused changes; each has its
            place among those of its kind.
    """

    world: World
    refusals: tuple[Refusal, ...] = ()


def suppose(
    world: World,
    changes: Iterable[Change],
    purchases: Sequence[Purchase | Renewal],
    at: datetime,
    *,
    vetoes_of: VetoesOf = no_vetoes,
) -> Supposed:
    """Return *world* after *purchases* and then *changes*, made at *at*.

    Args:
        world: The world; it is not modified.
        changes: The changes, in order.
        purchases: What owners are supposed to have issued.
        at: When.
        vetoes_of: The host's vetoes, as for `superlicense.rules.apply.apply`.

    Raises:
        TypeError: an item of *changes* is not a change.
    """
    wanted = [extended(change, purchases) for change in changes]
    owners = {*world.packages, *(one.package.owner_key for one in wanted if isinstance(one, ActivatePackage))}
    refused = tuple(
        Refusal(place=place, change=one, reasons=(because(ReasonCode.NO_PACKAGE, owner=_owner_of(one)),))
        for place, one in enumerate(purchases)
        if _owner_of(one) not in owners
    )
    bought = with_purchases(world, purchases)
    if not wanted:
        return Supposed(world=bought, refusals=refused)
    applied = apply(bought, wanted, at, vetoes_of=vetoes_of)
    return Supposed(world=applied.world, refusals=(*refused, *applied.refusals))


def with_purchases(world: World, purchases: Sequence[Purchase | Renewal]) -> World:
    """Return *world* as if *purchases* were part of the packages in force."""
    for owner in dict.fromkeys(map(_owner_of, purchases)):
        installed = world.package(owner)
        if installed is not None:
            world = with_contents(world, _extend(installed.package, purchases))
    return world


def extended(change: Change, purchases: Sequence[Purchase | Renewal]) -> Change:
    """Return *change*; an activation with those of *purchases* that the owner of its package issues."""
    if not isinstance(change, ActivatePackage):
        return change
    return evolve(change, package=_extend(change.package, purchases))


def adds_to(bought: ModuleLicense | None, license: str) -> bool:
    """Return whether each bought seat of the row *bought* is also one of *license*, of which its package has seats."""
    return bought is not None and (bought.name == license or license in bought.grants)


def _owner_of(one: Purchase | Renewal) -> str:
    return one.owner if isinstance(one, Renewal) else one.license.owner


def _extend(package: LicensePackage, purchases: Iterable[Purchase | Renewal]) -> LicensePackage:
    """Return *package* with those of *purchases* that its owner issues, in whatever order they come."""
    rows = dict(package.by_name)
    validity = package.validity
    bought: Counter[LicenseName] = Counter()
    for one in purchases:
        if _owner_of(one) != package.owner_key:
            continue
        if isinstance(one, Renewal):
            validity = _until(validity, one.until)
        else:
            bought[one.license] += one.quantity
    if bought:
        _buy(rows, bought)
    if validity is package.validity and rows == package.by_name:
        return package
    return evolve(package, validity=validity, licenses=tuple(rows.values()))


def _buy(rows: dict[str, ModuleLicense], bought: Mapping[LicenseName, int]) -> None:
    """Add the seats that are *bought* to *rows*, which are by name: those of each license, then those it grants."""
    new = [name for name in bought if name not in rows]
    for name, quantity in bought.items():
        _add(rows, name, quantity)
    brought = {grant for name in new for grant in rows[name].grants}
    for name, quantity in bought.items():
        for grant in rows[name].grants:
            if grant in rows or grant in brought:
                _add(rows, grant, quantity, hidden=True)


def _add(rows: dict[str, ModuleLicense], name: LicenseName, quantity: int, *, hidden: bool = False) -> None:
    """Add *quantity* to the row of *name*; a new one is *hidden* or not."""
    row = rows.get(name)
    rows[name] = evolve(new_row(name, quantity), hidden=hidden) if row is None else _more(row, quantity)


def _more(row: ModuleLicense, quantity: int) -> ModuleLicense:
    return row if row.unrestricted else evolve(row, quantity=min(row.quantity + quantity, MAX_QUANTITY))


def new_row(name: LicenseName, quantity: int) -> ModuleLicense:
    """Return a row of *name* with what the catalog knows of it; visible, because it is bought by name."""
    listed = module_table.find(name)
    scope = None if listed is None else listed.scope
    if scope is None:
        scope = LicenseScope.USER if name.module.endswith(_EDITING) else LicenseScope.SYSTEM
    if listed is None:
        return ModuleLicense(name=name, scope=scope, quantity=quantity)
    sold = plans.sold_as(name) if listed.kind is LicenseKind.PLAN else ()
    return ModuleLicense(
        name=name,
        scope=scope,
        quantity=quantity,
        unrestricted=listed.unrestricted,
        description=listed.title,
        prerequisite=listed.prerequisite,
        allowed_user_types=listed.allowed_user_types,
        kind=listed.kind,
        grants=sold[0].grants if sold else (),
    )


def _until(validity: Validity, until: datetime) -> Validity:
    """Return *validity* with another expiry; warnings and grace keep their distance to it."""
    old = validity.expires_at
    if old is None:
        warns_at = None if validity.warns_at is None else min(validity.warns_at, until)
        return evolve(validity, warns_at=warns_at, expires_at=until)
    warns_at, grace_until = validity.warns_at, validity.grace_until
    return evolve(
        validity,
        warns_at=None if warns_at is None else until - (old - warns_at),
        expires_at=until,
        grace_until=None if grace_until is None else until + (grace_until - old),
    )

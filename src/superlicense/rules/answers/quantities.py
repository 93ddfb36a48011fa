"""Quantities: the least number of seats to buy, where several purchases add to the same license.

Rule 1: what lacks seats demands a number of seats of purchases that add to them.
The least quantities meet every demand with the smallest sum; of several such,
those that buy less of what comes first.

Source: design section 11, "the least that helps".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import frozen

from superlicense.model.license import LicenseName

__all__ = ["Demand", "least"]


@frozen
class Demand:
    """A number of seats that purchases have to reach together.

    Attributes:
        licenses: What is bought, one or more; a seat of any of them counts.
        seats: How many seats.
    """

    licenses: frozenset[LicenseName]
    seats: int


def least(names: Sequence[LicenseName], demands: Collection[Demand]) -> dict[LicenseName, int]:
    """Return how many seats of each of *names* are the least that meet *demands*.

    >>> user, web = LicenseName.parse("user"), LicenseName.parse("web")
    >>> demands = [Demand(frozenset({user, web}), 5), Demand(frozenset({web}), 2)]
    >>> list(least([user, web], demands).values())
    [1, 4]

    Args:
        names: What is bought, one or more; less is preferred of the first ones.
        demands: What has to be reached, each by some of *names*.

    Returns:
        The quantities, 1 or more each.
    """
    total = _bound(names, demands)
    while (found := _of_sum(total, names, demands)) is None:
        total += 1
    return dict(zip(names, found, strict=True))


def _of_sum(total: int, names: Sequence[LicenseName], demands: Collection[Demand]) -> tuple[int, ...] | None:
    """Return the quantities of that sum that meet *demands*, `None` if there are none."""
    if total < _bound(names, demands):
        return None
    first, *rest = names
    if not rest:
        return (total,)
    for quantity in range(_lowest(first, demands), total):
        found = _of_sum(total - quantity, rest, _without(first, quantity, demands))
        if found is not None:
            return (quantity, *found)
    return None


def _bound(names: Sequence[LicenseName], demands: Collection[Demand]) -> int:
    """Return a sum that no quantities that meet *demands* stay below; for one name, the least."""
    return max([sum(_lowest(name, demands) for name in names), *(demand.seats for demand in demands)])


def _lowest(name: LicenseName, demands: Collection[Demand]) -> int:
    return max([1, *(demand.seats for demand in demands if demand.licenses == {name})])


def _without(name: LicenseName, quantity: int, demands: Collection[Demand]) -> list[Demand]:
    """Return what is left of *demands* once *quantity* seats of *name* are bought; what they meet is left out."""
    return [
        Demand(demand.licenses - {name}, demand.seats - quantity) if name in demand.licenses else demand
        for demand in demands
        if demand.licenses != {name}
    ]

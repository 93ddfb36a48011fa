"""Laws of what is derived when packages change: it is what the packages themselves say."""

from __future__ import annotations

from types import MappingProxyType

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.license import LicenseName
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective, find_row
from superlicense.rules.seats.counting import fully_used, overdrawn
from superlicense.rules.seats.holding import consumed
from tests.property.test_seat_laws import LICENSES, offices
from tests.rules.office import Office

held = st.lists(st.sampled_from(LICENSES).map(LicenseName.parse), unique=True, max_size=4).map(tuple)


def underived(world: World) -> World:
    """Return *world* before anything was derived from its packages."""
    return evolve(world, implies=MappingProxyType({}))


@given(offices())
def test_a_row_is_found_as_its_package_has_it(office: Office) -> None:
    for name in map(LicenseName.parse, LICENSES):
        assert find_row(office.world, name) is find_row(underived(office.world), name)


@given(offices(), held)
def test_what_is_consumed_follows_from_packages_alone(office: Office, licenses: tuple[LicenseName, ...]) -> None:
    found = consumed(office.world, licenses)
    assert found == consumed(underived(office.world), licenses)
    assert found.rows.keys() == effective(office.world, licenses).keys() | set(licenses)


@given(offices(), held)
def test_what_may_refuse_is_listed_by_itself(office: Office, licenses: tuple[LicenseName, ...]) -> None:
    found = consumed(office.world, licenses)
    rows = [row for row in found.rows.values() if row is not None]
    assert list(found.quantities.items()) == [(row.name, row.quantity) for row in rows if row.restricted]
    assert list(found.user_types.items()) == [
        (row.name, row.allowed_user_types) for row in rows if row.allowed_user_types
    ]
    assert list(found.prerequisites.items()) == [
        (row.name, row.prerequisite) for row in rows if row.prerequisite is not None
    ]


@given(offices(), held, held)
def test_what_is_fully_used_would_be_overdrawn_by_one_more(
    office: Office, before: tuple[LicenseName, ...], after: tuple[LicenseName, ...]
) -> None:
    had, has = consumed(office.world, before), consumed(office.world, after)
    assert fully_used(office.world, has, had) == [
        name
        for name, row in has.rows.items()
        if name not in had.rows and row is not None and overdrawn(row, office.world.seats.get(name, 0) + 1)
    ]

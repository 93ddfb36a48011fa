"""The names of `superlicense.testing`: a change of this list is a change of the library."""

from __future__ import annotations

import pytest

from superlicense import testing
from tests.for_each import for_each
from tests.lazy_names import resolved_on_first_use, seen_by_type_checkers

NAMES = """
Clock MakeStore Reopen START StoreContract StoreMachine Vendor installation licensing package plan price_list
site_license store_machine system_license user user_license vendor
"""


def test_the_public_names_are_these() -> None:
    assert sorted(testing.__all__) == sorted(NAMES.split())


@for_each("name", testing.__all__)
def test_every_name_resolves(name: str) -> None:
    assert getattr(testing, name) is not None
    assert name in dir(testing)


def test_a_name_is_resolved_once() -> None:
    assert testing.Clock is testing.__getattr__("Clock")
    assert vars(testing)["Clock"] is testing.Clock


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'superlicense\.testing' has no attribute 'Licence'"):
        getattr(testing, "Licence")  # noqa: B009 - it would not type-check


def test_what_type_checkers_see_is_what_is_there() -> None:
    seen = seen_by_type_checkers(testing)
    assert seen == resolved_on_first_use(testing)
    assert {name for _, name in seen} == set(testing.__all__)


def test_no_module_takes_the_place_of_a_name() -> None:
    # Importing a module sets it as an attribute of its package, and hides a name that is spelled alike.
    assert not {home.partition(".")[0] for home in vars(testing)["_HOMES"]} & set(testing.__all__)

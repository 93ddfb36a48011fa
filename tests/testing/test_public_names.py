"""The names of `superlicense.testing`: a change of this list is a change of the library."""

from __future__ import annotations

import sys

import pytest

from superlicense import testing
from superlicense.testing import builders
from tests.public_names import listed, modules_of

NAMES = """
Clock MakeStore Reopen START StoreContract StoreMachine Vendor installation licensing package plan price_list
site_license store_machine system_license user user_license vendor
"""


def test_the_public_names_are_these() -> None:
    assert dir(testing) == sorted(NAMES.split())


def test_every_name_is_listed_once_and_comes_from_its_module() -> None:
    assert sorted(name for _, name in listed(testing)) == dir(testing)
    for home, name in listed(testing):
        assert getattr(testing, name) is getattr(sys.modules[home], name)


def test_a_name_is_imported_once() -> None:
    assert testing.Clock is builders.Clock
    assert vars(testing)["Clock"] is builders.Clock


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'superlicense\.testing' has no attribute 'Licence'"):
        testing.Licence  # type: ignore[attr-defined] # noqa: B018 - type checkers see only the public names


def test_no_module_takes_the_place_of_a_name() -> None:
    # Importing a module sets it as an attribute of its package, and hides a name that is spelled alike.
    assert not modules_of(testing) & set(dir(testing))

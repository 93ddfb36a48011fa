"""What an installation or a fleet is opened with: a wrong type is found at once, and named."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

import superlicense as sl
from superlicense.catalog import meters
from tests.for_each import for_each
from tests.installation import INSTALLATION
from tests.licensing.customers import customer

WRONG: tuple[Any, ...] = (5, 1.5, object(), "licenses.db", b"x", [object()])
SHARED = ("store", "trust", "clock", "policy", "seat_veto", "package_source", "seal_key", "hooks", "meters")
REQUIRED = ("store", "clock", "hooks")


def of_licensing(**asked: Any) -> object:  # noqa: ANN401 - whatever is tried
    return sl.Licensing(**{"store": sl.MemoryStore(), "installation": INSTALLATION, "trust": None, **asked})


def of_a_fleet(**asked: Any) -> object:  # noqa: ANN401 - whatever is tried
    return sl.Fleet(**{"store": sl.MemoryStore(), "trust": None, **asked})


@for_each("opening", [of_licensing, of_a_fleet])
@for_each("name_and_value", [*product(SHARED, WRONG), *product(REQUIRED, [None]), ("store", sl.MemoryStore)])
def test_a_wrong_type_is_an_error_of_ours(opening: Callable[..., object], name_and_value: tuple[str, Any]) -> None:
    name, value = name_and_value
    with pytest.raises(sl.SuperlicenseError) as raised:
        opening(**{name: value})
    # Bytes may be a root, and are read.
    if not (name == "trust" and isinstance(value, bytes)):
        assert isinstance(raised.value, sl.InvalidValueError)
        assert raised.value.path.partition("[")[0] == name


@for_each("name", ["hooks", "meters"])
def test_a_class_is_nothing_to_iterate_over(name: str) -> None:
    with pytest.raises(sl.InvalidValueError, match=f"{name}: must be iterable"):
        of_licensing(**{name: list})


@for_each("asked", [{"capacity": "5"}, {"meters": [meters.STORAGE] * 2}, {"hooks": ["hook"]}, {"seal_key": b"short"}])
def test_what_a_fleet_shares_is_checked_when_it_is_made(asked: dict[str, Any]) -> None:
    with pytest.raises(sl.InvalidValueError):
        of_a_fleet(**asked)


@for_each("name", ["policy", "hooks", "meters", "seal_key", "seat_veto", "package_source"])
def test_what_a_function_returns_is_checked_when_the_installation_is_opened(name: str) -> None:
    fleet = sl.Fleet(sl.MemoryStore(), trust=None, **{name: lambda _installation: 5})  # type: ignore[arg-type]
    with pytest.raises(sl.InvalidValueError, match=name):
        fleet.open(customer(1))


def test_a_function_that_does_not_tell_its_parameters_is_asked_like_any_veto() -> None:
    """Nothing is known of it but that it can be called, as of much that is written in C."""
    licensing = of_licensing(seat_veto=type)
    assert isinstance(licensing, sl.Licensing)
    fleet = of_a_fleet(seat_veto=type, package_source=type)
    assert isinstance(fleet, sl.Fleet)
    assert fleet.open(customer(1)).users.all() == ()

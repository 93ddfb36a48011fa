"""Runs one test of the contract on one store, without pytest's machinery: what would fail there fails here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from superlicense.testing import MakeStore, Reopen, StoreContract
from tests.stores.broken.sound import SoundOnDisk, SoundStore

Broken = type[SoundStore]

CONTRACT = {name: member for name, member in vars(StoreContract).items() if name.startswith("test_")} | {
    name: getattr(StoreContract, name) for name in dir(StoreContract) if name.startswith("test_")
}
"""Every test of the contract, by name."""


class Strict(StoreContract):
    """The contract for stores that need not wait."""

    has_one_lock = False


def makers(broken: Broken, folder: Path) -> tuple[MakeStore, Reopen]:
    """Give what makes a store and what opens its storage once more."""
    numbers = count()
    if issubclass(broken, SoundOnDisk):
        return lambda: broken(folder / f"{next(numbers)}"), broken.reopened
    return broken, broken.reopened


def bites(broken: Broken, test: str, folder: Path) -> str | None:
    """Say how the test of the contract called *test* fails on *broken*; `None` if it passes."""
    make_store, reopen = makers(broken, folder)
    function = CONTRACT[test]
    for parameters in parametrized(function):
        store = make_store()
        given = {"make_store": make_store, "store": store, "again": reopen, "elsewhere": reopen, **parameters}
        asked = list(inspect.signature(function).parameters)[1:]
        try:
            function(Strict(), **{name: given[name] for name in asked})
        except (TypeError, AttributeError, NameError):
            # The broken store is broken in another way than it says.
            raise
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - a store may raise anything
            return repr(error)
    return None


def parametrized(function: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Give the arguments of every turn of a parametrized test, of one turn of any other."""
    (mark, *others) = getattr(function, "pytestmark", []) or [None]
    assert not others
    if mark is None:
        yield {}
        return
    names, values = mark.args
    several = names.split(",") if isinstance(names, str) else names
    for value in values:
        row = value.values if isinstance(value, ParameterSet) else value if len(several) > 1 else (value,)
        yield dict(zip(several, row, strict=True))

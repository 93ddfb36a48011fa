"""The pytest plugin: fixtures `licensing`, `licensing_clock` and `licensing_vendor`.

Every pytest run in an environment with the library imports this module, so the
rest of the library is imported when a fixture is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from superlicense import testing

if TYPE_CHECKING:
    from superlicense.licensing.front import Licensing

__all__ = ["licensing", "licensing_clock", "licensing_vendor"]

# Assertions of the contract and the reference store are explained like those of tests.
pytest.register_assert_rewrite(*(f"superlicense.testing.{name}" for name in ("contract", "machine", "reference")))


@pytest.fixture
def licensing_clock() -> testing.Clock:
    """Return the clock of `licensing`, which only advances when `forward` is called."""
    return testing.Clock()


@pytest.fixture
def licensing_vendor() -> testing.Vendor:
    """Return the vendor that `licensing` trusts."""
    return testing.vendor()


@pytest.fixture
def licensing(licensing_clock: testing.Clock, licensing_vendor: testing.Vendor) -> Licensing:
    """Return a `Licensing` in memory with a signed package in force and without users."""
    return testing.licensing(clock=licensing_clock, vendor=licensing_vendor)

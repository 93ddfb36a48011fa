"""What pytest finds by itself: the fixtures `licensing`, `licensing_clock` and `licensing_vendor`.

Every pytest run of an environment with the library loads this file, so it loads
nothing of the library until a fixture is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from superlicense import testing

if TYPE_CHECKING:
    from superlicense.licensing.front import Licensing

__all__ = ["licensing", "licensing_clock", "licensing_vendor"]

# The contract and the model explain a failed comparison as tests do.
pytest.register_assert_rewrite(*(f"superlicense.testing.{name}" for name in ("contract", "machine", "reference")))


@pytest.fixture
def licensing_clock() -> testing.Clock:
    """Give the clock of `licensing`; it stands still until it is moved."""
    return testing.Clock()


@pytest.fixture
def licensing_vendor() -> testing.Vendor:
    """Give the vendor that `licensing` trusts."""
    return testing.vendor()


@pytest.fixture
def licensing(licensing_clock: testing.Clock, licensing_vendor: testing.Vendor) -> Licensing:
    """Give an installation in memory with a signed package in force and nobody in it yet."""
    return testing.licensing(clock=licensing_clock, vendor=licensing_vendor)

"""The names of `superlicense.testing`, each written here and nowhere else, as in `superlicense._public`."""

# The names are imported to be exported again; see `superlicense._public`.
# mypy: implicit-reexport
# ruff: noqa: F401 - as above

from superlicense.testing.builders import (
    START,
    Clock,
    installation,
    package,
    plan,
    price_list,
    site_license,
    system_license,
    user,
    user_license,
)
from superlicense.testing.contract import MakeStore, Reopen, StoreContract
from superlicense.testing.issuing import Vendor, licensing, vendor
from superlicense.testing.state_machine import StoreMachine, store_machine

"""Names of module licenses as constants."""

import re
from typing import assert_type

from superlicense.catalog import module_table, modules
from superlicense.model.license import SUPEROFFICE, LicenseName

CONSTANTS = {name: value for name, value in vars(modules).items() if isinstance(value, LicenseName)}


def test_a_constant_is_a_license_name_and_its_text() -> None:
    assert_type(modules.QUOTE_CAL, LicenseName)
    assert modules.QUOTE_CAL == "superoffice.quote-cal"
    assert modules.EJ_MOD_CUSTOMER.owner == SUPEROFFICE
    assert modules.EJ_MOD_CUSTOMER.module == "ej-mod-customer"


def test_a_constant_is_named_after_the_code() -> None:
    for constant, name in CONSTANTS.items():
        assert constant == re.sub(r"[^A-Z0-9]", "_", name.module.upper())


def test_a_code_may_hold_a_space() -> None:
    assert modules.SUPERLICENSE_EJ_CUSTOMER_CENTRE.module == "superlicense-ej-customer centre"


def test_constants_and_table_name_the_same_licenses_in_the_same_order() -> None:
    assert list(CONSTANTS.values()) == list(module_table.ALL)
    assert len(CONSTANTS) == 227


def test_every_constant_is_a_license_of_the_vendor() -> None:
    assert {name.owner for name in CONSTANTS.values()} == {SUPEROFFICE}

"""The tests on the page about testing a service pass."""

from __future__ import annotations

from tests.pages import defined_by

_PAGE = defined_by("how-to/test-your-service.md")
_TESTS = {name: test for name, test in _PAGE.items() if name.startswith("test_")}
small_customer = _PAGE["small_customer"]
globals().update(_TESTS)


def test_the_page_has_tests() -> None:
    assert len(_TESTS) == 6

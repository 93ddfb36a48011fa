"""The package itself: its parts come when they are asked for."""

import subprocess
import sys

import pytest

from superlicense import catalog


def test_a_part_is_loaded_when_it_is_first_asked_for() -> None:
    script = (
        "import sys, superlicense.catalog as catalog\n"
        "loaded = lambda: {name.split('.')[2] for name in sys.modules if name.startswith('superlicense.catalog.')}\n"
        "assert not loaded()\n"
        "assert catalog.modules.WEB == 'superoffice.web'\n"
        "assert loaded() == {'modules'}\n"
        "assert catalog.suite.CORE.name == 'Core'\n"
        "assert loaded() == {'modules', 'suite', 'tiers'}\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own script


def test_every_part_that_is_named_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "superlicense.catalog.license_lists", raising=False)
    monkeypatch.delattr(catalog, "license_lists", raising=False)

    assert set(catalog.__all__) <= set(dir(catalog))
    for part in catalog.__all__:
        assert getattr(catalog, part).__name__ == f"superlicense.catalog.{part}"


def test_what_is_no_part_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'superlicense\.catalog' has no attribute 'prices'"):
        _ = catalog.prices  # type: ignore[attr-defined]  # the point of the test

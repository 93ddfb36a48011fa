"""Another serial number or company, from the shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import superlicense as sl
from tests.cli.shop import VENDOR, Shop
from tests.installation import package

SERIAL, COMPANY = "1010000030", "Nordvik Handel AS"
CHANGED = f"✓ This installation is now {SERIAL}, {COMPANY}. Set it in the configuration of every service."


@pytest.fixture
def file(shop: Shop) -> Path:
    """A package of the new serial number."""
    path = shop.folder / "package.json"
    sold = package(seats=4, validity=sl.Validity(), serial_number=SERIAL, company=COMPANY)
    path.write_bytes(VENDOR.issue(evolve(sold, replaces="1010000014")))
    return path


def renamed(shop: Shop) -> None:
    """Change the configuration."""
    path = shop.folder / "superlicense.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("1010000014", SERIAL).replace("Handel A/S", "Handel AS"), encoding="utf-8")


def test_the_package_says_what_it_is(shop: Shop, file: Path) -> None:
    (line,) = shop.told("change-installation", file)
    assert line.endswith(CHANGED.removeprefix("✓ "))
    assert shop.run("why", "anna", "web").exit_code == 0
    renamed(shop)
    assert shop.run("why", "anna", "web").exit_code == 0
    assert shop.json("change-installation", file) == {
        "changed": False,
        "serial_number": SERIAL,
        "company": COMPANY,
        "database_id": None,
    }
    assert "Change serial number or company" in shop.run("journal").stdout


def test_the_configuration_may_be_changed_before(shop: Shop, file: Path) -> None:
    renamed(shop)
    assert shop.run("why", "anna", "web").exit_code == 1
    assert shop.json("change-installation", file)["changed"] is True
    assert shop.run("why", "anna", "web").exit_code == 0


def test_other_names_than_those_of_the_package_are_refused(shop: Shop, file: Path) -> None:
    done = shop.run("change-installation", file, "--to-company", "Solvang Lys AS")
    assert done.exit_code == 1
    assert "another company" in done.stderr


def test_without_a_package_it_is_refused_where_a_root_is_pinned(shop: Shop) -> None:
    done = shop.run("change-installation", "--to-serial-number", SERIAL)
    assert done.exit_code == 1


def test_something_has_to_change(shop: Shop) -> None:
    done = shop.run("change-installation")
    assert done.exit_code == 2
    assert "say what changes" in done.stderr

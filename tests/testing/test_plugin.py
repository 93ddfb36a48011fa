"""The plugin that pytest finds by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import superlicense as sl
from superlicense import testing

NOTHING_LOADED = """
import sys

def test_only_the_plugin_is_loaded():
    ours = {name for name in sys.modules if name.partition(".")[0] == "superlicense"}
    assert ours == {"superlicense", "superlicense._lazy", "superlicense.testing", "superlicense.testing.plugin"}
    assert not {"attr", "attrs", "cryptography", "dateutil"}.intersection(sys.modules)
"""
FORGETFUL = """
import pytest
from superlicense.adapters.memory import MemoryStore
from superlicense.testing import StoreContract

class TestForgetful(StoreContract):
    @pytest.fixture
    def make_store(self):
        made = MemoryStore()
        return lambda: made

    @pytest.fixture
    def store(self, make_store):
        made = make_store()
        from superlicense.testing.contract.blocks import write
        from superlicense.testing.samples import user_row
        write(made, user_row(1))
        return made
"""


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on *program* in a process of its own."""
    path = folder / "test_it.py"
    path.write_text(program, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        str(path),
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603 - our own program


@pytest.mark.slow
def test_pytest_starts_without_loading_the_library(tmp_path: Path) -> None:
    done = run(tmp_path, NOTHING_LOADED)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_contract_says_what_differs(tmp_path: Path) -> None:
    done = run(tmp_path, FORGETFUL, "-k", "a_new_installation_has_nothing")
    assert done.returncode == 1
    # Without rewritten asserts it would say `AssertionError` and nothing else.
    assert "assert 1 == 0" in done.stdout


def test_an_installation_is_there_for_the_asking(
    licensing: sl.Licensing, licensing_clock: testing.Clock, licensing_vendor: testing.Vendor
) -> None:
    licensing.users.save(testing.user("anna"))
    licensing.seats.assign("anna", "superoffice.ten-sales", by="admin")
    assert licensing.gate.login("anna", sl.Client.WEB).outcome is sl.Outcome.ALLOWED
    assert licensing.gate.feature("anna", "quote", sl.Access.EDIT).allowed
    licensing_clock.forward(days=365)
    assert licensing.gate.login("anna", sl.Client.WEB).allowed
    assert licensing.packages.offer(licensing_vendor.issue(testing.package(seats=20)), by="nightly").activated
    assert licensing.seats.usage("ten-sales").total == 20


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_an_installation_of_its_own(licensing: sl.Licensing, turn: int) -> None:
    assert licensing.users.all() == ()
    licensing.users.save(testing.user(f"user{turn}"))

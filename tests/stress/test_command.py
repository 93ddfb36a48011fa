"""The command of the long runs starts, whatever else is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def test_it_starts_where_another_package_ships_tests(tmp_path: Path) -> None:
    foreign = tmp_path / "tests"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("raise AssertionError('these are not ours')")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    command = [sys.executable, "-m", "tests.stress", "documents", "--documents", "3"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("documents: 3 mutated: ")

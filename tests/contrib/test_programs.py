"""The examples that are started from the command line do what their pages say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.contrib.visits import EXAMPLES


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("openfeature_flags.py", "anna ['quotes', 'edit quotes']\nbo ['no access']"),
        ("opentelemetry_service.py", '"superlicense.outcome": "denied"'),
    ],
)
def test_the_program_runs(program: str, expected: str) -> None:
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(EXAMPLES / program)], capture_output=True, text=True, check=True
    )
    assert expected in ran.stdout

from __future__ import annotations

import re
from pathlib import Path

from superlicense.model.decision import ReasonCode

REASONS = Path(__file__).parents[1] / "docs" / "reference" / "reasons.md"


def test_the_reference_lists_every_reason() -> None:
    rows = [line.split("|")[1] for line in REASONS.read_text("utf-8").splitlines() if line.startswith("| `")]
    listed = [code for cell in rows for code in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(ReasonCode)

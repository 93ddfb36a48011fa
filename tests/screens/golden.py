"""Golden screens: what a screen looks like in each language, as files that people can read.

With SUPERLICENSE_WRITE_GOLDEN=1 the tests write them anew; look at what has changed before you
commit it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

FILES = Path(__file__).parent / "files"
WRITE = os.environ.get("SUPERLICENSE_WRITE_GOLDEN") == "1"


def assert_golden(name: str, language: str, screen: Mapping[str, object]) -> None:
    """Compare *screen* with the file of its *name* and *language*."""
    file = FILES / f"{name}.{language}.json"
    text = json.dumps(screen, ensure_ascii=False, indent=1) + "\n"
    if WRITE:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")

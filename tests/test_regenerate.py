"""One command makes every file anew that is made from others."""

from __future__ import annotations

from tools.regenerate import MODULES, ROOT

# A browser draws these, and a person looks at them.
BY_HAND = {"tools.make_screenshots"}


def test_every_tool_that_makes_files_is_run_and_the_catalogs_come_first() -> None:
    makers = {
        f"tools.{file.stem}" for file in (ROOT / "tools").glob("*.py") if file.stem.startswith(("make", "compile"))
    }
    assert set(MODULES) == makers - BY_HAND
    assert MODULES[0] == "tools.compile_messages"


def test_the_guide_for_contributors_names_it() -> None:
    assert "python -m tools.regenerate" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

"""The terminal pictures of the documentation show what the commands show."""

from __future__ import annotations

import pytest

from tools.make_terminal_pictures import COMMANDS, FOLDER, pictures


def test_they_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPERLICENSE_LANG", "SUPERLICENSE_STORE", "SUPERLICENSE_CONFIG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    drawn = pictures()
    assert {path.stem for path in FOLDER.glob("*.svg")} == drawn.keys() == COMMANDS.keys()
    for name, picture in drawn.items():
        kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert kept == picture, "run: python -m tools.regenerate"


def test_they_fetch_nothing_and_stand_in_the_guide() -> None:
    guide = (FOLDER.parent / "operate-from-the-shell.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert "url(" not in (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("url(#", "")
        assert f"](pictures/{name}.svg)" in guide

from __future__ import annotations

import os
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.shop import Shop


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    Shop(folder).furnish()
    return folder


@pytest.fixture(autouse=True)
def no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that says no language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty folder, and an environment that says nothing."""
    for name in os.environ:
        if name.startswith("SUPERLICENSE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SUPERLICENSE_BY", "signe")
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Shop(folder)


@pytest.fixture
def shop(nowhere: Shop, furnished: Path) -> Shop:
    """An installation with two seats of each plan; anna has one of them."""
    copytree(furnished, nowhere.folder, dirs_exist_ok=True)
    return nowhere

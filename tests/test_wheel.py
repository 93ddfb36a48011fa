"""What is in the wheel: every file of the package, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath
from shutil import which
from zipfile import ZipFile

import pytest

import superlicense
from tests.test_packaging import ROOT, paths_of_the_repository

pytestmark = pytest.mark.slow

# What is read as a file at run time, each with one that must be there.
READ_AS_FILES = {
    "superlicense/web/templates": "base.html",
    "superlicense/web/static": "licenses.css",
    "superlicense/cli/templates": "login.html",
    "superlicense/schemas": "StatusTab.json",
    "superlicense/locale/da/LC_MESSAGES": "superlicense.mo",
    "superlicense/adapters/sqlalchemy/migrations/versions": "v0001_initial.py",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else which("uv")
    command = [uv, "build", "-q"] if uv else [sys.executable, "-m", "build"]
    subprocess.run([*command, "--wheel", "--out-dir" if uv else "--outdir", str(folder)], cwd=ROOT, check=True)  # noqa: S603 - our own package
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_every_file_of_the_package_is_in_the_wheel_and_nothing_else(wheel: ZipFile) -> None:
    package = ROOT / "src"
    kept = {path.relative_to(package).as_posix() for path in paths_of_the_repository() if path.is_relative_to(package)}
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert shipped == kept


def test_what_is_read_as_a_file_is_there(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    assert {f"{folder}/{name}" for folder, name in READ_AS_FILES.items()} <= names
    suffixes = {PurePosixPath(name).suffix for name in names if ".dist-info/" not in name}
    assert suffixes == {".css", ".html", ".json", ".mo", ".po", ".py", ".typed", ".xml"}


def test_the_wheel_names_the_version_and_the_license(wheel: ZipFile) -> None:
    folder = f"superlicense-{superlicense.__version__}.dist-info"
    metadata = wheel.read(f"{folder}/METADATA").decode("utf-8")
    assert f"\nVersion: {superlicense.__version__}\n" in metadata
    assert "superlicense = superlicense.cli:main" in wheel.read(f"{folder}/entry_points.txt").decode("utf-8")
    assert f"{folder}/licenses/LICENSE" in wheel.namelist()

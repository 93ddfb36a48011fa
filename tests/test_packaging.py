"""What is shipped, and what every file of the repository may say."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

import superlicense

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")

SEE_THE_STORY = (
    "python3 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv run --no-dev --extra cli superlicense demo"
)
RUN_THE_TESTS = "python3 -m venv .venv && .venv/bin/pip install -q uv && .venv/bin/uv run pytest"

# Spelled in parts, so that this file does not find itself.
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "debian" + ".org",
    "pkg.dev" + "/",
)
MACHINE_PATHS = ("/work" + "/main", "/work" + "/shared", ".." + "/shared/", "/root" + "/", "/home" + "/", "/opt" + "/")

FENCE = re.compile(r"^ *(?:```+|~~~+)(?P<language>[^`\n]*)\n.*?^ *(?:```+|~~~+) *$", re.DOTALL | re.MULTILINE)
# Python runs (see conftest.py), the rest is for reading. `pycon` or `py` would neither run nor be noticed.
LANGUAGES = {"postgresql", "python", "console", "text", "toml", "json", "xml", "sql"}


def paths_of_the_repository() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git is where PATH says
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def without_bound(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]


def test_one_version_is_told_everywhere() -> None:
    assert superlicense.__version__ == version("superlicense") == PROJECT["version"]


def test_the_core_asks_for_three_packages() -> None:
    assert {without_bound(each) for each in PROJECT["dependencies"]} == {"attrs", "cryptography", "python-dateutil"}


def test_extras_bring_what_they_say() -> None:
    extras = {
        name: {without_bound(each) for each in requirements}
        for name, requirements in PROJECT["optional-dependencies"].items()
    }
    assert extras == {
        "cli": {"alembic", "babel", "click", "defusedxml", "rich", "sqlalchemy"},
        "django": {"django"},
        "fastapi": {"fastapi"},
        "flask": {"flask"},
        "openfeature": {"openfeature-sdk"},
        "opentelemetry": {"opentelemetry-api"},
        "postgres": {"alembic", "psycopg", "sqlalchemy"},
        "sql": {"alembic", "sqlalchemy"},
        "testing": {"hypothesis", "pytest"},
        "web": {"babel", "jinja2", "python-multipart", "starlette", "uvicorn"},
        "xml": {"defusedxml"},
    }


def test_no_requirement_has_an_upper_bound() -> None:
    extras = PROJECT["optional-dependencies"].values()
    requirements = [*PROJECT["dependencies"], *(each for extra in extras for each in extra)]
    assert [each for each in requirements if re.search(r"<|==|~=", each)] == []


def test_pytest_finds_the_plugin() -> None:
    assert PROJECT["entry-points"] == {"pytest11": {"superlicense": "superlicense.testing.plugin"}}


def test_templates_and_styles_are_shipped() -> None:
    web, cli = files("superlicense.web"), files("superlicense.cli")
    assert web.joinpath("templates", "base.html").is_file()
    assert web.joinpath("static", "licenses.css").is_file()
    assert cli.joinpath("templates", "login.html").is_file()


def test_types_are_shipped() -> None:
    assert files("superlicense").joinpath("py.typed").is_file()


@pytest.mark.parametrize("command", [SEE_THE_STORY, RUN_THE_TESTS], ids=["story", "tests"])
def test_readme_has_the_command_on_a_line_of_its_own(command: str) -> None:
    assert README.splitlines().count(command) == 1


def test_every_code_block_is_in_a_language_we_know() -> None:
    unknown = [
        f"{path.relative_to(ROOT)}: {language or 'no language'}"
        for path in pages()
        for block in FENCE.finditer(path.read_text(encoding="utf-8"))
        if (language := block["language"].strip()) not in LANGUAGES and not language.startswith("{")
    ]
    assert unknown == []


@pytest.mark.slow
def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in paths_of_the_repository()
        if path.is_file()
        for text in [path.read_bytes().decode("utf-8", errors="replace")]
        for word in (*REGISTRY_HOSTS, *MACHINE_PATHS)
        if word in text
    ]
    assert found == []

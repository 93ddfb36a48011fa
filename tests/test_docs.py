"""The pages of docs/ agree with the code: names, codes, paths and links."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import superlicense as sl
from superlicense.catalog import __all__ as catalog_modules
from superlicense.model.reason import ReasonCode

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REASONS = DOCS / "reference" / "reasons.md"
API = DOCS / "reference" / "api"
MAP = DOCS / "explanation" / "map-of-the-code.md"
FACTS = DOCS / "reference" / "field-facts.md"

# A path in the map, such as `src/superlicense/rules/`; files that follow a folder are in it.
PATH = re.compile(r"`([\w./-]+(?:/|\.\w+))`")

# As docs/conf.py reads them.
NAMES = re.compile(r"^```\{names\} (?P<module>[\w.]+)\n(?P<names>[\w\s*]+?)\n```$", re.MULTILINE)

PUBLIC = (
    "superlicense",
    "superlicense.adapters.key_value",
    "superlicense.adapters.memory",
    "superlicense.adapters.sqlalchemy",
    "superlicense.codec",
    "superlicense.contrib.django",
    "superlicense.contrib.django.backends",
    "superlicense.contrib.fastapi",
    "superlicense.contrib.flask",
    "superlicense.contrib.openfeature",
    "superlicense.contrib.opentelemetry",
    "superlicense.document.envelope",
    "superlicense.document.keys",
    "superlicense.document.package",
    "superlicense.document.root",
    "superlicense.interop.superoffice",
    "superlicense.ports",
    "superlicense.problem",
    "superlicense.screens",
    "superlicense.testing",
    "superlicense.web",
    *(f"superlicense.catalog.{name}" for name in catalog_modules if name != "modules"),  # constants only
)
# Reached by attributes of `Licensing`, or imported by the guides on languages and stores.
REACHED = re.compile(r"superlicense\.(licensing\.\w+|messages|model\.(row|meter_month))")


def names_of(module: ModuleType) -> set[str]:
    """Return the public names of *module* that a page can describe."""
    return {name for name in module.__all__ if not isinstance(getattr(module, name), ModuleType | str)}


def described() -> list[tuple[str, str]]:
    """Return every module and name in the blocks of the API reference, in the order of the pages."""
    found = []
    for page in sorted(API.glob("*.md")):
        for block in NAMES.finditer(page.read_text("utf-8")):
            module, names = block["module"], block["names"].split()
            found += [(module, name) for name in (import_module(module).__all__ if names == ["*"] else names)]
    return found


def test_the_reference_lists_every_reason() -> None:
    rows = [line.split("|")[1] for line in REASONS.read_text("utf-8").splitlines() if line.startswith("| `")]
    listed = [code for cell in rows for code in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(ReasonCode)


def test_every_public_name_is_in_the_reference() -> None:
    things = [getattr(import_module(module), name) for module, name in described()]
    missing = [
        f"{module}.{name}"
        for module in PUBLIC
        for name in names_of(import_module(module))
        if not any(getattr(import_module(module), name) is thing for thing in things)
    ]
    assert missing == []


def test_a_name_is_described_once() -> None:
    assert len(set(described())) == len(described())


def test_no_internal_module_is_in_the_reference() -> None:
    modules = {module for module, _ in described()}
    assert {module for module in modules if not REACHED.fullmatch(module)} <= set(PUBLIC)


def test_every_part_of_licensing_is_in_the_reference() -> None:
    licensing = sl.Licensing(
        sl.MemoryStore(), sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"), trust=None
    )
    public = [name for name in dir(licensing) if not name.startswith("_")]
    parts = [name for name in public if type(getattr(licensing, name)).__module__.startswith("superlicense.licensing.")]
    assert {"gate", "seats", "users", "sites", "packages", "meters"} <= set(parts)
    names = {name for _, name in described()}
    assert [part for part in parts if type(getattr(licensing, part)).__name__ not in names] == []


def test_every_path_on_the_map_exists() -> None:
    folder, paths = ROOT, []
    for path in PATH.findall(MAP.read_text("utf-8")):
        if "/" in path:
            paths.append(ROOT / path)
            folder = ROOT / path if path.endswith("/") else folder
        else:
            paths.append((ROOT if (ROOT / path).exists() else folder) / path)
    assert len(paths) > 30
    assert [str(path.relative_to(ROOT)) for path in paths if not path.exists()] == []


def test_the_map_shows_every_folder_of_the_library() -> None:
    shown = set(PATH.findall(MAP.read_text("utf-8")))
    folders = [path for path in (ROOT / "src" / "superlicense").iterdir() if (path / "__init__.py").exists()]
    assert [path.name for path in folders if f"{path.relative_to(ROOT)}/" not in shown] == []


def test_every_guide_is_listed_for_its_readers() -> None:
    guides = DOCS / "how-to"
    listed = re.findall(r"^([\w-]+)$", (guides / "index.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in guides.glob("*.md") if path.stem != "index")


def facts() -> list[tuple[str, str, str]]:
    """Return every row of the page of facts: the fact, what honors it, and its test."""
    rows = [line[2:-2].split(" | ") for line in FACTS.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [(fact, honored, "".join(test)) for fact, honored, *test in rows if fact != "fact"]


def proven(test: str) -> bool:
    """Return whether *test*, a path and a name, is a test function, a case of a decision table or a scenario."""
    path, name = test.split("::")
    text = (ROOT / "tests" / path).read_text("utf-8")
    if not path.endswith(".toml"):
        return re.search(rf"^\s*def {name}\(", text, re.MULTILINE) is not None
    table = tomllib.loads(text)
    cases = table.get("case") or table["scenarios"]
    return any(name in (case.get("clause"), case.get("it"), case.get("name")) for case in cases)


def test_every_fact_names_its_rule_and_test_or_says_why_there_is_none() -> None:
    untold = ("The host's business: ", "Not modeled, because ")
    assert len(facts()) >= 150
    wrong = [
        fact
        for fact, honored, test in facts()
        if (
            test.strip(" |") != ""
            if honored.startswith(untold)
            else not (ROOT / "src" / "superlicense" / honored.strip("`")).is_file() or not proven(test.strip("`"))
        )
    ]
    assert wrong == []

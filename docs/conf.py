"""How Sphinx builds these pages."""

import logging
import pkgutil
from importlib.metadata import version as version_of
from itertools import chain

from sphinx.application import Sphinx

project = "superlicense"
author = "superlicense contributors"
project_copyright = f"2026, {author}"
release = version = version_of("superlicense")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = False  # annotations name private helpers, which have no page to link to

html_theme = "furo"
html_title = "superlicense"
html_copy_source = False

myst_heading_anchors = 3

napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # else `Attributes:` and the members list the same name twice
napoleon_custom_sections = [("Source", "returns_style")]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"

# The floors in the order of reading: the front door first, what it stands on after it.
API_FLOORS = (
    "licensing", "model", "catalog", "rules", "document", "ports", "records", "messages", "time_zones", "errors",
    "adapters", "interop", "testing",
)  # fmt: skip
# Packages whose names are all at the package itself; their modules are not for import.
WHOLE = ("errors", "ports", "records", "interop.superoffice", "licensing.screens")


def public_modules() -> list[str]:
    """List the public modules by floor, so that no page of names has to be kept by hand."""
    import superlicense  # noqa: PLC0415  # the package under description is read when it is described

    found: dict[str, list[str]] = {floor: [] for floor in API_FLOORS}
    for info in pkgutil.walk_packages(superlicense.__path__, "superlicense."):
        parts = info.name.split(".")[1:]
        inside = ".".join(parts[:-1]) in WHOLE
        if parts[0] in found and not inside and not any(part.startswith("_") for part in parts):
            found[parts[0]].append(info.name)
    return list(chain.from_iterable(found.values()))


def add_modules(_app: Sphinx, page: str, source: list[str]) -> None:
    """Append one section for each public module to the page of the interface."""
    if page == "reference/api":
        section = "\n## `{0}`\n\n```{{eval-rst}}\n.. automodule:: {0}\n   :members:\n```\n"
        source[0] += "".join(section.format(name) for name in public_modules())


def is_worth_a_word(record: logging.LogRecord) -> bool:
    """Leave out that a section has no page yet; `suppress_warnings` cannot name this warning."""
    return getattr(record, "subtype", None) != "empty_glob"


def setup(app: Sphinx) -> None:
    """Register what this file adds."""
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(is_worth_a_word)
    app.connect("source-read", add_modules)

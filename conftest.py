"""What every test run has: the examples of the pages and docstrings, the size of the laws, the slow tests.

Each page and each source file is one namespace, in the order it is read. Only Python runs;
console blocks are for people.
"""

import gc
import os
from collections.abc import Iterator, Sequence
from doctest import ELLIPSIS
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

# How many examples a law tries. No test has a number of its own.
EXAMPLES = {"quick": 15, "ci": 100, "long": 2_000}
for profile, examples in EXAMPLES.items():
    settings.register_profile(
        profile,
        settings.get_profile("default"),
        max_examples=examples,
        # An ordinary run and the gate try the same examples every time; a long run looks for new ones.
        derandomize=profile != "long",
        database=settings.get_profile("default").database if profile == "long" else None,
        # These two would measure the machine.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("SUPERLICENSE_LAWS", "quick"))


class DocStrings(PythonDocStringDocument):
    """A source file, which is parsed only if there is an example in it."""

    @staticmethod
    def extract_docstrings(python_source_code: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and text of the docstrings, none where no prompt is."""
        if ">>>" in python_source_code:
            yield from PythonDocStringDocument.extract_docstrings(python_source_code)


python_blocks = [PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)]
pages = Sybil(path="docs", patterns=["*.md"], parsers=python_blocks)
readme = Sybil(patterns=["README.md"], excludes=["*/README.md"], parsers=python_blocks)
docstrings = Sybil(
    path="src",
    patterns=["*.py"],
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    document_types={".py": DocStrings},
)

pytest_collect_file = SybilCollection((pages, readme, docstrings)).pytest()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while modules and tests are made: all of it stays, and looking takes longer than making."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# Slow tests that were left out. Each pytest-xdist worker counts all of them and reports the number when it ends.
LEFT_OUT = pytest.StashKey[int]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count the slow tests that are left out."""
    if items:
        slow = sum(1 for item in items if item.get_closest_marker("slow"))
        stash = items[0].config.stash
        stash[LEFT_OUT] = stash.get(LEFT_OUT, 0) + slow


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report the number from a worker to the process that prints."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  # a worker of pytest-xdist, which ships no types
    """Take the number from a worker that has ended."""
    left_out: int = getattr(node, "workeroutput", {}).get("left_out", 0)
    node.config.stash[LEFT_OUT] = max(left_out, node.config.stash.get(LEFT_OUT, 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many slow tests were left out, here and in the closing line."""
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        # Without workers pytest has counted them by itself.
        terminalreporter.stats.setdefault("deselected", [SimpleNamespace()] * left_out)
        terminalreporter.line(f"{left_out} slow tests deselected; run them with: pytest -m slow")

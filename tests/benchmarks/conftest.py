"""What the benchmarks share: companies, founded once, and the figures, told at the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.benchmarks.company import LARGE, SMALL, USUAL, Company, company_of
from tests.benchmarks.figures import Figures

_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash[_FIGURES].lines
    if lines:
        terminalreporter.section("benchmarks: ratios of this run")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session")
def company() -> Iterator[Callable[[int], Company]]:
    """Found a company of a size, or give the one that is there."""
    founded: dict[int, Company] = {}

    def of(size: int) -> Company:
        if size not in founded:
            founded[size] = company_of(size)
        return founded[size]

    yield of
    founded.clear()


@pytest.fixture
def small(company: Callable[[int], Company]) -> Company:
    return company(SMALL)


@pytest.fixture
def record_fast(company: Callable[[int], Company]) -> Company:
    return company(USUAL)


@pytest.fixture
def large(company: Callable[[int], Company]) -> Company:
    return company(LARGE)

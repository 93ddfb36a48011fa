"""One test for a whole table of cases, which goes through all of them and lists each one that fails.

A parametrized test is an item of its own for every case, and thousands of these take longer to
collect than to run. Use `for_each` where the cases share no fixture that one of them could change.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

Test = Callable[..., None]
_LONGEST = 200


def for_each(
    names: str | Sequence[str],
    cases: Iterable[Any],
    *,
    ids: Callable[[Any], object] | Iterable[object] = repr,
) -> Callable[[Test], Test]:
    """Run a test with every one of *cases*, as `pytest.mark.parametrize` would, but as one test.

    Args:
        names: The arguments that a case is given to: one name, or several, of which each case has a value.
        cases: The table.
        ids: What a case that fails is called: a function of it, or the names of all of them in order.
    """
    several = not isinstance(names, str) or "," in names
    given = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = list(cases)
    called = list(map(ids, rows)) if callable(ids) else list(ids)
    called = [row.id if isinstance(row, ParameterSet) else name for name, row in zip(called, rows, strict=True)]
    table = [_values(row, several=several) for row in rows]
    assert table

    def fold(test: Test) -> Test:
        signature = inspect.signature(test)

        @wraps(test)
        def folded(*arguments: object, **fixtures: object) -> None:
            failures: list[str] = []
            for name, values in zip(called, table, strict=True):
                try:
                    test(*arguments, **fixtures, **dict(zip(given, values, strict=True)))
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever a case raises is its failure
                    failures.append(f"{str(name)[:_LONGEST]}: {type(error).__name__}: {error}")
            if failures:
                pytest.fail("\n".join([f"{len(failures)} of {len(table)} cases:", *failures]))

        kept = [one for name, one in signature.parameters.items() if name not in given]
        folded.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]  # read by pytest
        return folded

    return fold


def _values(row: Any, *, several: bool) -> Sequence[Any]:  # noqa: ANN401 - whatever the table has
    """Give what a row of the table has for each name; a `pytest.param` may not be marked."""
    if isinstance(row, ParameterSet):
        assert not row.marks
        return row.values
    return tuple(row) if several else (row,)

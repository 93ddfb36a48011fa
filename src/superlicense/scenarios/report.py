"""The outcome of running scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

__all__ = ["Mismatch", "Report", "Result"]


@frozen(kw_only=True)
class Mismatch:
    """One part of an answer that is not as expected.

    Attributes:
        part: Which part: ``outcome``, ``reasons``.
        expected: What the file says.
        actual: What the library says.
    """

    part: str
    expected: object
    actual: object

    def __str__(self) -> str:
        """Return it as a line of text."""
        return f"{self.part}: expected {_text(self.expected)}, got {_text(self.actual)}"


@frozen(kw_only=True)
class Result:
    """The outcome of one scenario.

    Attributes:
        file: The file that it stands in.
        name: Its name.
        mismatches: What is not as expected; empty where it holds.
        error: Why it could not be run at all; empty where it could.
    """

    file: str
    name: str
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the scenario holds."""
        return not self.mismatches and not self.error


@frozen(kw_only=True)
class Report:
    """What all scenarios at a path come to.

    Attributes:
        results: One for each scenario, in order of file and place.
    """

    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether every scenario holds, and there is at least one."""
        return bool(self.results) and all(result.ok for result in self.results)

    @property
    def failures(self) -> tuple[Result, ...]:
        """The scenarios that do not hold."""
        return tuple(result for result in self.results if not result.ok)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text: what does not hold, then the sum."""
        for result in self.failures:
            yield f"{result.file}: {result.name}"
            yield from (f"  {mismatch}" for mismatch in result.mismatches)
            if result.error:
                yield f"  {result.error}"
        held = len(self.results) - len(self.failures)
        yield f"{held} of {len(self.results)} scenarios hold"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON data."""
        return {
            "ok": self.ok,
            "results": [
                {
                    "file": result.file,
                    "name": result.name,
                    "ok": result.ok,
                    "mismatches": [
                        {"part": one.part, "expected": _plain(one.expected), "actual": _plain(one.actual)}
                        for one in result.mismatches
                    ],
                    "error": result.error,
                }
                for result in self.results
            ],
        }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat()
        return text.replace("+00:00", "Z")
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _text(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{key} = {_text(one)}" for key, one in plain.items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(map(_text, plain)) + "]"
    if isinstance(plain, bool):
        return str(plain).lower()
    return "nothing" if plain is None else str(plain)

"""Where the library does not follow the contract yet: one table. It is empty, and is to stay so.

A row says which sentence of the design is not kept, and which parts of a difference come of it. An answer
differs in parts: each reason and each warning that only one side has, the outcome, the instant until which
it holds, the notices. A difference is known if rows claim all of its parts. One that is not known fails the
comparison; so does a row that nothing needs any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.model_of_the_rules import gate
from tests.model_of_the_rules.comparison import Difference


@dataclass(frozen=True)
class Part:
    """One thing in which two answers differ.

    Attributes:
        what: reason, warning, outcome, until, rule_set or notices.
        side: model or library, whichever has it alone; both where each has its own.
        code: Of the reason or warning.
        about: What that is about.
    """

    what: str
    side: str = "both"
    code: str = ""
    about: str = ""


@dataclass(frozen=True)
class KnownDifference:
    """One sentence of the design that the library does not keep yet.

    Attributes:
        code: Of the finding.
        sentence: What the design says.
        witness: Seed of a world that shows it.
        claims: Whether a part of a difference comes of it.
    """

    code: str
    sentence: str
    witness: str
    claims: Callable[[Difference, Part], bool]


def parts(difference: Difference) -> Iterator[Part]:
    """Yield every part of *difference*; of what is no answer of the gate, one for each reason, or one for all."""
    model, library = difference.model, difference.library
    if isinstance(model, frozenset) and isinstance(library, frozenset):
        yield from (Part("reason", "model", *one) for one in model - library)
        yield from (Part("reason", "library", *one) for one in library - model)
        return
    if not isinstance(model, gate.Answer) or not isinstance(library, gate.Answer):
        yield Part("answer")
        return
    for what, ours, theirs in (
        ("reason", model.reasons, library.reasons),
        ("warning", model.warnings, library.warnings),
    ):
        yield from (Part(what, "model", *one) for one in ours - theirs)
        yield from (Part(what, "library", *one) for one in theirs - ours)
    if model.outcome != library.outcome:
        yield Part("outcome")
    if model.valid_until != library.valid_until:
        yield Part("until")
    if model.rule_set != library.rule_set:
        yield Part("rule_set")
    if model.notices != library.notices:
        yield Part("notices")


KNOWN_DIFFERENCES: tuple[KnownDifference, ...] = ()


def explain(difference: Difference) -> list[str]:
    """Return the codes of the known differences that *difference* consists of; empty if some part is not known."""
    found: set[str] = set()
    for part in parts(difference):
        code = next((known.code for known in KNOWN_DIFFERENCES if known.claims(difference, part)), None)
        if code is None:
            return []
        found.add(code)
    return sorted(found)

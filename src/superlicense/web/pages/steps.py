"""Steps: the plan moves and releases that an activation begins with, as the boxes of a form.

Rule 1: a few people get a box each. Many to whom the same happens share one, so that
a dialog about ten thousand users is still a page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from attrs import frozen

from superlicense.codec.strict_json import JsonReader
from superlicense.errors import InvalidValueError, MalformedJsonError
from superlicense.model.change import PlanMove, Release

__all__ = ["NAMED", "Step", "distinct", "first_of", "release_value", "step_boxes", "steps_from"]

NAMED: Final = 20
"""How many people are named before the rest is counted."""
AnyStep = PlanMove | Release
_BOXES: Final = JsonReader(MalformedJsonError, depth=2)  # a box is a list of ids, or an object with one


@frozen
class Step:
    """One box.

    Attributes:
        value: What the form sends: one step, or the same step of many.
        people: Names of the people it is about, at most twenty.
        others: How many more there are.
        old: Title of the plan or license that ends.
        new: Title of the new plan; `None` for a release.
    """

    value: str
    people: tuple[str, ...]
    others: int
    old: str
    new: str | None


def step_boxes(
    steps: Iterable[AnyStep], name_of: Callable[[str], str], title_of: Callable[[AnyStep], tuple[str, str | None]]
) -> tuple[Step, ...]:
    """Return the boxes of *steps*, by what happens and then by holder.

    Args:
        steps: The steps.
        name_of: Returns the name of a holder.
        title_of: Returns the titles of what ends and of what comes.
    """
    found: dict[tuple[str, str], list[AnyStep]] = {}
    for step in sorted(steps, key=lambda one: one.holder):
        found.setdefault(_licenses(step), []).append(step)
    return tuple(box for group in found.values() for box in _boxes(group, name_of, title_of))


def _boxes(
    group: list[AnyStep], name_of: Callable[[str], str], title_of: Callable[[AnyStep], tuple[str, str | None]]
) -> Iterator[Step]:
    old, new = title_of(group[0])
    if len(group) <= NAMED:
        names = distinct({step.holder: name_of(step.holder) for step in group})
        for step in group:
            yield Step(_value(step), (names[step.holder],), 0, old, new)
    else:
        ends, comes = _licenses(group[0])
        value = json.dumps({"holders": [step.holder for step in group], "old": ends, "new": comes})
        people = first_of({step.holder: name_of(step.holder) for step in group[:NAMED]})
        yield Step(value, people, len(group) - NAMED, old, new)


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Return *names* by id, those that several people have with the id behind."""
    often = Counter(names.values())
    return {one: f"{name} ({one})" if often[name] > 1 else name for one, name in names.items()}


def first_of(names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the first of *names* by id, as many as are named."""
    return tuple(distinct(dict(islice(names.items(), NAMED))).values())


def _licenses(step: AnyStep) -> tuple[str, str]:
    """Return the names of what ends and of what comes; nothing comes of a release."""
    return (str(step.old), str(step.new)) if isinstance(step, PlanMove) else (str(step.license), "")


def _value(step: AnyStep) -> str:
    if isinstance(step, PlanMove):
        return json.dumps([step.holder, str(step.old), str(step.new)])
    return release_value(step.holder, str(step.license))


def release_value(holder: str, license: str) -> str:
    """Return the value of the box that releases *license* of *holder*."""
    return json.dumps([holder, license])


def steps_from(values: Iterable[str]) -> Iterator[AnyStep]:
    """Yield the steps of the boxes that were ticked.

    Raises:
        InvalidValueError: A value is not that of a box.
    """
    for value in dict.fromkeys(values):
        try:
            parts = _BOXES.read_text(value)
        except MalformedJsonError:
            parts = None
        match parts:
            case [str(holder), str(old), str(new)]:
                yield PlanMove(holder=holder, old=old, new=new)
            case [str(holder), str(license)]:
                yield Release(license=license, holder=holder)
            case {"holders": [*holders], "old": str(old), "new": str(new)}:
                yield from (
                    PlanMove(holder=one, old=old, new=new) if new else Release(license=old, holder=one)
                    for one in map(_holder, holders)
                )
            case _:
                raise InvalidValueError("step", value, "must be a move or a release")


def _holder(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("step", value, "must name holders by id")
    return value

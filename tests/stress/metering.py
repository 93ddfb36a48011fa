"""Random stories of metering, by the thousand: every law, and the oracle."""

from __future__ import annotations

from inspect import signature
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metering import test_laws, test_rules_and_oracle
from tests.metering.stories import stories as any_story

LAWS: tuple[Any, ...] = tuple(
    law
    for module in (test_rules_and_oracle, test_laws)
    for name, law in sorted(vars(module).items())
    if name.startswith("test_")
)


def tell_stories(stories: int) -> int:
    """Let every law be tried on so many *stories*, and give how many laws there are."""
    told: dict[str, st.SearchStrategy[Any]] = {"story": any_story(most=20), "data": st.data()}
    long = settings(max_examples=stories, database=None, deadline=None)
    for law in LAWS:
        plain = law.hypothesis.inner_test
        given(**{name: told[name] for name in signature(plain).parameters})(long(plain))()
    return len(LAWS)

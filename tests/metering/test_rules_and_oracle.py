"""The rules agree with an oracle that computes everything from the raw list of what happened."""

from __future__ import annotations

from hypothesis import given

from superlicense.model.month import Month
from tests.metering.oracle import Oracle
from tests.metering.reference import Reference, plain
from tests.metering.stories import Story, stories


def both(story: Story) -> tuple[Reference, Oracle]:
    """Return rules and oracle after a story."""
    reference, oracle = Reference(story), story.oracle()
    for happening in story.happenings:
        reference.happens(happening)
        oracle.happens(happening)
    return reference, oracle


@given(stories())
def test_every_event_gets_the_same_receipt(story: Story) -> None:
    reference, oracle = both(story)
    assert [(str(one.status), one.code and str(one.code)) for one in reference.receipts] == oracle.receipts


@given(stories())
def test_every_month_has_the_same_usage(story: Story) -> None:
    reference, oracle = both(story)
    now = story.happenings[-1][1]
    assert {str(month) for month in reference.touched} == oracle.touched
    for month in oracle.touched:
        for code in story.meters:
            usage = reference.usage(Month.parse(month), code, now)
            used, threshold = oracle.used(month, code, now), oracle.threshold(month, code, now)
            assert (usage.used, usage.threshold) == (used, threshold)
            assert (usage.users, usage.overage) == (oracle.users_of(month, now), max(0, used - threshold))


@given(stories())
def test_the_same_crossings_are_recorded_at_the_same_instants(story: Story) -> None:
    reference, oracle = both(story)
    crossings = [(one.meter, str(one.month), one.level, one.at, str(one.cause)) for one in reference.crossings]
    assert crossings == oracle.crossings
    assert len({one.id for one in reference.crossings}) == len(reference.crossings)


@given(stories(most=20))
def test_the_same_statements_are_final(story: Story) -> None:
    reference, oracle = both(story)
    assert reference.refused_closes == oracle.refused_closes
    assert {str(month): plain(statement) for month, statement in reference.statements.items()} == oracle.statements

"""The rules agree with an oracle that reckons everything anew from the raw list of what happened."""

from __future__ import annotations

from hypothesis import given

from superlicense.model.month import Month
from tests.metering.book import Book, plain
from tests.metering.oracle import Oracle
from tests.metering.stories import Story, stories


def both(story: Story) -> tuple[Book, Oracle]:
    """Let rules and oracle live through a story."""
    book, oracle = Book(story), story.oracle()
    for happening in story.happenings:
        book.happens(happening)
        oracle.happens(happening)
    return book, oracle


@given(stories())
def test_every_report_gets_the_same_answer(story: Story) -> None:
    book, oracle = both(story)
    assert [(str(one.status), one.code and str(one.code)) for one in book.receipts] == oracle.receipts


@given(stories())
def test_every_month_comes_to_the_same(story: Story) -> None:
    book, oracle = both(story)
    now = story.happenings[-1][1]
    assert {str(month) for month in book.touched} == oracle.touched
    for month in oracle.touched:
        for code in story.meters:
            usage = book.usage(Month.parse(month), code, now)
            used, threshold = oracle.used(month, code, now), oracle.threshold(month, code, now)
            assert (usage.used, usage.threshold) == (used, threshold)
            assert (usage.users, usage.overage) == (oracle.users_of(month, now), max(0, used - threshold))


@given(stories())
def test_the_same_levels_are_told_at_the_same_instants(story: Story) -> None:
    book, oracle = both(story)
    told = [(one.meter, str(one.month), one.level, one.at, str(one.cause)) for one in book.crossings]
    assert told == oracle.crossings
    assert len({one.id for one in book.crossings}) == len(book.crossings)


@given(stories(most=20))
def test_the_same_statements_are_frozen(story: Story) -> None:
    book, oracle = both(story)
    assert book.refused_closes == oracle.refused_closes
    assert {str(month): plain(statement) for month, statement in book.statements.items()} == oracle.statements

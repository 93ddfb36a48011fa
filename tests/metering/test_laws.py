"""Laws of metering: what no order, no repetition and no close can change."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.billing import usage_line
from tests.metering.book import Book
from tests.metering.oracle import Happening
from tests.metering.stories import Story, stories


def told(story: Story, happenings: list[Happening] | None = None) -> Book:
    """Let the rules live through what happens."""
    book = Book(story)
    for happening in story.happenings if happenings is None else happenings:
        book.happens(happening)
    return book


def comes_to(book: Book, story: Story) -> dict[tuple[sl.Month, str], int]:
    """Give what every month comes to."""
    now = story.happenings[-1][1]
    return {(month, code): book.used(month, code, now) for month in book.touched for code in book.meters}


def counted(story: Story) -> list[Happening]:
    """Give all originals of a story, each in a batch of its own that arrives at the end."""
    now = story.happenings[-1][1]
    reports = [report for happening in story.happenings if happening[0] == "batch" for report in happening[2]]
    return [("batch", now, [report]) for report in reports if report["corrects"] is None]


@given(stories(), st.data())
def test_the_order_of_arrival_does_not_matter(story: Story, data: st.DataObject) -> None:
    # Of reports with one key, the first to come is the one that counts.
    first = {(one[2][0]["source"], one[2][0]["id"]): one for one in reversed(counted(story))}
    happenings = [first[key] for key in sorted(first)]
    shuffled = data.draw(st.permutations(happenings))
    assert comes_to(told(story, happenings), story) == comes_to(told(story, shuffled), story)


@given(stories())
def test_the_split_into_batches_does_not_matter(story: Story) -> None:
    single: list[Happening] = []
    for happening in story.happenings:
        if happening[0] == "batch":
            single += [("batch", happening[1], [report]) for report in happening[2]]
        else:
            single.append(happening)
    one, other = told(story), told(story, single)
    assert one.receipts == other.receipts
    assert comes_to(one, story) == comes_to(other, story)
    assert one.statements == other.statements


@given(stories())
def test_sending_everything_again_changes_nothing(story: Story) -> None:
    book = told(story)
    before = (comes_to(book, story), len(book.crossings), dict(book.events))
    accepted = [receipt.event for receipt in book.receipts if receipt.status == "accepted"]
    answered = len(book.receipts)
    book.record(accepted, story.happenings[-1][1])
    assert {str(receipt.status) for receipt in book.receipts[answered:]} <= {"duplicate"}
    assert (comes_to(book, story), len(book.crossings), dict(book.events)) == before


@given(stories(most=20))
def test_what_is_accepted_is_what_closed_and_open_lines_count(story: Story) -> None:
    book = told(story)
    now = story.happenings[-1][1]
    months = book.touched | set(book.statements)
    counted: defaultdict[str, int] = defaultdict(int)
    for statement in book.statements.values():
        for line in statement.lines:
            counted[line.meter] += line.used
    first_open = min(months, default=None) if book.closed_through is None else book.closed_through.next()
    if first_open is not None:
        for line in book.statement(first_open, now).lines:
            counted[line.meter] += line.used
        for month in months:
            if month > first_open:
                for code in book.meters:
                    counted[code] += book.used(month, code, now)
    for code in book.meters:
        open_too = months | ({first_open} if first_open is not None else set())
        assert counted[code] == sum(book.used(month, code, now) for month in open_too)


@given(stories(most=20))
def test_all_lines_of_a_closed_month_add_up_to_the_price_of_what_was_used(story: Story) -> None:
    book = told(story)
    if book.closed_through is None:
        return
    now = story.happenings[-1][1] + timedelta(days=40)
    statements = [*book.statements.values(), book.statement(book.closed_through.next(), now)]
    for month, closed in book.statements.items():
        for code, meter in book.meters.items():
            lines = [
                line
                for statement in statements
                for line in statement.lines
                if (line.month, line.meter) == (month, code)
            ]
            price = usage_line(meter, month, book.used(month, code, now), closed.tally).amount
            assert sum((line.amount for line in lines), Decimal(0)) == price


@given(stories(most=20))
def test_a_closed_statement_never_changes(story: Story) -> None:
    book = Book(story)
    frozen: dict[sl.Month, bytes] = {}
    for happening in story.happenings:
        book.happens(happening)
        assert {month: book.statements[month].to_json() for month in frozen} == frozen
        frozen = {month: statement.to_json() for month, statement in book.statements.items()}

"""Laws of metering: what no order, no repetition and no close can change."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.billing import usage_line
from tests.metering.oracle import Happening
from tests.metering.reference import Reference
from tests.metering.stories import Story, stories


def lived(story: Story, happenings: list[Happening] | None = None) -> Reference:
    """Return the reference after what happens."""
    reference = Reference(story)
    for happening in story.happenings if happenings is None else happenings:
        reference.happens(happening)
    return reference


def usage_of(reference: Reference, story: Story) -> dict[tuple[sl.Month, str], int]:
    """Return the usage of every month."""
    now = story.happenings[-1][1]
    return {(month, code): reference.used(month, code, now) for month in reference.touched for code in reference.meters}


def counted(story: Story) -> list[Happening]:
    """Return all originals of a story, each in a batch of its own that arrives at the end."""
    now = story.happenings[-1][1]
    reports = [report for happening in story.happenings if happening[0] == "batch" for report in happening[2]]
    return [("batch", now, [report]) for report in reports if report["corrects"] is None]


@given(stories(), st.data())
def test_the_order_of_arrival_does_not_matter(story: Story, data: st.DataObject) -> None:
    # Of events with one key, the first to arrive counts.
    first = {(one[2][0]["source"], one[2][0]["id"]): one for one in reversed(counted(story))}
    happenings = [first[key] for key in sorted(first)]
    shuffled = data.draw(st.permutations(happenings))
    assert usage_of(lived(story, happenings), story) == usage_of(lived(story, shuffled), story)


@given(stories())
def test_the_split_into_batches_does_not_matter(story: Story) -> None:
    single: list[Happening] = []
    for happening in story.happenings:
        if happening[0] == "batch":
            single += [("batch", happening[1], [report]) for report in happening[2]]
        else:
            single.append(happening)
    one, other = lived(story), lived(story, single)
    assert one.receipts == other.receipts
    assert usage_of(one, story) == usage_of(other, story)
    assert one.statements == other.statements


@given(stories())
def test_sending_everything_again_changes_nothing(story: Story) -> None:
    reference = lived(story)
    before = (usage_of(reference, story), len(reference.crossings), dict(reference.events))
    accepted = [receipt.event for receipt in reference.receipts if receipt.status == "accepted"]
    answered = len(reference.receipts)
    reference.record(accepted, story.happenings[-1][1])
    assert {str(receipt.status) for receipt in reference.receipts[answered:]} <= {"duplicate"}
    assert (usage_of(reference, story), len(reference.crossings), dict(reference.events)) == before


@given(stories(most=20))
def test_what_is_accepted_is_what_closed_and_open_lines_count(story: Story) -> None:
    reference = lived(story)
    now = story.happenings[-1][1]
    months = reference.touched | set(reference.statements)
    counted: defaultdict[str, int] = defaultdict(int)
    for statement in reference.statements.values():
        for line in statement.lines:
            counted[line.meter] += line.used
    first_open = min(months, default=None) if reference.closed_through is None else reference.closed_through.next()
    if first_open is not None:
        for line in reference.statement(first_open, now).lines:
            counted[line.meter] += line.used
        for month in months:
            if month > first_open:
                for code in reference.meters:
                    counted[code] += reference.used(month, code, now)
    for code in reference.meters:
        open_too = months | ({first_open} if first_open is not None else set())
        assert counted[code] == sum(reference.used(month, code, now) for month in open_too)


@given(stories(most=20))
def test_all_lines_of_a_closed_month_add_up_to_the_price_of_its_usage(story: Story) -> None:
    reference = lived(story)
    if reference.closed_through is None:
        return
    now = story.happenings[-1][1] + timedelta(days=40)
    statements = [*reference.statements.values(), reference.statement(reference.closed_through.next(), now)]
    for month, closed in reference.statements.items():
        for code, meter in reference.meters.items():
            lines = [
                line
                for statement in statements
                for line in statement.lines
                if (line.month, line.meter) == (month, code)
            ]
            price = usage_line(meter, month, reference.used(month, code, now), closed.tally).amount
            assert sum((line.amount for line in lines), Decimal(0)) == price


@given(stories(most=20))
def test_a_closed_statement_never_changes(story: Story) -> None:
    reference = Reference(story)
    frozen: dict[sl.Month, bytes] = {}
    for happening in story.happenings:
        reference.happens(happening)
        assert {month: reference.statements[month].to_json() for month in frozen} == frozen
        frozen = {month: statement.to_json() for month, statement in reference.statements.items()}

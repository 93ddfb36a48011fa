"""From when until when a fact counts, after the clock was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.license import LicenseName
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.rules.recorded_time import corrected, is_ambiguous, period
from superlicense.rules.world_update import apply_rows, build_world, empty_world
from tests.for_each import for_each
from tests.installation import INSTALLATION

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRONG = NOON + 1000 * HOUR


def at(hours: int) -> datetime:
    return NOON + hours * HOUR


def rebase(sequence: int, start: datetime, *ended: int, until: datetime = WRONG) -> Row[ClockRebase]:
    return Row(
        table=Table.CLOCK_REBASES,
        key=str(sequence),
        noun=ClockRebase(id=str(sequence), issued_at=start - HOUR, until=until, ended=ended),
        start=start,
        started_by="admin",
        sequence=sequence,
    )


def seat(sequence: int, license: str, start: datetime) -> Row[Assignment]:
    noun = Assignment(license=LicenseName("superoffice", license), holder="anna", start=start)
    key = assignment_key(noun.license, "anna")
    return Row(table=Table.ASSIGNMENTS, key=key, noun=noun, start=start, started_by="admin", sequence=sequence)


ONE = (rebase(10, at(5), 3, 4),)
TWO = (*ONE, rebase(20, at(8), 3, 15))


@for_each(
    ("rebases", "sequence", "start", "end", "counts"),
    [
        # Nothing was wrong, or nothing of this row.
        ((), 3, at(1), at(2), (at(1), at(2))),
        (ONE, 3, at(1), at(2), (at(1), at(2))),
        (ONE, 3, at(1), None, (at(1), None)),
        # It began, or ended, later than the correction.
        (ONE, 4, at(900), None, (at(5), None)),
        (ONE, 3, at(1), at(900), (at(1), at(5))),
        (ONE, 4, at(900), at(901), (at(5), at(5))),
        # It ended after the correction, whenever that is.
        (ONE, 5, at(900), at(6), (at(5), at(6))),
        (ONE, 5, at(1), at(900), (at(1), at(900))),
        # It began after the correction.
        (ONE, 11, at(900), at(901), (at(900), at(901))),
        # The clock was wrong twice.
        (TWO, 4, at(900), None, (at(5), None)),
        (TWO, 3, at(1), at(900), (at(1), at(5))),
        (TWO, 15, at(900), at(901), (at(8), at(8))),
        (TWO, 21, at(900), None, (at(900), None)),
    ],
)
def test_from_when_until_when_a_row_counts(
    rebases: tuple[Row[ClockRebase], ...],
    sequence: int,
    start: datetime,
    end: datetime | None,
    counts: tuple[datetime, datetime | None],
) -> None:
    assert period(sequence, start, end, rebases) == counts


@for_each(("hours", "expected"), [(4, False), (5, True), (999, True), (1000, False)])
def test_instants_between_the_correction_and_the_former_floor_are_ambiguous(hours: int, *, expected: bool) -> None:
    assert is_ambiguous(at(hours), ONE) is expected
    assert not is_ambiguous(at(hours), ())


def test_rows_that_were_right_stay_as_they_are() -> None:
    right, wrong = seat(3, "user", at(1)), seat(4, "web", at(900))
    found = list(corrected([right, wrong], ONE))
    assert found[0] is right
    assert (found[1].start, found[1].noun) == (at(5), wrong.noun)


def test_a_world_that_is_loaded_is_the_one_that_was_followed() -> None:
    """Assignments are in the order they were made in, although one claims to be the last."""
    rows: list[Row[Any]] = [seat(1, "user", at(1)), seat(2, "web", at(900)), *ONE[:1], seat(11, "windows", at(6))]
    bare = empty_world(INSTALLATION, Policy())
    followed = apply_rows(bare, rows)
    stored = sorted(rows, key=lambda row: (row.start, row.sequence))
    loaded = build_world(bare, stored, ())
    assert loaded.assignments == followed.assignments
    assert [str(name) for name in loaded.held_by("anna")] == [
        f"superoffice.{name}" for name in ("user", "web", "windows")
    ]
    assert loaded.issued_at == followed.issued_at == at(4)
    assert followed.recorded_at == at(6)

"""Which usage events are accepted, and what they change: decision tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import superlicense as sl
from superlicense.catalog import meters
from superlicense.errors import InvalidValueError
from superlicense.rules.metering import recording
from superlicense.rules.metering.billing import by_code
from superlicense.rules.metering.calendar import Months
from superlicense.rules.metering.recording import Judged, RecordedUsage, judge
from tests.for_each import for_each

NOW = datetime(2026, 11, 24, 9, 13, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIVE_MINUTES = timedelta(minutes=5)
NOVEMBER, OCTOBER = sl.Month(2026, 11), sl.Month(2026, 10)
MONTHS = Months(ZoneInfo("Europe/Copenhagen"))
METERS = by_code(meters.STANDARD)
NOTHING = RecordedUsage({}, {}, {})


def report(**fields: Any) -> sl.UsageEvent:  # noqa: ANN401 - whatever a service sends
    return sl.UsageEvent(**{"source": "mailer", "id": "1", "meter": "mailings", "quantity": 7, "at": NOW, **fields})


def judged(*events: sl.UsageEvent, recorded: RecordedUsage = NOTHING, now: datetime = NOW) -> Judged:
    return judge(events, meters=METERS, recorded=recorded, now=now, months=MONTHS)


def answers(*events: sl.UsageEvent, recorded: RecordedUsage = NOTHING) -> list[tuple[str, str | None]]:
    receipts = judged(*events, recorded=recorded).receipts
    assert [receipt.event for receipt in receipts] == list(events)
    return [(str(receipt.status), receipt.code and str(receipt.code)) for receipt in receipts]


class _Text(str):
    __slots__ = ()


ANYTHING: list[Any] = [None, 7, 1.5, b"a", [], {"a": 1}]  # anything but a string

# What is wrong with an event, and the code of its receipt.
REFUSED: list[tuple[dict[str, Any], str]] = [
    *(({"source": value}, "malformed_source") for value in ("", " a", "a ", "a\nb", "x" * 255, "\ud800", *ANYTHING)),
    *(({"id": value}, "malformed_id") for value in ("", " a", "a ", "a\x00", "x" * 255, "a\u202eb", *ANYTHING)),
    *(({"corrects": value}, "malformed_corrects") for value in ("", " a", "x" * 255, *ANYTHING[1:])),
    *(({"meter": value}, "unknown_meter") for value in ("", "mail", "MAILINGS", "x" * 10_000, *ANYTHING)),
    *(
        ({"quantity": value}, "quantity_not_whole")
        for value in (
            "7",
            "1E+999999",
            7.0,
            float("nan"),
            float("inf"),
            -0.5,
            True,
            None,
            Decimal(7),
            Decimal("NaN"),
            Decimal("1E+999999"),
            Fraction(7),
            [7],
        )
    ),
    *(({"quantity": value}, "quantity_negative") for value in (-1, -(10**15), -(10**4000))),
    *(({"quantity": value}, "quantity_too_large") for value in (10**15 + 1, 2**63, 10**4000)),
    *(({"at": NOW + FIVE_MINUTES + step}, "in_future") for step in (MICROSECOND, timedelta(days=36500))),
    ({"at": datetime.max.replace(tzinfo=UTC)}, "in_future"),
    ({"at": datetime(2000, 1, 1, tzinfo=UTC) - MICROSECOND}, "too_long_ago"),
    ({"at": datetime.min.replace(tzinfo=UTC)}, "too_long_ago"),
    ({"corrects": "0"}, "corrects_unknown"),
    ({"corrects": "1"}, "corrects_unknown"),  # itself
]


@for_each(("odd", "code"), REFUSED)
def test_bad_input_gets_a_code_and_changes_nothing(odd: dict[str, Any], code: str) -> None:
    bad = report(**odd)
    result = judged(bad, report(id="2"), bad)
    assert [receipt.code for receipt in result.receipts] == [code, None, code]
    assert [(one.event.id, one.change) for one in result.accepted] == [("2", 7)]


ACCEPTED: list[dict[str, Any]] = [
    {},
    {"source": "x" * 254, "id": "y" * 254},
    {"source": "Å b", "id": _Text("0")},
    {"quantity": 0},
    {"quantity": 10**15},
    {"at": NOW + FIVE_MINUTES},
    {"at": datetime(2000, 1, 1, tzinfo=UTC)},
    {"at": NOW.astimezone(ZoneInfo("Pacific/Kiritimati"))},
    {"meter": "storage"},
    {"source": _Text("mailer"), "meter": _Text("mailings")},
]


@for_each("fields", ACCEPTED)
def test_good_input_is_accepted(fields: dict[str, Any]) -> None:
    assert answers(report(**fields)) == [("accepted", None)]


@pytest.mark.parametrize("at", [NOW.replace(tzinfo=None), NOW.date(), "2026-11-24", None, 0])
def test_an_event_has_an_aware_instant(at: Any) -> None:  # noqa: ANN401 - whatever a service sends
    with pytest.raises(InvalidValueError) as refused:
        report(at=at)
    assert refused.value.path == "at"


# How an event differs from an accepted one with its id, and its receipt.
AGAIN: list[tuple[dict[str, Any], tuple[str, str | None]]] = [
    ({}, ("duplicate", None)),
    ({"at": NOW.astimezone(ZoneInfo("America/St_Johns"))}, ("duplicate", None)),
    ({"quantity": 8}, ("conflict", "other_content")),
    ({"meter": "chat_sessions"}, ("conflict", "other_content")),
    ({"meter": "unheard of"}, ("conflict", "other_content")),
    ({"at": NOW - MICROSECOND}, ("conflict", "other_content")),
    ({"at": NOW + timedelta(days=9)}, ("conflict", "other_content")),
    ({"corrects": "0"}, ("conflict", "other_content")),
    ({"quantity": 7.0}, ("refused", "quantity_not_whole")),
    ({"source": "other"}, ("accepted", None)),
    ({"id": "2"}, ("accepted", None)),
    ({"source": "Mailer"}, ("accepted", None)),
]


@for_each(("other", "answer"), AGAIN)
def test_source_and_id_are_unique_for_ever(other: dict[str, Any], answer: tuple[str, str | None]) -> None:
    recorded = RecordedUsage({("mailer", "1"): report()}, {}, {(NOVEMBER, "mailings"): 7})
    assert answers(report(**other), recorded=recorded) == [answer]
    # Within a batch it is the same.
    assert answers(report(), report(**other)) == [("accepted", None), answer]


def test_an_accepted_event_is_a_duplicate_even_if_its_meter_is_gone() -> None:
    recorded = RecordedUsage({("mailer", "1"): report()}, {}, {})
    assert judge([report()], meters={}, recorded=recorded, now=NOW, months=MONTHS).receipts[0].status == "duplicate"


def test_a_refused_event_may_be_sent_again() -> None:
    early = report(at=NOW + timedelta(hours=1))
    assert answers(early) == [("refused", "in_future")]
    assert judged(early, now=NOW + timedelta(hours=1)).receipts[0].status == "accepted"


# A correction of an accepted event, and its receipt.
CORRECTIONS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"quantity": 0}, None),
    ({"corrects": "2"}, "corrects_unknown"),
    ({"source": "other"}, "corrects_unknown"),
    ({"corrects": "old correction"}, "corrects_correction"),
    ({"meter": "chat_sessions"}, "corrects_other_meter"),
    ({"at": NOW - MICROSECOND}, "corrects_other_instant"),
]


@pytest.mark.parametrize(("odd", "code"), CORRECTIONS)
def test_a_correction_names_an_original_of_the_same_source_meter_and_instant(
    odd: dict[str, Any], code: str | None
) -> None:
    before = [report(), report(id="old correction", corrects="1", quantity=3)]
    correction = report(**{"id": "new", "corrects": "1", "quantity": 5, **odd})
    assert [one.code for one in judged(*before, correction).receipts] == [None, None, code]
    recorded = RecordedUsage(
        {(one.source, one.id): one for one in before}, {("mailer", "1"): 3}, {(NOVEMBER, "mailings"): 3}
    )
    assert [one.code for one in judged(correction, recorded=recorded).receipts] == [code]


def test_a_correction_replaces_what_counts_now() -> None:
    batch = [
        report(quantity=7),
        report(id="a", corrects="1", quantity=10),
        report(id="b", corrects="1", quantity=0),
        report(id="c", corrects="1", quantity=4),
    ]
    assert [one.change for one in judged(*batch).accepted] == [7, 3, -10, 4]


def test_a_correction_after_the_batch_of_its_original_replaces_the_same() -> None:
    original = report(quantity=7)
    recorded = RecordedUsage({("mailer", "1"): original}, {}, {})
    assert [one.change for one in judged(report(id="a", corrects="1", quantity=10), recorded=recorded).accepted] == [3]
    recorded = RecordedUsage({("mailer", "1"): original}, {("mailer", "1"): 10}, {})
    assert [one.change for one in judged(report(id="b", corrects="1", quantity=0), recorded=recorded).accepted] == [-10]


def test_a_gauge_has_no_total() -> None:
    (accepted,) = judged(report(meter="storage", quantity=10**15)).accepted
    assert (accepted.month, accepted.change) == (NOVEMBER, 0)


def test_an_event_belongs_to_the_month_of_its_instant_in_the_zone_of_the_installation() -> None:
    first = NOVEMBER.start(MONTHS.zone)
    result = judged(
        *(
            report(id=str(place), at=first + step)
            for place, step in enumerate((-MICROSECOND, timedelta(0), MICROSECOND))
        )
    )
    assert [one.month for one in result.accepted] == [OCTOBER, NOVEMBER, NOVEMBER]


def test_an_event_across_the_end_of_a_month_belongs_to_its_own_month() -> None:
    first = sl.Month(2026, 12).start(MONTHS.zone)
    result = judged(
        *(report(id=str(step), at=first + step * MICROSECOND) for step in (-1, 0, 1)), now=first - timedelta(minutes=1)
    )
    assert [one.month for one in result.accepted] == [NOVEMBER, NOVEMBER.next(), NOVEMBER.next()]


# An event after an accepted one in its batch, and its code: the shorter path gives the same receipts.
AFTER_ANOTHER: list[tuple[dict[str, Any], str | None]] = [
    *REFUSED[:-1],
    ({"corrects": "3"}, "corrects_unknown"),  # itself
    *((fields, None) for fields in ACCEPTED),
]


@for_each(("fields", "code"), AFTER_ANOTHER)
def test_an_event_is_judged_the_same_after_another(fields: dict[str, Any], code: str | None) -> None:
    after = report(**{"id": "3", **fields})
    alone, together = judged(after), judged(report(id="first"), after, after)
    assert [one.code for one in (*alone.receipts, *together.receipts[:2])] == [code, None, code]
    assert alone.accepted == together.accepted[1:]
    assert str(together.receipts[2].status) == ("duplicate" if code is None else "refused")


def test_events_of_the_first_month_are_judged_the_same_after_another() -> None:
    first = datetime(2000, 1, 1, tzinfo=UTC)
    assert [one.code for one in judged(report(at=first), report(id="2", at=first - MICROSECOND)).receipts] == [
        None,
        "too_long_ago",
    ]


GREATEST = 2**63 - 1


@pytest.mark.parametrize(("total", "quantity", "code"), [(GREATEST - 7, 7, None), (GREATEST - 7, 8, "total_too_large")])
def test_a_total_is_at_most_the_greatest_number_of_a_database(total: int, quantity: int, code: str | None) -> None:
    recorded = RecordedUsage({}, {}, {(NOVEMBER, "mailings"): total})
    result = judged(
        report(quantity=quantity),
        report(id="2", quantity=0),
        report(id="3", quantity=1, at=NOW - timedelta(days=40)),
        recorded=recorded,
    )
    assert [one.code for one in result.receipts] == [code, None, None]
    assert ("1" in {one.event.id for one in result.accepted}) is (code is None)


def test_a_correction_makes_room_in_a_full_month() -> None:
    recorded = RecordedUsage({("mailer", "1"): report()}, {}, {(NOVEMBER, "mailings"): GREATEST})
    result = judged(
        report(id="2", quantity=1),
        report(id="3", corrects="1", quantity=6),
        report(id="4", quantity=1),
        recorded=recorded,
    )
    assert [one.code for one in result.receipts] == ["total_too_large", None, None]


def test_a_correction_that_would_be_too_large_leaves_what_counted() -> None:
    recorded = RecordedUsage({("mailer", "1"): report()}, {}, {(NOVEMBER, "mailings"): GREATEST})
    result = judged(
        report(id="2", corrects="1", quantity=8), report(id="3", corrects="1", quantity=6), recorded=recorded
    )
    assert [one.code for one in result.receipts] == ["total_too_large", None]
    assert [one.change for one in result.accepted] == [-1]


def test_a_month_is_full_for_the_events_after_another_too() -> None:
    recorded = RecordedUsage({}, {}, {(NOVEMBER, "mailings"): GREATEST - 10})
    result = judged(
        *(report(id=str(place), quantity=4) for place in range(4)), report(id="5", quantity=2), recorded=recorded
    )
    assert [one.code for one in result.receipts] == [None, None, "total_too_large", "total_too_large", None]
    assert sum(one.change for one in result.accepted) == 10


def test_the_shorter_path_goes_to_the_last_unit_of_a_full_month(monkeypatch: pytest.MonkeyPatch) -> None:
    longer: list[sl.UsageEvent] = []
    judge_one = recording._Batch.judge  # noqa: SLF001 - the longer path, which gives the same receipts

    def counted(batch: Any, event: sl.UsageEvent) -> sl.Receipt:  # noqa: ANN401 - of the file
        longer.append(event)
        return judge_one(batch, event)

    monkeypatch.setattr(recording._Batch, "judge", counted)  # noqa: SLF001 - as above
    events = [report(id=str(place), quantity=5) for place in range(3)]
    recorded = RecordedUsage({}, {}, {(NOVEMBER, "mailings"): GREATEST - 10})
    result = judged(*events, recorded=recorded)
    assert [one.code for one in result.receipts] == [None, None, "total_too_large"]
    assert longer == [events[0], events[2]]


def test_an_empty_batch_has_no_receipts() -> None:
    assert judged() == Judged((), ())

from __future__ import annotations

import superlicense as sl
from superlicense.licensing.loading import readable
from superlicense.ports import Heartbeat, Revision, holder_of, subjects_of, touches
from superlicense.testing.samples import BARE_NOUNS, FULL_NOUNS, noun_row, seat_row, subjects, user_row
from tests.for_each import for_each

SALES = sl.LicenseName("superoffice", "ten-sales")
USER = sl.LicenseName("superoffice", "user")


@for_each(("table", "key", "noun"), [*FULL_NOUNS, *BARE_NOUNS])
def test_a_row_is_about_its_user_or_site(table: object, key: str, noun: sl.User) -> None:
    expected = {"users": key, "sites": key, "assignments": key.partition("\n")[0]}.get(str(table))
    row = noun_row(table, key, noun, 1)  # type: ignore[arg-type]  # parameters are objects
    assert holder_of(readable(row)) == expected
    assert subjects_of([readable(row)]) == set(subjects(row))


def test_an_entry_without_subjects_is_about_nobody() -> None:
    assert touches((), holder=None, license=None)
    assert not touches((), holder="anna", license=None)
    assert not touches((), holder=None, license=SALES)


def test_one_subject_has_to_be_about_both() -> None:
    both = subjects(seat_row(1, "anna", "user"), seat_row(2, "bo", "ten-sales"), user_row(3, "cy"))
    assert touches(both, holder="bo", license=SALES)
    assert touches(both, holder="anna", license=USER)
    assert not touches(both, holder="anna", license=SALES)
    assert touches(both, holder="cy", license=None)
    assert not touches(both, holder="cy", license=USER)


def test_revisions_are_compared_by_number_and_token() -> None:
    assert Revision(1, "a") == Revision(1, "a")
    assert Revision(1, "a") != Revision(1, "b")


def test_the_heartbeat_of_a_memory_store_is_one() -> None:
    installation = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    assert isinstance(sl.MemoryStore().heartbeat(installation), Heartbeat)

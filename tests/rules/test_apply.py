"""A list of changes: in order, each against the world the earlier ones left, all refusals found."""

from __future__ import annotations

from typing import Any, cast, get_args

import pytest

from superlicense.model.change import Assign, Change, Refusal, Release, Retire, SaveUser
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Row, Table
from superlicense.model.user import User
from superlicense.rules import apply as changing
from superlicense.rules.apply import Applied, apply
from tests.installation import START
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan


@pytest.fixture
def office() -> Office:
    """One seat of Sales, two users, nobody holds anything."""
    return Office(
        activation(package(hidden("user"), plan("ten-sales", "user", quantity=1), module("visible-for"))),
        person("anna"),
        person("bo"),
    )


def test_every_change_has_a_rule() -> None:
    assert set(changing._RULES) == set(get_args(Change))  # noqa: SLF001 - the table is the subject


def test_each_change_meets_the_world_that_the_earlier_ones_left(office: Office) -> None:
    office.do(
        assign("anna", "ten-sales"),
        Release(license="ten-sales", holder="anna"),
        assign("bo", "ten-sales"),
        person("cy"),
        assign("cy", "visible-for"),
        Retire(user="bo"),
        assign("cy", "ten-sales"),
    )
    assert office.holdings() == {"cy": ["visible-for", "ten-sales"]}


def test_a_refused_change_is_skipped_and_all_refusals_are_found(office: Office) -> None:
    changes: list[Change] = [
        assign("anna", "ten-sales"),
        assign("bo", "ten-sales"),
        assign("bo", "visible-for"),
        assign("zoe", "visible-for"),
        Release(license="ten-sales", holder="bo"),
    ]
    applied = office.attempt(*changes)
    assert applied.refusals == (
        Refusal(
            place=1,
            change=changes[1],
            reasons=(
                because(
                    ReasonCode.NO_SEAT_LEFT,
                    license="superoffice.ten-sales",
                    through=None,
                    total=1,
                    in_use=1,
                    holder="bo",
                    place=1,
                ),
            ),
        ),
        Refusal(
            place=3, change=changes[3], reasons=(because(ReasonCode.UNKNOWN_USER, user="zoe", holder="zoe", place=3),)
        ),
    )
    office.keep(applied)
    assert office.holdings() == {"anna": ["ten-sales"], "bo": ["visible-for"]}
    assert office.world == office.as_stored()


def test_nothing_to_do_is_nothing_done(office: Office) -> None:
    expected = Applied(world=office.world, rows=(), entries=(), refusals=())
    assert office.attempt() == expected
    assert office.attempt(person("anna"), Release(license="user", holder="bo")) == expected


def test_the_world_that_was_handed_in_stays_as_it_was(office: Office) -> None:
    before = office.world
    users, seats = dict(before.users), dict(before.seats)
    office.attempt(person("cy"), assign("anna", "ten-sales"))
    assert office.world is before
    assert (dict(before.users), dict(before.seats)) == (users, seats)


def test_an_entry_tells_what_was_and_what_is(office: Office) -> None:
    office.do(assign("anna", "ten-sales"), assign("anna", "visible-for"))
    first = len(office.journal) + 1
    at = office.at
    held = office.world.assignments["anna"]
    user = office.world.users["anna"]
    applied = office.do(person("bo"), Retire(user="anna"), assign("bo", "ten-sales"))
    retired, assigned = applied.entries
    assert retired == JournalEntry(
        number=first,
        at=at,
        by="admin",
        kind=EntryKind.RETIRE,
        before=(user.ended(at=at, by="admin"), *(row.ended(at=at, by="admin") for row in held)),
        after=(
            Row(
                table=Table.USERS,
                key="anna",
                noun=User(id="anna", may_log_in=True, retired=True),
                start=at,
                started_by="admin",
                sequence=held[-1].sequence + 1,
            ),
        ),
    )
    assert (assigned.number, assigned.change, assigned.before) == (first + 1, "Assign", ())
    assert assigned.after == office.world.assignments["bo"]
    assert {row.sequence for row in applied.rows} == {
        row.sequence for entry in applied.entries for row in (*entry.before, *entry.after)
    }
    assert office.world.entries == first + 1


def test_rows_are_numbered_in_the_order_they_start(office: Office) -> None:
    office.do(assign("anna", "ten-sales"), person("cy"), assign("cy", "visible-for"))
    started = [row.sequence for row in office.rows if row.end is None]
    assert started == list(range(1, len(started) + 1))
    assert office.world.sequence == started[-1]
    assert [entry.number for entry in office.journal] == list(range(1, len(office.journal) + 1))


def test_a_row_may_start_and_end_at_one_instant(office: Office) -> None:
    applied = office.do(assign("anna", "ten-sales"), Release(license="ten-sales", holder="anna"))
    started, ended = applied.rows
    assert ended == started.ended(at=started.start, by="admin")
    assert not ended.holds_at(started.start)
    assert (office.holdings(), office.in_use()) == ({}, {})
    assert office.world == office.as_stored()


def test_a_key_may_start_again_at_the_instant_it_ended(office: Office) -> None:
    office.do(assign("anna", "ten-sales"))
    office.do(
        Release(license="ten-sales", holder="anna"),
        assign("anna", "ten-sales"),
        person("anna", name="Anna A."),
        person("anna", name="Anna B."),
    )
    assert office.holdings() == {"anna": ["ten-sales"]}
    assert office.world == office.as_stored()


def test_the_host_is_by_whom_nobody_else_is_named() -> None:
    (entry,) = apply(Office().world, [SaveUser(user=User(id="anna"))], START).entries
    assert (entry.by, entry.after[0].started_by) == ("host", "host")


def test_what_is_no_change_is_a_mistake_of_the_caller(office: Office) -> None:
    with pytest.raises(TypeError, match=r"^str is not a change$"):
        office.attempt(assign("anna", "ten-sales"), cast("Any", "assign"))

    class Grant(Assign):
        pass

    with pytest.raises(TypeError, match=r"^Grant is not a change$"):
        office.attempt(Grant(license="ten-sales", holder="anna"))

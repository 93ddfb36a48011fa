"""A page of the users: which ones are on it, and that it costs no more than a page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

import superlicense as sl
from superlicense.errors import InvalidValueError
from tests.for_each import for_each
from tests.installation import Clock, open_licensing
from tests.screens.tenant import INSTALLATION, SALES, staffed


def crowd(licensing: sl.Licensing, number: int) -> sl.Licensing:
    licensing.users.sync([sl.User(id=f"user{place:05}", name=f"Person {place}") for place in range(number)])
    return licensing


def ids(screen: Any) -> list[str]:  # noqa: ANN401 - a screen
    return [row.id for row in screen.users]


def test_pages_together_are_the_whole_list(tenant: sl.Licensing) -> None:
    crowd(tenant, 40)
    screens = tenant.screens
    whole = screens.user_licenses()
    assert (whole.found, whole.page, whole.pages, len(whole.users)) == (46, 1, 1, 46)
    pages = [screens.user_licenses(page=number, size=20) for number in (1, 2, 3)]
    assert [len(page.users) for page in pages] == [20, 20, 6]
    assert sum((page.users for page in pages), ()) == whole.users
    assert {(page.found, page.pages, page.licenses) for page in pages} == {(46, 3, whole.licenses)}
    assert [page.page for page in pages] == [1, 2, 3]
    assert screens.user_licenses(page=1).users == whole.users  # 50 on a page


def test_a_page_after_the_last_one_is_the_last_one(tenant: sl.Licensing) -> None:
    last = tenant.screens.user_licenses(page=99, size=4)
    assert (last.page, last.pages, ids(last)) == (2, 2, ["erik", "root"])
    nobody = tenant.screens.user_licenses(search="nobody is called this", page=7)
    assert (nobody.users, nobody.found, nobody.page, nobody.pages) == ((), 0, 1, 1)


@for_each(
    ("asked", "found"),
    [
        ({"search": "NORDVIK"}, ["anna"]),
        ({"search": "sales premium +"}, ["cy", "dorthe"]),
        ({"search": "o"}, ["anna", "bo", "dorthe", "erik", "root"]),
        ({"search": "ro"}, ["root"]),
        ({"may_log_in": True}, ["anna", "bo", "cy", "dorthe", "root"]),
        ({"license": SALES}, ["anna"]),
        ({"license": "ej-client", "search": "d"}, ["dorthe"]),
        ({"license": "ej-client", "hidden": True, "may_log_in": True}, ["bo", "cy", "dorthe"]),
        ({"search": ""}, ["anna", "bo", "cy", "dorthe", "erik", "root"]),
    ],
    ids=str,
)
def test_a_list_is_narrowed(tenant: sl.Licensing, asked: dict[str, Any], found: list[str]) -> None:
    tenant.users.save(sl.User(id="erik", name="Erik Olsen", may_log_in=False))
    assert ids(tenant.screens.user_licenses(**asked)) == found
    assert ids(tenant.screens.user_licenses(**asked, page=1, size=2)) == found[:2]


@for_each("wrong", [{"page": 0}, {"page": True}, {"page": "1"}, {"size": 0}, {"size": None}, {"search": None}], ids=str)
def test_a_page_that_cannot_be_is_not_shown(tenant: sl.Licensing, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        tenant.screens.user_licenses(**wrong)


def test_a_list_follows_what_is_written(tenant: sl.Licensing, clock: Clock) -> None:
    assert ids(tenant.screens.user_licenses(page=1, size=2)) == ["anna", "bo"]
    before = clock()
    clock.forward(minutes=1)
    tenant.seats.retire("anna", by="root")
    tenant.users.save(sl.User(id="BO"))
    assert ids(tenant.screens.user_licenses(page=1, size=2)) == ["BO", "bo"]
    assert tenant.screens.user_licenses(page=1).users[0].looks_like == ("bo",)
    assert tenant.screens.user("bo").user.looks_like == ("BO",)
    assert ids(tenant.screens.user_licenses(page=1, size=2, at=before)) == ["anna", "bo"]


def calls(act: Callable[[], object]) -> int:
    """Count the calls of functions that *act* makes."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return made


def test_a_page_costs_a_page_however_many_users_there_are() -> None:
    few, many = (crowd(staffed(open_licensing(installation=INSTALLATION)), number).screens for number in (100, 1_000))
    for screens in (few, many):  # the first page after a write puts the users in order
        screens.user_licenses(page=1)
    assert calls(lambda: many.user_licenses(page=9)) <= calls(lambda: few.user_licenses(page=2)) + 50
    assert calls(lambda: many.user_licenses(page=9)) * 4 < calls(many.user_licenses)
    assert calls(lambda: many.user("anna")) <= calls(lambda: few.user("anna")) + 50

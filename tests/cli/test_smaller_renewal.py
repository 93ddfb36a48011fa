"""A renewal with too few seats, at the shell: short, and everybody whom it concerns is named once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import superlicense as sl
from superlicense.catalog import plans
from superlicense.testing import Clock
from tests.cli.shop import OPENED, VENDOR, Shop
from tests.installation import package, person, system

USERS = [f"user{number:02}" for number in range(26)]
SALES = "Sales Premium"
WIDER = "Sales Premium + Marketing Premium"
WIDTH = 80
LINES = 40


def renewal(sales: int, wider: int) -> bytes:
    """Sign a package with seats of two plans, whose hidden licenses add up."""
    found = [system("server"), system("online-webservices")]
    sums: Counter[sl.LicenseName] = Counter()
    for title, seats in ((SALES, sales), *([(WIDER, wider)] if wider else ())):
        sold = plans.find(title)
        assert sold is not None
        found.append(
            sl.ModuleLicense(
                name=sold.name,
                scope=sl.LicenseScope.USER,
                quantity=seats,
                kind=sl.LicenseKind.PLAN,
                grants=tuple(sold.grants),
            )
        )
        sums.update(dict.fromkeys(sold.grants, seats))
    found += (
        sl.ModuleLicense(name=name, scope=sl.LicenseScope.USER, quantity=seats, hidden=True)
        for name, seats in sums.items()
    )
    return VENDOR.issue(package(licenses=tuple(found), validity=sl.Validity()))


def sell(shop: Shop, wider: int) -> Path:
    """Give 26 users a plan each, and write a renewal of 20 seats; also return its file."""
    licensing = shop.open(Clock(OPENED))
    licensing.seats.release("anna", "ten-sales", by="signe")
    licensing.packages.activate(licensing.packages.preview(renewal(26, wider)), by="signe")
    licensing.users.sync([person("signe", administrator=True), *map(person, USERS)])
    licensing.apply([sl.Assign(holder=user, license=sl.LicenseName.parse("ten-sales")) for user in USERS], by="signe")
    file = shop.folder / "renewal.json"
    file.write_bytes(renewal(20, wider))
    return file


def height(lines: list[str]) -> int:
    """Return the number of lines on a terminal of eighty columns."""
    return sum(max(1, -(-len(line) // WIDTH)) for line in lines)


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("wider", [0, 6])
def test_at_most_forty_lines_name_each_user_once(shop: Shop, wider: int, language: str) -> None:
    file = sell(shop, wider)
    lines = shop.told("activate", file, "--dry-run", "--lang", language, code=1)
    assert height(lines) <= LINES
    text = "\n".join(lines)
    assert [text.count(user) for user in USERS] == [1] * len(USERS)
    assert len([line for line in lines if "✗" in line]) == 1


def test_those_whom_it_helps_come_before_those_who_stay(shop: Shop) -> None:
    lines = shop.told("activate", sell(shop, 6), "--dry-run", code=1)
    (proposed,) = [line for line in lines if line.startswith("  Proposed: ")]
    (staying,) = [line for line in lines if line.startswith("    Also held by ")]
    assert lines.index(proposed) < lines.index(staying)
    assert proposed.startswith(f"  Proposed: change {', '.join(USERS[20:])} from Sales Premium ")
    assert staying == f"    Also held by {', '.join(USERS[:20])}"


def test_where_nothing_is_proposed_all_holders_are_named(shop: Shop) -> None:
    lines = shop.told("activate", sell(shop, 0), "--dry-run", code=1)
    assert lines[-1] == f"    Held by {', '.join(USERS)}"
    assert not any("Proposed" in line or "To accept" in line for line in lines)


@pytest.mark.parametrize(
    ("language", "change"), [("en", "Plan change: {} from {} to {}"), ("da", "Planskift: {} fra {} til {}")]
)
def test_a_plan_that_is_changed_is_not_lost(shop: Shop, language: str, change: str) -> None:
    lines = shop.told("activate", sell(shop, 6), "--move-as-proposed", "--lang", language)
    assert lines[4:-1] == [f"  {change.format(', '.join(USERS[20:]), SALES, WIDER)}"]
    assert lines[2].split()[-4:] == ["26", "26", "20", "0"]


def test_what_else_is_lost_with_the_change_is_named(shop: Shop) -> None:
    """Somebody who changes to a smaller plan keeps less."""
    file = sell(shop, 6)
    file.write_bytes(renewal(30, 6))
    licensing = shop.open(Clock(OPENED))
    licensing.seats.change_plan(USERS[0], "ten-salesmarketing", by="signe")
    move = ("--move", USERS[0], "ten-salesmarketing", "ten-sales")
    lines = shop.told("activate", file, "--dry-run", *move)
    assert f"  Plan change: {USERS[0]} from {WIDER} to {SALES}" in lines
    assert [line for line in lines if line.startswith(f"  Lost by {USERS[0]}: ")] == [
        f"  Lost by {USERS[0]}: 3 hidden licenses"
    ]

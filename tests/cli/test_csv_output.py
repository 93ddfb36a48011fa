"""`--csv` on every list: the values of JSON in cells, none of which starts a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import superlicense as sl
from superlicense.cli.csv_output import cell
from superlicense.model.month import Month
from tests.cli.shop import VENDOR, Shop, ending, sold
from tests.cli.test_commands import COMMANDS, options_of
from tests.for_each import for_each
from tests.installation import package, person, price_list

LISTS = {
    "licenses": ("licenses", "--hidden"),
    "users": ("users",),
    "events": ("events",),
    "usage": ("usage", "2026-01"),
    "statement": ("statement", "2026-01"),
    "limits": ("limits", "--count", "dashboards=3"),
    "journal": ("journal",),
    "verify-store": ("verify-store",),
    "who": ("who", "web"),
    "forecast": ("forecast", "anna", "web"),
    "dates": ("dates",),
    "explain": ("explain", "=eve", "web", "2026-01-05"),
    "compare": ("compare", "first.json", "fewer.json"),
    "idle": ("idle", "logins.csv"),
    "sync-users": ("sync-users", "users.jsonl", "--dry-run"),
    "assign": ("assign", "--file", "assignments.csv"),
    "activate": ("activate", "fewer.json", "--dry-run"),
    "record": ("record", "used.jsonl"),
    "set-terms": ("set-terms", "2026-01"),
    "close-month": ("close-month", "2026-01"),
}
# Those whose answer is no.
NO = {"compare", "activate", "record"}
# What spreadsheets take for a formula, as the name of a user and the text of an event.
FORMULAS = ["=1+1", "+45 12", "-1", "@SUM(A1)", "  =1", "'=1", "\uff1d1", "\u00a0=1"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture
def listed(shop: Shop) -> Shop:
    """A shop with something in every list, named like formulas."""
    with (shop.folder / "superlicense.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[meters.mailings]\nincluded = 5\nprice_per_block = "12.50"\ncurrency = "DKK"\n')
    licensing = shop.open()
    licensing.users.sync(
        [person(f"u{place}", name=name, groups=(name.strip(),)) for place, name in enumerate(FORMULAS)], by="=signe"
    )
    licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, "=cmd|' /C calc'!A0", description="-2", by="@signe")
    at = datetime(2026, 1, 20, 9, tzinfo=UTC)
    licensing.meters.record([sl.UsageEvent(source="m", id="1", meter="mailings", quantity=7, at=at)])
    licensing.packages.activate(licensing.packages.preview(ending()), by="=signe")
    licensing.users.save(person("=eve"), by="=signe")
    licensing.seats.assign("=eve", "ten-sales", by="=signe")
    files = {
        "logins.csv": "user,last_login\nanna,2026-01-01\n",
        "users.jsonl": '{"id": "=eve", "name": "@Eve"}\n',
        "assignments.csv": "holder,license,comment\nbo,ten-service,-1\n",
        "used.jsonl": '{"source": "=m", "id": "@1", "meter": "pigeons", "quantity": 1, "at": "2026-01-20T09:00Z"}\n',
    }
    for name, text in files.items():
        (shop.folder / name).write_text(text, encoding="utf-8")
    (shop.folder / "first.json").write_bytes(sold())
    (shop.folder / "fewer.json").write_bytes(
        VENDOR.issue(package(seats=1, licenses=price_list(1)[:4], validity=sl.Validity()))
    )
    return shop


def test_every_list_has_it() -> None:
    assert {name for name, command in COMMANDS.items() if "--csv" in options_of(command)} == LISTS.keys()


@for_each("words", [*LISTS.values(), ("licenses", "--license", "ten-sales"), ("usage", "2026-01", "--projection")])
def test_no_cell_starts_a_formula(listed: Shop, words: tuple[str, ...]) -> None:
    done = listed.run(*words, "--csv")
    assert done.exit_code == (1 if words[0] in NO else 0), done.output
    assert len(done.stdout.splitlines()) > 1 or words[0] == "verify-store"
    assert done.stdout.splitlines()[0].replace(",", "").replace("_", "").isalpha()
    for row in rows(done.stdout):
        assert None not in row
        for value in row.values():
            assert value is not None
            assert value.lstrip()[:1] not in set("=+-@\uff1d") or value.removeprefix("-").isdecimal(), value


# What is assigned once is not assigned again.
@for_each("words", [words for name, words in LISTS.items() if name != "assign"])
@pytest.mark.slow
def test_it_is_the_same_in_every_language(listed: Shop, words: tuple[str, ...]) -> None:
    english, danish = (listed.run("--csv", "--lang", language, *words).stdout for language in ("en", "da"))
    titles = {"title", "plans", "through", "explanation"}
    plain = [[{key: row[key] for key in row if key not in titles} for row in rows(text)] for text in (english, danish)]
    assert plain[0] == plain[1]


def test_users_have_codes_and_flags(shop: Shop) -> None:
    anna, bo, signe = rows(shop.run("users", "--csv").stdout)
    assert (anna["id"], anna["type"], anna["may_log_in"]) == ("anna", "internal", "true")
    assert anna["plans"] == "Sales Premium"
    assert anna["licenses"].split("|")[:2] == ["superoffice.ten-sales", "superoffice.user"]
    assert (bo["licenses"], bo["administrator"], signe["administrator"]) == ("", "false", "true")


def test_licenses_have_their_numbers(shop: Shop) -> None:
    found = {row["license"]: row for row in rows(shop.run("licenses", "--csv").stdout)}
    sales = found["superoffice.ten-sales"]
    assert (sales["owner"], sales["scope"], sales["in_use"], sales["free"], sales["total"]) == (
        "superoffice",
        "user",
        "1",
        "1",
        "2",
    )


def test_a_journal_names_what_ended_and_started(shop: Shop) -> None:
    shop.told("change-plan", "anna", "ten-service")
    last = rows(shop.run("journal", "--csv").stdout)[-1]
    assert last["kind"] == "change_plan"
    assert last["ended"] == "assignments anna superoffice.ten-sales"
    assert last["started"] == "assignments anna superoffice.ten-service"
    assert datetime.fromisoformat(last["at"]).tzinfo is not None


def test_amounts_are_numbers(listed: Shop) -> None:
    (line,) = [row for row in rows(listed.run("statement", "2026-01", "--csv").stdout) if row["meter"] == "mailings"]
    assert (line["used"], line["overage"], line["amount"], line["currency"]) == ("7", "2", "25.00", "DKK")


def test_only_counted_limits_say_how_many_are_left(shop: Shop) -> None:
    found = {row["limit"]: row for row in rows(shop.run("limits", "--csv", "--count", "dashboards=3").stdout)}
    assert (found["dashboards"]["in_use"], found["active_projects"]["in_use"]) == ("3", "")


def test_json_and_csv_cannot_be_combined(shop: Shop) -> None:
    done = shop.run("users", "--csv", "--json")
    assert done.exit_code == 2
    assert "--json and --csv cannot be combined" in done.stderr


@for_each(
    ("value", "text"),
    [
        (None, ""),
        (False, "false"),
        (Decimal("-12.50"), "-12.50"),
        (-3, "-3"),
        (Month.parse("2026-01"), "2026-01"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        (("=a", "b"), "'=a|b"),
        ("two\nlines\x1b", "two\\nlines\\x1b"),
    ],
)
def test_values_have_these_forms(value: object, text: str) -> None:
    assert cell(value) == text


@pytest.mark.slow
def test_what_was_guarded_is_read_as_it_was(shop: Shop) -> None:
    lines = ["id,name", *(f'u{place},"{cell(name)}"' for place, name in enumerate(FORMULAS))]
    shop.told("sync-users", "-", stdin="\n".join(lines))
    users = shop.open().users
    saved = [users.find(f"u{place}") for place in range(len(FORMULAS))]
    assert [user.name.strip() for user in saved if user] == [name.strip() for name in FORMULAS]

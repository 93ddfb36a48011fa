"""Metered services at the shell: what is recorded, what a month comes to, what goes on the invoice."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters as catalog
from superlicense.cli import recording
from superlicense.cli.json_output import to_plain_data
from superlicense.cli.meter_settings import read_meters
from superlicense.cli.settings import read_settings
from tests.cli.program import PATIENCE, start
from tests.cli.shop import CONFIG, Shop

METERS = """
[meters.mailings]
included = 1000
included_per_user = 500
block_size = 100
price_per_block = "12.50"
currency = "DKK"

[meters.pigeons]
unit = "pigeon"
kind = "gauge"
aggregation = "peak"
"""

PEAK = "peak users, 2 January 2026 at 10:00 CET"


def sent(name: str, quantity: object, at: str = "2026-01-20T09:00:00Z", **more: object) -> str:
    return json.dumps({"source": "mailer", "id": name, "meter": "mailings", "quantity": quantity, "at": at, **more})


@pytest.fixture
def metered(shop: Shop) -> Shop:
    """A shop with terms for mailings, and a meter of its own."""
    (shop.folder / "superlicense.toml").write_text(CONFIG + METERS, encoding="utf-8")
    return shop


def of_mailings(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in rows if row["meter"] == "mailings")


class TestRecord:
    """Each report counts once for ever; what does not count is named."""

    def test_reports_are_recorded_once(self, metered: Shop) -> None:
        lines = "\n".join([sent("a", 700), "", sent("b", 900)])
        (metered.folder / "used.jsonl").write_text(lines, encoding="utf-8")
        assert metered.told("record", "used.jsonl") == ["  ✓ Accepted: 2, Duplicates: 0, Conflict: 0, Refused: 0"]
        assert metered.json("record", "used.jsonl") == {
            "accepted": 0,
            "duplicate": 2,
            "conflict": 0,
            "refused": 0,
            "rejected": [],
        }
        assert of_mailings(metered.json("usage", "2026-01"))["used"] == 1600

    def test_what_does_not_count_is_named_and_ends_with_one(self, metered: Shop) -> None:
        lines = "\n".join([sent("a", 1), sent("a", 2), sent("b", 1.5), sent("c", 3)])
        done = metered.run("record", "-", stdin=lines)
        assert done.exit_code == 1
        assert done.stdout.splitlines() == [
            "  ✗ Accepted: 2, Duplicates: 0, Conflict: 1, Refused: 1",
            f"    ✗ line 2, mailer/a: {sl.message(sl.ReceiptCode.OTHER_CONTENT)}",
            f"    ✗ line 3, mailer/b: {sl.message(sl.ReceiptCode.QUANTITY_NOT_WHOLE)}",
        ]
        told = metered.json("record", "-", stdin=lines, code=1)
        assert [(one["line"], one["status"], one["code"]) for one in told["rejected"]] == [
            (2, "conflict", "other_content"),
            (3, "refused", "quantity_not_whole"),
        ]

    def test_a_correction_replaces(self, metered: Shop) -> None:
        metered.told("record", "-", stdin="\n".join([sent("a", 700), sent("b", 7, corrects="a")]))
        assert of_mailings(metered.json("usage", "2026-01"))["used"] == 7

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("nope", "line 4: must be a JSON object with the fields of a usage event, got 'nope'"),
            ("7", "line 4: must be a JSON object"),
            (sent("d", 1, price=7), "line 4: is not a field of a usage event, got 'price'"),
            ('{"source": "mailer"}', "line 4.id: is missing"),
            (sent("d", 1, at="now"), "line 4.at: must be like 2026-11-24T09:00:00Z"),
            (sent("d", 1, at="2026-01-20T09:00:00"), "line 4.at: must be a datetime with a time zone"),
        ],
    )
    def test_a_line_that_is_no_report_stops_it_and_what_came_before_stays(
        self, metered: Shop, monkeypatch: pytest.MonkeyPatch, line: str, said: str
    ) -> None:
        monkeypatch.setattr(recording, "_BATCH", 2)
        lines = "\n".join([sent("a", 1), sent("b", 2), sent("c", 4), line, sent("e", 8)])
        done = metered.run("record", "-", stdin=lines)
        assert (done.exit_code, done.stdout) == (3, "  ✗ Accepted: 3, Duplicates: 0, Conflict: 0, Refused: 0\n")
        assert done.stderr.startswith(f"superlicense: invalid_value: {said}")
        told = metered.json("record", "-", stdin=lines, code=3)
        assert (told["duplicate"], told["error"]["code"]) == (3, "invalid_value")
        repaired = lines.replace(line, sent("d", 16))
        assert metered.json("record", "-", stdin=repaired)["accepted"] == 2
        assert of_mailings(metered.json("usage", "2026-01"))["used"] == 31

    def test_reports_say_themselves_when(self, metered: Shop) -> None:
        assert metered.run("record", "-", "--at", "2026-01-20", stdin="").exit_code == 2

    @pytest.mark.slow
    def test_a_bar_moves_on_standard_error_where_somebody_sees_it(self, metered: Shop) -> None:
        pty = pytest.importorskip("pty")
        (metered.folder / "used.jsonl").write_text("\n".join(sent(f"{n}", 1) for n in range(2500)), encoding="utf-8")
        ours, its = pty.openpty()
        with start("record", "used.jsonl", "--json", stderr=its) as process:
            os.close(its)
            seen = b""
            with suppress(OSError):  # how Linux says that the other end is closed
                while some := os.read(ours, 4096):
                    seen += some
            os.close(ours)
            assert process.stdout is not None
            written = process.stdout.read()
            assert process.wait(PATIENCE) == 0
        assert b"Recording" in seen
        assert json.loads(written)["accepted"] == 2500


class TestUsage:
    """What a month comes to, and how the threshold came about."""

    @pytest.fixture(autouse=True)
    def used(self, metered: Shop) -> None:
        metered.told("record", "-", stdin=sent("a", 1700))

    def test_it_is_told_with_its_derivation(self, metered: Shop) -> None:
        lines = [" ".join(line.split()) for line in metered.told("usage", "2026-01")]
        assert lines == [
            "Meter Used Threshold Above the threshold How the threshold is calculated",
            f"Emails sent via Mailings 1,700 1,500 200 1,000 + 500 × 1 = 1,500 ({PEAK})",
            f"pigeons 0 0 0 0 + 0 × 1 = 0 ({PEAK})",
        ]
        assert metered.told("usage", "2026-01", "--lang", "da")[0].split()[:4] == [
            "Måler",
            "Forbrug",
            "Grænse",
            "Over",
        ]

    def test_programs_get_what_the_library_says(self, metered: Shop) -> None:
        meters = read_settings({}, Path("superlicense.toml")).meters
        licensing = metered.open(meters=meters)
        told = metered.json("usage", "2026-01")
        assert told == to_plain_data(licensing.meters.usage("2026-01"))
        assert of_mailings(told)["month"] == "2026-01"
        projected = metered.json("usage", "2026-01", "--projection", "--at", "2026-01-25")
        assert [one["estimate"] for one in projected] == [True, True]
        assert metered.told("usage", "2026-01", "--projection", "--at", "2126-01-01")[1].split()[:2] == [
            "Emails",
            "sent",
        ]

    def test_the_present_month_is_meant_where_none_is_given(self, metered: Shop) -> None:
        assert of_mailings(metered.json("usage", "--at", "2026-01-31T23:59"))["month"] == "2026-01"
        assert of_mailings(metered.json("usage", "--at", "2026-01-31T23:00Z"))["month"] == "2026-02"
        assert of_mailings(metered.json("usage"))["month"] >= "2026-01"

    def test_the_past_knows_less(self, metered: Shop) -> None:
        assert of_mailings(metered.json("usage", "2026-01", "--at", "2026-01-21"))["used"] == 0

    @pytest.mark.parametrize("month", ["2026-13", "January", "2026-1"])
    def test_what_is_no_month_is_an_invalid_value(self, metered: Shop, month: str) -> None:
        assert metered.json("usage", month, code=3)["error"]["code"] == "invalid_value"
        assert metered.json("statement", month, code=3)["error"]["code"] == "invalid_value"


def used(statement: dict[str, Any]) -> dict[str, int]:
    return {line["meter"]: line["used"] for line in statement["lines"] if line["used"]}


class TestStatement:
    """A draft until the month is closed; from then on it never changes."""

    @pytest.fixture(autouse=True)
    def used(self, metered: Shop) -> None:
        metered.told("record", "-", stdin=sent("a", 1701))

    def test_a_draft_shows_every_line(self, metered: Shop) -> None:
        lines = [" ".join(line.split()) for line in metered.told("statement", "2026-01", "--lang", "da")]
        assert lines[:2] == [
            "Opgørelse for januar 2026, på fakturaen for februar 2026: udkast",
            "Måler Forbrug Grænse Over grænsen Blokke Beløb",
        ]
        assert "E-mails sendt via Udsendelser 1.701 1.500 201 3 37,50 kr." in lines
        assert lines[-1] == "I alt 37,50 kr."

    def test_a_close_freezes_it(self, metered: Shop) -> None:
        draft = metered.json("statement", "2026-01")
        closed = metered.json("close-month", "2026-01")
        assert closed == {**draft, "closed": True}
        assert closed["total"] == "37.50"
        metered.told("record", "-", stdin=sent("late", 50, at="2026-01-21T09:00:00Z"))
        assert metered.json("statement", "2026-01") == closed
        following = metered.json("statement", "2026-02")
        assert [(one["kind"], one["month"], one["used"]) for one in following["lines"] if one["kind"] != "usage"] == [
            ("adjustment", "2026-01", 50)
        ]
        assert "Emails sent via Mailings January 2026 50 1,500 50 0 0.00 DKK" in [
            " ".join(line.split()) for line in metered.told("statement", "2026-02")
        ]
        assert metered.told("close-month", "2026-01")[0].endswith(": closed")

    def test_a_month_that_is_not_over_is_not_closed(self, metered: Shop) -> None:
        done = metered.run("close-month", "2126-01")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("superlicense: ")

    def test_an_earlier_draft_is_shown_again(self, metered: Shop) -> None:
        assert used(metered.json("statement", "2026-01")) == {"mailings": 1701}
        before = metered.json("statement", "2026-01", "--at", "2026-01-25")
        assert (used(before), before["closed"]) == ({}, False)

    def test_a_statement_as_recorded_earlier_is_a_draft(self, metered: Shop) -> None:
        metered.told("close-month", "2026-01")
        earlier = metered.json("statement", "2026-01", "--at", "2026-01-25")
        assert (earlier["closed"], metered.json("statement", "2026-01")["closed"]) == (False, True)


class TestSettings:
    """Allowances and prices are in the settings, so that the command line bills as the service does."""

    def test_without_a_table_the_five_are_metered(self) -> None:
        assert read_meters(None) is None

    def test_with_one_its_meters_are_all_there_are(self, metered: Shop) -> None:
        mailings, pigeons = read_settings({}, Path("superlicense.toml")).meters or ()
        assert metered.folder == Path.cwd()
        assert (mailings.unit, mailings.kind, str(mailings.price_per_block)) == ("e-mail", "counter", "12.50")
        assert (pigeons.code, pigeons.aggregation) == ("pigeons", sl.Aggregation.PEAK)
        assert read_meters({"storage": {"included": 7}}) == (evolve(catalog.STORAGE, included=7),)

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("[meters.mailings]\nprice = 1", "unknown setting: meters.mailings.price"),
            ("[meters.mailings]\nincluded = -1", "meters.mailings.included: must be at least 0"),
            (
                "[meters.mailings]\nprice_per_block = 0.5",
                'meters.mailings.price_per_block: must be a string like "0.05"',
            ),
            ('[meters.mailings]\nprice_per_block = "much"', "meters.mailings.price_per_block: "),
            ('[meters.mailings]\nkind = "sieve"', "meters.mailings.kind: 'sieve' is not a valid MeterKind"),
            ('[meters.pigeons]\nkind = "gauge"', "meters.pigeons: unit and kind are missing"),
            ("[meters]\nmailings = 7", "meters.mailings: must be a table"),
        ],
    )
    def test_what_is_no_meter_is_named(self, shop: Shop, row: str, said: str) -> None:
        (shop.folder / "superlicense.toml").write_text(f"{CONFIG}\n{row}\n", encoding="utf-8")
        done = shop.run("usage")
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr

    def test_meters_are_a_table(self, shop: Shop) -> None:
        (shop.folder / "superlicense.toml").write_text(f"meters = 7\n{CONFIG}", encoding="utf-8")
        assert "meters: must be a table" in shop.run("usage").stderr

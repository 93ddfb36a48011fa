"""What a terminal of 60, 80 or 120 columns shows: every line fits, and no word is broken."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

import superlicense as sl
from superlicense.cli.escaping import say
from superlicense.cli.table import aligned
from superlicense.cli.wrapping import terminal_width, wrapped
from tests.cli.shop import Shop, ending, sold
from tests.for_each import for_each
from tests.installation import person

WIDTHS = [60, pytest.param(80, marks=pytest.mark.slow), pytest.param(120, marks=pytest.mark.slow)]
LONG_ID = "nina.sofie.hansen-petersen@nordvik-handel.example"
COMMANDS = [
    ("status",),
    ("licenses",),
    ("licenses", "--hidden"),
    ("licenses", "--license", "user"),
    ("users",),
    ("users", "--hidden"),
    ("events",),
    ("usage", "2026-01"),
    ("usage", "2026-01", "--projection", "--at", "2026-01-20"),
    ("statement", "2026-01"),
    ("limits", "--count", "dashboards=3"),
    ("why", "anna", "web"),
    ("why", LONG_ID, "quote", "--edit"),
    ("journal",),
    ("verify-store",),
    ("activate", "fewer.json", "--dry-run"),
    ("who", "web"),
    ("who", "quote", "--edit"),
    ("forecast",),
    ("forecast", "anna", "web"),
    ("dates",),
    ("explain", LONG_ID, "web", "2026-01-02T10:00", "--at", "2026-02-01"),
    ("compare", "first.json", "fewer.json"),
    ("idle", "logins.csv"),
    ("sync-users", "users.jsonl", "--dry-run"),
    ("demo",),
]
# Columns that may be without content.
MAY_BE_EMPTY = ["finished", "free", "passes_on"]
MESSAGE = "The server is restarted at nine; save your work, log out, and come back when you have had your coffee."


def terminal(columns: int) -> dict[str, str]:
    return {"FORCE_COLOR": "1", "NO_COLOR": "1", "COLUMNS": str(columns)}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with long names and something in every list."""
    folder = tmp_path_factory.mktemp("busy")
    shop = Shop(folder)
    shop.furnish()
    with (folder / "superlicense.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[meters.mailings]\nincluded_per_user = 500\nprice_per_block = "12.50"\ncurrency = "DKK"\n')
    licensing = shop.open()
    names = [person(LONG_ID, name="Nina Sofie Hansen-Petersen of the Warehouse", may_log_in=True)]
    licensing.users.sync([*names, person("東京", name="東京 支店")], by="signe")
    licensing.seats.assign(LONG_ID, "ten-service", by="signe")
    licensing.seats.assign("bo", "ten-sales", by="signe")
    licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, MESSAGE, description="Long", by="signe")
    at = datetime.fromisoformat("2026-01-20T09:00Z")
    licensing.meters.record([sl.UsageEvent(source="m", id="1", meter="mailings", quantity=123_456_789, at=at)])
    licensing.packages.activate(licensing.packages.preview(ending()), by="signe")
    (folder / "fewer.json").write_bytes(sold(seats=1))
    (folder / "first.json").write_bytes(sold())
    (folder / "logins.csv").write_text("user,last_login\nbo,2026-01-01\n", encoding="utf-8")
    (folder / "users.jsonl").write_text(f'{{"id": "{LONG_ID}", "name": "Nina"}}', encoding="utf-8")
    return folder


def words_of(text: str) -> set[str]:
    """Return the words of *text*; those of headings may stand before a colon."""
    return {word.rstrip(":") for word in text.split()}


@pytest.mark.parametrize("columns", WIDTHS)
@for_each("language", ["en", "da"])
@for_each("words", COMMANDS)
def test_every_line_fits_and_no_word_is_broken(
    nowhere: Shop, busy: Path, words: tuple[str, ...], language: str, columns: int
) -> None:
    place = () if words[0] == "demo" else ("--config", str(busy / "superlicense.toml"))
    words = tuple(str(busy / word) if word.endswith((".json", ".jsonl", ".csv")) else word for word in words)
    told = nowhere.run(*words, *place, "--lang", language)
    shown = nowhere.run(*words, *place, "--lang", language, variables=terminal(columns))
    assert (shown.exit_code, told.exit_code) in {(0, 0), (1, 1)}, shown.output
    said, seen = words_of(told.stdout), words_of(shown.stdout)
    assert seen - said == set()
    assert said - seen <= words_of(" ".join(sl.message(name, language) for name in MAY_BE_EMPTY))
    too_long = [line for line in shown.stdout.splitlines() if cell_len(line) > columns]
    assert [line for line in too_long if "superlicense activate" not in line] == []


class TestWrapping:
    """Lines are broken at spaces."""

    def test_later_lines_are_indented(self) -> None:
        assert wrapped("  a bb ccc", 6, hanging=1) == ["  a bb", "   ccc"]

    def test_a_long_word_stays_whole(self) -> None:
        assert wrapped("a superlicense b", 4) == ["a", "superlicense", "b"]

    def test_an_amount_stays_whole(self) -> None:
        assert wrapped("costs 12\u00a0kr. now", 8) == ["costs", "12\u00a0kr.", "now"]

    def test_wide_letters_count_twice(self) -> None:
        assert wrapped("東京 東京", 8) == ["東京", "東京"]


class TestTables:
    """Texts wrap inside their column; a row that cannot fit is a block."""

    ROWS = (("Name", "Seats"), ("Sales Premium", "1\u00a0000"), ("Service", "2"))

    def test_texts_wrap_and_numbers_do_not(self) -> None:
        assert aligned(self.ROWS, right={1}, width=15) == [
            "Name      Seats",
            "Sales     1\u00a0000",
            "Premium",
            "Service       2",
        ]

    def test_what_fits_is_left_alone(self) -> None:
        assert aligned(self.ROWS, right={1}, width=30) == aligned(self.ROWS, right={1})

    def test_rows_become_blocks(self) -> None:
        assert aligned(self.ROWS, right={1}, width=12) == [
            "Name: Sales",
            "  Premium",
            "  Seats:",
            "    1\u00a0000",
            "",
            "Name:",
            "  Service",
            "  Seats: 2",
        ]

    def test_the_texts_of_the_last_column_follow_below(self) -> None:
        rows = [("Id", "Name", "Licenses"), ("1", "Anna Berg", "Sales, superlicense-complete"), ("2", "Bo", "")]
        assert aligned(rows, width=16) == [
            "Id   Name",
            "      Licenses",
            "1    Anna Berg",
            "      Sales,",
            "        superlicense-complete",
            "2    Bo",
        ]

    def test_fields_without_headings_stay_beside_their_labels(self) -> None:
        assert aligned([("Serial number", "1010000014")], width=19, headed=False) == [
            "Serial   1010000014",
            "number",
        ]
        assert aligned([("Serial number", "1010000014")], width=13, headed=False) == ["Serial number", "  1010000014"]

    def test_columns_without_content_make_room(self) -> None:
        rows = [("Name", "Finished", "Seats"), ("Sales", "", "2")]
        assert aligned(rows, right={2}, width=15) == ["Name    Seats", "Sales       2"]


class TestTerminals:
    """Only what a terminal shows is wrapped."""

    def test_a_file_is_none(self) -> None:
        assert terminal_width(io.StringIO()) is None

    def test_the_narrowest_has_forty_columns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "9")
        assert terminal_width(io.StringIO(), is_terminal=True) == 40

    def test_errors_are_wrapped_too(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("COLUMNS", "40")
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        say("superlicense: There is no seat left for anna, who wants one.", err=True)
        assert capsys.readouterr().err == "superlicense: There is no seat left for\n  anna, who wants one.\n"

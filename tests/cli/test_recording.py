"""Recording files: what is bad is left out or stops it, and the command says how to go on."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import superlicense as sl
from superlicense.cli import recording
from superlicense.cli.cloud_events import usage_fields
from superlicense.cli.interrupts import termination_interrupts
from superlicense.cli.jsonl import ObjectFile
from superlicense.errors import InvalidValueError
from superlicense.licensing.meters import Meters
from tests.cli.shop import Shop
from tests.for_each import for_each


def sent(name: str, quantity: object = 1, at: str = "2026-01-20T09:00:00Z", **more: object) -> str:
    return json.dumps({"source": "mailer", "id": name, "meter": "mailings", "quantity": quantity, "at": at, **more})


def cloud_event(name: str, **more: object) -> dict[str, Any]:
    event = {"specversion": "1.0", "source": "mailer", "id": name, "type": "mailings", "time": "2026-01-20T09:00:00Z"}
    return {**event, "subject": "anna", "traceparent": "00-0", "data": {"quantity": 5}, **more}


def used(shop: Shop) -> object:
    rows = shop.json("usage", "2026-01")
    return next(row["used"] for row in rows if row["meter"] == "mailings")


def read_bad(shop: Shop) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (shop.folder / "bad.jsonl").read_text(encoding="utf-8").splitlines()]


class TestSkippingBadLines:
    """`--skip-bad BAD` records the good lines and writes the others with their reason."""

    LINES = (sent("a", 1), "nope", sent("b", 2), sent("b", 3), sent("c", at="now"), sent("d", 1.5), sent("e", 4))

    def test_the_good_lines_count(self, shop: Shop) -> None:
        done = shop.run("record", "-", "--skip-bad", "bad.jsonl", stdin="\n".join(self.LINES))
        assert (done.exit_code, done.stderr) == (1, "")
        assert done.stdout.splitlines() == [
            "  ✗ Accepted: 3, Duplicates: 0, Conflict: 1, Refused: 1",
            "    4 lines were not recorded; see bad.jsonl",
        ]
        assert used(shop) == 7

    def test_the_bad_lines_are_written_with_their_reasons(self, shop: Shop) -> None:
        shop.run("record", "-", "--skip-bad", "bad.jsonl", stdin="\n".join(self.LINES))
        bad = read_bad(shop)
        assert [(one["line"], one["code"]) for one in bad] == [
            (2, "invalid_value"),
            (4, "other_content"),
            (5, "invalid_value"),
            (6, "quantity_not_whole"),
        ]
        assert [one["text"] for one in bad] == [self.LINES[place - 1] for place in (2, 4, 5, 6)]
        assert bad[0]["reason"].startswith("line 2: must be a JSON object")
        assert bad[1]["reason"] == sl.message(sl.ReceiptCode.OTHER_CONTENT)

    def test_programs_get_their_number(self, shop: Shop) -> None:
        found = shop.json("record", "-", "--skip-bad", "bad.jsonl", stdin="\n".join(self.LINES), code=1)
        assert (found["accepted"], found["skipped"], len(found["rejected"])) == (3, 2, 2)

    def test_where_all_are_good_nothing_is_written(self, shop: Shop) -> None:
        assert shop.told("record", "-", "--skip-bad", "bad.jsonl", stdin=sent("a"))[0].startswith("  ✓ Accepted: 1")
        assert not (shop.folder / "bad.jsonl").exists()

    def test_of_csv_the_line_is_kept(self, shop: Shop) -> None:
        header = "source,id,meter,quantity,at"
        lines = [
            header,
            'mailer,"a"b,mailings,1,2026-01-20T09:00Z',
            "mailer,b,mailings,2,2026-01-20T09:00Z",
            "x,y,z,1,2,3",
        ]
        data = (
            "\n".join(lines).encode()
            + b"\nmailer,\xff,mailings,1,2026-01-20T09:00Z\nmailer,c,mailings,4,2026-01-20T09:00Z"
        )
        done = shop.run("record", "-", "--skip-bad", "bad.jsonl", stdin=data)
        assert done.exit_code == 1, done.output
        assert [(one["line"], one["text"]) for one in read_bad(shop)] == [
            (2, lines[1]),
            (4, lines[3]),
            (5, "mailer,\\xff,mailings,1,2026-01-20T09:00Z"),
        ]
        assert used(shop) == 6

    def test_of_a_list_the_items_are_numbered(self, shop: Shop) -> None:
        text = json.dumps([json.loads(sent("a")), 7, {"id": "b"}])
        shop.run("record", "-", "--skip-bad", "bad.jsonl", stdin=text)
        assert [(one["line"], one["text"]) for one in read_bad(shop)] == [(2, "7"), (3, '{"id": "b"}')]

    def test_a_file_that_exists_is_not_overwritten(self, shop: Shop) -> None:
        (shop.folder / "bad.jsonl").touch()
        done = shop.run("record", "-", "--skip-bad", "bad.jsonl", stdin=sent("a"))
        assert done.exit_code == 2
        assert "bad.jsonl already exists; name another file for the bad lines" in done.stderr
        assert used(shop) == 0

    @for_each(
        ("words", "said"),
        [
            (("--skip-bad", "used.jsonl"), "Use: superlicense record FILE --skip-bad BAD"),
            ((), "Use: superlicense record FILE\n"),
        ],
    )
    def test_without_a_file_it_says_what_to_type(self, shop: Shop, words: tuple[str, ...], said: str) -> None:
        done = shop.run("record", *words)
        assert done.exit_code == 2
        assert said in done.stderr


class TestInterrupted:
    """What is recorded stays, and the same command goes on."""

    LINES = "\n".join(sent(f"{place}") for place in range(7))

    @pytest.fixture
    def interrupt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Press Ctrl-C in the third transaction of two."""
        monkeypatch.setattr(recording, "_BATCH", 2)
        record, calls = Meters.record, []

        def interrupted(self: Meters, events: list[sl.UsageEvent], by: str = "host") -> tuple[sl.Receipt, ...]:
            calls.append(events)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return record(self, events, by)

        monkeypatch.setattr(Meters, "record", interrupted)

    @pytest.mark.usefixtures("interrupt")
    def test_it_says_what_is_kept_and_how_to_go_on(self, shop: Shop) -> None:
        done = shop.run("record", "-", stdin=self.LINES)
        assert (done.exit_code, done.stdout) == (1, "  ✗ Accepted: 4, Duplicates: 0, Conflict: 0, Refused: 0\n")
        interrupted, kept = done.stderr.splitlines()
        assert interrupted == "superlicense: Interrupted."
        assert kept.startswith("Lines up to 4 are done, and what they recorded stays. To go on, run the same command")
        again = shop.json("record", "-", stdin=self.LINES)
        assert (again["accepted"], again["duplicate"], used(shop)) == (3, 4, 7)

    @pytest.mark.usefixtures("interrupt")
    def test_programs_are_told_too(self, shop: Shop) -> None:
        found = shop.json("record", "-", stdin=self.LINES, code=1)
        assert (found["accepted"], found["error"]["code"]) == (4, "interrupted")

    def test_a_request_to_terminate_interrupts_it(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recording, "_BATCH", 2)
        record, calls = Meters.record, []

        def terminated(self: Meters, events: list[sl.UsageEvent], by: str = "host") -> tuple[sl.Receipt, ...]:
            calls.append(events)
            if len(calls) == 3:
                signal.raise_signal(signal.SIGTERM)
            return record(self, events, by)

        monkeypatch.setattr(Meters, "record", terminated)
        before = signal.getsignal(signal.SIGTERM)
        done = shop.run("record", "-", "--lang", "da", stdin=self.LINES)
        assert (done.exit_code, done.stdout) == (1, "  ✗ Accepteret: 4, Dubletter: 0, Konflikt: 0, Afvist: 0\n")
        assert done.stderr.startswith("superlicense: Afbrudt.\nLinjerne til og med 4 ")
        assert signal.getsignal(signal.SIGTERM) is before
        assert (shop.json("record", "-", stdin=self.LINES)["accepted"], used(shop)) == (3, 7)

    def test_other_threads_leave_signals_alone(self) -> None:
        before, found = signal.getsignal(signal.SIGTERM), []

        def look() -> None:
            with termination_interrupts():
                found.append(signal.getsignal(signal.SIGTERM))

        thread = Thread(target=look)
        thread.start()
        thread.join()
        assert found == [before]

    def test_a_bad_line_stops_it_and_names_the_option(self, shop: Shop) -> None:
        done = shop.run("record", "-", stdin="nope")
        assert done.exit_code == 3
        assert done.stderr.splitlines()[1:] == [
            "Nothing was recorded. Run the same command again: nothing counts twice.",
            "Correct the line, or record the good lines only: --skip-bad BAD writes the others to the file BAD.",
        ]

    def test_the_good_lines_before_a_bad_one_count(self, shop: Shop) -> None:
        done = shop.run("record", "-", stdin="\n".join([sent("a"), sent("b"), "nope", sent("c")]))
        assert done.stderr.splitlines()[1].startswith("Lines up to 2 are done")
        assert used(shop) == 2


class TestCloudEvents:
    """Usage events as brokers write them."""

    def test_are_recorded(self, shop: Shop) -> None:
        lines = "\n".join(json.dumps(cloud_event(name)) for name in "ab")
        batch = [cloud_event("c", type="com.nordvik.sent", data={"meter": "mailings", "quantity": 7, "corrects": "a"})]
        assert shop.json("record", "-", stdin=lines)["accepted"] == 2
        assert shop.json("record", "-", stdin=json.dumps(batch))["accepted"] == 1
        assert used(shop) == 12

    def test_other_objects_stay_as_they_are(self) -> None:
        assert usage_fields({"id": "a"}) == {"id": "a"}

    @for_each(
        ("more", "said"),
        [
            ({"specversion": "0.3"}, "specversion: must be 1.0"),
            ({"data": "5"}, "data: must be an object with meter, quantity, corrects"),
            ({"data": {"amount": 5}}, "data: is not a field of a usage event, got 'amount'"),
        ],
    )
    def test_with_a_defect_are_refused(self, more: dict[str, object], said: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            usage_fields(cloud_event("a", **more))
        assert str(refused.value).startswith(said)

    def test_without_a_time_are_refused_with_their_line(self, shop: Shop) -> None:
        event = cloud_event("a")
        del event["time"]
        assert "line 1.at: is missing" in shop.run("record", "-", stdin=json.dumps(event)).stderr


class TestTotal:
    """The bar knows how many lines there are."""

    @for_each(
        ("data", "total"),
        [(b"", 0), (b"{}\n{}\n", 2), (b"{}\n{}", 2), (b'[{"id": "a"}, {"id": "b"},\n{"id": "c"}]', 3)],
    )
    def test_of_a_file(self, tmp_path: Path, data: bytes, total: int) -> None:
        (tmp_path / "file").write_bytes(data)
        with (tmp_path / "file").open("rb") as file:
            objects = ObjectFile(file, "user", known=("id",), needed=())
            assert len(list(objects)) == total
            assert objects.total == total

    def test_of_a_pipe_is_unknown(self) -> None:
        assert ObjectFile(iter([b"{}"]), "user", known=(), needed=()).total is None

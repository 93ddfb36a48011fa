"""The ingestion worker: at least once in, exactly once counted, and each crossing to the webhook."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from docs.examples import ingestion_worker
from docs.examples.ingestion_worker import HookError, Worker, event_of
from superlicense.errors import StoreUnavailableError
from superlicense.licensing.meters import Meters
from tests.installation import START, open_licensing
from tests.licensing.metered import MAILS, NOVEMBER, used, with_users

PLAIN = {"source": "mailer", "id": "m-1", "meter": "mailings", "quantity": 50, "at": "2026-11-24T08:00:00Z"}
CLOUD_EVENT = {
    "specversion": "1.0",
    "type": "com.example.usage",
    "source": "mailer",
    "id": "m-1",
    "time": "2026-11-24T08:00:00Z",
    "data": {"meter": "mailings", "quantity": 50},
}


def line(number: int, quantity: int = 10, **more: object) -> str:
    return json.dumps({**PLAIN, "id": f"m-{number}", "quantity": quantity, **more})


class Hook:
    """A webhook that fails a few times first."""

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.taken: list[dict[str, Any]] = []

    def __call__(self, crossing: dict[str, Any]) -> None:
        if self.failures:
            self.failures -= 1
            raise HookError
        self.taken.append(crossing)

    @property
    def levels(self) -> list[int]:
        return [crossing["level"] for crossing in self.taken]


def licensing_with_threshold() -> sl.Licensing:
    """Open an installation that includes 100 mailings a month, for its one user with a license."""
    return with_users(open_licensing(meters=[MAILS]), "anna")


@pytest.fixture
def licensing() -> sl.Licensing:
    return licensing_with_threshold()


@pytest.fixture
def waits() -> list[int]:
    return []


@pytest.fixture
def work(licensing: sl.Licensing, tmp_path: Path, waits: list[int]) -> Callable[..., Worker]:
    def make(hook: Callable[[dict[str, Any]], None]) -> Worker:
        return Worker(licensing, hook, tmp_path / "cursor", wait=waits.append)

    return make


def total(licensing: sl.Licensing) -> int:
    return used(licensing, NOVEMBER)["mailings"]


def threshold(licensing: sl.Licensing) -> int:
    (found,) = (one.threshold for one in licensing.meters.usage(NOVEMBER) if one.meter == "mailings")
    assert found is not None
    return found


def test_a_cloud_event_is_the_same_event_as_a_plain_line() -> None:
    assert event_of(json.dumps(CLOUD_EVENT)) == event_of(json.dumps(PLAIN))
    assert event_of(json.dumps(PLAIN)).at == START - timedelta(hours=1)


def test_the_same_event_in_both_forms_counts_once(licensing: sl.Licensing, work: Callable[..., Worker]) -> None:
    counts = work(Hook()).run([json.dumps(PLAIN), json.dumps(CLOUD_EVENT)])
    assert (counts.accepted, counts.duplicates, total(licensing)) == (1, 1, 50)


def test_a_correction_replaces_its_original(licensing: sl.Licensing, work: Callable[..., Worker]) -> None:
    work(Hook()).run([line(1, 40), line(2, 15, corrects="m-1")])
    assert total(licensing) == 15


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        "[]",
        "7",
        "{}",
        '{"specversion": "1.0", "data": 7}',
        line(1, at="yesterday"),
        line(1, at="2026-11-24T08:00:00"),
        line(1, at=None),
    ],
)
def test_a_line_that_is_no_event_is_set_aside_and_stops_no_other(work: Callable[..., Worker], bad: str) -> None:
    counts = work(Hook()).run([bad, line(2)])
    assert counts.accepted == 1
    assert [refused for refused, _ in counts.refused] == [bad]


def test_an_event_that_is_refused_is_set_aside_with_its_code(work: Callable[..., Worker]) -> None:
    counts = work(Hook()).run([line(1, meter="faxes"), line(2, quantity=-1), line(3), "\n"])
    assert [code for _, code in counts.refused] == ["unknown_meter", "quantity_negative"]


def test_lines_are_acknowledged_after_they_are_recorded(
    work: Callable[..., Worker], licensing: sl.Licensing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion_worker, "BATCH", 2)
    totals = []
    work(Hook()).run(map(line, range(5)), lambda count: totals.append((count, total(licensing))))
    assert totals == [(2, 20), (2, 40), (1, 50)]


def test_a_lost_answer_counts_once(
    work: Callable[..., Worker], licensing: sl.Licensing, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, lost = Meters.record, [1, 2]

    def record_and_lose(self: Meters, *arguments: Any, **more: Any) -> tuple[sl.Receipt, ...]:  # noqa: ANN401
        receipts = record(self, *arguments, **more)
        if lost:
            lost.pop()
            raise StoreUnavailableError("connection lost before the answer")
        return receipts

    monkeypatch.setattr(Meters, "record", record_and_lose)
    counts = work(Hook()).run([line(1), line(2)])
    assert (counts.accepted, counts.duplicates, total(licensing), waits) == (0, 2, 20, [1, 2])


def test_a_store_that_stays_away_leaves_the_lines_with_the_queue(
    work: Callable[..., Worker], waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(Meters, "record", fail)
    acknowledged: list[int] = []
    with pytest.raises(StoreUnavailableError):
        work(Hook()).run([line(1)], acknowledged.append)
    assert (acknowledged, waits) == ([], [1, 2, 4, 8])


def test_each_crossing_goes_to_the_webhook_once_and_in_order(
    work: Callable[..., Worker], licensing: sl.Licensing
) -> None:
    hook, included = Hook(), threshold(licensing)
    work(hook).run([line(1, included // 2)])
    assert hook.levels == [50]
    # Another worker goes on from the cursor.
    work(hook).run([line(2, included)])
    assert hook.levels == [50, 80, 100, 120]


def test_a_webhook_that_fails_is_tried_again(work: Callable[..., Worker], waits: list[int], tmp_path: Path) -> None:
    hook = Hook(failures=2)
    work(hook).run([line(1, 10_000)])
    assert (hook.levels, waits) == ([50, 80, 100, 120], [1, 2])
    assert (tmp_path / "cursor").read_text("utf-8") == hook.taken[-1]["id"]


def test_a_webhook_that_stays_away_stops_no_recording_and_loses_nothing(
    work: Callable[..., Worker], licensing: sl.Licensing
) -> None:
    hook = Hook(failures=ingestion_worker.ATTEMPTS)
    work(hook).run([line(1, 10_000)])
    assert (hook.levels, total(licensing)) == ([], 10_000)
    work(hook).send_crossings()
    assert hook.levels == [50, 80, 100, 120]


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 7))
def test_whatever_comes_again_counts_once(numbers: list[int], size: int) -> None:
    licensing, cursor = licensing_with_threshold(), Path("never written")
    worker = Worker(licensing, Hook(), cursor)
    lines = [line(number, number) for number in numbers]
    for batch in ingestion_worker.batches(lines, size):
        worker.record(batch)
        worker.record(batch)
    assert total(licensing) == sum(set(numbers))
    assert worker.counts.accepted == len(set(numbers))
    assert worker.counts.accepted + worker.counts.duplicates == 2 * len(numbers)


class _Received(BaseHTTPRequestHandler):
    bodies: list[tuple[str | None, dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append((self.headers["Idempotency-Key"], json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str | None, dict[str, Any]]]]]:
    bodies: list[tuple[str | None, dict[str, Any]]] = []
    found = HTTPServer(("127.0.0.1", 0), type("Received", (_Received,), {"bodies": bodies}))
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{found.server_port}/hook", bodies
    found.shutdown()
    thread.join()
    found.server_close()


def test_the_webhook_is_posted_to_with_an_idempotency_key(
    work: Callable[..., Worker], server: tuple[str, list[tuple[str | None, dict[str, Any]]]]
) -> None:
    url, bodies = server
    work(ingestion_worker.webhook(url)).run([line(1, 10_000)])
    assert [body["level"] for _, body in bodies] == [50, 80, 100, 120]
    assert all(key == body["id"] for key, body in bodies)


def test_a_webhook_that_is_not_there_is_an_error_of_the_worker() -> None:
    with pytest.raises(HookError):
        ingestion_worker.webhook("http://127.0.0.1:9/hook")({"id": "1"})


@pytest.mark.slow
def test_the_program_runs(tmp_path: Path, server: tuple[str, list[tuple[str | None, dict[str, Any]]]]) -> None:
    url, _ = server
    program = Path(ingestion_worker.__file__)
    for expected in ("accepted 2, duplicates 1", "accepted 0, duplicates 3"):
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, str(program), f"sqlite:///{tmp_path / 'crm.db'}", url],
            input="\n".join([line(1), line(2), line(1), "no json"]),
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        assert ran.stdout.startswith(expected)
        assert "no json" in ran.stderr


@pytest.mark.slow
def test_the_program_says_that_the_webhook_failed(tmp_path: Path) -> None:
    source = Path(ingestion_worker.__file__).read_text("utf-8").replace("ATTEMPTS = 5", "ATTEMPTS = 1")
    program = tmp_path / "worker.py"
    program.write_text(source, "utf-8")
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(program), f"sqlite:///{tmp_path / 'crm.db'}", "http://127.0.0.1:9/hook"],
        input=line(1, 10_000),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (ran.returncode, ran.stdout) == (1, "accepted 1, duplicates 0, crossings 0\n")
    assert ran.stderr == "http://127.0.0.1:9/hook did not take a crossing; the next run sends it\n"

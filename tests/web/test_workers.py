"""Four processes serve one database with one secret, as behind a balancer: whoever answers, it is one app."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Event

import pytest

import superlicense as sl
from tests.adapters.databases import Database, a_schema
from tests.screens.tenant import ALL_THREE, MARKETING, SALES, SERVICE, package
from tests.web.browser import field
from tests.web.conftest import SECRET
from tests.web.workers import STALENESS, Worker, opened, started

pytestmark = pytest.mark.slow

WORKERS = 4
PLAN = "plan:superoffice"
TOGGLERS = [f"busy{number}" for number in range(WORKERS)]


@pytest.fixture(scope="module")
def database(postgres: str) -> Iterator[Database]:
    found = a_schema(postgres)
    yield found
    found.close()


@pytest.fixture(scope="module")
def licensing(database: Database) -> sl.Licensing:
    licensing = opened(database.store())
    licensing.packages.adopt_unsigned(package(validity=sl.Validity()), by="vendor")
    people = [sl.User(id=user, may_log_in=True) for user in ("anna", "bo", "cy", "dorthe", *TOGGLERS)]
    licensing.users.sync([*people, sl.User(id="root", may_log_in=True, administrator=True)])
    return licensing


@pytest.fixture(scope="module")
def workers(database: Database, licensing: sl.Licensing) -> Iterator[list[Worker]]:
    assert licensing.users.find("root") is not None
    with started(database.url.render_as_string(hide_password=False), WORKERS, SECRET) as workers:
        yield workers


def on_all(workers: list[Worker], act: Callable[[Worker], int]) -> list[int]:
    """Let every worker *act* at the same time."""
    with ThreadPoolExecutor(len(workers)) as pool:
        return list(pool.map(act, workers))


def assignments(licensing: sl.Licensing, user: str) -> int:
    licensing.refresh()
    return len([entry for entry in licensing.journal.entries(user=user) if entry.kind == "assign"])


def test_a_form_of_one_worker_is_taken_by_every_other(workers: list[Worker]) -> None:
    plans = [str(plan) for plan in (SALES, SERVICE, ALL_THREE, MARKETING)]
    for plan, shower, taker in zip(plans, workers, [*workers[1:], workers[0]], strict=True):
        response = taker.post("/user", {**shower.card("anna"), PLAN: plan})
        assert (response.status_code, response.headers.get("location")) == (303, "/user?id=anna")
        time.sleep(STALENESS.total_seconds())


def test_a_change_in_one_is_seen_in_the_others_within_the_bound(workers: list[Worker]) -> None:
    for worker in workers:  # each has looked just now
        worker.plan("bo")
    first, *others = workers
    assert first.post("/user", {**first.card("bo"), PLAN: str(SERVICE)}).status_code == 303
    assert first.plan("bo") == str(SERVICE)  # who wrote sees it at once
    time.sleep(STALENESS.total_seconds())
    assert {worker.plan("bo") for worker in others} == {str(SERVICE)}


def test_a_form_that_is_sent_to_all_of_them_at_once_is_done_once(
    licensing: sl.Licensing, workers: list[Worker]
) -> None:
    fields = {**workers[0].card("cy"), PLAN: str(SALES)}
    statuses = on_all(workers, lambda worker: worker.post("/user", fields).status_code)
    # A worker that has seen the other's write finds nothing to do; one that has not is told of it.
    assert set(statuses) <= {303, 409}
    assert 303 in statuses
    assert assignments(licensing, "cy") == 1
    start = {**_start(workers[0]), "kind": "no_travel"}
    assert sorted(on_all(workers, lambda worker: worker.post("/events/start", start).status_code)) == [
        303,
        409,
        409,
        409,
    ]
    licensing.refresh()
    assert [event.kind for event in licensing.notices.running()] == ["no_travel"]


def _start(worker: Worker) -> dict[str, str]:
    return {"token": field(worker.page("/"), "token"), "scope": "all_databases", "message": ""}


def test_what_another_worker_has_changed_is_shown_and_not_overwritten(
    licensing: sl.Licensing, workers: list[Worker]
) -> None:
    fields = [worker.card("dorthe") for worker in workers]
    assert workers[0].post("/user", {**fields[0], PLAN: str(SALES)}).status_code == 303
    for worker, shown in list(zip(workers, fields, strict=True))[1:]:
        response = worker.post("/user", {**shown, PLAN: str(MARKETING)})
        assert response.status_code == 409
        assert "Assigned meanwhile: Sales Premium" in response.text
    licensing.refresh()
    assert licensing.gate.holds("dorthe", SALES)


def test_nobody_is_starved_by_what_others_write_about_others(licensing: sl.Licensing, workers: list[Worker]) -> None:
    done, written = Event(), dict.fromkeys(TOGGLERS, 0)

    def toggle(worker: Worker, user: str) -> None:
        for plan in cycle([str(SALES), ""]):
            if done.is_set():
                return
            response = worker.post("/user", {**worker.card(user), PLAN: plan})
            assert response.status_code == 303, response.text
            written[user] += 1

    def administer() -> None:
        for turn in range(8):
            worker = workers[turn % WORKERS]
            # The first attempt counts: nobody has touched what this page showed.
            response = worker.post("/user", {**worker.card("root"), PLAN: str(SALES) if turn % 2 == 0 else ""})
            assert response.status_code == 303, response.text
            time.sleep(STALENESS.total_seconds())  # the next worker has seen it

    with ThreadPoolExecutor(WORKERS) as pool:
        busy = [pool.submit(toggle, worker, user) for worker, user in zip(workers, TOGGLERS, strict=True)]
        try:
            administer()
        finally:
            done.set()
        for one in busy:
            one.result()
    assert min(written.values()) > 0
    licensing.refresh()
    entries = [entry for entry in licensing.journal.entries() if entry.kind in {"assign", "release"}]
    assert {entry.by for entry in entries} == {"root"}
    for user in TOGGLERS:
        assert (
            len([entry for entry in licensing.journal.entries(user=user) if entry.kind != "save_user"]) == written[user]
        )

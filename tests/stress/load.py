"""Load: many clients ask the FastAPI example at once, and an administrator writes beside.

Every visitor gets the page that their licenses give them, in every answer, and every
write of the administrator succeeds.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import httpx
from attrs import define, field, frozen

import superlicense as sl
from tests.installation import SALES, package
from tests.stress.load_server import PREFIX, URL
from tests.stress.storages import Database, customer

__all__ = ["Loaded", "put_under_load"]

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds, for a server to start and for one answer, on a busy machine
EXTRA = "visible-for"
# What each visitor asks in turn, and the status of the answer: anna has a plan, bo has none.
ASKED = (("anna", "GET", "/", 200), ("anna", "POST", "/quotes", 200), ("bo", "GET", "/", 403), ("cy", "GET", "/", 200))


@frozen
class Loaded:
    """What a load came to.

    Attributes:
        requests: Requests that were answered.
        fewest: Requests of the client that was answered least often.
        writes: Writes of the administrator.
        gate_share: The gate's part of the CPU time of the server, in percent.
    """

    requests: int
    fewest: int
    writes: int
    gate_share: int

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.requests:,} requests, at least {self.fewest} a client, {self.writes:,} writes beside, no error;"
            f" the gate, with what would help whom it denies, is {self.gate_share} % of a request"
        )


@define
class Administrator(Thread):
    """Writes as long as it is not told to stop; what goes wrong is kept."""

    licensing: sl.Licensing
    stop: Event = field(factory=Event)
    writes: int = 0
    error: BaseException | None = None

    def __attrs_pre_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = Thread.__hash__

    def run(self) -> None:
        try:
            for number in cycle(range(1000)):
                if self.stop.is_set():
                    return
                act = self.licensing.seats.release if number % 2 else self.licensing.seats.assign
                act("cy", EXTRA, by="admin")
                self.licensing.users.save(sl.User(id="dorthe", name=f"Dorthe {number}", may_log_in=True))
                self.writes += 2
        except BaseException as error:  # noqa: BLE001 - raised again where the run is judged
            self.error = error


def put_under_load(database: Database, *, seconds: float, clients: int = 50) -> Loaded:
    """Ask the example on *database* with *clients* at once for *seconds*.

    Raises:
        AssertionError: An answer was not the one that is due, or a write failed.
    """
    store = database.open(pooled=True)
    licensing = sl.Licensing(store, customer(), trust=None)
    licensing.packages.adopt_unsigned(_package(), by="admin")
    licensing.users.sync([sl.User(id=user, may_log_in=True) for user in ("anna", "bo", "cy", "dorthe")])
    for user in ("anna", "cy"):
        licensing.seats.assign(user, SALES, by="admin")
    administrator = Administrator(licensing)
    try:
        with _served(database) as address:
            administrator.start()
            counts, wrong = asyncio.run(_ask(address, seconds, clients))
            administrator.stop.set()
            administrator.join(PATIENCE)
            assert administrator.error is None, repr(administrator.error)
            assert wrong == Counter(), wrong
            counted = httpx.get(f"{address}/counted", timeout=PATIENCE).json()
            _check_that_a_release_is_seen(licensing, address)
    finally:
        administrator.stop.set()
        store.engine.dispose()
    return Loaded(
        requests=sum(counts),
        fewest=min(counts),
        writes=administrator.writes,
        gate_share=100 * counted["gate_ns"] // counted["process_ns"],
    )


def _package() -> sl.LicensePackage:
    return package(seats=3, validity=sl.Validity())


def _check_that_a_release_is_seen(licensing: sl.Licensing, address: str) -> None:
    """Check that what was written last is what is answered once the bound has passed."""
    licensing.seats.release("anna", SALES, by="admin")
    time.sleep(sl.Policy().max_staleness / timedelta(seconds=1))
    assert httpx.get(f"{address}/", headers={"X-User": "anna"}, timeout=PATIENCE).status_code == 403


async def _ask(address: str, seconds: float, clients: int) -> tuple[list[int], Counter[str]]:
    """Return how many answers each client got, and those that were not due."""
    counts, wrong = [0] * clients, Counter[str]()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=PATIENCE) as client:
        until = time.monotonic() + seconds

        async def visit(number: int) -> None:
            for user, method, path, due in cycle(ASKED[number % len(ASKED) :] + ASKED[: number % len(ASKED)]):
                try:
                    response = await client.request(method, path, headers={"X-User": user})
                except httpx.HTTPError as error:
                    wrong[repr(error)] += 1
                else:
                    counts[number] += 1
                    if response.status_code != due:
                        wrong[f"{user} {path}: {response.status_code} {response.text[:100]}"] += 1
                if time.monotonic() >= until:
                    return

        await asyncio.gather(*(visit(number) for number in range(clients)))
    return counts, wrong


@contextmanager
def _served(database: Database) -> Iterator[str]:
    """Serve the example in a process of its own, which has nothing to complain about."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    environment = {**os.environ, URL: database.url, PREFIX: database.prefix, "PYTHONPATH": path}
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.stress.load_server:app"]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [*command, "--port", str(port), "--log-level", "error", "--lifespan", "off"],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    said = b""
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while True:
            try:
                httpx.get(f"{address}/ready", timeout=PATIENCE)
            except httpx.ConnectError:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                break
        yield address
    finally:
        process.terminate()
        _, said = process.communicate(timeout=PATIENCE)
    assert said == b"", said.decode(errors="replace")

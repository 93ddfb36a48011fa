"""Worker processes that serve the Licenses screen of one database, and a client for each."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine
from starlette.requests import Request

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.web import licenses_app
from tests.screens.tenant import INSTALLATION
from tests.web.browser import ORIGIN, fields_of

__all__ = ["STALENESS", "Worker", "app", "opened", "started"]

ROOT = Path(__file__).parents[2]
STALENESS = timedelta(milliseconds=500)
PATIENCE = 60.0  # seconds, for a process to start on a busy machine
_STORE, _SECRET = "SUPERLICENSE_TEST_STORE", "SUPERLICENSE_TEST_SECRET"


def opened(store: sl.Store) -> sl.Licensing:
    """Open the installation in *store*."""
    return sl.Licensing(store, INSTALLATION, trust=None, policy=sl.Policy(max_staleness=STALENESS))


def app() -> Any:  # noqa: ANN401 - an ASGI app
    """Make the app of a worker, which knows the database and the secret from its environment."""

    licensing = opened(SqlStore(create_engine(os.environ[_STORE])))

    def who(request: Request) -> str | None:
        return request.headers.get("x-user")

    return licenses_app(licensing, who=who, secret=bytes.fromhex(os.environ[_SECRET]))


class Worker:
    """A worker, as one user sees it."""

    def __init__(self, address: str, user: str = "root") -> None:
        self.address = address
        self._client = httpx.Client(base_url=address, headers={"X-User": user}, timeout=PATIENCE)

    def page(self, path: str) -> str:
        response = self._client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def json(self, path: str) -> Any:  # noqa: ANN401 - JSON
        response = self._client.get(path, headers={"Accept": "application/json"})
        assert response.status_code == 200, response.text
        return response.json()

    def card(self, user: str) -> dict[str, list[str]]:
        """Give the fields of the card of *user*, as a browser would send them."""
        return fields_of(self.page(f"/user?id={user}"), "/user")

    def plan(self, user: str) -> str:
        """Give the plan of *user* that the card shows; nothing for none."""
        return self.card(user)["plan:superoffice"][0]

    def post(self, path: str, fields: Mapping[str, Any]) -> httpx.Response:
        return self._client.post(path, data=dict(fields), headers=ORIGIN)

    def wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._client.get("/static/licenses.css")
            except httpx.TransportError:
                assert process.poll() is None, "the worker has ended"
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def close(self) -> None:
        self._client.close()


@contextmanager
def started(url: str, number: int, secret: bytes) -> Iterator[list[Worker]]:
    """Start *number* worker processes, all with the same *secret*."""
    environment = {
        **os.environ,
        _STORE: url,
        _SECRET: secret.hex(),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
    }
    with ExitStack() as stack:
        workers = []
        for port in _free_ports(number):
            command = [sys.executable, "-m", "uvicorn", "--factory", "tests.web.workers:app"]
            process = subprocess.Popen(  # noqa: S603 - ourselves
                [*command, "--port", str(port), "--log-level", "error", "--lifespan", "off"], env=environment, cwd=ROOT
            )
            stack.callback(process.wait, PATIENCE)
            stack.callback(process.terminate)
            worker = Worker(f"http://127.0.0.1:{port}")
            stack.callback(worker.close)
            workers.append((worker, process))
        for worker, process in workers:
            worker.wait_until_it_answers(process)
        yield [worker for worker, _ in workers]


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]

"""`superlicense serve`: the demo on the web, from a denied login to a yes."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import superlicense as sl
from superlicense.cli.demo_folder import RENEWAL, open_demo
from superlicense.cli.demo_host import demo_host
from tests.cli.program import PATIENCE, start
from tests.for_each import for_each
from tests.web.browser import ORIGIN, Browser, field, fields_of, text_of
from tests.web.conftest import SECRET

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


class Visitor(Browser):
    """Keeps the cookie that a login gives."""

    def login(self, user: str, client: str = "web") -> httpx.Response:
        response = self.post("/login", {"user": user, "client": client})
        cookie = response.headers.get("set-cookie", "").partition(";")[0]
        if cookie:
            self.headers = {"Cookie": cookie}
        return response


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    open_demo(folder, "en", datetime.now(UTC))  # noqa: TID251 - the demo runs on the clock of the machine
    return folder


@pytest.fixture
def demo(folder: Path) -> sl.Licensing:
    return open_demo(folder, "en", NOW)


@pytest.fixture
def visitor(demo: sl.Licensing) -> Visitor:
    visitor = Visitor(demo_host(demo, secret=SECRET), user=None)
    visitor.headers = {"Host": "localhost"}
    return visitor


def test_who_is_not_logged_in_is_sent_to_the_page_for_it(visitor: Visitor) -> None:
    for path in ("/", "/licenses/", "/licenses/users"):
        response = visitor.get(path)
        assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert "Signe Lund (administrator)" in visitor.page("/login")
    assert visitor.get("/licenses/static/licenses.css").status_code == 200


def test_a_denied_login_shows_why_and_what_would_help(visitor: Visitor) -> None:
    denied = visitor.login("emil")
    told = text_of(denied.text)
    assert denied.status_code == 403
    assert "has no user plan" in told
    assert "What would help" in told
    assert "set-cookie" not in denied.headers
    assert visitor.login("nobody").status_code == 403
    assert visitor.login("<script>").status_code == 403


def test_a_login_that_is_allowed_shows_the_message_of_the_day(visitor: Visitor) -> None:
    response = visitor.login("anders")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    page = visitor.page("/", Host="localhost")
    assert "The server is being moved tonight" in page
    assert "/licenses/" not in page.replace("/licenses/static", "")
    assert visitor.get("/licenses/", Host="localhost").status_code == 403


def test_an_administrator_uploads_the_renewal_and_sees_the_dialog(visitor: Visitor, folder: Path) -> None:
    assert visitor.login("signe").status_code == 303
    visitor.headers = {**visitor.headers, "Host": "localhost"}
    assert "/licenses/" in visitor.page("/")
    token = field(visitor.page("/licenses/activate"), "token")
    files = {"file": (RENEWAL, (folder / RENEWAL).read_bytes())}
    shown = visitor.post("/licenses/activate", {"token": token}, ORIGIN, files=files)
    assert "Blocks the activation" in shown.text
    fields = fields_of(shown.text, "/licenses/activate/package")
    moved = visitor.post("/licenses/activate/package", {**fields, "action": "preview"})
    assert "Blocks the activation" not in moved.text
    assert 'class="bar"' in visitor.page("/licenses/meters")
    response = visitor.post("/logout", {})
    assert "Max-Age=0" in response.headers["set-cookie"]


@for_each("cookie", ["", "x.y", "616e6e61.00", "zz.00", ".", "ff.00", "ff." + "0" * 64])
def test_a_forged_cookie_is_nobody(visitor: Visitor, cookie: str) -> None:
    response = visitor.get("/", Cookie=f"superlicense_demo={cookie}")
    assert response.headers["location"] == "/login"


def test_other_hosts_and_origins_are_refused(visitor: Visitor) -> None:
    assert visitor.get("/login", Host="evil.example").status_code == 400
    for path in ("/login", "/logout"):
        assert visitor.post(path, {"user": "signe"}, {"Sec-Fetch-Site": "cross-site"}).status_code == 403


def first_answer(url: str) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return httpx.get(url).text
        except httpx.ConnectError:
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.slow
def test_one_command_serves_it_on_this_machine(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start("serve", str(tmp_path / "demo"), "--port", str(port), "--lang", "da", stderr=subprocess.STDOUT)
    try:
        assert "Log på" in first_answer(f"http://127.0.0.1:{port}/login")
        assert sorted(path.name for path in (tmp_path / "demo").iterdir())[:1] == ["licenses.db"]
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
    assert re.search(rf"http://127\.0\.0\.1:{port}/", said.decode())

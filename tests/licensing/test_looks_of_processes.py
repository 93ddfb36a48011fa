"""Looks and processes: what is forked, and what ends, while a look is running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from time import monotonic

import pytest

from tests.adapters.databases import a_schema

pytestmark = pytest.mark.slow

PRELUDE = """
import asyncio, os, sys, threading, time, warnings
from datetime import timedelta
from sqlalchemy import create_engine
import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore

warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, which this is about
WEB = sl.Client.WEB


class Slow(SqlStore):
    seconds = 0

    def reading(self, installation):
        time.sleep(self.seconds)
        return super().reading(installation)


def opened(**policy):
    store = Slow(create_engine(sys.argv[1]))
    store.migrate()
    ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    return store, sl.Licensing(store, ours, trust=None, policy=sl.Policy(**policy))


def begin_a_look(licensing):
    licensing.gate.login("anna", WEB)
    while not any(one.name == "superlicense-look" for one in threading.enumerate()):
        time.sleep(0.01)
        licensing.gate.login("anna", WEB)


def in_a_fork(act):
    process = os.fork()
    if not process:
        act()
        sys.exit(0)  # with what the interpreter does at its exit
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
"""


def run(tmp_path: Path, script: str, url: str = "") -> float:
    """Run *script* in a process of its own, and return how many seconds that took."""
    began = monotonic()
    url = url or f"sqlite:///{tmp_path / 'licenses.db'}"
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", PRELUDE + dedent(script), url], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return monotonic() - began


def test_a_fork_after_the_import(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        assert threading.active_count() == 1

        def serve():
            _, licensing = opened()
            licensing.users.save(sl.User(id="anna"))
            assert licensing.users.find("anna")

        in_a_fork(serve)
        """,
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_forks_of_an_open_instance_look_and_write_for_themselves(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    """Each has connections of its own."""
    url = ""
    if database == "postgresql":
        url = a_schema(request.getfixturevalue("postgres")).url.render_as_string(hide_password=False)
    run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=0.2))
        licensing.users.save(sl.User(id="anna"))

        def serve(number):
            def act():
                licensing.users.save(sl.User(id=f"user{number}"))
                licensing.refresh()
                assert licensing.users.find("anna")
            return act

        for number in range(3):
            in_a_fork(serve(number))
        licensing.refresh()
        assert len(licensing.users.all()) == 4
        """,
        url,
    )


def test_a_fork_while_a_look_is_running(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=0.4), look_patience=timedelta(seconds=30))
        licensing.users.save(sl.User(id="anna"))
        store.seconds = 30
        begin_a_look(licensing)

        def serve():
            assert threading.active_count() == 1
            store.seconds = 0
            time.sleep(0.5)
            # The look of the parent is not waited for.
            began = time.monotonic()
            assert not licensing.gate.login("anna", WEB).warnings
            assert time.monotonic() - began < 15
            licensing.users.save(sl.User(id="bo"))

        in_a_fork(serve)
        os._exit(0)  # without waiting for its own look
        """,
    )


def test_a_fork_in_the_middle_of_a_change_loads_everything(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=60))
        licensing.users.save(sl.User(id="anna"))
        state = licensing._engine.worlds.state
        held, go_on = threading.Event(), threading.Event()

        def change():
            with state.lock, state.snapshot._lock.mine(), licensing._engine.worlds.looks._lock.mine():
                held.set()
                go_on.wait()

        changing = threading.Thread(target=change)
        changing.start()
        held.wait()

        def serve():
            licensing.refresh()
            assert state.snapshot.revision.number == 1
            assert licensing.users.find("anna")
            licensing.gate.login("anna", WEB)
            licensing.users.save(sl.User(id="bo"))
            os._exit(0)

        in_a_fork(serve)
        go_on.set()
        changing.join()
        """,
    )


def test_an_interpreter_that_exits_waits_for_a_look(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=0.1), look_patience=timedelta(seconds=50))
        store.seconds = 0.5
        inner = store.reading
        def reading(installation):
            view = inner(installation)
            open(sys.argv[1].removeprefix("sqlite:///") + ".read", "w").close()
            return view
        store.reading = reading
        begin_a_look(licensing)
        """,
    )
    assert (tmp_path / "licenses.db.read").exists()


def test_an_interpreter_exits_during_a_look_that_hangs(tmp_path: Path) -> None:
    took = run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=0.1), look_patience=timedelta(seconds=0.2))
        store.seconds = 1000
        begin_a_look(licensing)
        """,
    )
    assert took < 30


def test_no_thread_is_left(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        store, licensing = opened(max_staleness=timedelta(seconds=0.1))
        begin_a_look(licensing)
        until = time.monotonic() + 50
        while threading.enumerate() != [threading.main_thread()]:
            assert time.monotonic() < until
            time.sleep(0.01)
        """,
    )


def test_an_event_loop_is_never_blocked_longer_than_the_patience(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        store, licensing = opened(
            max_staleness=timedelta(seconds=0.2), look_patience=timedelta(seconds=0.3)
        )
        store.seconds = 50

        async def serve():
            blocked = 0
            for _ in range(100):
                began = time.monotonic()
                licensing.gate.login("anna", WEB)
                blocked = max(blocked, time.monotonic() - began)
                await asyncio.sleep(0.02)
            return blocked

        # On a machine with other things to do; a look that is waited for takes 50.
        assert asyncio.run(serve()) < 0.3 + 10
        os._exit(0)
        """,
    )

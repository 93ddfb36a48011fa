"""The nightly job: fetch, offer, and a report of what waits, which dates come near, and whose seats are idle."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import superlicense as sl
from docs.examples import nightly_job
from docs.examples.nightly_job import NightlyJob
from superlicense import testing
from superlicense.errors import StoreUnavailableError
from tests.contrib.visits import make_service
from tests.installation import EXPIRES_AT, SALES, Clock
from tests.licensing.vendor import issued, root

OWNER = "superoffice"


class Source:
    """Where the host gets packages from."""

    def __init__(self, document: bytes | Exception | None) -> None:
        self.document = document

    def __call__(self, installation: sl.Installation, owner: str) -> bytes | None:
        del installation, owner
        if isinstance(self.document, Exception):
            raise self.document
        return self.document


@pytest.fixture
def vendor() -> testing.Vendor:
    return testing.vendor()


def document(vendor: testing.Vendor, clock: Clock, *, issue: int, seats: int = 10, **fields: Any) -> bytes:  # noqa: ANN401
    return vendor.issue(testing.package(seats=seats, issue=issue, issued_at=clock.now, **fields))


def installed(
    vendor: testing.Vendor, clock: Clock, source: bytes | Exception | None = None, **fields: object
) -> sl.Licensing:
    """Open an installation whose next check is due, with two holders of one plan."""
    licensing = sl.Licensing(
        sl.MemoryStore(), testing.installation(), trust=vendor.root, clock=clock, package_source=Source(source)
    )
    validity = sl.Validity(next_check_at=clock.now + timedelta(hours=1), **fields)  # type: ignore[arg-type]  # instants
    first = document(vendor, clock, issue=1, validity=validity)
    licensing.packages.activate(licensing.packages.preview(first), by="admin")
    licensing.users.sync([testing.user("anna"), testing.user("bo")])
    for user in ("anna", "bo"):
        licensing.seats.assign(user, SALES, by="admin")
    clock.forward(hours=2)
    return licensing


def run(job: NightlyJob, clock: Clock, **last_login: timedelta) -> nightly_job.Report:
    """Run the job; everybody has logged in just now, but for those who are named."""
    ago = {"anna": timedelta(0), "bo": timedelta(0), **last_login}
    return job.run(clock.now, {user: clock.now - since for user, since in ago.items()})


def test_a_quiet_night_has_nothing_to_report(vendor: testing.Vendor, clock: Clock) -> None:
    report = run(NightlyJob(installed(vendor, clock)), clock)
    assert (report.lines, report.needs_attention) == ([], False)


def test_a_package_that_hurts_nobody_is_activated(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock, document(vendor, clock, issue=2, seats=20))
    report = run(NightlyJob(licensing), clock)
    assert (report.lines, report.needs_attention) == (["superoffice: new package activated"], False)
    current = licensing.packages.current()
    assert current is not None
    assert current.issue == 2


def test_a_package_that_hurts_waits_and_says_why(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock, document(vendor, clock, issue=2, seats=1))
    report = run(NightlyJob(licensing), clock)
    assert report.needs_attention
    assert report.lines[0] == "SuperOffice: a package waits for an administrator"
    assert any("Sales Premium" in line for line in report.lines[1:])
    current = licensing.packages.current()
    assert current is not None
    assert current.issue == 1


def test_a_source_that_fails_is_reported_and_stops_nothing_else(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock, OSError("no route"), expires_at=EXPIRES_AT)
    clock.now = EXPIRES_AT - timedelta(days=30)
    report = run(NightlyJob(licensing), clock)
    assert report.needs_attention
    assert report.lines[0].startswith("superoffice: ")
    assert any("26 March 2027" in line for line in report.lines[1:])


def test_the_inbox_is_offered_once(vendor: testing.Vendor, clock: Clock, tmp_path: Path) -> None:
    licensing = installed(vendor, clock)
    (tmp_path / "a-good.json").write_bytes(document(vendor, clock, issue=2, seats=20))
    (tmp_path / "b-bad.json").write_bytes(b"{}")
    (tmp_path / "c-blocked.json").write_bytes(document(vendor, clock, issue=3, seats=1))
    report = run(NightlyJob(licensing, inbox=tmp_path), clock)
    assert report.lines[0] == "a-good.json: activated"
    assert report.lines[1].startswith("b-bad.json: ")
    assert report.lines[2] == "c-blocked.json: waits"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-good.done", "b-bad.refused", "c-blocked.done"]
    assert not any(".json" in line for line in run(NightlyJob(licensing, inbox=tmp_path), clock).lines)


def test_dates_are_reported_when_they_come_near(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock, expires_at=EXPIRES_AT)
    clock.now = EXPIRES_AT - nightly_job.NEAR
    assert run(NightlyJob(licensing), clock).lines == []
    clock.forward(seconds=1)
    report = run(NightlyJob(licensing, language="da"), clock)
    assert report.lines == ["SuperOffice: Udløber 26. marts 2027"]
    assert report.needs_attention


def test_idle_seats_are_listed_and_kept(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock)
    clock.forward(days=200)
    report = run(NightlyJob(licensing), clock, bo=nightly_job.IDLE)
    assert len(report.lines) == 1
    assert report.lines[0].startswith("bo: Sales Premium, last login ")
    assert not report.needs_attention
    assert licensing.gate.login("bo", sl.Client.WEB).allowed
    never = NightlyJob(licensing).run(clock.now, {"anna": clock.now})
    assert never.lines == ["bo: Sales Premium, never logged in"]


def test_a_store_that_is_down_is_reported(clock: Clock) -> None:
    service = make_service(clock)
    service.take_the_store_away()
    service.let_the_grace_pass()
    report = NightlyJob(service.licensing).run(clock.now, {})
    assert report.needs_attention
    assert all("store_unavailable" in line for line in report.lines)
    assert "10.0.0.7" not in str(report.lines)


def test_a_store_that_fails_during_an_offer_keeps_the_file(
    vendor: testing.Vendor, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    licensing = installed(vendor, clock)

    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr("superlicense.licensing.packages.Packages.offer", fail)
    (tmp_path / "a.json").write_bytes(document(vendor, clock, issue=2))
    report = run(NightlyJob(licensing, inbox=tmp_path), clock)
    assert report.needs_attention
    assert (tmp_path / "a.json").exists()


def test_without_logins_no_seat_is_called_idle(vendor: testing.Vendor, clock: Clock) -> None:
    licensing = installed(vendor, clock)
    assert any("never logged in" in line for line in NightlyJob(licensing).run(clock.now, {}).lines)
    assert not any("never logged in" in line for line in NightlyJob(licensing).run(clock.now, None).lines)


@pytest.mark.slow
def test_the_program_runs(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "root.json").write_bytes(root())
    (tmp_path / "logins.json").write_text('{"anna": "2026-11-20T08:00:00Z"}')

    def ran() -> tuple[int, str, str]:
        files = [str(tmp_path / "root.json"), str(inbox), str(tmp_path / "logins.json")]
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, nightly_job.__file__, f"sqlite:///{tmp_path / 'crm.db'}", *files],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    assert ran() == (0, "Nothing to report.\n", "")
    (inbox / "first.json").write_bytes(issued(1, validity=sl.Validity()))
    assert ran() == (0, "first.json: activated\n", "")
    assert [path.name for path in inbox.iterdir()] == ["first.done"]

"""A nightly job: fetch and offer packages, and report what waits, dates that come near, and idle seats.

    python docs/examples/nightly_job.py sqlite:///crm.db root.json inbox/ [logins.json]

The trust root is the vendor's. The logins, which the host knows, are an object of user ids with
the instant of the last login: {"anna": "2026-11-20T08:00:00Z"}. Without it, idle seats are not reported.

It changes nothing that could hurt: an offered package is activated only if nobody loses anything
by it, and waits for an administrator otherwise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import superlicense as sl

BY = "nightly"
NEAR = timedelta(days=60)
IDLE = timedelta(days=90)


@dataclass
class Report:
    """What an administrator finds in the morning.

    Attributes:
        lines: What to read, in the language of the reader.
        needs_attention: Whether a person has to act.
    """

    lines: list[str] = field(default_factory=list)
    needs_attention: bool = False

    def add(self, line: str, *, needs_attention: bool = False) -> None:
        """Add a line."""
        self.lines.append(line)
        self.needs_attention |= needs_attention


@dataclass
class NightlyJob:
    """The job of one installation.

    Attributes:
        licensing: The installation, with a `PackageSource` if packages are fetched.
        owners: Whose packages are watched.
        inbox: A folder where people put packages that came by mail.
        language: The language of the report.
    """

    licensing: sl.Licensing
    owners: Sequence[str] = ("superoffice",)
    inbox: Path | None = None
    language: str = "en"

    def run(self, now: datetime, last_login: Mapping[str, datetime] | None) -> Report:
        """Do everything once; a step that fails is reported and prevents no other.

        Args:
            now: The time of the run.
            last_login: When each user last logged in, which the host knows; `None`
                if it does not, and then no seat is called idle.
        """
        report = Report()
        steps: tuple[Callable[[], None], ...] = (
            lambda: self.fetch(report),
            lambda: self.offer(report),
            lambda: self.report_waiting(report),
            lambda: self.report_dates(report, now),
            lambda: None if last_login is None else self.report_idle(report, last_login),
            lambda: self.check_meters(report),
        )
        for step in steps:
            try:
                step()
            except sl.SuperlicenseError as error:
                report.add(f"{sl.message(error, self.language)} ({error.code})", needs_attention=True)
        return report

    def fetch(self, report: Report) -> None:
        """Ask the source for newer packages; the owners that fail are reported."""
        for outcome in self.licensing.packages.fetch(by=BY):
            if outcome.error is not None:
                report.add(f"{outcome.owner}: {sl.message(outcome.error, self.language)}", needs_attention=True)
            elif outcome.activation is not None and outcome.activation.activated:
                report.add(f"{outcome.owner}: new package activated")

    def offer(self, report: Report) -> None:
        """Offer the packages of the inbox; those that are done with leave it."""
        for path in sorted(self.inbox.glob("*.json")) if self.inbox is not None else []:
            try:
                activation = self.licensing.packages.offer(path.read_bytes(), by=BY)
            except sl.StoreError:
                raise  # the next run offers it again
            except sl.SuperlicenseError as error:
                report.add(f"{path.name}: {sl.message(error, self.language)}", needs_attention=True)
                path.rename(path.with_suffix(".refused"))
            else:
                report.add(f"{path.name}: {'waits' if activation.waiting else 'activated'}")
                path.rename(path.with_suffix(".done"))

    def report_waiting(self, report: Report) -> None:
        """Report packages that wait, and what prevents their activation."""
        words = self.licensing.words(self.language)
        for owner in self.owners:
            preview = self.licensing.packages.preview_waiting(owner)
            if preview is not None:
                report.add(f"{words.owner(owner)}: a package waits for an administrator", needs_attention=True)
                for text in words.of_all(blocker.reason for blocker in preview.blockers):
                    report.add(f"  {text.text}")

    def report_dates(self, report: Report, now: datetime) -> None:
        """Report the dates of packages that come near."""
        words = self.licensing.words(self.language)
        for date in self.licensing.packages.dates(now + NEAR):
            # The next check is this job's own business.
            if date.kind is not sl.PackageDateKind.NEXT_CHECK:
                report.add(
                    f"{words.owner(date.owner)}: {words.text(date.kind)} {words.date(date.at)}", needs_attention=True
                )

    def report_idle(self, report: Report, last_login: Mapping[str, datetime]) -> None:
        """Report seats of users who do not log in; nothing is released by itself."""
        words = self.licensing.words(self.language)
        for idle in self.licensing.seats.idle(last_login, after=IDLE):
            since = "never logged in" if idle.last_login is None else f"last login {words.date(idle.last_login.date())}"
            report.add(f"{idle.user}: {', '.join(map(words.title, idle.licenses))}, {since}")

    def check_meters(self, report: Report) -> None:
        """Record the levels that are crossed by time alone, such as those of averages."""
        for crossing in self.licensing.meters.check(by=BY):
            report.add(f"{crossing.meter}: {crossing.level} % of the threshold", needs_attention=True)


def read_logins(path: Path) -> dict[str, datetime]:
    """Return the last logins that are listed in a JSON file."""
    return {user: datetime.fromisoformat(at) for user, at in json.loads(path.read_text("utf-8")).items()}


def main() -> int:
    """Run once, and return 1 if a person has to act."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - tests bring a store of their own

    from superlicense.adapters.sqlalchemy import SqlStore  # noqa: PLC0415 - as above

    url, root, inbox, *logins = sys.argv[1:]
    store = SqlStore(create_engine(url))
    store.migrate()
    ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    licensing = sl.Licensing(store, ours, trust=Path(root).read_bytes())
    last_login = read_logins(Path(logins[0])) if logins else None
    report = NightlyJob(licensing, inbox=Path(inbox)).run(sl.utc_now(), last_login)
    print("\n".join(report.lines) or "Nothing to report.")
    return int(report.needs_attention)


if __name__ == "__main__":
    sys.exit(main())

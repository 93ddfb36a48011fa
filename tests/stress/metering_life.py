"""Stories of metering over changes of terms, zones and instances, compared with a recount of all that happens.

Two instances and a worker without meters share a store. They are deployed anew with
other price lists, policies and zones; events come late, backdated, corrected, tied
and from the future; months are closed in and out of order. After each step the usage,
screens, statements, days and events of every instance must be those of the recount.
"""

from __future__ import annotations

import copy
from collections import Counter
from datetime import datetime, timedelta
from random import Random

from attrs import evolve

import superlicense as sl
from superlicense.testing import installation, package, user_license
from tests.stress.metering_compare import plain
from tests.stress.metering_draws import BEGINNINGS, MICROSECOND, SEAL_KEY, STEPS, WORKER_KNOWS, ZONES, noun, price_list
from tests.stress.metering_reports import ReportingInstances
from tests.stress.recount_months import Setup, following


class Life(ReportingInstances):
    """One story: an installation, its instances, and the recount."""

    def __init__(self, seed: int) -> None:
        """Begin the story of *seed*."""
        random = Random(seed)  # noqa: S311 - no secret
        super().__init__(random, random.choice(BEGINNINGS))
        self.store = sl.MemoryStore()
        self.seal_key = SEAL_KEY if self.random.random() < 0.25 else None
        self.zone = self.random.choice(ZONES)
        self.users, self.packages = 0, 0
        self.bought: int | None = None
        self.newest_fact: datetime | None = None
        self.did: Counter[str] = Counter()
        for name in ("a", "b", "worker"):
            self.deploy(name)

    # ---------------------------------------------------------------- what happens

    def deploy(self, name: str) -> None:
        """Deploy an instance with a price list, a policy and a zone, which may be other ones than before."""
        draw = self.random
        if draw.random() < 0.2:
            self.zone = draw.choice(ZONES)
        meters = None if name == "worker" else price_list(self.random)
        known = WORKER_KNOWS if meters is None else frozenset(meters)
        count = draw.choice(["highest", "highest", "at_close", "bought"])
        setup = Setup(zone=self.zone, user_count=count, meters=meters, known=known)
        self.setups[name] = setup
        self.instances[name] = sl.Licensing(
            self.store,
            evolve(installation(), time_zone=setup.zone),
            trust=None,
            clock=self.clock,
            policy=sl.Policy(user_count=sl.UserCount(count)),
            meters=None if meters is None else tuple(noun(one) for one in meters.values()),
            seal_key=self.seal_key,
        )
        self.tell("deploy", name, setup)

    def step(self) -> None:
        """Let one more thing happen, and compare."""
        draw = self.random
        self.clock.now += draw.choice(STEPS)
        name = draw.choice(["a", "a", "b", "worker"])
        what = draw.choice(
            ["batch"] * 8 + ["move"] * 4 + ["close"] * 3 + ["check", "deploy", "deploy", "set_terms", "try"]
        )
        {
            "batch": self.record,
            "move": self.move,
            "close": self.close,
            "check": self.check,
            "deploy": self.deploy,
            "set_terms": self.set_terms,
            "try": self.try_record,
        }[what](name)
        self.did[what] += 1

    def move(self, name: str) -> None:
        """Let users come and go, at times with an instant of their own."""
        draw, licensing, setup = self.random, self.instances[name], self.setups[name]
        users, bought = draw.randrange(9), draw.choice([self.bought, None, 10])
        at, backdated = self.now(), False
        back = self.dated(setup)
        if back is not None:
            at, backdated = back, True
        quantity = None if bought is None else max(bought, users, self.users, 1)
        moves_users, moves_bought = users != self.users, not self.packages or quantity != self.bought
        if not (moves_users or moves_bought):
            return
        self.tell("move", name, users, quantity, at)
        changes: list[sl.Change] = []
        if moves_bought and not backdated:
            self.packages += 1
            sold = package(licenses=(user_license("user", quantity),), issue=self.packages)
            licensing.packages.adopt_unsigned(sold, by="admin")
            self.newest_fact = self.now()
            if quantity != self.bought:
                self.moved(self.users, quantity, self.now(), setup)
        if not moves_users or not self.packages:
            return
        changes += [sl.SaveUser(user=sl.User(id=f"user{one}")) for one in range(self.users, users)]
        changes += [sl.Assign(holder=f"user{one}", license="user") for one in range(self.users, users)]
        changes += [sl.Release(holder=f"user{one}", license="user") for one in range(users, self.users)]
        through = self.recount.closed_through
        if backdated and self.bought is not None and users > self.bought:
            return
        refused = backdated and bool(through) and at < self.recount.months[through].end
        try:
            licensing.apply(changes, by="admin", at=at if backdated else None)
        except sl.WriteOutOfOrderError:
            self.same("a backdated write", "refused", "refused" if refused else "written")
            return
        self.same("a backdated write", "written", "refused" if refused else "written")
        self.newest_fact = at
        self.moved(users, self.bought, at, setup)

    def instants_back(self, setup: Setup, since: datetime) -> list[datetime]:
        """Return instants at which a write may be dated back: near, far, and where months begin."""
        now, months = self.now(), {self.recount.month_of(at, setup.zone) for at in (since, self.now())}
        begin = [self.recount.bounds(month, setup.zone)[0] for month in sorted({*months, *self.recount.months})]
        near = [at + by for at in begin for by in (-MICROSECOND, timedelta(0), MICROSECOND)]
        return [since, now - (now - since) / 2, *(at for at in near if since <= at <= now)]

    def dated(self, setup: Setup) -> datetime | None:
        """Return the instant of a write, which may be dated back; `None` for one of now."""
        if self.newest_fact is None or self.random.random() < 0.7:
            return None
        self.dated_back = True
        return self.random.choice(self.instants_back(setup, self.newest_fact))

    def moved(self, users: int, bought: int | None, at: datetime, setup: Setup) -> None:
        """Let the recount move users."""
        self.recount.touch(self.recount.month_of(at, setup.zone), setup)
        self.recount.users.append((at, users, bought))
        self.users, self.bought = users, bought
        # A write that says its instant is judged as of that instant.
        reached = self.recount.note_levels(setup, at)
        month = self.recount.month_of(at, setup.zone)
        self.crossed("a move", {one for one in reached if one[1] >= month and self.recount.depends_on_users(*one[:2])})

    def close(self, name: str) -> None:
        """Close a month, if it can be closed."""
        setup, recount = self.setups[name], self.recount
        wanted = [following(f"{self.now():%Y-%m}", by) for by in (-2, -1, -1, 0)]
        if recount.closed_through:
            wanted += [following(recount.closed_through)] * 4
        month, back = self.random.choice(wanted), self.dated(setup)
        at = back or self.now()
        self.tell("close", name, month, at)
        if month in recount.statements:
            expected = None
        else:
            expected = recount.close_refusal(month, setup, at)
            kept = copy.deepcopy(recount)
            if expected is None:
                recount.touch(month, setup)
                if recount.waits(month):
                    self.recount, expected = kept, "terms_missing"
        try:
            closed = self.instances[name].meters.close(month, by="admin", at=back, force=True)
        except sl.RefusedError as error:
            self.same("a close", error.code, expected)
            return
        self.same("a close", None, expected)
        if month not in recount.statements:
            self.crossed("a close", recount.note_levels(setup, at))
            recount.statements[month] = recount.statement(month, setup, at)
            recount.closed_at[month] = at
        self.same("the final statement", plain(closed), recount.statements[month])

    def check(self, name: str) -> None:
        """Record what time alone has reached: then every level that is reached is recorded."""
        setup = self.setups[name]
        month = self.recount.month_of(self.now(), setup.zone)
        if month > self.recount.closed_through:
            self.recount.touch(month, setup)
        self.tell("check", name)
        self.instances[name].meters.check(by="nightly")
        self.crossed("a check", self.recount.note_levels(setup, self.now()))
        self.dated_back = False

    def set_terms(self, name: str) -> None:
        """Put a month on the terms of today."""
        setup, recount = self.setups[name], self.recount
        month = following(f"{self.now():%Y-%m}", self.random.choice([-1, 0, 0, 1]))
        back = self.dated(setup)
        self.tell("set_terms", name, month, back)
        refused = "month_closed" if month <= recount.closed_through else "terms_missing"
        allowed = month > recount.closed_through and setup.meters is not None
        try:
            self.instances[name].meters.set_terms(month, by="admin", at=back)
        except sl.RefusedError as error:
            self.same("set_terms", error.code, None if allowed else refused)
            return
        self.same("set_terms", None, None if allowed else refused)
        assert setup.meters is not None
        before = set(recount.months)
        recount.touch(month, setup, setup.meters)
        recount.months[month].terms |= setup.meters
        recount.months[month].user_count = setup.user_count
        opened = {month, *recount.months} - (before - {month})
        reached = recount.note_levels(setup, back or self.now())
        self.crossed("set_terms", {one for one in reached if one[1] in opened})


def live(seed: int, steps: int) -> Counter[str]:
    """Live the story of *seed* for so many *steps*; return what has happened how often.

    Raises:
        DifferenceError: an answer is not that of the recount.
    """
    life = Life(seed)
    for _ in range(steps):
        life.step()
        life.compare(whole=False)
    life.compare(whole=True)
    return life.did


def recount_stories(stories: int, steps: int, seed: int) -> Counter[str]:
    """Live so many *stories* of so many *steps*, the first with *seed*; return what has happened how often.

    Raises:
        DifferenceError: an answer is not that of the recount; its story is told.
    """
    did: Counter[str] = Counter()
    for number in range(stories):
        try:
            did += live(seed * 1_000_000 + number, steps)
        except Exception as error:
            error.add_note(f"in story {number} of seed {seed}")
            raise
    return did

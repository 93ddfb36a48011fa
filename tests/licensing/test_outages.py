"""While the store cannot be read, answers are based on the last known facts, and say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.model.world import NotRefreshed
from superlicense.rules.gate import login as login_rules
from tests.installation import (
    EDIT,
    EXPIRES_AT,
    SALES,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    codes,
    furnish,
    open_licensing,
    person,
)
from tests.licensing.outages import Elapsed, ManagedStore, by_hand, settle

MINUTE = timedelta(minutes=1)
DOWN = sl.StoreUnavailableError("the server is gone")
SEAL_KEY = bytes(range(32))


@pytest.fixture
def elapsed(monkeypatch: pytest.MonkeyPatch) -> Elapsed:
    return by_hand(monkeypatch)


@pytest.fixture
def shared() -> sl.Store:
    return sl.MemoryStore()


@pytest.fixture
def managed(shared: sl.Store) -> ManagedStore:
    return ManagedStore(shared)


def opened(store: sl.Store, clock: Clock, **policy: Any) -> sl.Licensing:  # noqa: ANN401 - fields of the policy
    # A look is not given up because the machine has other things to do.
    return open_licensing(store, clock=clock, policy=sl.Policy(**{"look_patience": MINUTE, **policy}))


@pytest.fixture
def licensing(elapsed: Elapsed, managed: ManagedStore, clock: Clock) -> sl.Licensing:
    del elapsed
    return furnish(opened(managed, clock), "anna", person("root", administrator=True), holders={"anna": SALES})


def warned(decision: sl.Decision | sl.LimitDecision) -> list[datetime]:
    """Return since when the facts of *decision* are not refreshed."""
    return [one.params["since"] for one in decision.warnings if one.code is sl.ReasonCode.FACTS_NOT_REFRESHED]


def without_warning(decision: sl.Decision) -> sl.Decision:
    kept = [one for one in decision.warnings if one.code is not sl.ReasonCode.FACTS_NOT_REFRESHED]
    return evolve(decision, warnings=kept, valid_until=None)


class TestTheLastKnownAnswer:
    """Every answer equals the last known one, with a warning and an end."""

    def test_of_the_gate(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        gate = licensing.gate

        def answers() -> list[sl.Decision]:
            return [
                *(gate.login(user, client) for user in ("anna", "root", "nobody") for client in sl.Client),
                *(gate.feature(user, name, EDIT) for user in ("anna", "nobody") for name in ("quote", "x", "a/b")),
                gate.login("anna", sl.Client.SERVICE, open_sessions=1),
                gate.login(person("anna"), WEB),
                gate.administer("root"),
                gate.administer("anna"),
            ]

        before = answers()
        managed.error = DOWN
        clock.forward(seconds=2)
        after = answers()
        assert [without_warning(one) for one in after] == [without_warning(one) for one in before]
        assert {len(warned(one)) for one in after} == {1}
        assert {at for one in after for at in warned(one)} == {START}
        assert {one.valid_until for one in after} == {START + timedelta(seconds=61)}
        assert gate.holds("anna", SALES)
        assert gate.has_system("server")

    def test_of_claims_and_abilities(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        """What is handed to others does not outlive the grace either."""
        gate, hour = licensing.gate, timedelta(hours=1)
        before = {user: gate.claims(user, hour) for user in ("anna", "nobody")}
        assert before["anna"]["exp"] == START.timestamp() + 3600
        end = START + timedelta(seconds=61)
        for seconds in (2, 30):
            managed.error = DOWN
            clock.forward(seconds=seconds)
            for user, told in before.items():
                assert gate.claims(user, hour) == {**told, "exp": int(end.timestamp())}
                assert gate.claims(user, 5)["exp"] == int(clock.now.timestamp()) + 5
                assert gate.abilities(user).valid_until == end
        managed.error = None
        clock.forward(seconds=2)
        assert gate.claims("anna", hour)["exp"] == int(clock.now.timestamp()) + 3600

    def test_of_everything_that_is_answered_from_memory(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        before = licensing.revision(), licensing.users.all(), licensing.seats.usage(SALES)
        managed.error = DOWN
        clock.forward(seconds=2)
        assert (licensing.revision(), licensing.users.all(), licensing.seats.usage(SALES)) == before
        assert warned(licensing.limits.check("active_projects", in_use=1)) == [START]
        status = licensing.screens.status("root")
        assert status.warnings[-1].text == (
            "The licensing data has not been refreshed since 24 November 2026 at 09:00 UTC:"
            " the license store cannot be reached."
        )

    def test_of_another_instant(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        clock.forward(hours=1)
        licensing.users.save(person("bo"))
        managed.error = DOWN
        clock.forward(seconds=2)
        later = licensing.gate.login("anna", WEB, at=STOPS_AT)
        assert (later.outcome, warned(later)) == (sl.Outcome.READ_ONLY, [START + timedelta(hours=1)])
        # The past is in the store, and nobody waits for it.
        before = managed.reads
        with pytest.raises(sl.StoreUnavailableError, match="the server is gone"):
            licensing.gate.login("anna", WEB, at=START)
        assert managed.reads == before

    def test_dates_go_on_counting(self, elapsed: Elapsed, managed: ManagedStore, clock: Clock) -> None:
        del elapsed
        licensing = furnish(opened(managed, clock, stale_grace=timedelta(days=365)), "anna", holders={"anna": SALES})
        managed.error = DOWN
        clock.forward(seconds=2)
        first = licensing.gate.login("anna", WEB)
        assert (first.outcome, first.valid_until) == (sl.Outcome.ALLOWED, WARNS_AT)
        clock.now = EXPIRES_AT
        assert [str(one.code) for one in licensing.gate.login("anna", WEB).warnings] == [
            "package_in_grace",
            "facts_not_refreshed",
        ]
        clock.now = STOPS_AT
        stopped = licensing.gate.login("anna", WEB)
        assert (stopped.outcome, codes(stopped)) == (sl.Outcome.READ_ONLY, ["package_stopped"])
        assert stopped.valid_until == START + timedelta(days=365, seconds=1)

    def test_is_the_same_object_for_all(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.error = DOWN
        clock.forward(seconds=2)
        assert licensing.gate.login("anna", WEB) is licensing.gate.login("anna", WEB)

    def test_a_failure_within_the_bound_is_nobodys_business(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.error = DOWN
        clock.forward(milliseconds=600)
        assert licensing.gate.login("anna", WEB).warnings == ()
        settle()
        assert licensing.gate.login("anna", WEB).warnings == ()
        assert licensing.health().error == "store_unavailable"
        assert licensing.health().stale_since is None
        managed.error = None
        clock.forward(milliseconds=300)
        assert licensing.gate.login("anna", WEB)
        settle()
        # It has begun too soon after the one that failed.
        assert licensing.health().error == "store_unavailable"
        clock.forward(milliseconds=100)
        assert licensing.gate.login("anna", WEB).warnings == ()
        assert licensing.health().error is None


class TestTheEnd:
    """It ends when it says, by either clock, and never renews itself."""

    def test_by_the_clock(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.error = DOWN
        for _ in range(30):
            clock.forward(seconds=2)
            assert licensing.gate.login("anna", WEB).valid_until == START + timedelta(seconds=61)
        clock.forward(milliseconds=999)
        assert licensing.gate.login("anna", WEB)
        clock.forward(milliseconds=1)
        for _ in range(2):
            with pytest.raises(sl.StoreUnavailableError, match="the server is gone"):
                licensing.gate.login("anna", WEB)
            with pytest.raises(sl.StoreUnavailableError):
                licensing.gate.administer("root")
            with pytest.raises(sl.StoreUnavailableError):
                licensing.users.all()

    def test_by_the_monotonic_clock(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock, elapsed: Elapsed
    ) -> None:
        managed.error = DOWN
        clock.forward(seconds=2)
        elapsed.forward(2)
        assert licensing.gate.login("anna", WEB).valid_until == START + timedelta(seconds=61)
        # The clock is turned back by an hour, and the answer does not end an hour later.
        clock.forward(hours=-1)
        elapsed.forward(30)
        decision = licensing.gate.login("anna", WEB)
        assert decision.valid_until is not None
        assert timedelta(seconds=28) < decision.valid_until - clock.now <= timedelta(seconds=29)
        elapsed.forward(29)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)

    def test_after_any_number_of_failures(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.error = DOWN
        clock.forward(seconds=30)
        for _ in range(3):
            with pytest.raises(sl.StoreUnavailableError):
                licensing.refresh()
        assert licensing.gate.login("anna", WEB).valid_until == START + timedelta(seconds=61)
        clock.forward(seconds=31)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)

    def test_at_once_without_a_grace(self, elapsed: Elapsed, managed: ManagedStore, clock: Clock) -> None:
        del elapsed
        licensing = furnish(opened(managed, clock, stale_grace=timedelta(0)), "anna", holders={"anna": SALES})
        managed.error = DOWN
        clock.forward(milliseconds=999)
        assert licensing.gate.login("anna", WEB)
        settle()
        clock.forward(milliseconds=1)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        assert not licensing.health().ready

    def test_with_a_store_that_is_looked_at_by_every_question(
        self, elapsed: Elapsed, managed: ManagedStore, clock: Clock
    ) -> None:
        del elapsed
        licensing = furnish(opened(managed, clock, max_staleness=timedelta(0)), "anna", holders={"anna": SALES})
        managed.error = DOWN
        decision = licensing.gate.login("anna", WEB)
        assert (decision.valid_until, warned(decision)) == (START + MINUTE, [START])
        managed.error = None
        assert licensing.gate.login("anna", WEB).warnings == ()

    def test_the_calendar_may_end_first(self, elapsed: Elapsed, managed: ManagedStore) -> None:
        del elapsed
        clock = Clock(datetime.max.replace(tzinfo=START.tzinfo) - timedelta(days=1))
        licensing = opened(managed, clock, stale_grace=timedelta(days=300))
        managed.error = DOWN
        clock.forward(seconds=2)
        assert licensing.gate.login("anna", WEB).valid_until == datetime.max.replace(tzinfo=START.tzinfo)


class TestWrites:
    """They fail, and what they leave behind is looked at."""

    def test_a_write_raises(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.write_error = managed.error = DOWN
        clock.forward(seconds=2)
        for act in (
            lambda: licensing.users.save(person("bo")),
            lambda: licensing.seats.release("anna", SALES, by="admin"),
        ):
            with pytest.raises(sl.StoreUnavailableError):
                act()
        assert licensing.gate.login("anna", WEB)

    def test_after_a_write_that_failed_the_next_question_looks(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.write_error = sl.StoreUnavailableError("the line went dead during the commit")
        with pytest.raises(sl.StoreUnavailableError):
            licensing.users.save(person("bo"))
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB)

    def test_a_look_that_began_before_it_does_not_do(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.freeze()
        clock.forward(milliseconds=600)
        licensing.gate.login("anna", WEB)
        managed.reached.wait()
        licensing._engine.worlds.state.expire()  # noqa: SLF001 - as a write that fails now
        managed.thaw()
        before = managed.reads
        assert licensing.gate.login("anna", WEB)
        assert managed.reads == before + 1

    def test_facts_that_are_not_to_be_trusted_have_no_grace(
        self, licensing: sl.Licensing, managed: ManagedStore
    ) -> None:
        licensing._engine.worlds.state.reload()  # noqa: SLF001 - as after an interrupt
        managed.error = DOWN
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        assert not licensing.health().ready


class TestRecovery:
    def test_the_first_look_catches_up(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.error = DOWN
        clock.forward(seconds=30)
        assert licensing.gate.login("anna", WEB)
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        managed.error = None
        clock.forward(seconds=1)
        decision = licensing.gate.login("anna", WEB)
        assert (decision.allowed, warned(decision)) == (False, [])
        assert licensing.health().ready

    def test_also_after_the_end(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.error = DOWN
        clock.forward(minutes=5)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        managed.error = None
        clock.forward(seconds=1)
        assert licensing.gate.login("anna", WEB).warnings == ()

    def test_a_process_that_was_idle_asks_first(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        clock.forward(hours=1)
        assert licensing.gate.login("anna", WEB).warnings == ()
        managed.error = DOWN
        clock.forward(hours=1)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)

    def test_a_store_that_fails_is_not_asked_by_everybody(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.error = DOWN
        clock.forward(seconds=2)
        before = managed.reads
        for _ in range(50):
            licensing.gate.login("anna", WEB)
        assert managed.reads == before + 1
        clock.forward(milliseconds=500)
        for _ in range(50):
            licensing.gate.login("anna", WEB)
        assert managed.reads == before + 2


class TestWhatIsNoOutage:
    """A store that answers, and not with facts, is believed at once."""

    @pytest.mark.parametrize(
        "error",
        [
            sl.TamperedStoreError("another key"),
            sl.StoreNewerError("row 5"),
            sl.StoreOutdatedError("no table"),
            sl.StoreUnusableError("permission denied"),
            sl.InvalidValueError("clock", None, "must be a datetime with a time zone"),
            ZeroDivisionError("a defect of the store"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_it_is_raised(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock, error: Exception) -> None:
        managed.error = error
        clock.forward(seconds=2)
        for _ in range(2):
            with pytest.raises(type(error)) as raised:
                licensing.gate.login("anna", WEB)
            assert raised.value is error
        health = licensing.health()
        assert (health.ready, health.error) == (False, getattr(error, "code", "unexpected_error"))
        managed.error = None
        clock.forward(seconds=1)
        assert licensing.gate.login("anna", WEB).warnings == ()

    @pytest.mark.parametrize("error", [DOWN, sl.StoreBusyError("locked")], ids=lambda error: type(error).__name__)
    def test_but_this_is_one(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock, error: Exception
    ) -> None:
        managed.error = error
        clock.forward(seconds=2)
        assert warned(licensing.gate.login("anna", WEB)) == [START]

    def test_records_with_wrong_seals_are_believed(self, elapsed: Elapsed, managed: ManagedStore, clock: Clock) -> None:
        del elapsed
        licensing = open_licensing(managed, clock=clock, seal_key=SEAL_KEY)
        furnish(licensing, "anna", holders={"anna": SALES})
        # Written by somebody with another key.
        other = open_licensing(managed, clock=clock, seal_key=bytes(32))
        with pytest.raises(sl.TamperedStoreError):
            other.users.save(person("bo"))
        assert not other.gate.login("anna", WEB)
        clock.forward(seconds=2)
        assert warned(licensing.gate.login("anna", WEB)) == []


class TestHealth:
    def test_of_an_instance_that_is_well(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        before = managed.reads
        clock.forward(hours=1)
        health = licensing.health()
        assert health == sl.Health(ready=True, revision=licensing.health().revision, looked_at=START)
        assert health.to_dict() == {
            "ready": True,
            "revision": list(health.revision),
            "looked_at": "2026-11-24T09:00:00Z",
            "stale_since": None,
            "error": None,
            "notes": [],
        }
        # It asks the store nothing, however old the facts are.
        assert managed.reads == before
        assert licensing.revision() == health.revision

    def test_of_one_in_an_outage(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        managed.error = DOWN
        clock.forward(seconds=2)
        licensing.gate.login("anna", WEB)
        before = managed.reads
        health = licensing.health()
        assert (health.ready, health.error, health.looked_at) == (True, "store_unavailable", START)
        assert health.stale_since == START + timedelta(seconds=1)
        assert [str(note.code) for note in health.notes] == ["facts_not_refreshed"]
        told = health.to_dict(words=sl.message)
        assert told["notes"][0]["text"].startswith("The licensing data has not been refreshed since 24 November 2026")
        clock.forward(seconds=59)
        after = licensing.health()
        assert (after.ready, after.stale_since, after.notes) == (False, health.stale_since, ())
        assert managed.reads == before

    def test_notes_are_those_of_the_status_tab(self, clock: Clock) -> None:
        licensing = furnish(open_licensing(clock=clock), "anna", "Anna", person("boss", administrator=True))
        clock.now = EXPIRES_AT
        notes = [str(note.code) for note in licensing.health().notes]
        assert notes == ["package_in_grace", "ids_look_alike"]
        assert notes == [one.code for one in licensing.screens.status(person("root", administrator=True)).warnings]

    def test_that_nobody_may_administer_is_a_note(self, clock: Clock) -> None:
        licensing = furnish(open_licensing(clock=clock), person("root", administrator=True))
        assert licensing.health().notes == ()
        licensing.users.save(person("root", administrator=True, may_log_in=False), force=True)
        (note,) = licensing.health().notes
        assert note.code is sl.ReasonCode.NO_ADMINISTRATOR
        assert not note.params
        status = licensing.screens.status("root")
        assert status.no_administrator is not None
        assert status.no_administrator.text == sl.message(note)
        assert [one.code for one in status.warnings] == []


def test_a_rule_answers_no_longer_than_its_facts_are_used(licensing: sl.Licensing) -> None:
    """The date of a package may come first."""
    world = licensing._engine.worlds.current().world  # noqa: SLF001 - a world to ask about
    for until, expected in ((WARNS_AT - MINUTE, WARNS_AT - MINUTE), (WARNS_AT + MINUTE, WARNS_AT)):
        stale = evolve(world, not_refreshed=NotRefreshed(START, until))
        decision = login_rules.login(stale, world.user("anna"), WEB, START)
        assert (decision.valid_until, warned(decision)) == (expected, [START])

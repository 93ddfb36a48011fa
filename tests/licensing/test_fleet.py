"""Many installations in one process: each is its own, and none is kept longer than the capacity says."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from threading import Barrier, Thread
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from superlicense.document import root as roots
from superlicense.licensing.integrity import trust as trust_module
from superlicense.testing.contract.blocks import in_threads
from tests.for_each import for_each
from tests.installation import SALES, WEB, Clock, CountingStore
from tests.licensing.customers import customer, customers, fleet_on, furnish_customer
from tests.licensing.outages import look_threads, settle
from tests.licensing.plain_store import Watched
from tests.licensing.vendor import issued, root

ONE, TWO = customer(1), customer(2)


class TestOpening:
    def test_what_is_open_is_the_same_object(self) -> None:
        fleet = fleet_on()
        assert fleet.open(ONE) is fleet.open(customer(1))
        assert fleet.open(ONE) is not fleet.open(TWO)
        assert isinstance(fleet.open(ONE), sl.Licensing)
        assert len(fleet) == 2

    @for_each(
        "fields",
        [
            {"company": "Another A/S"},
            {"database_id": "00000000-0000-0000-0000-000000000002"},
            {"time_zone": "Europe/Oslo"},
        ],
    )
    def test_another_company_database_or_zone_is_another_object(self, fields: dict[str, str]) -> None:
        fleet = fleet_on()
        changed = evolve(ONE, **fields)
        assert fleet.open(changed) is not fleet.open(ONE)
        assert fleet.open(changed).installation == changed

    def test_only_installations_are_opened(self) -> None:
        with pytest.raises(sl.InvalidValueError, match="must be an Installation"):
            fleet_on().open(ONE.serial_number)  # type: ignore[arg-type]  # on purpose

    @for_each("capacity", [0, -1, True, "5", 1_000_001, None])
    def test_the_capacity_is_a_number(self, capacity: object) -> None:
        with pytest.raises(sl.InvalidValueError, match="capacity"):
            fleet_on(capacity=capacity)

    def test_the_least_recently_opened_is_let_go(self) -> None:
        fleet = fleet_on(capacity=2)
        first = fleet.open(ONE)
        second = fleet.open(TWO)
        assert fleet.open(ONE) is first
        fleet.open(customer(3))
        assert fleet.open(ONE) is first
        assert len(fleet) == 2
        assert fleet.open(TWO) is not second

    def test_who_holds_on_to_what_is_let_go_can_go_on(self) -> None:
        store = sl.MemoryStore()
        fleet = fleet_on(store, capacity=1)
        held = furnish_customer(fleet.open(ONE), "anna")
        fleet.open(TWO)
        again = fleet.open(ONE)
        assert again is not held
        again.seats.release("anna", SALES, by="admin")
        assert not held.gate.login("anna", WEB)
        held.seats.assign("anna", SALES, by="admin")
        assert again.gate.login("anna", WEB)

    def test_a_failure_to_open_is_no_failure_of_the_next_time(self) -> None:
        broken = [True]

        def policy(installation: sl.Installation) -> sl.Policy | None:
            if broken and installation == ONE:
                raise LookupError(installation.company)
            return None

        fleet = fleet_on(policy=policy)
        with pytest.raises(LookupError):
            fleet.open(ONE)
        assert fleet.open(TWO).installation == TWO
        broken.clear()
        assert fleet.open(ONE) is fleet.open(ONE)


class TestApart:
    def test_equal_users_of_two_customers_never_meet(self) -> None:
        fleet = fleet_on()
        one, two = furnish_customer(fleet.open(ONE), "anna", "bo"), furnish_customer(fleet.open(TWO), "anna", seats=1)
        one.users.save(sl.User(id="anna", may_log_in=False))
        assert (bool(one.gate.login("anna", WEB)), bool(two.gate.login("anna", WEB))) == (False, True)
        assert two.seats.usage(SALES).holders == ("anna",)
        assert [user.id for user in two.users.all()] == ["anna"]
        assert not {entry.at for entry in two.journal.entries()} - {two.journal.entries()[0].at}
        assert [row.number for row in two.journal.entries()] == [1, 2, 3]

    def test_equal_usage_of_two_customers_is_counted_for_each(self, clock: Clock) -> None:
        fleet = fleet_on(clock=clock, meters=[meters.MAILINGS])
        for installation, quantity in ((ONE, 3), (TWO, 40)):
            licensing = furnish_customer(fleet.open(installation), "anna")
            sent = sl.UsageEvent(source="mailer", id="1", meter="mailings", quantity=quantity, at=clock.now)
            assert [str(one.status) for one in licensing.meters.record([sent])] == ["accepted"]
            assert [str(one.status) for one in licensing.meters.record([sent])] == ["duplicate"]
        found = [fleet.open(one).meters.usage(sl.Month(2026, 11))[0].used for one in (ONE, TWO)]
        assert found == [3, 40]

    def test_each_has_the_settings_that_a_function_returns_for_it(self) -> None:
        vetoed: list[tuple[str, str]] = []

        def veto_of(installation: sl.Installation) -> Callable[[str, sl.LicenseName], str | None]:
            def veto(holder: str, license: sl.LicenseName) -> str | None:
                vetoed.append((installation.company, holder))
                return "has open requests" if installation == ONE and license.module == SALES else None

            return veto

        calls: dict[str, list[str]] = {ONE.company: [], TWO.company: []}

        class Hook:
            def __init__(self, installation: sl.Installation) -> None:
                self.installation = installation

            def before(self, call: sl.Call) -> None:
                assert call.installation == self.installation
                calls[self.installation.company].append(call.name)

            def after(self, call: sl.Call, result: object) -> None:
                pass

            def error(self, call: sl.Call, error: BaseException) -> None:
                pass

        def source(installation: sl.Installation, owner: str) -> bytes | None:
            asked.append((installation, owner))
            return None

        asked: list[tuple[sl.Installation, str]] = []
        fleet = fleet_on(
            policy=lambda installation: sl.Policy(on_site=installation == ONE),
            seat_veto=veto_of,
            hooks=lambda installation: [Hook(installation)],
            meters=lambda installation: [meters.STORAGE] if installation == ONE else [meters.MAILINGS],
            seal_key=lambda installation: (b"1" if installation == ONE else b"2") * 32,
            package_source=lambda installation: source if installation == ONE else None,
        )
        one, two = (furnish_customer(fleet.open(installation), "anna") for installation in (ONE, TWO))
        with pytest.raises(sl.RefusedError):
            one.seats.release("anna", SALES, by="admin")
        two.seats.release("anna", SALES, by="admin")
        assert vetoed == [(ONE.company, "anna"), (TWO.company, "anna")]
        assert (one.policy.on_site, two.policy.on_site) == (True, False)
        month = sl.Month(2026, 11)
        assert [[row.meter for row in each.meters.usage(month)] for each in (one, two)] == [["storage"], ["mailings"]]
        assert calls[ONE.company].count("seats.release") == calls[TWO.company].count("seats.release") == 1
        assert one.verify_store().ok
        assert two.verify_store().ok
        for each in (one, two):
            each.packages.fetch(by="job")
        assert {installation for installation, _ in asked} <= {ONE}
        # The key of the one opens nothing of the other.
        stranger = fleet_on(fleet._store, seal_key=b"1" * 32).open(TWO)  # noqa: SLF001 - the same store
        assert not stranger.verify_store().ok

    def test_values_are_shared(self) -> None:
        asked: list[tuple[str, str]] = []

        def veto(installation: sl.Installation, holder: str, license: sl.LicenseName) -> str | None:  # noqa: ARG001
            asked.append((installation.company, holder))
            return None

        # An iterator, which can be read once.
        fleet = fleet_on(meters=iter([meters.STORAGE]), seat_veto=veto, policy=sl.Policy(on_site=True))
        for installation in (ONE, TWO):
            licensing = furnish_customer(fleet.open(installation), "anna")
            licensing.seats.release("anna", SALES, by="admin")
            assert [row.meter for row in licensing.meters.usage(sl.Month(2026, 11))] == ["storage"]
            assert licensing.policy.on_site
        assert asked == [(ONE.company, "anna"), (TWO.company, "anna")]

    def test_a_source_that_takes_an_owner_is_asked_itself(self) -> None:
        fleet = fleet_on(package_source=lambda installation, owner: f"{installation.company}{owner}".encode())
        assert fleet.open(ONE).packages.fetch(by="job") == ()

    def test_trust_is_verified_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        verified: list[bytes] = []
        really = roots.open_pinned

        def counted(document: bytes) -> object:
            verified.append(document)
            return really(document)

        monkeypatch.setattr(trust_module, "open_pinned", counted)
        fleet = fleet_on(trust=root())
        for installation in customers(3):
            document = issued(1, company=installation.company, serial_number=installation.serial_number)
            licensing = fleet.open(installation)
            licensing.packages.activate(licensing.packages.preview(document), by="admin")
            assert licensing.packages.current() is not None
        assert verified == [root()]


def test_a_process_that_was_forked_while_somebody_opened_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = fleet_on()
    before = fleet.open(ONE)
    # Held by a thread that the new process does not have.
    fleet._lock.mine().acquire()  # noqa: SLF001 - as above
    monkeypatch.setattr("superlicense.licensing.engine.process_lock.getpid", lambda: os.getpid() + 1)
    assert fleet.open(ONE) is before
    assert fleet.open(TWO) is fleet.open(TWO)


class TestUnderLoad:
    @pytest.mark.parametrize("kind", [sl.MemoryStore, lambda: Watched(sl.MemoryStore())], ids=["memory", "looked at"])
    def test_evictions_leak_nothing(self, kind: Callable[[], sl.Store], clock: Clock) -> None:
        fleet = fleet_on(kind(), capacity=5, clock=clock)
        seen: list[weakref.ref[sl.Licensing]] = []
        for number in range(40):
            licensing = fleet.open(customer(number % 20))
            clock.forward(seconds=1)
            assert not licensing.gate.login("anna", WEB)
            seen.append(weakref.ref(licensing))
        licensing = fleet.open(customer(19))
        gc.collect()
        alive = {id(one()) for one in seen if one() is not None}
        assert len(alive) == len(fleet) == 5
        assert fleet._opening == {}  # noqa: SLF001 - what it would leak

    def test_threads_share_what_they_open(self) -> None:
        fleet = fleet_on(capacity=50)
        together = Barrier(8)
        opened: list[list[int]] = [[] for _ in range(8)]

        def work(place: int) -> None:
            together.wait()
            opened[place] = [id(fleet.open(one)) for one in customers(20)]

        in_threads(*(partial(work, place) for place in range(8)))
        assert len({tuple(one) for one in opened}) == 1

    @pytest.mark.slow
    def test_threads_that_evict_each_others_get_right_answers(self) -> None:
        store = sl.MemoryStore()
        fleet = fleet_on(store, capacity=3)
        for number, installation in enumerate(customers(12)):
            furnish_customer(fleet.open(installation), f"user{number}")

        def ask(start: int) -> None:
            for step in range(120):
                number = (start * 5 + step * 7) % 12
                licensing = fleet.open(customer(number))
                assert licensing.installation == customer(number)
                assert licensing.gate.login(f"user{number}", WEB)
                assert not licensing.gate.login(f"user{(number + 1) % 12}", WEB)

        in_threads(*(partial(ask, start) for start in range(6)))
        assert len(fleet) == 3

    def test_threads_that_evict_leak_nothing(self, clock: Clock) -> None:
        fleet = fleet_on(Watched(sl.MemoryStore()), capacity=3, clock=clock)
        seen: list[weakref.ref[sl.Licensing]] = []

        def ask(start: int) -> None:
            for step in range(30):
                licensing = fleet.open(customer((start * 5 + step * 7) % 12))
                assert not licensing.gate.login("anna", WEB)
                clock.forward(milliseconds=300)
                seen.append(weakref.ref(licensing))

        in_threads(*(partial(ask, start) for start in range(6)))
        settle()
        gc.collect()
        # What an earlier look has shown names keys, and holds no licensing.
        assert len({id(one()) for one in seen if one() is not None}) == len(fleet) == 3
        assert fleet._opening == {}  # noqa: SLF001 - what it would leak
        assert look_threads() == []

    def test_a_slow_opening_lets_others_open_theirs(self) -> None:
        numbers: Iterator[int] = count()
        inside, opened = Barrier(2), Barrier(2)

        def policy(installation: sl.Installation) -> sl.Policy | None:
            if installation == ONE:
                next(numbers)
                inside.wait(60)
                opened.wait(60)
            return None

        fleet = fleet_on(policy=policy)
        found: list[Any] = []
        threads = [Thread(target=lambda: found.append(fleet.open(ONE))) for _ in range(3)]
        for thread in threads:
            thread.start()
        inside.wait(60)
        assert fleet.open(TWO).installation == TWO
        opened.wait(60)
        for thread in threads:
            thread.join(60)
        # It was opened once, for all who waited.
        assert next(numbers) == 1
        assert len({id(one) for one in found}) == 1


def test_a_member_is_opened_in_few_reads() -> None:
    counting = CountingStore(sl.MemoryStore())
    fleet = fleet_on(counting, clock=Clock())
    fleet.open(ONE)
    fleet.open(ONE)
    assert counting.reads == 1

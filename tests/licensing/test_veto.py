"""The host's say in a release."""

from __future__ import annotations

from threading import Thread

import pytest
from attrs import evolve

import superlicense as sl
from tests.for_each import for_each
from tests.installation import (
    INSTALLATION,
    SALES,
    SERVICE,
    WEB,
    Clock,
    CountingStore,
    furnish,
    open_licensing,
    package,
    person,
    price_list,
)


class Host:
    """Keeps what is listed with its holder, and remembers what it was asked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked: list[tuple[str, str]] = []

    def __call__(self, holder: str, license: sl.LicenseName) -> str | None:
        self.asked.append((holder, license.module))
        return self.kept.get((holder, license.module))


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def guarded(store: sl.Store, clock: Clock, host: Host) -> sl.Licensing:
    """An installation whose host is asked; anna sells and is visible, bo supports."""
    licensing = furnish(open_licensing(store, clock=clock, seat_veto=host), "anna", "bo", "cy", holders={"anna": SALES})
    licensing.seats.assign("anna", "visible-for", by="admin")
    licensing.seats.assign("bo", SERVICE, by="admin")
    host.asked.clear()
    return licensing


def test_a_release_may_be_vetoed(guarded: sl.Licensing, host: Host) -> None:
    host.kept["bo", SERVICE] = "has 3 open requests"
    with pytest.raises(sl.RefusedError) as caught:
        guarded.seats.release("bo", SERVICE, by="admin")
    (reason,) = caught.value.reasons
    assert reason.code is sl.ReasonCode.RELEASE_VETOED
    assert reason.params["because"] == "has 3 open requests"
    assert guarded.gate.holds("bo", SERVICE)
    host.kept.clear()
    guarded.seats.release("bo", SERVICE, by="admin")
    assert not guarded.gate.holds("bo", SERVICE)


def test_all_reasons_are_given_together(guarded: sl.Licensing, host: Host) -> None:
    host.kept["anna", SALES] = "has open sales"
    with pytest.raises(sl.RefusedError) as caught:
        guarded.seats.release("anna", SALES, by="admin")
    assert {str(reason.code) for reason in caught.value.reasons} == {"release_vetoed", "prerequisite_of"}


def test_a_cascade_asks_about_everything_it_takes(guarded: sl.Licensing, host: Host) -> None:
    host.kept["anna", "visible-for"] = "owns appointments"
    with pytest.raises(sl.RefusedError):
        guarded.seats.release("anna", SALES, by="admin", cascade=True)
    assert sorted(host.asked) == [("anna", SALES), ("anna", "visible-for")]


def test_a_change_of_plan_releases_the_old_one(guarded: sl.Licensing, host: Host) -> None:
    host.kept["bo", SERVICE] = "has 3 open requests"
    with pytest.raises(sl.RefusedError):
        guarded.seats.change_plan("bo", SALES, by="admin")
    assert host.asked == [("bo", SERVICE)]


def test_a_package_that_moves_people_asks(guarded: sl.Licensing, host: Host) -> None:
    rows = tuple(row for row in price_list() if row.name.module not in {SALES, SERVICE})
    new = package(licenses=(*rows, evolve(price_list()[4], name=sl.LicenseName.parse("ten-all"))))
    move = sl.PlanMove(holder="anna", old=sl.LicenseName.parse(SALES), new=sl.LicenseName.parse("ten-all"))
    release = sl.Release(license=sl.LicenseName.parse(SERVICE), holder="bo")
    host.kept["bo", SERVICE] = "has 3 open requests"
    with pytest.raises(sl.RefusedError) as caught:
        guarded.packages.adopt_unsigned(new, by="admin", plan_moves=(move,), releases=(release,))
    assert "release_vetoed" in {str(reason.code) for reason in caught.value.reasons}
    assert sorted(host.asked) == [("anna", SALES), ("bo", SERVICE)]


def test_leaving_is_not_vetoed(guarded: sl.Licensing, host: Host) -> None:
    host.kept["bo", SERVICE] = "has 3 open requests"
    guarded.seats.retire("bo", by="admin")
    guarded.users.save(person("anna", retired=True))
    assert host.asked == []
    assert guarded.seats.usage(SERVICE).in_use == 0


def test_what_releases_nothing_asks_nothing(guarded: sl.Licensing, host: Host) -> None:
    guarded.seats.release("cy", SALES, by="admin")
    guarded.seats.assign("cy", SALES, by="admin")
    guarded.seats.change_plan("cy", SALES, by="admin")
    assert host.asked == []


def test_in_a_batch_each_change_is_asked_about_in_the_world_the_earlier_ones_left(
    guarded: sl.Licensing, host: Host
) -> None:
    host.kept["cy", SALES] = "has open sales"
    sales = sl.LicenseName.parse(SALES)
    with pytest.raises(sl.RefusedError) as caught:
        guarded.apply(
            [sl.Assign(license=sales, holder="cy"), sl.Release(license=sales, holder="cy")],
            by="admin",
        )
    assert caught.value.code == "release_vetoed"
    assert host.asked == [("cy", SALES)]
    assert not guarded.gate.holds("cy", SALES)


def test_a_batch_with_a_veto_counts_like_one_without(guarded: sl.Licensing) -> None:
    sales = sl.LicenseName.parse(SALES)
    applied = guarded.apply(
        [
            sl.SaveUser(user=person("dora")),
            sl.Assign(license=sales, holder="dora"),
            sl.Release(license=sl.LicenseName.parse(SERVICE), holder="bo"),
        ],
        by="admin",
    )
    assert [entry.change for entry in applied.entries] == ["SaveUser", "Assign", "Release"]
    assert applied.refusals == ()
    with pytest.raises(TypeError):
        guarded.apply([object()], by="admin")  # type: ignore[list-item]  # on purpose


def test_an_error_of_the_host_leaves_everything_as_it_was(store: sl.Store, guarded: sl.Licensing) -> None:
    def broken(holder: str, license: sl.LicenseName) -> str | None:
        raise LookupError(f"{holder}/{license}")

    before = guarded.revision()
    licensing = open_licensing(store, clock=Clock(), seat_veto=broken)
    with pytest.raises(LookupError):
        licensing.seats.release("bo", SERVICE, by="admin")
    assert licensing.revision() == before
    assert licensing.gate.holds("bo", SERVICE)


class TestInsideTheTransaction:
    """The host is asked inside the transaction, and may ask the gate."""

    @pytest.mark.usefixtures("guarded")
    def test_the_gate_answers_from_before_the_write(self, store: sl.Store) -> None:
        seen: list[bool] = []

        def veto(holder: str, license: sl.LicenseName) -> str | None:
            seen.append(bool(licensing.gate.login(holder, WEB)))
            seen.append(licensing.gate.holds(holder, license))
            seen.append(licensing.seats.usage(license).in_use == 1)
            seen.append(bool(licensing.journal.entries(user=holder)))
            return None

        # Every question checks the revision, so that the store is asked inside the write.
        licensing = open_licensing(
            store,
            clock=Clock(),
            policy=sl.Policy(max_staleness=sl.Policy().max_staleness * 0),
            seat_veto=veto,
        )
        licensing.seats.release("bo", SERVICE, by="admin")
        assert seen == [True] * 4
        assert not licensing.gate.login("bo", WEB)

    @pytest.mark.usefixtures("guarded")
    def test_another_thread_may_be_asked(self, store: sl.Store, clock: Clock) -> None:
        seen: list[bool] = []

        def ask(holder: str) -> None:
            seen.append(bool(licensing.gate.login(holder, WEB)))

        def veto(holder: str, license: sl.LicenseName) -> str | None:  # noqa: ARG001 - the port's signature
            thread = Thread(target=ask, args=(holder,))
            thread.start()
            thread.join(60)
            return None if seen else "nobody answered"

        licensing = open_licensing(store, clock=clock, seat_veto=veto)
        licensing.seats.release("bo", SERVICE, by="admin")
        assert seen == [True]

    def test_it_may_not_write(self, store: sl.Store, guarded: sl.Licensing) -> None:
        def veto(holder: str, license: sl.LicenseName) -> str | None:  # noqa: ARG001 - the port's signature
            licensing.users.save(person(holder, may_log_in=False))
            return None

        before = guarded.revision()
        counting = CountingStore(store)
        licensing = open_licensing(counting, clock=Clock(), seat_veto=veto)
        with pytest.raises(sl.ConflictError, match="this thread is writing already"):
            licensing.seats.release("bo", SERVICE, by="admin")
        # The store is not even asked: another one might wait for itself.
        assert counting.writes == 1
        assert licensing.revision() == before
        assert licensing.gate.login("bo", WEB)
        # And it can write again.
        licensing.users.save(person("bo", may_log_in=False))


class TestTheInstallation:
    """A veto may be handed the installation: first, or by name."""

    @for_each(
        "veto",
        [
            lambda installation, holder, license: f"{installation.company} {holder} {license.module}",
            lambda holder, license, installation: f"{installation.company} {holder} {license.module}",
            lambda holder, license, *, installation: f"{installation.company} {holder} {license.module}",
            lambda where, who, what: f"{where.company} {who} {what.module}",
            lambda *given: f"{given[0].company} {given[1]} {given[2].module}",
            # One of two parameters knows its installation by itself.
            lambda holder, license, company=INSTALLATION.company: f"{company} {holder} {license.module}",
        ],
    )
    def test_is_handed_to_a_veto_that_has_room_for_it(self, veto: sl.SeatVeto) -> None:
        licensing = furnish(open_licensing(seat_veto=veto), "bo", holders={"bo": SERVICE})
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.release("bo", SERVICE, by="admin")
        assert caught.value.reasons[0].params["because"] == f"{INSTALLATION.company} bo {SERVICE}"

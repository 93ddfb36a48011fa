"""A streaming replica: what is read from it, what a promotion means, and a commit that it never received."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic, sleep

import psycopg
import pytest
from attrs import evolve
from sqlalchemy import Engine, NullPool, create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.installation import SALES, SERVICE, WEB, WITHOUT_END, open_licensing, package
from tests.licensing.customers import customers, furnish_customer
from tests.stores.postgres_server import StandbyServer, ThrowAwayServer, throw_away_pair

pytestmark = pytest.mark.slow

KEY = b"k" * 32
PATIENT = sl.Policy(max_staleness=timedelta(minutes=5), look_patience=timedelta(minutes=1))


class Pair:
    """A primary and its replica; the service follows what its address points to."""

    def __init__(self, primary: ThrowAwayServer, standby: StandbyServer) -> None:
        self.primary = primary
        self.standby = standby
        self.address: ThrowAwayServer = primary
        self.engines: list[Engine] = []

    def store(self, server: ThrowAwayServer) -> SqlStore:
        return self._on(lambda: server)

    def service(self) -> SqlStore:
        """Give the store of a service, which reaches whatever is at the address."""
        return self._on(lambda: self.address)

    def _on(self, server: Callable[[], ThrowAwayServer]) -> SqlStore:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(host=str(server().folder), user="tester", dbname="postgres"),
            poolclass=NullPool,
        )
        self.engines.append(engine)
        return SqlStore(engine)

    def licensing(self, store: SqlStore) -> sl.Licensing:
        return open_licensing(store, clock=sl.utc_now, policy=sl.Policy(max_staleness=timedelta(0)), seal_key=KEY)

    def rows(self, server: ThrowAwayServer, statement: str) -> list[tuple[object, ...]]:
        with self.store(server).engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    def catch_up(self) -> None:
        """Wait until the replica has all that the primary has committed."""
        ((committed,),) = self.rows(self.primary, "SELECT pg_current_wal_lsn()")
        soon(lambda: self.rows(self.standby, f"SELECT pg_last_wal_replay_lsn() >= '{committed}'") == [(True,)])


def soon(question: Callable[[], object]) -> None:
    """Ask until the answer is yes; the replica is a moment behind."""
    until = monotonic() + 60
    while not question():
        assert monotonic() < until, "the replica has not followed"
        sleep(0.02)


def is_stale(decision: sl.Decision) -> bool:
    return any(one.code is sl.ReasonCode.FACTS_NOT_REFRESHED for one in decision.warnings)


@pytest.fixture
def pair(postgres: str) -> Iterator[Pair]:
    del postgres  # it skips where there is no server
    with throw_away_pair() as (primary, standby):
        pair = Pair(primary, standby)
        pair.store(primary).migrate()
        try:
            yield pair
        finally:
            for engine in pair.engines:
                engine.dispose()


@pytest.fixture
def writer(pair: Pair) -> sl.Licensing:
    """The licensing on the primary: anna sells, bo holds nothing."""
    licensing = pair.licensing(pair.service())
    licensing.packages.adopt_unsigned(package(), by="admin")
    licensing.users.sync([sl.User(id=user, may_log_in=True) for user in ("anna", "bo")])
    licensing.seats.assign("anna", SALES, by="admin")
    return licensing


def test_reads_are_answered_by_the_replica(pair: Pair, writer: sl.Licensing) -> None:
    pair.catch_up()
    reader = pair.licensing(pair.store(pair.standby))
    assert reader.gate.login("anna", WEB)
    assert reader.revision() == writer.revision()
    writer.seats.change_plan("anna", SERVICE, by="admin")
    writer.seats.assign("bo", SALES, by="admin")
    pair.catch_up()
    assert reader.revision() == writer.revision()
    assert (reader.gate.holds("anna", SERVICE), bool(reader.gate.login("bo", WEB))) == (True, True)
    assert reader.journal.entries() == writer.journal.entries()
    assert reader.verify_store().ok
    with pytest.raises(sl.StoreUnavailableError):
        reader.seats.release("bo", SALES, by="admin")
    assert reader.gate.login("bo", WEB)


def test_a_fleet_looks_at_the_replica(pair: Pair) -> None:
    primary = sl.Fleet(pair.store(pair.primary), trust=None)
    for installation in customers(3):
        furnish_customer(primary.open(installation), "anna", validity=WITHOUT_END)
    standby = sl.Fleet(pair.store(pair.standby), trust=None, policy=PATIENT)
    pair.catch_up()
    assert [len(standby.open(installation).users.all()) for installation in customers(3)] == [1] * 3
    primary.open(customers(3)[1]).seats.release("anna", SALES, by="admin")
    pair.catch_up()
    assert standby.refresh() == ()
    assert [bool(standby.open(one).gate.login("anna", WEB)) for one in customers(3)] == [True, False, True]


def test_a_promoted_replica_is_written_to(pair: Pair, writer: sl.Licensing) -> None:
    store = pair.store(pair.standby)
    pair.catch_up()
    reader = pair.licensing(store)
    before = writer.revision()
    pair.primary.stop()
    pair.standby.promote()
    assert reader.revision() == before
    reader.seats.assign("bo", SALES, by="admin")
    assert reader.revision().number == before.number + 1
    assert reader.verify_store().ok


def test_a_service_survives_the_takeover_by_its_last_known_answers(pair: Pair, writer: sl.Licensing) -> None:
    policy = sl.Policy(max_staleness=timedelta(milliseconds=200), stale_grace=timedelta(minutes=5))
    service = open_licensing(pair.service(), clock=sl.utc_now, policy=policy, seal_key=KEY)
    before = service.gate.login("anna", WEB)
    pair.catch_up()
    pair.primary.stop()
    soon(lambda: is_stale(service.gate.login("anna", WEB)))
    decision = service.gate.login("anna", WEB)
    assert evolve(decision, warnings=(), valid_until=None) == evolve(before, valid_until=None)
    assert service.health().ready
    with pytest.raises(sl.StoreUnavailableError):
        service.seats.assign("bo", SALES, by="admin")
    pair.standby.promote()
    pair.address = pair.standby
    soon(lambda: not is_stale(service.gate.login("anna", WEB)))
    assert not service.gate.login("bo", WEB)
    writer.seats.assign("bo", SALES, by="admin")
    soon(lambda: service.gate.login("bo", WEB))
    assert service.health().error is None


@pytest.mark.parametrize("writes_on", [False, True], ids=["nothing is written since", "another commit has its number"])
def test_a_commit_that_the_replica_never_received_is_noticed(
    pair: Pair, writer: sl.Licensing, *, writes_on: bool
) -> None:
    pair.catch_up()
    # The replica is cut off, the primary commits once more, the service answers from it, and the primary is lost.
    pair.standby.stop()
    writer.seats.assign("bo", SALES, by="admin")
    noted = writer.seal_head()
    assert writer.gate.login("bo", WEB)
    lost = writer.revision()
    pair.primary.stop()
    pair.standby.start()
    pair.standby.promote()
    elsewhere = pair.licensing(pair.store(pair.standby))
    if writes_on:
        elsewhere.seats.release("anna", SALES, by="admin")
        assert elsewhere.revision().number == lost.number
    pair.address = pair.standby
    assert writer.revision() == elsewhere.revision() != lost
    assert not writer.gate.login("bo", WEB)
    assert bool(writer.gate.login("anna", WEB)) is not writes_on
    report = elsewhere.verify_store(noted)
    assert "earlier_head_unknown" in [str(finding.code) for finding in report.findings]
    assert elsewhere.verify_store().ok

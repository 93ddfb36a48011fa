"""Whatever goes wrong, at whichever step: our errors, nothing changed, and the truth afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import QueuePool

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.ports import Revision
from superlicense.testing.samples import entry, user_row
from tests.adapters.databases import Database
from tests.adapters.faults import FAULTS_OF_POSTGRESQL, FAULTS_OF_SQLITE, MOST_STEPS, Fault, Plan, faulty_engine
from tests.adapters.service import Service, order
from tests.installation import INSTALLATION, SALES, SERVICE, WEB, Clock, open_licensing

pytestmark = pytest.mark.slow

ALL = [*(("sqlite", fault) for fault in FAULTS_OF_SQLITE), *(("postgresql", fault) for fault in FAULTS_OF_POSTGRESQL)]
EVERY_FAULT = [pytest.param(kind, fault, id=f"{kind}-{fault}") for kind, fault in ALL]
TELLING_FAULTS = [
    pytest.param(kind, fault, id=f"{kind}-{fault}") for kind, fault in ALL if fault.dead or fault.name == "corrupted"
]

Truth = tuple[Revision, int, tuple[str, ...], tuple[sl.User, ...]]


class Scene:
    """A service one of whose instances has a database that may fail."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.plan = Plan()
        self.service = Service(database, clock)
        self.engine = faulty_engine(database, self.plan, poolclass=QueuePool, pool_size=1)
        self.store = SqlStore(self.engine)
        # Both look at the store at every question.
        self.licensing = self.service.another(stale=timedelta(0), engine=self.engine)
        self.witness = self.service.another(stale=timedelta(0), engine=database.engine(poolclass=QueuePool))

    def truth(self) -> Truth:
        """Say what is stored, as an instance sees it whose database works."""
        return self.told_by(self.witness)

    @staticmethod
    def told_by(licensing: sl.Licensing) -> Truth:
        return (
            licensing.revision(),
            len(licensing.journal.entries()),
            licensing.seats.usage(SALES).holders,
            licensing.users.all(),
        )

    def at_each_step(self, fault: Fault, act: Callable[[int], object]) -> Iterator[tuple[int, sl.StoreError | None]]:
        """Do *act* with *fault* at its first step, its second, and so on, until it ends before it happens.

        Nothing but errors of ours leave it.
        """
        for at in range(1, MOST_STEPS):
            self.plan.arm(fault, at)
            raised: sl.StoreError | None = None
            try:
                act(at)
            except sl.StoreError as error:
                raised = error
            finally:
                struck = self.plan.disarm()
            yield at, raised
            if not struck:
                return
        pytest.fail("it never ends")


@pytest.fixture
def scene(request: pytest.FixtureRequest, clock: Clock, kind: str) -> Scene:
    return Scene(request.getfixturevalue(kind), clock)


@pytest.mark.parametrize(("kind", "fault"), EVERY_FAULT)
class TestAtEachStep:
    def test_a_block_of_the_store_is_written_or_not(self, scene: Scene, fault: Fault) -> None:
        def write(at: int) -> None:
            with scene.store.writing(INSTALLATION) as view:
                start = view.mark.recorded_at
                assert start is not None
                row = user_row(view.mark.sequence + 1, f"user{at}", start=start)
                view.facts.start(row)
                view.facts.end(row.ended(at=start, by="host"))
                view.journal.append(entry(view.mark.entries + 1, at=start))

        before, steps = scene.truth(), 0
        for at, raised in scene.at_each_step(fault, write):
            after = scene.truth()
            if raised is None:
                # It went wrong when everything was done, or not at all.
                assert after[0].number == before[0].number + 1, scene.plan.steps
            else:
                assert type(raised) is fault.ours, scene.plan.steps
                assert after == before, scene.plan.steps
            assert scene.told_by(scene.licensing) == after, scene.plan.steps
            before, steps = after, at
        assert steps > 10

    def test_a_command_is_carried_out_or_not(self, scene: Scene, fault: Fault) -> None:
        before = scene.truth()
        for _, raised in scene.at_each_step(fault, lambda _: scene.licensing.seats.assign("anna", SALES, by="admin")):
            after = scene.truth()
            if raised is not None:
                assert type(raised) is fault.ours, scene.plan.steps
                assert after == before, scene.plan.steps
            elif after != before:
                # Done, whatever went wrong later. From here on it is a no-op.
                assert after[0].number == before[0].number + 1
                break
            assert scene.told_by(scene.licensing) == after
        else:
            pytest.fail("it was never done")
        assert scene.told_by(scene.licensing) == scene.told_by(scene.service.another())

    def test_inside_the_hosts_transaction_nothing_is_half_done(self, scene: Scene, fault: Fault) -> None:
        before, ordered = scene.truth(), 0
        for at in range(1, MOST_STEPS):
            connection, raised = scene.engine.connect(), None
            with connection:
                order(connection, f"order{at}")
                inside = scene.licensing.bound_to(connection)
                scene.plan.arm(fault, at)
                try:
                    inside.seats.assign("anna", SALES, by="admin")
                except sl.StoreError as error:
                    raised = error
                struck = scene.plan.disarm()
                assert raised is None or type(raised) is fault.ours, scene.plan.steps
                try:
                    connection.commit()
                    ordered += 1
                except Exception:  # noqa: BLE001 - the host's own statement to a database that is gone
                    connection.rollback()
            after = scene.truth()
            # The host's order stands wherever its commit did, and licensing's part where it was done as well.
            assert len(scene.service.orders()) == ordered
            assert raised is None or after == before, scene.plan.steps
            assert scene.told_by(scene.licensing) == after
            if not struck:
                break
            if after != before:
                scene.service.another().seats.release("anna", SALES, by="admin")
                before = scene.truth()
        else:
            pytest.fail("it never ends")


@pytest.mark.parametrize(("kind", "fault"), TELLING_FAULTS)
class TestAtEachStepOfOtherCalls:
    @pytest.mark.parametrize(
        "question",
        [
            lambda licensing: licensing.gate.login("anna", WEB).allowed,
            lambda licensing: len(licensing.journal.entries(user="bo")),
        ],
        ids=["login", "journal"],
    )
    def test_a_question_is_answered_truly_or_not_at_all(
        self, scene: Scene, fault: Fault, question: Callable[[sl.Licensing], int]
    ) -> None:
        answers: list[int] = []

        def change(at: int) -> None:
            # Something is new each time, so that there is something to read.
            scene.witness.seats.change_plan("anna", (SALES, SERVICE)[at % 2], by="admin")

        change(0)
        for at, raised in scene.at_each_step(fault, lambda _: answers.append(question(scene.licensing))):
            assert raised is None or type(raised) is fault.ours
            assert raised is not None or answers[-1] == question(scene.witness)
            assert scene.told_by(scene.licensing) == scene.truth()
            change(at)
        assert answers

    def test_an_instance_is_opened_or_not(self, scene: Scene, fault: Fault, clock: Clock) -> None:
        scene.engine.dispose()

        def open_one(_: int) -> None:
            opened = open_licensing(SqlStore(scene.engine), clock=clock)
            scene.plan.disarm()
            assert scene.told_by(opened) == scene.truth()

        assert [raised for _, raised in scene.at_each_step(fault, open_one) if raised]

    def test_tables_are_created_or_not(self, scene: Scene, fault: Fault) -> None:
        store = SqlStore(scene.engine, prefix="others_")
        tables: list[Any] = []

        def is_there() -> bool:
            try:
                with store.reading(INSTALLATION):
                    return True
            except sl.StoreOutdatedError:
                return False

        for at, raised in scene.at_each_step(fault, lambda at: (store.create_tables, store.migrate)[at % 2]()):
            assert raised is None or type(raised) is fault.ours, scene.plan.steps
            tables.append((at, is_there()))
            assert is_there() is (raised is None)
            if raised is None:
                break
        assert len(tables) > 10


class TestTheCommitItself:
    """Nobody knows what became of a commit whose answer never came."""

    @pytest.mark.parametrize("made", [True, False], ids=["made", "not made"])
    def test_the_instance_asks_before_it_answers_again(self, database: Database, clock: Clock, made: bool) -> None:  # noqa: FBT001 - both
        scene = Scene(database, clock)
        # One that may answer from its snapshot for a day.
        licensing = scene.service.another(engine=scene.engine)
        lost = Fault("lost", lambda: scene_error(database), sl.StoreUnavailableError, dead=True)
        licensing.seats.assign("bo", SALES, by="admin")
        scene.plan.arm(lost, "commit", after=made)
        with pytest.raises(sl.StoreUnavailableError):
            licensing.seats.assign("anna", SALES, by="admin")
        scene.plan.disarm()
        assert licensing.gate.login("anna", WEB).allowed is made
        assert scene.told_by(licensing) == scene.truth()
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.seats.usage(SALES).holders == ("anna", "bo")


def scene_error(database: Database) -> Exception:
    """Make an error of a connection that is lost."""
    faults = FAULTS_OF_SQLITE if database.on_sqlite else FAULTS_OF_POSTGRESQL
    return next(fault for fault in faults if fault.dead).raised()

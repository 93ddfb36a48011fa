"""A hypothesis state machine: random blocks, errors and reopenings of a store, compared with a reference store.

Needs hypothesis. In your own test:

    from hypothesis.stateful import run_state_machine_as_test
    from superlicense.testing import store_machine

    def test_the_store_behaves_like_the_reference_store(make_store):
        run_state_machine_as_test(store_machine(make_store))
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from superlicense.errors import ConflictError
from superlicense.model.license import LicenseName
from superlicense.model.row import Table, assignment_key
from superlicense.model.site import Installation, Site
from superlicense.model.user import User
from superlicense.ports import Revision, Store, StoredRow, Writing
from superlicense.testing.contract.blocks import Boom, MakeStore, Reopen
from superlicense.testing.reference_store import TABLES, ReferenceStore
from superlicense.testing.samples import NOON, NORDVIK, SOLVANG, entry, noun_row, seat_row, subjects

__all__ = ["BlockStep", "StoreMachine", "store_machine"]

_NAMES: Final = ("anna", "bo")
_LICENSES: Final = ("ten-sales", "user")
_INSTALLATIONS: Final = (NORDVIK, SOLVANG)
_MOMENTS: Final = st.integers(-3, 3)
_BYTES: Final = st.none() | st.binary(max_size=3)


@frozen
class BlockStep:
    """One step of a block.

    Attributes:
        kind: Kind of step; ``"turn"`` ends the running row, or starts one.
        about: The table, the user or site, and the license of the row.
        moment: When, in microseconds from noon; of an end, from the start.
        jump: Increment of the sequence, 1 or more.
        seal: Seal of the row, or the head.
        wrong: Whether the step is invalid.
    """

    kind: Literal["turn", "append", "keep head"]
    about: tuple[Table, str, str]
    moment: int
    jump: int
    seal: bytes | None
    wrong: bool


_ABOUT: Final = st.one_of(
    st.tuples(st.just(Table.USERS), st.sampled_from(_NAMES), st.just("")),
    st.tuples(st.just(Table.SITES), st.sampled_from(_NAMES), st.just("")),
    st.tuples(st.just(Table.ASSIGNMENTS), st.sampled_from(_NAMES), st.sampled_from(_LICENSES)),
)
# Most steps are valid, so that runs get far; the others must be refused.
_STEPS: Final = st.builds(
    BlockStep,
    st.sampled_from(["turn", "turn", "turn", "append", "keep head"]),
    _ABOUT,
    _MOMENTS,
    st.integers(1, 2),
    _BYTES,
    st.sampled_from([False] * 11 + [True]),
)


def _instant(moment: int | None) -> datetime | None:
    return None if moment is None else NOON + timedelta(microseconds=moment)


def _key(about: tuple[Table, str, str]) -> str:
    table, name, license = about
    return assignment_key(LicenseName.parse(license), name) if table is Table.ASSIGNMENTS else name


def _row(step: BlockStep, sequence: int) -> StoredRow:
    table, name, license = step.about
    start = NOON + timedelta(microseconds=step.moment)
    if table is Table.ASSIGNMENTS:
        row: StoredRow = seat_row(sequence, name, license, start=start)
    else:
        noun = User(id=name, name=f"{sequence}") if table is Table.USERS else Site(id=name, name=f"{sequence}")
        row = noun_row(table, name, noun, sequence, start=start)
    return row._replace(document=step.seal, seal=step.seal)


def _run_step(step: BlockStep, view: Writing, block: ReferenceStore) -> None:
    """Run *step* in the reference store, which records whether it is valid, and then in the store."""
    fits = not step.wrong
    if step.kind == "turn":
        running = block.runs(step.about[0], _key(step.about))
        if (running is None) is fits:
            row = _row(step, block.sequence + step.jump)
            block.put(row, fits=fits)
            view.facts.start(row)
        else:
            row = running or _row(step, max(block.sequence, 1))
            ended = row.ended(at=row.start + timedelta(microseconds=abs(step.moment)), by="bo", seal=step.seal)
            block.put(ended, fits=fits)
            view.facts.end(ended)
    elif step.kind == "append":
        appended = entry(
            len(block.entries) + (1 if fits else step.jump + 1),
            at=NOON + timedelta(microseconds=step.moment),
            floor=NOON + timedelta(microseconds=step.jump),
            ended=tuple(row for row in block.written if row.end is not None),
            started=tuple(row for row in block.written if row.end is None),
        )
        about = subjects(*block.written)
        block.append(appended, about, fits=fits)
        view.journal.append(appended, about)
    else:
        # Every head is valid.
        block.keep_head(step.seal or b"")
        view.keep_head(step.seal or b"")


class StoreMachine(RuleBasedStateMachine):
    """Random operations on two installations in one store, compared with `ReferenceStore` after every step.

    Subclasses define how a store is created; `store_machine` returns one.
    """

    make_store: MakeStore
    reopen: Reopen | None = None

    def __init__(self) -> None:
        """Create an empty store."""
        super().__init__()
        self.store: Store = self.make_store()
        self.reference = {installation.key: ReferenceStore() for installation in _INSTALLATIONS}

    @rule(
        installation=st.sampled_from(_INSTALLATIONS),
        steps=st.lists(_STEPS, max_size=5),
        fails=st.sampled_from([False, False, True]),
    )
    def write(self, installation: Installation, steps: list[BlockStep], fails: bool) -> None:  # noqa: FBT001 - drawn
        """Write a block that commits, conflicts, or raises an error."""
        block = self.reference[installation.key].block()
        try:
            with self.store.writing(installation) as view:
                expected = view.next_revision
                for step in steps:
                    _run_step(step, view, block)
                    if not block.fits:
                        break
                else:
                    block.matches_rows(view)
                    with self.store.reading(installation) as meanwhile:
                        self.reference[installation.key].matches(meanwhile)
                    if fails:
                        raise Boom  # noqa: TRY301 - an error inside the block
        except Boom:
            return
        except ConflictError:
            assert not block.fits, "a valid block does not conflict"
            return
        assert block.fits, "an invalid block conflicts"
        if block.touched:
            assert view.revision == expected
        block.commit(view.revision)
        self.reference[installation.key] = block

    @precondition(lambda self: self.reopen is not None)
    @rule()
    def open_anew(self) -> None:
        """Continue with a reopened store."""
        assert self.reopen is not None
        self.store = self.reopen(self.store)

    @rule(installation=st.sampled_from(_INSTALLATIONS), since=st.none() | _MOMENTS, until=st.none() | _MOMENTS)
    def ask(self, installation: Installation, since: int | None, until: int | None) -> None:
        """Read every instant and key, and parts of the journal."""
        reference = self.reference[installation.key]
        period: dict[str, Any] = {"since": _instant(since), "until": _instant(until)}
        with self.store.reading(installation) as view:
            for table in TABLES:
                ever = reference.history(table)
                for at in (NOON + timedelta(microseconds=moment) for moment in range(-3, 7)):
                    assert list(view.facts.running_at(table, at)) == [row for row in ever if row.holds_at(at)]
                for key in {row.key for row in ever}:
                    assert list(view.facts.history(table, key)) == reference.history(table, key)
            for holder in (None, *_NAMES):
                for license in (None, *map(LicenseName.parse, _LICENSES)):
                    found = view.journal.entries(**period, holder=holder, license=license)
                    assert list(found) == reference.asked(**period, holder=holder, license=license)
            assert view.rows_since(Revision(len(reference.commits), "made up")) is None

    @invariant()
    def both_match_the_reference(self) -> None:
        """Assert that both installations are equal to the reference store."""
        for installation in _INSTALLATIONS:
            with self.store.reading(installation) as view:
                self.reference[installation.key].matches(view)


def store_machine(make_store: MakeStore, reopen: Reopen | None = None) -> type[StoreMachine]:
    """Return the state machine for a store; `hypothesis.stateful.run_state_machine_as_test` runs it.

    Args:
        make_store: Returns a new, empty store at every call.
        reopen: Opens the storage of a store again; `None` if the store does not
            persist.
    """
    home = {"make_store": staticmethod(make_store), "reopen": None if reopen is None else staticmethod(reopen)}
    return type("MachineOfOneStore", (StoreMachine,), home)

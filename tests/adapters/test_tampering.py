"""Whoever writes into the database without the seal key is found, and gains nothing.

Every column of every sealed record × edited, deleted, swapped with another
record, put back as it was before, copied from another installation. An ordinary
run takes a few records of each table, `python -m tests.stress tampering` one of
every kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import URL, text

import superlicense as sl
from superlicense.licensing.integrity import audit as verifying
from superlicense.licensing.integrity import seals
from superlicense.licensing.integrity.journal_replay import JournalReplay
from tests.adapters.databases import Database, a_schema
from tests.adapters.tampering import ADMIN, OTHER, TABLES, Deed, Record, Vandal, allowed, edited, told
from tests.installation import INSTALLATION, Clock

pytestmark = pytest.mark.slow

ROWS = (
    *("installation", "sequence", "table_name", "key", "started_at", "started_by"),
    *("ended_at", "ended_by", "form", "record", "personal", "document", "seal"),
)
JOURNAL = ("installation", "number", "at", "by", "kind", "record", "seal")
INSTALLATIONS = ("installation", "number", "token", "recorded_at", "sequence", "entries", "head")
SEALED = [
    *(("rows", column) for column in ROWS),
    *(("journal", column) for column in JOURNAL),
    *(("installations", column) for column in INSTALLATIONS),
]
# How the adapter finds things; nothing of it is an answer.
POSITIONS = [
    *(("rows", column) for column in ("started_step", "ended_step")),
    *(("installations", column) for column in ("steps", "known_from")),
    *(("revisions", column) for column in ("installation", "number", "token", "steps")),
    *(("journal_subjects", column) for column in ("installation", "number", "holder", "license")),
]


WHOLE = os.environ.get("SUPERLICENSE_WHOLE_MATRIX") == "1"


def samples(vandal: Vandal, table: str) -> list[Record]:
    """Give records of *table*: of rows one that runs and one that has ended, of every kind or of a few."""
    records = vandal.ours(table)
    if table != "rows":
        few = records[:3] + records[-2:] if WHOLE else [records[0], records[-1]]
        return few if len(records) > len(few) else records
    kinds = {(record["table_name"], record["ended_at"] is None): record for record in records}
    return [record for (kind, _), record in kinds.items() if WHOLE or kind in {"users", "packages"}]


def names(finding: sl.Finding, table: str, record: Record) -> bool:
    """Say whether *finding* is about *record*."""
    if table == "installations":
        # A whole one that is put back agrees with itself, and with nothing else.
        return finding.code in {"head_missing", "head_edited", "installation_edited", "entry_unknown"}
    if table == "journal":
        return finding.code.startswith("entry_") and finding.number == record["number"]
    return finding.number == record["sequence"] or (finding.table, finding.key) == (record["table_name"], record["key"])


class Matrix:
    """Attacks, and what has to come of each.

    Attributes:
        vandal: Who attacks.
        before: Who was let in before anything happened.
        attacks: How many the database let happen.
    """

    def __init__(self, vandal: Vandal) -> None:
        licensing = vandal.fresh()
        assert licensing.verify_store().findings == ()
        self.vandal = vandal
        self.before = allowed(licensing)
        assert {user for _, user, _ in self.before} == {"anna", "bo", "cy"}
        self.attacks = 0

    def attack(self, table: str, records: list[Record], *deeds: Deed) -> None:
        """Do *deeds*; every one of *records* is named, nobody gains, and the administrator is let in."""
        if not self.vandal.attack(*deeds):
            return
        self.attacks += 1
        licensing = self.vandal.fresh()
        findings = licensing.verify_store().findings
        for record in records:
            assert any(names(finding, table, record) for finding in findings), (record, deeds, findings)
        # A No Login event is no license: whoever it kept out is let in once it is gone (ADR 31).
        spared = {"cy"} if any(record.get("table_name") == "events" for _, _, record, _ in deeds) else set()
        gained = {user for _, user, _ in allowed(licensing) - self.before}
        assert gained <= spared, (deeds, findings)
        own_row = any(record.get("key") == ADMIN for record in records)
        assert own_row or licensing.gate.administer(ADMIN).allowed, (deeds, findings)
        self.vandal.put_back(self.vandal.saved)


@pytest.fixture(scope="module")
def sqlites_vandal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vandal]:
    """One who lets the same database be attacked again and again."""
    path: Path = tmp_path_factory.mktemp("tampering") / "store.db"
    database = Database(URL.create("sqlite", database=str(path)))
    yield Vandal(database, Clock())
    database.close()


@pytest.fixture(scope="module")
def postgresqls_vandal(postgres: str) -> Iterator[Vandal]:
    database = a_schema(postgres)
    yield Vandal(database, Clock())
    database.close()


@pytest.fixture
def vandal(sqlites_vandal: Vandal) -> Vandal:
    sqlites_vandal.put_back(sqlites_vandal.saved)
    return sqlites_vandal


@pytest.fixture
def matrix(vandal: Vandal) -> Matrix:
    return Matrix(vandal)


@pytest.mark.parametrize(("table", "column"), SEALED)
class TestASealedColumn:
    """Wherever it is written to, the record is named."""

    def test_is_found_when_it_is_edited(self, matrix: Matrix, table: str, column: str) -> None:
        for record in samples(matrix.vandal, table):
            for value in edited(column, record[column]):
                if value != record[column]:
                    matrix.attack(table, [record], ("update", table, record, {column: value}))
        assert matrix.attacks

    def test_is_found_when_it_is_swapped(self, matrix: Matrix, table: str, column: str) -> None:
        records = samples(matrix.vandal, table)
        if table == "installations":
            records += matrix.vandal.ours(table, OTHER)
        for one, other in pairwise(records):
            if one[column] != other[column]:
                matrix.attack(table, [one], *swapping(table, column, one, other))
        # What all records have in common cannot be swapped.
        alike = {"installation", "form"}
        if table == "installations":
            alike = {"number", "recorded_at", "sequence", "entries"}
        assert matrix.attacks or column in alike

    def test_is_found_when_it_is_put_back(self, matrix: Matrix, table: str, column: str) -> None:
        keys = TABLES[table]
        earlier = {tuple(record[name] for name in keys): record for record in matrix.vandal.earlier[table]}
        for record in matrix.vandal.ours(table):
            was = earlier.get(tuple(record[name] for name in keys), record)
            if was[column] != record[column]:
                matrix.attack(table, [record], ("update", table, record, {column: was[column]}))
        # Of a record nothing changes but its end and its seal.
        changing = {"rows": {"ended_at", "ended_by", "seal"}, "installations": set(INSTALLATIONS) - {"installation"}}
        assert bool(matrix.attacks) == (column in changing.get(table, ()))

    def test_is_found_when_it_is_copied_from_another_installation(
        self, matrix: Matrix, table: str, column: str
    ) -> None:
        for record in samples(matrix.vandal, table):
            theirs = matrix.vandal.theirs(table, record)
            if theirs is not None and theirs[column] != record[column]:
                matrix.attack(table, [record], ("update", table, record, {column: theirs[column]}))


@pytest.mark.parametrize(("table", "column"), SEALED)
def test_a_sealed_column_is_found_on_postgresql_when_it_is_edited(
    postgresqls_vandal: Vandal, table: str, column: str
) -> None:
    postgresqls_vandal.put_back(postgresqls_vandal.saved)
    matrix = Matrix(postgresqls_vandal)
    for record in samples(matrix.vandal, table):
        matrix.attack(table, [record], ("update", table, record, {column: edited(column, record[column])[-1]}))
    # Its own constraints stand in the way of some.
    assert matrix.attacks


class TestARecord:
    """As a whole it is found, too."""

    @pytest.mark.parametrize("table", ["rows", "journal", "installations"])
    def test_is_missed_when_it_is_deleted(self, matrix: Matrix, table: str) -> None:
        for record in matrix.vandal.ours(table):
            matrix.attack(table, [record], ("delete", table, record, {}))
        assert matrix.attacks == len(matrix.vandal.ours(table))

    @pytest.mark.parametrize("table", ["rows", "journal"])
    def test_is_found_when_it_is_inserted_again(self, matrix: Matrix, table: str) -> None:
        place = TABLES[table][1]
        for record in samples(matrix.vandal, table):
            again = {**record, place: record[place] + 1000}
            matrix.attack(table, [again], ("insert", table, again, again))
        assert matrix.attacks

    @pytest.mark.parametrize("table", ["rows", "journal", "installations"])
    def test_is_found_when_it_comes_from_another_installation(self, matrix: Matrix, table: str) -> None:
        for record in samples(matrix.vandal, table):
            theirs = matrix.vandal.theirs(table, record)
            assert theirs is not None
            copied = {**theirs, "installation": record["installation"]}
            matrix.attack(table, [record], ("delete", table, record, {}), ("insert", table, record, copied))
        assert matrix.attacks == len(samples(matrix.vandal, table))

    @pytest.mark.parametrize("table", ["rows", "installations"])
    def test_is_found_when_an_earlier_version_is_put_back(self, matrix: Matrix, table: str) -> None:
        earlier = {record[TABLES[table][-1]]: record for record in matrix.vandal.earlier[table]}
        for record in matrix.vandal.ours(table):
            was = earlier.get(record[TABLES[table][-1]], record)
            if was != record:
                matrix.attack(table, [record], ("update", table, record, was))
        assert matrix.attacks

    def test_is_found_when_the_journal_is_cut_with_it(self, matrix: Matrix) -> None:
        """What was done last is undone in rows and journal alike; only the head knows."""
        rows, journal = matrix.vandal.ours("rows"), matrix.vandal.ours("journal")
        matrix.attack(
            "journal", [journal[-1]], ("delete", "rows", rows[-1], {}), ("delete", "journal", journal[-1], {})
        )
        assert matrix.attacks == 1


class TestAWholeInstallation:
    """Everything of it at once."""

    def test_is_found_when_it_is_swapped_with_another(self, matrix: Matrix) -> None:
        ours, theirs = INSTALLATION.key, OTHER.key
        vandal = matrix.vandal
        with vandal.engine.connect() as connection:
            for table in TABLES:
                name = f"{vandal.store.prefix}{table}"
                for old, new in ((ours, "aside"), (theirs, ours), ("aside", theirs)):
                    connection.execute(
                        text(f"UPDATE {name} SET installation = :new WHERE installation = :old"),
                        {"old": old, "new": new},
                    )
            connection.commit()
        licensing = vandal.fresh()
        assert licensing.verify_store().findings[0].code == "head_edited"
        assert allowed(licensing) == frozenset()

    def test_is_found_when_its_head_is_taken_off(self, matrix: Matrix) -> None:
        (home,) = matrix.vandal.ours("installations")
        matrix.attack("installations", [home], ("update", "installations", home, {"head": None}))
        assert matrix.attacks == 1

    def test_is_the_newest_only_to_whoever_has_noted_its_head(self, matrix: Matrix) -> None:
        """A whole older backup seals as well as any state; what was noted elsewhere tells."""
        vandal = matrix.vandal
        newest, noted = vandal.fresh().seal_head(), vandal.noted
        assert vandal.fresh().verify_store(newest).ok
        assert vandal.fresh().verify_store(noted).ok
        vandal.put_back(vandal.earlier)
        assert vandal.fresh().verify_store().ok
        assert vandal.fresh().verify_store(noted).ok
        (finding,) = vandal.fresh().verify_store(newest).findings
        assert finding.code is sl.FindingCode.EARLIER_HEAD_UNKNOWN


@pytest.mark.parametrize(("table", "column"), POSITIONS)
def test_a_position_changes_no_answer_or_is_found(vandal: Vandal, table: str, column: str) -> None:
    """Neither whoever opens the store nor whoever follows what others have written is told anything else."""
    expected = (allowed(vandal.fresh()), told(vandal.fresh()))
    attacks = 0
    for record in samples(vandal, table):
        for value in edited(column, record[column])[:2]:
            vandal.put_back(vandal.earlier)
            follower = vandal.fresh()
            vandal.put_back(vandal.saved)
            if not vandal.attack(("update", table, record, {column: value})):
                continue
            attacks += 1
            vandal.clock.forward(minutes=1)
            if vandal.fresh().verify_store().ok:
                assert (allowed(vandal.fresh()), told(vandal.fresh())) == expected, (record, value)
                assert (allowed(follower), told(follower)) == expected, (record, value)
    assert attacks


class TestTheGuards:
    """Each of them is needed: with one of them asleep, an attack is not found."""

    def test_of_the_seals(self, matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
        record = samples(matrix.vandal, "rows")[-1]
        monkeypatch.setattr(seals, "is_seal", lambda _made, _found: True)
        with pytest.raises(AssertionError):
            matrix.attack("rows", [record], ("update", "rows", record, {"seal": b"forged"}))

    def test_of_the_journal(self, matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
        record = next(one for one in matrix.vandal.ours("rows") if one["ended_at"] is not None)
        was = next(one for one in matrix.vandal.earlier["rows"] if one["sequence"] == record["sequence"])
        asleep = JournalReplay()
        asleep.breaks.append(sl.Finding(code=sl.FindingCode.ENTRY_MISSING, explanation="not looked at"))
        monkeypatch.setattr(verifying, "replay_journal", lambda *_, **__: asleep)
        with pytest.raises(AssertionError):
            matrix.attack("rows", [record], ("update", "rows", record, was))


def swapping(table: str, column: str, one: Record, other: Record) -> list[Deed]:
    """Give what swaps *column* of two records."""
    if column not in TABLES[table]:
        values = ((one, {column: other[column]}), (other, {column: one[column]}))
        return [("update", table, record, value) for record, value in values]
    # It tells records apart, so one has to stand aside meanwhile.
    aside = 2**40 if isinstance(one[column], int) else "aside"
    return [
        ("update", table, one, {column: aside}),
        ("update", table, other, {column: one[column]}),
        ("update", table, {**one, column: aside}, {column: other[column]}),
    ]


def test_what_is_written_inside_the_hosts_transaction_is_sealed_too(database: Database, clock: Clock) -> None:
    vandal = Vandal(database, clock)
    licensing = vandal.fresh()
    with vandal.engine.begin() as connection, licensing.bound_to(connection) as inside:
        inside.users.save(sl.User(id="eva", may_log_in=True))
        inside.users.save(sl.User(id="eva", name="Eva", may_log_in=True))
        assert inside.verify_store().ok
    clock.forward(minutes=1)
    assert licensing.users.find("eva") == sl.User(id="eva", name="Eva", may_log_in=True)
    assert licensing.verify_store().ok
    assert allowed(licensing) == allowed(vandal.fresh())

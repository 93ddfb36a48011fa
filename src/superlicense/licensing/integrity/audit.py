"""The audit of a store: every row, every entry and the head are compared with one another.

Rule 1: it reads, writes nothing, and reports instead of raising. A problem in
one record does not hide problems in the next.

Rule 2: it holds 32 bytes of each row, never the rows themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.errors import StoreError
from superlicense.licensing.integrity.audit_usage import usage_findings
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.journal_replay import JournalReplay, TableRow, replay_journal
from superlicense.licensing.integrity.row_bytes import digest_of, row_bytes, row_digest
from superlicense.licensing.integrity.row_filters import blanked_rightly, forgotten_until
from superlicense.licensing.integrity.seals import Head, Seals, noted_head, read_noted_head
from superlicense.licensing.integrity.stored_head import HEAD, INSTALLATION, read_head
from superlicense.licensing.loading import row_of
from superlicense.model.license import LicenseName
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.model.store_report import Finding, FindingCode, StoreReport
from superlicense.ports import Count, Reading, Store, StoredEntry, StoredRow
from superlicense.rules.look_alikes import look_alikes
from superlicense.rules.seats.plans import two_plans

__all__ = ["verify"]

# Without a seal key, contents are compared through seals with this one; nothing is sealed.
_NO_KEY: Final = bytes(32)
_NO_ROWS: Final = Count(0, 0)
_TABLES: Final = tuple(map(str, Table))
_ABOUT_HOLDERS: Final = frozenset({Table.USERS, Table.SITES, Table.ASSIGNMENTS})


def _in_order(table: str) -> tuple[int, str]:
    """Sort tables as `Table` does, unknown ones last."""
    return (_TABLES.index(table) if table in _TABLES else len(_TABLES), table)


def verify(
    store: Store, installation: Installation, checks: IntegrityChecks, earlier_head: str | None = None
) -> StoreReport:
    """Verify everything that *store* holds of *installation*.

    Raises:
        InvalidValueError: *earlier_head* is not a value that `noted_head` returned.
    """
    noted = None if earlier_head is None else read_noted_head(earlier_head)
    verifier = _Verifier(checks, checks.seals or Seals(_NO_KEY, installation.key))
    with verifier.reporting("opening the store"), store.reading(installation) as view:
        checks.settle(view)
        verifier.verify(view, noted)
    return verifier.report()


class _Verifier:
    """Verifies one view, and collects findings."""

    def __init__(self, checks: IntegrityChecks, seals: Seals) -> None:
        self._checks = checks
        self._seals = seals
        self._sealed = checks.seals is not None
        self._head: Head | None = None
        self._replay = JournalReplay()
        self._rows = 0
        # Sequences of rows that the journal records and that were not found yet.
        self._missing: set[int] = set()
        self._forgotten: Mapping[str, int] = {}
        self._changed: list[tuple[StoredRow, TableRow]] = []
        self._findings: list[Finding] = []
        self._look_alikes: tuple[tuple[str, ...], ...] = ()
        self._two_plans: Mapping[str, tuple[str, ...]] = {}

    @contextmanager
    def reporting(self, doing: str) -> Iterator[None]:
        """Report an error of the store, and go on."""
        try:
            yield
        except StoreError as error:
            self._find(FindingCode.STORE_UNREADABLE, f"{doing}: {error}")

    def _find(
        self,
        code: FindingCode,
        explanation: str,
        *,
        table: Table | str | None = None,
        key: str = "",
        number: int | None = None,
    ) -> None:
        where = None if table is None else str(table)
        self._findings.append(Finding(code=code, table=where, key=key, number=number, explanation=explanation))

    def verify(self, view: Reading, noted: tuple[int, bytes] | None) -> None:
        """Verify all of *view*, and that the journal contains a head that was *noted* earlier."""
        self._seals = self._checks.seals or Seals(_NO_KEY, view.key)
        if self._sealed:
            with self.reporting("reading the head"):
                self._verify_head(view)
        with self.reporting("reading the journal"):
            self._replay = replay_journal(view, self._seals, self._head, sealed=self._sealed, noted=noted)
        self._findings += self._replay.breaks
        self._missing = set(self._replay.rows)
        tables: set[str] = {*Table}
        with self.reporting("counting the rows"):
            tables |= view.facts.counts().keys()
            self._forgotten = forgotten_until(view, self._checks.seals)
        for table in sorted(tables, key=_in_order):
            with self.reporting(f"reading {table}"):
                for row in view.facts.history(table):
                    self._verify_row(row)
        self._find_changed()
        for sequence in sorted(self._missing):
            due = self._replay.rows[sequence]
            words = f"row {sequence} is missing; the journal records it"
            self._find(FindingCode.ROW_MISSING, words, table=due.table, key=due.key, number=sequence)
        with self.reporting("querying the journal by user and license"):
            self._verify_index(view)
        with self.reporting("reading the documents"):
            self._verify_documents(view)
        with self.reporting("reading the usage"):
            self._findings += usage_findings(view, self._checks.seals, self._replay, history=not self._findings)
        # Warnings come last: whatever is checked only where nothing is wrong has been checked.
        for first, *others in self._look_alikes:
            words = f"the id {first!r} looks like {', '.join(map(repr, others))}"
            self._find(FindingCode.IDS_LOOK_ALIKE, words, table=Table.USERS, key=first)
        for owner, users in self._two_plans.items():
            for user in users:
                words = f"the user {user!r} has several plans of {owner}"
                self._find(FindingCode.TWO_PLANS, words, table=Table.ASSIGNMENTS, key=user)

    def _verify_head(self, view: Reading) -> None:
        known, is_counted = read_head(view, self._seals)
        self._head = known.head
        if HEAD in known.sealed:
            missing = known.written is None
            code = FindingCode.HEAD_MISSING if missing else FindingCode.HEAD_EDITED
            how = "is missing: it was removed, or the store was written without a seal key"
            other = "has a seal that does not match, or was sealed with another key"
            self._find(code, f"the head {how if missing else other}")
        if INSTALLATION in known.sealed:
            words = "the revision or the counters of the installation are not those of the head"
            self._find(FindingCode.INSTALLATION_EDITED, words)
        if not is_counted and known.head is not None:
            counts, heads = view.facts.counts(), known.head.counts
            for table in sorted(counts.keys() | heads.keys(), key=_in_order):
                found, due = counts.get(table, _NO_ROWS), heads.get(table, _NO_ROWS)
                if found != due:
                    stored, counted = (f"{count.ever} rows, {count.ended} of them ended" for count in (found, due))
                    words = f"there are {stored}; the head counts {counted}"
                    self._find(FindingCode.COUNT_DIFFERS, words, table=table)

    def _verify_row(self, row: StoredRow) -> None:
        self._rows += 1
        due = self._replay.rows.get(row.sequence)
        self._missing.discard(row.sequence)
        moved = due is not None and (due.table, due.key) != (row.table, row.key)
        other = f"; the journal has {due.table} {due.key!r} here" if moved and due is not None else ""
        for code, problem in self._wrong_with(row, due):
            words = f"row {row.sequence} {problem}{other}"
            self._find(code, words, table=row.table, key=row.key, number=row.sequence)

    def _wrong_with(self, row: StoredRow, due: TableRow | None) -> Iterator[tuple[FindingCode, str]]:
        """Compare *row* with its seal, and with *due*, the row that the journal records."""
        written = row_bytes(row)
        holds = not self._sealed or self._seals.holds(row, written)
        try:
            row_of(row)
        except CorruptRecordError as error:
            yield FindingCode.ROW_UNREADABLE, f"cannot be read: {error.problem}"
            return
        except NewerRecordError:
            if holds:
                who = "by a newer version" if self._sealed else "by a newer version, or edited"
                yield FindingCode.ROW_UNREADABLE, f"was written {who}"
                return
        if due is None and self._replay.is_complete:
            yield FindingCode.ROW_INSERTED, "is not recorded in the journal"
        elif not holds:
            yield FindingCode.ROW_EDITED, "has a seal that does not match"
        elif due is not None and due.digest != digest_of(written):
            code = FindingCode.ROW_PUT_BACK if self._sealed else FindingCode.ROW_EDITED
            yield code, "differs from the journal"
        elif not row.record.personal_holds():
            yield FindingCode.ROW_EDITED, "has other personal texts than were written"
        elif not blanked_rightly(row, self._forgotten):
            yield FindingCode.ROW_EDITED, "has a text that was blanked, or lacks one that was not"
        is_due_end = due is not None and row.end is not None and due.digest == digest_of(written)
        if due is not None and is_due_end and due.began != row_digest(row.started()):
            self._changed.append((row, due))

    def _find_changed(self) -> None:
        for row, due in self._changed:
            words = f"row {row.sequence} was ended at {due.end} after it had been edited since its start"
            self._find(FindingCode.ROW_CHANGED_BEFORE_END, words, table=row.table, key=row.key, number=row.sequence)

    def _verify_index(self, view: Reading) -> None:
        """Query the journal by user and license, and compare with the complete journal."""
        due: defaultdict[tuple[str | None, LicenseName | None], set[int]] = defaultdict(set)
        for entry in view.journal.entries():
            for subject in self._subjects(entry):
                due[subject].add(entry.number)
        for (holder, name), numbers in due.items():
            if not numbers <= {entry.number for entry in view.journal.entries(holder=holder, license=name)}:
                words = (
                    f"queried for {holder or 'any user'} and {name or 'any license'}, the journal leaves out entries"
                )
                self._find(FindingCode.INDEX_DIFFERS, words, key=holder or "")

    def _subjects(self, entry: StoredEntry) -> set[tuple[str | None, LicenseName | None]]:
        """Return every holder and license by which a query has to find *entry*."""
        subjects: set[tuple[str | None, LicenseName | None]] = set()
        try:
            steps = entry.record.steps
        except (CorruptRecordError, NewerRecordError):
            return subjects
        for step in steps:
            row = self._replay.rows.get(step.sequence)
            table, key = (step.table, step.key) if row is None else (row.table, row.key)
            holder, _, license = key.partition("\n")
            if table in _ABOUT_HOLDERS:
                subjects.add((holder, None))
            if license:
                name = LicenseName.parse(license)
                subjects |= {(holder, name), (None, name)}
        return subjects

    def _verify_documents(self, view: Reading) -> None:
        if any(finding.code is FindingCode.ROW_UNREADABLE for finding in self._findings) and not self._sealed:
            return  # There is no world, and the findings show why.
        loaded = self._checks.load(view)
        for table, key in sorted(loaded.integrity.documents):
            words = f"{table} {key!r} differs from its document, or the document is not signed by a trusted key"
            self._find(FindingCode.DOCUMENT_BROKEN, words, table=table, key=key)
        self._look_alikes = look_alikes(loaded.world)
        self._two_plans = two_plans(loaded.world)

    def report(self) -> StoreReport:
        """Return the report."""
        return StoreReport(
            sealed=self._sealed,
            head=noted_head(self._head),
            rows=self._rows,
            entries=self._replay.entries,
            findings=self._findings,
        )

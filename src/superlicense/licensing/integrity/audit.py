"""The audit of a store: every row, every entry and the head are compared with one another.

Rule 1: it reads, writes nothing, and reports instead of raising. A problem in
one record does not hide problems in the next.

Rule 2: it holds 32 bytes of each row, never the rows themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from superlicense.document.seal import is_seal
from superlicense.errors import StoreError
from superlicense.licensing.integrity.audit_usage import usage_findings
from superlicense.licensing.integrity.checks import HEAD, INSTALLATION, IntegrityChecks
from superlicense.licensing.integrity.journal_replay import JournalReplay, TableRow, replay_journal
from superlicense.licensing.integrity.seals import Head, Seals, noted_head, nothing_counted, read_noted_head
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table, Unreadable
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.store_report import Finding, FindingCode, StoreReport
from superlicense.ports import Reading, Store, holder_of, touches
from superlicense.rules.look_alikes import look_alikes
from superlicense.rules.seats.plans import two_plans

__all__ = ["verify"]

# Without a seal key, contents are compared through seals with this one; nothing is sealed.
_NO_KEY: Final = bytes(32)


def verify(
    store: Store, installation: Installation, checks: IntegrityChecks, earlier_head: str | None = None
) -> StoreReport:
    """Verify everything that *store* holds of *installation*.

    Raises:
        InvalidValueError: *earlier_head* is not a value that `noted_head` returned.
    """
    noted = None if earlier_head is None else read_noted_head(earlier_head)
    verifier = _Verifier(checks, checks.seals or Seals(_NO_KEY, installation))
    with verifier.reporting("opening the store"), store.reading(installation) as view:
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
        if self._sealed:
            with self.reporting("reading the head"):
                self._verify_head(view)
        with self.reporting("reading the journal"):
            self._replay = replay_journal(view, self._seals, self._head, sealed=self._sealed, noted=noted)
        self._findings += self._replay.breaks
        for table in Table:
            with self.reporting(f"reading {table}"):
                for row in view.facts.history(table):
                    self._verify_row(row)
        self._findings += self._replay.changed
        for sequence, due in self._replay.rows.items():
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
        known, is_counted = self._checks.read_head(view, self._seals)
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
            counts = {**nothing_counted(), **view.facts.counts()}
            for table, due in known.head.counts.items():
                if counts[table] != due:
                    stored, counted = (
                        f"{count.ever} rows, {count.ended} of them ended" for count in (counts[table], due)
                    )
                    words = f"there are {stored}; the head counts {counted}"
                    self._find(FindingCode.COUNT_DIFFERS, words, table=table)

    def _verify_row(self, row: Row[Any]) -> None:
        self._rows += 1
        due = self._replay.rows.pop(row.sequence, None)
        code, problem = self._wrong_with(row, due)
        if code is None:
            return
        if due is not None and (due.table, due.key) != (row.table, row.key):
            problem = f"{problem}; the journal has {due.table} {due.key!r} here"
        self._find(code, f"row {row.sequence} {problem}", table=row.table, key=row.key, number=row.sequence)

    def _wrong_with(self, row: Row[Any], due: TableRow | None) -> tuple[FindingCode | None, str]:
        """Compare *row* with its seal, and with *due*, the row that the journal records."""
        if isinstance(row.noun, Unreadable):
            return FindingCode.ROW_UNREADABLE, f"cannot be read: {row.noun.problem}"
        if due is None and not self._replay.breaks:
            return FindingCode.ROW_INSERTED, "is not recorded in the journal"
        made = self._seals.row(row)
        if self._sealed and not is_seal(made, row.seal):
            return FindingCode.ROW_EDITED, "has a seal that does not match"
        if due is not None and due.seal != made:
            code = FindingCode.ROW_PUT_BACK if self._sealed else FindingCode.ROW_EDITED
            return code, "differs from the journal"
        return None, ""

    def _verify_index(self, view: Reading) -> None:
        """Query the journal by user and license, and compare with the complete journal."""
        due: Counter[tuple[str | None, LicenseName | None]] = Counter()
        for entry in view.journal.entries():
            due.update(_subjects(entry))
        for (holder, name), number in due.items():
            found = view.journal.entries(holder=holder, license=name)
            if sum(touches(entry, holder=holder, license=name) for entry in found) != number:
                words = (
                    f"queried for {holder or 'any user'} and {name or 'any license'}, the journal leaves out entries"
                )
                self._find(FindingCode.INDEX_DIFFERS, words, key=holder or "")

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


def _subjects(entry: JournalEntry) -> set[tuple[str | None, LicenseName | None]]:
    """Return every holder and license by which a query has to find *entry*."""
    subjects: set[tuple[str | None, LicenseName | None]] = set()
    for row in (*entry.before, *entry.after):
        subjects.add((holder_of(row), None))
        if isinstance(row.noun, Assignment):
            subjects |= {(row.noun.holder, row.noun.license), (None, row.noun.license)}
    return subjects - {(None, None)}

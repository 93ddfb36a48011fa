"""Reports: what was found when a whole store was verified."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

from superlicense.model import fields

__all__ = ["Finding", "FindingCode", "StoreReport"]


class FindingCode(StrEnum):
    """What can be wrong with a store."""

    STORE_UNREADABLE = "store_unreadable"  # the store failed while it was read
    HEAD_MISSING = "head_missing"  # removed, or written without a seal key
    HEAD_EDITED = "head_edited"  # its seal is not the one of its contents
    INSTALLATION_EDITED = "installation_edited"  # revision or counters are not the ones of the head
    COUNT_DIFFERS = "count_differs"  # more or fewer rows than the head tells of
    ROW_UNREADABLE = "row_unreadable"  # no noun can be read from it
    ROW_EDITED = "row_edited"  # its seal is not the one of its contents
    ROW_INSERTED = "row_inserted"  # the journal tells of no such row
    ROW_MISSING = "row_missing"  # the journal tells of a row that is not there
    ROW_PUT_BACK = "row_put_back"  # sealed, but not as the journal tells of it: an earlier version
    ROW_CHANGED_BEFORE_END = "row_changed_before_end"  # what ended was not what had started
    ENTRY_UNREADABLE = "entry_unreadable"  # no journal entry can be read from it
    ENTRY_EDITED = "entry_edited"  # its seal is not the one of its contents and its place
    ENTRY_MISSING = "entry_missing"  # a number is left out, or the journal ends too early
    ENTRY_UNKNOWN = "entry_unknown"  # newer than the head
    INDEX_DIFFERS = "index_differs"  # asked by user or license, the journal gives something else
    DOCUMENT_BROKEN = "document_broken"  # a package or root is not what its signed document says
    EARLIER_HEAD_UNKNOWN = "earlier_head_unknown"  # a head noted before is not part of this journal


@frozen(kw_only=True)
class Finding:
    """One thing that is wrong with a store.

    Attributes:
        code: What is wrong.
        table: Table of the row, `None` where it is about none.
        key: Key of the row, empty where it is about none.
        number: Sequence of the row or number of the journal entry, `None` where
            it is about neither.
        explanation: The same in English, for whoever repairs it.
    """

    code: FindingCode
    table: str | None = None
    key: str = ""
    number: int | None = None
    explanation: str


def _findings(value: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(value)


@frozen(kw_only=True)
class StoreReport:
    """What was found when a whole store was verified.

    Attributes:
        sealed: Whether there was a seal key; without one, rows are compared
            with the journal only, and whoever changes both is not found.
        head: The head in a form to be noted elsewhere, see
            `superlicense.Licensing.seal_head`; `None` where there is none.
        rows: Number of rows looked at, ended ones included.
        entries: Number of journal entries looked at.
        findings: Everything that is wrong, head first, then the journal, then
            rows by table and sequence.
    """

    sealed: bool
    head: str | None = None
    rows: int = field(validator=fields.integer(0))
    entries: int = field(validator=fields.integer(0))
    findings: tuple[Finding, ...] = field(default=(), converter=_findings, validator=fields.each_instance_of(Finding))

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

"""Store reports: the problems found by verifying a whole store."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, Final

from attrs import Factory, field, frozen

from superlicense.model import fields
from superlicense.model.plain_data import PlainNoun

__all__ = ["Finding", "FindingCode", "Severity", "StoreReport"]


class FindingCode(StrEnum):
    """The kinds of problems of a store."""

    STORE_UNREADABLE = "store_unreadable"  # the store failed while being read
    HEAD_MISSING = "head_missing"  # removed, or written without a seal key
    HEAD_EDITED = "head_edited"  # seal does not match
    INSTALLATION_EDITED = "installation_edited"  # revision or counters differ from the head
    COUNT_DIFFERS = "count_differs"  # number of rows differs from the head
    ROW_UNREADABLE = "row_unreadable"  # cannot be decoded
    ROW_EDITED = "row_edited"  # seal does not match
    ROW_INSERTED = "row_inserted"  # not in the journal
    ROW_MISSING = "row_missing"  # in the journal only
    ROW_PUT_BACK = "row_put_back"  # an earlier version, with a valid seal, than the one in the journal
    ROW_CHANGED_BEFORE_END = "row_changed_before_end"  # the ended row differs from the one that started
    ENTRY_UNREADABLE = "entry_unreadable"  # a journal entry cannot be decoded
    ENTRY_EDITED = "entry_edited"  # seal does not match contents and position
    ENTRY_MISSING = "entry_missing"  # a gap in the numbers, or the journal ends too early
    ENTRY_UNKNOWN = "entry_unknown"  # newer than the head
    INDEX_DIFFERS = "index_differs"  # the index by user or license differs from the journal
    DOCUMENT_BROKEN = "document_broken"  # a package or root differs from its signed document
    EARLIER_HEAD_UNKNOWN = "earlier_head_unknown"  # a head noted earlier is not part of this journal
    IDS_LOOK_ALIKE = "ids_look_alike"  # users whose ids differ only by letter case or Unicode form
    TWO_PLANS = "two_plans"  # users who have several plans of one owner


class Severity(StrEnum):
    """How serious a finding is."""

    ERROR = "error"  # the store is not as it was written
    WARNING = "warning"  # worth a look; nothing is wrong with the store


_WARNINGS: Final = frozenset({FindingCode.IDS_LOOK_ALIKE, FindingCode.TWO_PLANS})


def _severity(finding: Finding) -> Severity:
    return Severity.WARNING if finding.code in _WARNINGS else Severity.ERROR


@frozen(kw_only=True)
class Finding:
    """One problem of a store.

    Attributes:
        code: The kind of problem.
        severity: ERROR or WARNING, by default that of the code.
        table: Table of the row; `None` if it is not about a row.
        key: Key of the row; empty if it is not about a row.
        number: Sequence of the row or number of the journal entry; `None` if it
            is about neither.
        explanation: Description in English.
    """

    code: FindingCode
    severity: Severity = Factory(_severity, takes_self=True)
    table: str | None = None
    key: str = ""
    number: int | None = None
    explanation: str


def _findings(value: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(value)


@frozen(kw_only=True)
class StoreReport(PlainNoun):
    """The result of verifying a whole store.

    Attributes:
        sealed: Whether there was a seal key; without one, rows are only compared
            with the journal, and consistent changes to both are not detected.
        head: The head as a string to be noted elsewhere, see
            `superlicense.Licensing.seal_head`; `None` if there is none.
        rows: Number of rows verified, ended ones included.
        entries: Number of journal entries verified.
        findings: All problems: errors of the head, the journal, and rows by table
            and sequence; then warnings.
    """

    derived_names: ClassVar[tuple[str, ...]] = ("ok",)

    sealed: bool
    head: str | None = None
    rows: int = field(validator=fields.integer(0))
    entries: int = field(validator=fields.integer(0))
    findings: tuple[Finding, ...] = field(default=(), converter=_findings, validator=fields.each_instance_of(Finding))

    @property
    def ok(self) -> bool:
        """Whether no errors were found; warnings do not count."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

"""Short versions of the long runs; ``python -m tests.stress`` makes the whole."""

from __future__ import annotations

from tests.stress.mutated_documents import run


def test_no_mutated_document_is_accepted_or_raises_a_foreign_error() -> None:
    refused, same = run(1_000, seed=2)
    assert refused + same == 1_000
    assert refused > 900

"""Row bytes: what a row consists of as stored, typed and unambiguous; digests and seals are made of it.

The personal texts of a record enter by their salted hashes, which are in its
text, so that they can be blanked.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

import hashlib

from superlicense.document.seal import encode
from superlicense.ports import StoredRow

__all__ = ["digest_of", "row_bytes", "row_digest"]


def row_bytes(row: StoredRow) -> bytes:
    """Return all of *row* but its seal, personal texts by their hashes and the document by its SHA-256."""
    document = None if row.document is None else hashlib.sha256(row.document).digest()
    record = row.record
    return encode(
        (
            *(str(row.table), row.key, row.start, row.started_by, row.end, row.ended_by, row.sequence),
            *(record.form, record.text, document),
        )
    )


def digest_of(written: bytes) -> str:
    """Return the digest that the journal names a row by, given its `row_bytes`."""
    return hashlib.sha256(written).hexdigest()


def row_digest(row: StoredRow) -> str:
    """Return the digest that the journal names *row* by."""
    return digest_of(row_bytes(row))

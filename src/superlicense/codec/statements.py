"""Statements: a final one is stored as its bytes, and read from them."""

from __future__ import annotations

from typing import Final

from superlicense.codec.codecs import each, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import RECORD_READER, decoded
from superlicense.codec.strict_json import canonical
from superlicense.codec.values import FLAG, INSTANT_OR_NONE, INTEGER, MONEY, MONEY_BY_TEXT, MONTH, TEXT, TEXT_OR_NONE
from superlicense.errors import MalformedJsonError, StoreUnusableError
from superlicense.model.meter import Aggregation
from superlicense.model.policy import UserCount
from superlicense.model.statement import LineKind, Statement, StatementLine
from superlicense.model.usage import Derivation, UserTally

__all__ = ["load_statement"]

_TALLY: Final = noun_codec(UserTally, (INTEGER, "users"), (word(UserCount), "counted asked"), (INSTANT_OR_NONE, "at"))
_LINE: Final = noun_codec(
    StatementLine,
    (word(LineKind), "kind"),
    (TEXT, "meter unit currency"),
    (MONTH, "month"),
    (INTEGER, "used threshold overage blocks block_size"),
    (MONEY, "price_per_block amount"),
    (word(Aggregation), "aggregation"),
    (noun_codec(Derivation, (INTEGER, "included included_per_user"), (_TALLY, "tally")), "derivation"),
)
_STATEMENT: Final = noun_codec(
    Statement,
    (MONTH, "month invoice_month"),
    (each(_LINE), "lines"),
    (MONEY, "total"),
    (TEXT, "currency serial_number company time_zone"),
    (MONEY_BY_TEXT, "totals"),
    (_TALLY, "tally"),
    (FLAG, "closed"),
    (TEXT_OR_NONE, "seal_head"),
)


def load_statement(data: bytes) -> Statement:
    """Return the statement that `Statement.to_json` wrote as *data*.

    Raises:
        StoreUnavailableError: *data* is not a valid statement.
    """
    value = RECORD_READER.read(data)
    statement: Statement = decoded(_STATEMENT, value)
    # Not compared with the statement written again: a later version writes more fields.
    try:
        written = canonical(value)
    except MalformedJsonError as error:
        raise StoreUnusableError(f"a record is corrupt: {error.problem}") from error
    if written != data:
        raise StoreUnusableError("a record is corrupt: a statement is not canonical JSON")
    return statement

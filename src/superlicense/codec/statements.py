"""Statements: a final one is stored as its bytes, and read from them."""

from __future__ import annotations

from typing import Final

from superlicense.codec.forms import (
    FLAG,
    INSTANT_OR_NONE,
    MONEY,
    MONTH,
    TEXT,
    TEXT_OR_NONE,
    WHOLE,
    Codec,
    decoded,
    each,
    noun_codec,
    within,
    word,
)
from superlicense.errors import StoreUnavailableError
from superlicense.model.policy import UserCount
from superlicense.model.statement import LineKind, Statement, StatementLine
from superlicense.model.usage import Derivation, UserTally

__all__ = ["load_statement"]


def _load_totals(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise StoreUnavailableError(f"a record is corrupt at {path}: must be an object")
    return {name: MONEY.load(one, within(path, name)) for name, one in value.items()}


_TALLY: Final = noun_codec(UserTally, (WHOLE, "users"), (word(UserCount), "counted asked"), (INSTANT_OR_NONE, "at"))
_LINE: Final = noun_codec(
    StatementLine,
    (word(LineKind), "kind"),
    (TEXT, "meter unit currency"),
    (MONTH, "month"),
    (WHOLE, "used threshold overage blocks block_size"),
    (MONEY, "price_per_block amount"),
    (noun_codec(Derivation, (WHOLE, "included included_per_user"), (_TALLY, "tally")), "derivation"),
)
_STATEMENT: Final = noun_codec(
    Statement,
    (MONTH, "month invoice_month"),
    (each(_LINE), "lines"),
    (MONEY, "total"),
    (TEXT, "currency"),
    (Codec(dict, _load_totals), "totals"),
    (_TALLY, "tally"),
    (FLAG, "closed"),
    (TEXT_OR_NONE, "seal_head"),
)


def load_statement(data: bytes) -> Statement:
    """Return the statement that `Statement.to_json` wrote as *data*.

    Raises:
        StoreUnavailableError: *data* is not a statement, or not in canonical form.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise StoreUnavailableError(f"a record is corrupt: not UTF-8 at byte {error.start}") from error
    statement: Statement = _STATEMENT.load(decoded(text), "")
    if statement.to_json() != data:
        raise StoreUnavailableError("a record is corrupt: a statement is not in canonical form")
    return statement

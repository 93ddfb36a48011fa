"""Digests of terms: what the journal keeps of the terms that a month was given."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from superlicense.codec.terms import METER_RECORD
from superlicense.model.meter import Meter
from superlicense.model.policy import UserCount

__all__ = ["terms_digests"]


def terms_digests(user_count: UserCount | None, meters: Iterable[Meter]) -> dict[str, str]:
    """Return the SHA-256 of the stored terms of a month in hex.

    Args:
        user_count: How its users are counted.
        meters: The terms of its meters.

    Returns:
        The digests by meter, and under the empty name that of the user count.
    """
    texts = {meter.code: METER_RECORD.dumps(meter) for meter in meters}
    texts[""] = "" if user_count is None else str(user_count)
    return {code: sha256(texts[code].encode()).hexdigest() for code in sorted(texts)}

"""Strict JSON: one text for one value, so that bytes can be compared and signed.

Source: documents.md, "Canonical JSON payload".
"""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["encode"]


def encode(fields: Mapping[str, object]) -> bytes:
    r"""Write an object as canonical JSON: sorted keys, no spaces, UTF-8.

    >>> encode({"b": 1, "a": "ø"})
    b'{"a":"\xc3\xb8","b":1}'
    """
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()

"""Caseless texts: comparing names as people read them, without letter case and Unicode form.

Source: Unicode Standard Annex 15 and section 3.13, caseless matching.
"""

from __future__ import annotations

from unicodedata import normalize

__all__ = ["caseless"]


def caseless(text: str) -> str:
    """Return what *text* has in common with every text that differs only by letter case or Unicode form.

    >>> caseless("Ærø Rør A/S") == caseless("ÆRØ RØR A/S")
    True
    >>> caseless("Ærø Rør A/S") == caseless("Ærø Rør AS")
    False
    """
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFC", text).casefold())

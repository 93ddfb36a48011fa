"""Logs: every logger of the library is below ``superlicense``, and silent until the host listens.

Rule 1: nothing is printed where the host has configured no logging: the logger
``superlicense`` has a `logging.NullHandler`, as libraries should.

Rule 2: only what logs imports this module, so that `import superlicense` does
not pay for `logging`.
"""

from __future__ import annotations

import logging
from typing import Final

__all__ = ["logger"]

_ROOT: Final = logging.getLogger("superlicense")
_ROOT.addHandler(logging.NullHandler())


def logger(topic: str) -> logging.Logger:
    """Give the logger ``superlicense.<topic>``.

    >>> logger("commands").name
    'superlicense.commands'
    """
    return _ROOT.getChild(topic)

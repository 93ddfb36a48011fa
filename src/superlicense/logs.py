"""Logs: all loggers of the library are below ``superlicense``, and silent until the host configures logging.

Rule 1: nothing is printed unless the host configures logging: the logger
``superlicense`` has a `logging.NullHandler`.

Rule 2: only modules that log import this one, so that `import superlicense` does
not import `logging`.
"""

from __future__ import annotations

import logging
from typing import Final

__all__ = ["logger"]

_ROOT: Final = logging.getLogger("superlicense")
_ROOT.addHandler(logging.NullHandler())


def logger(topic: str) -> logging.Logger:
    """Return the logger ``superlicense.<topic>``.

    >>> logger("commands").name
    'superlicense.commands'
    """
    return _ROOT.getChild(topic)

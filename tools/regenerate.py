"""Regenerate every file that is made from others: catalogs, the Danish page, schemas, terminal pictures.

.. code-block:: console

    uv run python -m tools.regenerate

Each of them has a test that fails while it is out of date.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# In this order: everything else shows messages.
MODULES: Final = (
    "tools.compile_messages",
    "tools.make_danish_page",
    "tools.make_schemas",
    "tools.make_terminal_pictures",
)


def main() -> int:
    """Run the tools, each in a process of its own, because catalogs are read once a process."""
    for module in MODULES:
        subprocess.run([sys.executable, "-m", module], check=True, cwd=ROOT)  # noqa: S603 - our own programs
    return 0


if __name__ == "__main__":
    sys.exit(main())

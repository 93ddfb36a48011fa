"""The long runs, behind one command: ``python -m tests.stress [inputs]``."""

from __future__ import annotations

import sys

from tests.stress.mutated_documents import run

if __name__ == "__main__":
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    refused, same = run(inputs)
    print(f"{inputs} mutated documents: {refused} refused, {same} said the very same, none was accepted otherwise")

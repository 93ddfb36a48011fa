"""Run the benchmarks, with a large company of a million users unless told otherwise.

python -m tests.benchmarks [users]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["SUPERLICENSE_BENCHMARK_USERS"] = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    sys.exit(pytest.main(["-q", str(Path(__file__).parent)]))

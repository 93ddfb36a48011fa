"""Scenario files: facts, a question and the expected answer, in a form that other implementations can read.

`run` reads the files at a path, runs every scenario in them against this library,
and returns a `Report`. The format is described in the documentation, at
`reference/scenarios`, and by the JSON Schema beside this file, see `schema`.
"""

from __future__ import annotations

from superlicense.scenarios.reading import Scenario, ScenarioFile, read, schema
from superlicense.scenarios.report import Mismatch, Report, Result
from superlicense.scenarios.running import run, run_file

__all__ = ["Mismatch", "Report", "Result", "Scenario", "ScenarioFile", "read", "run", "run_file", "schema"]

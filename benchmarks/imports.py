"""Imports: what a process pays before it asks its first question, beside the one dependency it always needs."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

from benchmarks.bench import Bench

ATTRS = "import attrs"
IMPORTED = "import superlicense"
ASKED = """
import superlicense as sl
installation = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
sl.Licensing(sl.MemoryStore(), installation, trust=None).gate.login("anna", sl.Client.WEB)
"""
NOTHING = "pass"
_ROUNDS = 11


def seconds(code: str) -> float:
    """Run *code* in an interpreter of its own, deaf to the environment."""
    began = perf_counter()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)  # noqa: S603 - our own code
    return perf_counter() - began


def measure(bench: Bench) -> None:
    """Measure an import, and the first question, beside an import of attrs."""
    programs = [NOTHING, ATTRS, IMPORTED, ASKED]
    for program in programs:
        seconds(program)  # compiles what nobody has run yet
    spent: dict[str, list[float]] = {program: [] for program in programs}
    for number in range(_ROUNDS):
        for program in programs if number % 2 else reversed(programs):
            spent[program].append(seconds(program))

    def beside_attrs(program: str) -> float:
        return median(ours / theirs for ours, theirs in zip(spent[program], spent[ATTRS], strict=True))

    def net(program: str) -> float:
        return median(spent[program]) - median(spent[NOTHING])

    bench.figures.at_most("import superlicense ÷ import attrs", beside_attrs(IMPORTED), 2.2)
    bench.figures.at_most("the same, the bare interpreter taken off both", net(IMPORTED) / net(ATTRS), 2.2)
    bench.figures.at_most("Licensing made and asked once ÷ import attrs", beside_attrs(ASKED), 5)
    bench.figures.at_most("the same, the bare interpreter taken off both", net(ASKED) / net(ATTRS), 5)

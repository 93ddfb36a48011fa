"""Measure what things cost, as ratios: ``python -m benchmarks [--help]``.

Goals that are missed are marked; the exit code is 0 all the same. What the figures mean is
explained in docs/explanation/performance.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from time import monotonic

from benchmarks import (
    answers,
    engines,
    fleet,
    gate,
    imports,
    loading,
    metering,
    metering_history,
    screens,
    seats,
    web,
    writes,
)
from benchmarks.bench import LARGE, Bench

BENCHMARKS: dict[str, Callable[[Bench], None]] = {
    "gate": gate.measure,
    "answers": answers.measure,
    "engines": engines.measure,
    "screens": screens.measure,
    "web": web.measure,
    "seats": seats.measure,
    "metering": metering.measure,
    "history": metering_history.measure,
    "loading": loading.measure,
    "writes": writes.measure,
    "fleet": fleet.measure,
    "imports": imports.measure,
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=list(BENCHMARKS), choices=list(BENCHMARKS), metavar="NAME",
                        help=f"some of {', '.join(BENCHMARKS)}")  # fmt: skip
    parser.add_argument("--users", type=int, default=LARGE, metavar="N",
                        help=f"users of the large company, {LARGE:,} if not given; 1000000 takes minutes")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of a table")
    return parser.parse_args()


def main() -> None:
    """Run the benchmarks that were asked for, and print what they found."""
    asked = arguments()
    with Bench(asked.users) as bench:
        told: dict[str, list[dict[str, object]]] = {}
        for name in asked.only:
            began, before = monotonic(), len(bench.figures.found)
            BENCHMARKS[name](bench)
            figures = bench.figures.found[before:]
            told[name] = [one.to_dict() for one in figures]
            if not asked.json:
                print(f"{name} ({monotonic() - began:.0f} s)")
                print(*(f"  {one.line()}" for one in figures), sep="\n", flush=True)
        missed = [one for one in bench.figures.found if one.met is False]
        if asked.json:
            print(json.dumps({"figures": told, "missing": bench.missing}, indent=2, ensure_ascii=False))
            return
        for database, reason in bench.missing.items():
            print(f"not measured on {database}: {reason}")
        print(f"{len(bench.figures.found)} figures, {len(missed)} goals missed")


if __name__ == "__main__":
    main()

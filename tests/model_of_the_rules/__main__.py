"""Compare the model and the library at length: ``python -m tests.model_of_the_rules --decisions N --seed S``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from time import monotonic

from tests.model_of_the_rules.comparison import Comparison, Tally, compare, seeds
from tests.model_of_the_rules.known_differences import KNOWN_DIFFERENCES, explain


def witnesses(seed: int, worlds: int) -> Iterator[str]:
    """Yield the first world below *worlds* that shows each known difference."""
    wanted = {known.code for known in KNOWN_DIFFERENCES}
    for place, world in enumerate(seeds(seed)):
        if not wanted or place >= worlds:
            break
        tally = Tally()
        Comparison(world, tally, explain).run()
        for code in sorted(wanted & set(tally.known)):
            wanted.discard(code)
            yield f"{code}: {world}"
    yield from (f"{code}: none" for code in sorted(wanted))


def main() -> int:
    """Compare, print what it comes to, and return 1 where something differs that is not known."""
    parser = argparse.ArgumentParser(prog="python -m tests.model_of_the_rules", description=__doc__)
    parser.add_argument("--decisions", type=int, default=100_000, help="how many answers to compare")
    parser.add_argument("--seed", type=int, default=0, help="which worlds")
    parser.add_argument(
        "--witnesses", type=int, metavar="WORLDS", help="name a world for each known difference instead"
    )
    asked = parser.parse_args()
    logging.getLogger("superlicense").setLevel(logging.ERROR)  # every unsigned package is a warning
    if asked.witnesses:
        print(*witnesses(asked.seed, asked.witnesses), sep="\n")
        return 0
    start = monotonic()
    tally = compare(asked.decisions, asked.seed, explain)
    print(f"{tally.decisions} answers compared in {monotonic() - start:.0f} s")
    print(*(f"  {count:>9} {kind}" for kind, count in tally.kinds.most_common()), sep="\n")
    print("outcomes:", ", ".join(f"{count} {what}" for what, count in tally.outcomes.most_common()))
    print("known differences:", ", ".join(f"{count} {code}" for code, count in tally.known.most_common()) or "none")
    print(f"unknown differences: {len(tally.differences)}")
    print(*tally.differences[:20], sep="\n")
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())

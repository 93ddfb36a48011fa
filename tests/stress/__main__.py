"""The long runs, behind one command: ``python -m tests.stress [--help]``."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from time import monotonic

from tests.stores.postgres_server import throw_away_server
from tests.stores.slow_line import slow_line as line
from tests.stress import metering as meters
from tests.stress.failovers import fail_over
from tests.stress.fuzz import run as fuzz_readers
from tests.stress.kills import crash_servers, kill_writers
from tests.stress.load import put_under_load
from tests.stress.metering_life import recount_stories
from tests.stress.mutated_documents import run
from tests.stress.remedies import compare
from tests.stress.reports import kill_recorders, race_with_reports
from tests.stress.seats import race_for_seats, race_with_shrinking
from tests.stress.slow_line import measure
from tests.stress.storages import STORAGES, made, postgresql, sqlite
from tests.stress.stories import tell_stories


def documents(asked: argparse.Namespace) -> str:
    refused, same = run(asked.documents)
    return f"{asked.documents} mutated: {refused} refused, {same} said the very same, none was accepted otherwise"


def fuzz(asked: argparse.Namespace) -> str:
    found = fuzz_readers(asked.inputs, asked.seed)
    accepted = ", ".join(f"{name} {count}" for name, count in sorted(found.items()) if name != "refused")
    return f"{asked.inputs} inputs of seed {asked.seed}: {found['refused']} refused, the others accepted: {accepted}"


def seats(asked: argparse.Namespace) -> str:
    told = []
    for name in asked.stores:
        with STORAGES[name]() as storage:
            done, refused = race_for_seats(
                storage, writers=asked.writers, operations=asked.operations, cap=asked.seats_for_sale
            )
        told.append(
            f"{name}: {asked.writers} writers × {asked.operations} operations at a cap of {asked.seats_for_sale}:"
            f" {done} done, {refused} refused, exactly the cap in use"
        )
    return "; ".join(told)


def shrinking(asked: argparse.Namespace) -> str:
    told = []
    for name in asked.stores:
        with STORAGES[name]() as storage:
            outcomes = race_with_shrinking(storage, writers=asked.racers, rounds=asked.rounds)
        told.append(
            f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(outcomes.items()))}, never exceeded"
        )
    return "; ".join(told)


def kills(asked: argparse.Namespace) -> str:
    told = []
    for name, open_storage, trials in (
        ("sqlite", sqlite, asked.sqlite_kills),
        ("postgresql", postgresql, asked.postgresql_kills),
    ):
        if name in asked.stores:
            with open_storage() as database:
                found = kill_writers(database, trials=trials)
            told.append(
                f"{name}: {found.trials} kills, {found.acknowledged} acknowledged and none lost,"
                f" {found.unheard} committed on the way, none half"
            )
    return "; ".join(told)


def crashes(asked: argparse.Namespace) -> str:
    with throw_away_server() as server:
        found = crash_servers(made(server.url), server.crash, crashes=asked.crashes)
    return (
        f"{found.trials} crashes of the server, {found.acknowledged} acknowledged and none lost,"
        f" {found.unheard} committed on the way, none half"
    )


def _progress(total: int) -> Callable[[int], None]:
    def tell(number: int) -> None:
        if number % 20 == 0:
            print(f"  {number} of {total}", file=sys.stderr, flush=True)

    return tell


def failovers(asked: argparse.Namespace) -> str:
    with throw_away_server() as server:
        found = fail_over(
            server, trials=asked.failovers, seed=asked.seed, minutes=asked.minutes, tell=_progress(asked.failovers)
        )
    return (
        f"{found.trials} failovers of seed {asked.seed}: {found.answers} answers, {found.stale} of them from the"
        " last known facts, none wrong and none missing"
    )


def slow_line(asked: argparse.Namespace) -> str:
    with throw_away_server() as server, line(server, milliseconds=asked.delay) as far:
        found = measure(server.url, far, runs=asked.line_runs, seconds=asked.line_seconds)
    for number, one in enumerate(found.runs, 1):
        print(f"  run {number}: wall {one.wall}; never looks: {one.quiet_wall}; slowest {one.slowest:.0f} µs")
        print(f"  run {number}: CPU  {one.cpu}; never looks: {one.quiet_cpu}")
    return (
        f"{asked.delay} ms a statement, 32 threads, 50 questions a second each: {found.decisions} decisions,"
        f" {found.asked} statements of asking threads, {found.waited} decisions waited,"
        f" {found.checked} checked more than their snapshot, {found.looks} looks in {found.seconds:.1f} s;"
        f" p99 ÷ p50, median of {len(found.runs)} runs: {found.median_of(lambda one: one.wall.ratio):.1f} wall"
        f" (never looks: {found.median_of(lambda one: one.quiet_wall.ratio):.1f}),"
        f" {found.median_of(lambda one: one.cpu.ratio):.1f} CPU"
        f" (never looks: {found.median_of(lambda one: one.quiet_cpu.ratio):.1f})"
    )


def stories(asked: argparse.Namespace) -> str:
    for name in asked.stores:
        with STORAGES[name]() as storage:
            tell_stories(storage, stories=asked.stories, steps=asked.steps)
    return f"{asked.stories} stories of {asked.steps} steps on {', '.join(asked.stores)}, all end as in plain Python"


def metering(asked: argparse.Namespace) -> str:
    return f"{asked.meter_stories} stories for each of {meters.tell_stories(asked.meter_stories)} laws, all hold"


def recount(asked: argparse.Namespace) -> str:
    did = recount_stories(asked.recount_stories, asked.recount_steps, asked.seed)
    told = ", ".join(f"{count:,} × {what}" for what, count in sorted(did.items()))
    return f"{asked.recount_stories} stories of seed {asked.seed} ({told}): no difference"


def reports(asked: argparse.Namespace) -> str:
    told = []
    for name in asked.stores:
        with STORAGES[name]() as storage:
            answers = race_with_reports(storage, writers=asked.writers, batches=asked.batches)
        told.append(
            f"{name}: {asked.writers} writers, {answers['accepted']} accepted, {answers['duplicate']} duplicates"
        )
    for name, open_storage in (("sqlite", sqlite), ("postgresql", postgresql)):
        if name in asked.stores:
            with open_storage() as database:
                found = kill_recorders(database, trials=asked.recorder_kills)
            told.append(f"{name}: {found.trials} recorders killed, {found.acknowledged} acknowledged and none lost")
    return "; ".join(told)


def remedies(asked: argparse.Namespace) -> str:
    counted = compare(asked.worlds, asked.seed)
    told = ", ".join(f"{counted[steps]} of {steps} steps" for steps in sorted(counted))
    return f"{asked.worlds} small worlds beside brute force over three steps: {told}; none missed, none too many"


def load(asked: argparse.Namespace) -> str:
    told = []
    for name, open_storage in (("sqlite", sqlite), ("postgresql", postgresql)):
        if name in asked.stores:
            with open_storage() as database:
                told.append(f"{name}: {put_under_load(database, seconds=asked.seconds, clients=asked.clients)}")
    return "; ".join(told)


def tampering(asked: argparse.Namespace) -> str:
    del asked
    command = [sys.executable, "-m", "pytest", "-q", "-m", "slow", "tests/adapters/test_tampering.py"]
    whole = {**os.environ, "SUPERLICENSE_WHOLE_MATRIX": "1"}
    done = subprocess.run(command, env=whole, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    return f"every kind of record: {done.stdout.splitlines()[-1]}"


RUNS: dict[str, Callable[[argparse.Namespace], str]] = {
    "documents": documents,
    "fuzz": fuzz,
    "stories": stories,
    "metering": metering,
    "recount": recount,
    "reports": reports,
    "seats": seats,
    "shrinking": shrinking,
    "kills": kills,
    "crashes": crashes,
    "remedies": remedies,
    "failovers": failovers,
    "load": load,
    "slow-line": slow_line,
    "tampering": tampering,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("runs", nargs="*", default=list(RUNS), metavar=f"{{{','.join(RUNS)}}}", help="all if none")
    parser.add_argument("--stores", nargs="+", default=list(STORAGES), choices=list(STORAGES))
    for name, default in {
        "documents": 100_000,
        "inputs": 1_000_000,
        "seed": 1,
        "stories": 500,
        "steps": 40,
        "meter-stories": 2_000,
        "recount-stories": 2_000,
        "recount-steps": 20,
        "batches": 20,
        "recorder-kills": 100,
        "writers": 64,
        "operations": 20,
        "seats-for-sale": 100,
        "racers": 16,
        "rounds": 60,
        "sqlite-kills": 1_000,
        "postgresql-kills": 200,
        "crashes": 10,
        "worlds": 200,
        "failovers": 200,
        "seconds": 30,
        "clients": 50,
        "minutes": 60,
        "delay": 200,
        "line-runs": 3,
        "line-seconds": 5,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"{default:,} if not given")
    asked = parser.parse_args()
    for run_ in asked.runs:
        if run_ not in RUNS:
            parser.error(f"there is no run {run_}")
    return asked


def main() -> None:
    # A run that is ended stops the servers that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    asked = arguments()
    for name in asked.runs:
        began = monotonic()
        print(f"{name}: {RUNS[name](asked)} ({monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()

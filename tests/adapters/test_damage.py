"""Broken bytes in a database are errors of ours, whatever is asked."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.testing.contract.blocks import write
from superlicense.testing.samples import NORDVIK, entry, subjects, user_row
from superlicense.testing.usage_samples import FULL_METER_MONTH
from tests.adapters.databases import Database, damage
from tests.adapters.service import Service
from tests.installation import INSTALLATION, SALES, WEB, Clock, open_licensing

pytestmark = pytest.mark.slow

TEXTS = {
    "superlicense_installations": ("token",),
    "superlicense_rows": ("table_name", "key", "started_by", "record", "personal"),
    "superlicense_journal": ("by", "kind", "record"),
}
NUMBERS = {
    "superlicense_installations": ("number", "sequence", "entries", "steps", "recorded_at"),
    "superlicense_rows": ("sequence", "started_at", "form"),
    "superlicense_journal": ("at",),
}


def ask_everything(store: SqlStore, clock: Clock) -> None:
    """Ask whatever reads the tables; each question may raise an error of ours, and no other."""
    try:
        licensing = open_licensing(store, clock=clock)
    except sl.SuperlicenseError:
        return
    questions: tuple[Callable[[], object], ...] = (
        lambda: licensing.gate.login("anna", WEB),
        licensing.journal.entries,
        licensing.users.all,
        lambda: licensing.seats.usage(SALES, at=clock()),
        lambda: licensing.meters.usage(f"{clock():%Y-%m}"),
        licensing.verify_store,
        lambda: licensing.seats.assign("anna", SALES, by="admin"),
    )
    for ask in questions:
        try:
            ask()
        except sl.SuperlicenseError:
            continue


@pytest.mark.parametrize(
    "value", ["CAST(x'c3280a' AS TEXT)", "x'00ff'", "12", "1e300", "''", "CAST(zeroblob(3) AS TEXT)"], ids=str
)
def test_values_that_no_column_has(sqlite: Database, clock: Clock, value: str, tmp_path: Path) -> None:
    Service(sqlite, clock)
    for number, (table, column) in enumerate(
        (table, column) for columns in (TEXTS, NUMBERS) for table, names in columns.items() for column in names
    ):
        copy = Database(URL.create("sqlite", database=str(tmp_path / f"{number}.db")))
        shutil.copy(str(sqlite.url.database), str(copy.url.database))
        damage(copy, f"UPDATE OR IGNORE {table} SET {column} = {value}")
        ask_everything(copy.bare(), clock)
        copy.close()


def test_pages_that_are_damaged(sqlite: Database, clock: Clock, tmp_path: Path) -> None:
    Service(sqlite, clock)
    with sqlite.store().recording(INSTALLATION) as usage:
        usage.lock_head()
        usage.add_meter_months([FULL_METER_MONTH])
    sound = Path(str(sqlite.url.database)).read_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage in every run
    for number in range(300):
        copy = Database(URL.create("sqlite", database=str(tmp_path / f"{number}.db")))
        broken = bytearray(sound)
        for _ in range(chance.choice((1, 3, 30))):
            place = chance.randrange(100, len(broken))
            broken[place : place + chance.randrange(1, 40)] = chance.randbytes(chance.randrange(1, 40))
        Path(str(copy.url.database)).write_bytes(broken[: len(sound)])
        ask_everything(copy.bare(), clock)
        copy.close()


@pytest.mark.parametrize("column", ["record", "key", "started_by"])
def test_columns_of_another_type(postgresql: Database, clock: Clock, column: str) -> None:
    store = postgresql.store()
    anna = user_row(1)
    write(store, anna)
    with store.writing(NORDVIK) as view:
        view.journal.append(entry(1, started=(anna,)), subjects(anna))
    for index in ("running", "history"):
        postgresql.rows(f"DROP INDEX superlicense_rows_{index}")
    postgresql.rows(
        f"ALTER TABLE superlicense_rows ALTER COLUMN {column} TYPE bytea USING convert_to({column}, 'UTF8')"
    )
    with pytest.raises(sl.StoreUnavailableError), store.reading(NORDVIK) as view:
        list(view.facts.history("users"))
    ask_everything(store, clock)

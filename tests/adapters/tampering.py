"""A sealed database with a history, and somebody who writes into it behind our back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from attrs import evolve
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import SQLAlchemyError

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.adapters.databases import Database
from tests.installation import INSTALLATION, SALES, SERVICE, START, WEB, Clock, open_licensing, person, system
from tests.licensing.vendor import issued, root

SEAL_KEY = bytes(range(32))
ADMIN = "root"
OTHER = evolve(INSTALLATION, serial_number="1010000022", company="Solvang Lys AS")
PEOPLE = ("anna", "bo", "cy", "dora", "nobody", ADMIN)

# Parents first. By table: the columns that tell its records apart.
TABLES = {
    "installations": ("installation",),
    "revisions": ("installation", "number"),
    "rows": ("installation", "sequence"),
    "journal": ("installation", "number"),
    "journal_subjects": ("installation", "number", "holder", "license"),
}
NUMBERS = frozenset(
    {"number", "sequence", "started_at", "started_step", "ended_at", "ended_step", "at", "recorded_at", "entries"}
    | {"steps", "form", "known_from"}
)

Record = dict[str, Any]
Deed = tuple[str, str, Record, Record]


def reopened(store: SqlStore, clock: Clock, installation: sl.Installation = INSTALLATION) -> sl.Licensing:
    """Open *installation* as another process would."""
    return open_licensing(store, installation, trust=root(1), clock=clock, seal_key=SEAL_KEY)


def document(licensing: sl.Licensing, issue: int, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the package
    """Issue a package for whoever it is."""
    whose = licensing.installation
    return issued(issue, company=whose.company, serial_number=whose.serial_number, **fields)


def live(licensing: sl.Licensing, clock: Clock) -> None:
    """Let things start."""
    licensing.packages.activate(licensing.packages.preview(document(licensing, 1)), by="admin")
    clock.forward(hours=1)
    licensing.packages.install_root(root(2), by="admin")
    licensing.users.sync([person("anna"), person("bo"), person("cy"), person("dora", name="Dora Dahl")])
    licensing.users.save(sl.User(id=ADMIN, administrator=True, may_log_in=True))
    licensing.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    licensing.seats.assign("aarhus", "reporter-studio", by="admin")
    clock.forward(hours=1)
    licensing.packages.activate(licensing.packages.preview(document(licensing, 2)), by="admin")
    for user in ("anna", "bo", "cy"):
        licensing.seats.assign(user, SALES, by="admin")
    licensing.notices.start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.USER, target="dora", by="admin")
    licensing.packages.offer(document(licensing, 3, licenses=(system("server"),)), by="cron")
    clock.forward(hours=1)


def live_on(licensing: sl.Licensing, clock: Clock) -> None:
    """Let things end, so that every table has rows of both kinds."""
    (outage,) = (row for row in licensing.notices.running())
    licensing.notices.end(outage.id, by="admin")
    licensing.notices.start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.USER, target="cy", by="admin")
    licensing.seats.change_plan("bo", SERVICE, by="boss")
    licensing.users.save(person("anna", name="Anna Lund"))
    licensing.sites.save(sl.Site(id="aarhus", name="Aarhus by"))
    licensing.users.save(person("dora", name="Dora D. Dahl", retired=True))
    licensing.packages.offer(document(licensing, 4, licenses=(system("server"),)), by="cron")
    clock.forward(hours=1)


def allowed(licensing: sl.Licensing) -> frozenset[tuple[str, str, int]]:
    """Ask who may enter and edit quotes, now and at an earlier hour."""
    instants = (None, START + timedelta(hours=2, minutes=30))
    return frozenset(
        (question, user, place)
        for place, at in enumerate(instants)
        for user in PEOPLE
        for question, decision in (
            ("login", licensing.gate.login(user, WEB, at=at)),
            ("quote", licensing.gate.feature(user, "quote", sl.Access.EDIT, at=at)),
        )
        if decision.allowed
    )


def told(licensing: sl.Licensing) -> list[Any]:
    """Ask the journal everything, and who holds what."""
    entries = licensing.journal.entries
    found: list[Any] = [entries(), *(entries(user=user) for user in PEOPLE), entries(license=SALES)]
    found += [entries(user=user, license=name) for user in PEOPLE for name in (SALES, SERVICE)]
    found += [entries(since=START + timedelta(hours=1), until=START + timedelta(hours=3))]
    return [*found, *(licensing.seats.usage(name) for name in (SALES, SERVICE, "user"))]


class Vandal:
    """Writes into the tables, and can put everything back.

    Attributes:
        store: What is attacked.
        engine: The way around it.
        saved: Every record, by table.
        earlier: The same, an hour and some changes before.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.store = database.store()
        self.clock = clock
        self._on_sqlite = database.on_sqlite
        self.engine = database.engine()
        if database.on_sqlite:
            # It need not survive a power cut.
            event.listen(self.engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        licensing = reopened(self.store, clock)
        live(licensing, clock)
        self.earlier = {table: self.records(table) for table in TABLES}
        self.noted = licensing.seal_head()
        live_on(licensing, clock)
        others = Clock()
        other = reopened(self.store, others, OTHER)
        live(other, others)
        live_on(other, others)
        self.saved = {table: self.records(table) for table in TABLES}

    def _name(self, table: str) -> str:
        return f"{self.store.prefix}{table}"

    def records(self, table: str) -> list[Record]:
        """Read all of *table*."""
        with self.engine.connect() as connection:
            result = connection.execute(text(f"SELECT * FROM {self._name(table)}"))
            return [dict(row) for row in result.mappings()]

    def ours(self, table: str, installation: sl.Installation = INSTALLATION) -> list[Record]:
        """Give the saved records of *installation*, in order."""
        found = [record for record in self.saved[table] if record["installation"] == installation.key]
        return sorted(found, key=lambda record: [record[name] for name in TABLES[table]])

    def theirs(self, table: str, record: Record) -> Record | None:
        """Give what the other installation has in the place of *record*."""
        places = TABLES[table][1:]
        alike = (one for one in self.ours(table, OTHER) if all(one[name] == record[name] for name in places))
        return next(alike, None)

    def _do(self, connection: Connection, verb: str, table: str, record: Record, values: Record) -> None:
        where = " AND ".join(f"{name} = :{name}" for name in TABLES[table])
        names, sets = ", ".join(values), ", ".join(f"{name} = :new_{name}" for name in values)
        statement = {
            "update": f"UPDATE {self._name(table)} SET {sets} WHERE {where}",
            "delete": f"DELETE FROM {self._name(table)} WHERE {where}",
            "insert": f"INSERT INTO {self._name(table)} ({names}) VALUES ({', '.join(f':new_{n}' for n in values)})",
        }[verb]
        given = {} if verb == "insert" else {name: record[name] for name in TABLES[table]}
        connection.execute(text(statement), {**given, **{f"new_{name}": value for name, value in values.items()}})

    def attack(self, *deeds: Deed) -> bool:
        """Do *deeds* in one transaction; say whether the database let it happen."""
        with self.engine.connect() as connection:
            connection.execute(text(_UNGUARDED[self._on_sqlite]))
            try:
                for verb, table, record, values in deeds:
                    self._do(connection, verb, table, record, values)
            except SQLAlchemyError:
                return False
            connection.commit()
        return True

    def write(self, table: str, record: Record, **values: Any) -> bool:  # noqa: ANN401 - whatever a column holds
        """Write *values* into *record*."""
        return self.attack(("update", table, record, values))

    def put_back(self, state: Mapping[str, list[Record]]) -> None:
        """Make the database what it was in *state*."""
        with self.engine.connect() as connection:
            connection.execute(text(_UNGUARDED[self._on_sqlite]))
            for table in reversed(TABLES):
                connection.execute(text(f"DELETE FROM {self._name(table)}"))
            for table in TABLES:
                for record in state[table]:
                    self._do(connection, "insert", table, {}, record)
            connection.commit()

    def fresh(self) -> sl.Licensing:
        """Open the installation as another process would."""
        return reopened(self.store, self.clock)


# The database minds its own business: what a constraint refuses anyway is no attack.
_UNGUARDED = {True: "PRAGMA ignore_check_constraints = ON", False: "SET session_replication_role = replica"}


def edited(column: str, value: Any) -> list[Any]:  # noqa: ANN401 - whatever a column holds
    """Give other values for *column*."""
    if column in NUMBERS:
        return [1, 2**40] if value is None else [value + 1, 2**62]
    if isinstance(value, bytes):
        return [b"", None, bytes([value[0] ^ 1]) + value[1:]]
    if value is None:
        return ["forged", b"forged"]
    if column in {"record", "personal"}:
        return ["{}", value.replace("anna", "eve"), "[" * 2000]
    return ["", f"{value}x"]

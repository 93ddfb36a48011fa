"""What a sealed installation makes of records that somebody else has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.codec import EntryRecord, Record, personal_texts
from superlicense.model.row import Noun, Table, assignment_key
from superlicense.ports import Mark, StoredEntry, StoredRow
from tests.installation import (
    INSTALLATION,
    SALES,
    SERVICE,
    WEB,
    Clock,
    codes,
    furnish,
    open_licensing,
    partner_package,
    person,
)
from tests.licensing.vendor import issued, root

SEAL_KEY = bytes(range(32))
NOT_JSON = "a record is corrupt: is not valid JSON: Expecting value at character 0"
ADMIN = sl.User(id="root", administrator=True, may_log_in=True)
ANNAS_SEAT = assignment_key("superoffice.ten-sales", "anna")


def recorded(table: str, noun: Noun) -> Record:
    """Make the record of *noun*, with a salt of whoever makes it."""
    return Record(table, noun=noun, personal=personal_texts(table, noun, lambda: bytes(16)))


def with_noun(row: StoredRow, **fields: Any) -> StoredRow:  # noqa: ANN401 - fields of a noun
    """Edit the noun of *row*."""
    return row._replace(record=recorded(row.table, evolve(row.record.noun, **fields)))


def unreadable(row: StoredRow) -> StoredRow:
    """Write into *row* what no version has written."""
    return row._replace(record=Record(row.table, text="?"))


class Home:
    """A store in memory, and whoever opens it; its shelf is what a vandal reaches."""

    def __init__(self, clock: Clock) -> None:
        self.store = sl.MemoryStore()
        self.clock = clock

    def open(self, **options: Any) -> sl.Licensing:  # noqa: ANN401 - those of the front door
        return open_licensing(
            **{"store": self.store, "trust": root(1), "clock": self.clock, "seal_key": SEAL_KEY, **options}
        )

    @property
    def shelf(self) -> Any:  # noqa: ANN401 - what nobody but the store sees
        return self.store.heartbeat(INSTALLATION)

    def rewrite(self, table: Table, key: str, change: Callable[[StoredRow], StoredRow | None]) -> None:
        """Write something else in the place of the row that runs."""
        running = self.shelf.running[table]
        before = running.pop(key)
        del self.shelf.rows[before.sequence]
        changed = change(before)
        if changed is not None:
            running[changed.key] = self.shelf.rows[changed.sequence] = changed

    def insert(self, row: StoredRow) -> None:
        """Write a row that no change has made, in the place of the one that runs."""
        row = row._replace(sequence=max(self.shelf.rows) + 1)
        self.shelf.running.setdefault(row.table, {})[row.key] = self.shelf.rows[row.sequence] = row

    def edit(self, table: Table, key: str, **fields: Any) -> None:  # noqa: ANN401 - fields of a noun
        """Edit the noun of the row that runs."""
        self.rewrite(table, key, lambda row: with_noun(row, **fields))

    def edit_entry(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - columns of an entry
        """Edit a journal entry."""
        entry, subjects = self.shelf.entries[number - 1]
        self.shelf.entries[number - 1] = (entry._replace(**fields), subjects)


@pytest.fixture
def home(clock: Clock) -> Home:
    home = Home(clock)
    licensing = home.open()
    licensing.packages.activate(licensing.packages.preview(issued(1)), by="admin")
    licensing.users.sync([person("anna"), person("bo"), ADMIN])
    licensing.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    clock.forward(hours=1)
    for user in ("anna", "bo"):
        licensing.seats.assign(user, SALES, by="admin")
    assert licensing.verify_store().ok
    return home


def found(licensing: sl.Licensing) -> list[str]:
    """Give what is found."""
    return [finding.code for finding in licensing.verify_store().findings]


def barred(licensing: sl.Licensing) -> set[str]:
    """Give the users that are kept out because of tampering; the administrator never is."""
    assert licensing.gate.administer("root").allowed
    return {user for user in ("anna", "bo", "root") if "tampered" in codes(licensing.gate.login(user, WEB))}


class TestASealedInstallation:
    """With a seal key everything works as without."""

    def test_goes_on_where_another_process_stopped(self, home: Home, clock: Clock) -> None:
        one, other = home.open(), home.open()
        for licensing in (one, other, one):
            clock.forward(minutes=1)
            licensing.seats.change_plan("anna", SERVICE, by="admin")
            licensing.seats.change_plan("anna", SALES, by="admin")
        assert one.gate.login("anna", WEB) == other.gate.login("anna", WEB)
        assert found(home.open()) == []
        assert one.seal_head() == other.seal_head() == home.open().seal_head()

    def test_tells_what_it_has_looked_at(self, home: Home) -> None:
        report = home.open().verify_store()
        assert (report.ok, report.sealed, report.rows, report.entries) == (True, True, 8, 8)
        assert report.head == home.open().seal_head()
        assert report.head is not None
        assert report.head.startswith("8-")

    def test_has_no_head_before_the_first_write(self, clock: Clock) -> None:
        licensing = Home(clock).open()
        assert licensing.seal_head() is None
        assert licensing.verify_store() == sl.StoreReport(sealed=True, rows=0, entries=0)

    def test_answers_about_the_past(self, home: Home, clock: Clock) -> None:
        licensing = home.open()
        clock.forward(hours=1)
        licensing.seats.release("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB).allowed
        assert licensing.gate.login("anna", WEB, at=clock() - timedelta(minutes=30)).allowed

    def test_works_inside_a_batch_that_saves_a_user_twice(self, home: Home) -> None:
        licensing = home.open()
        changes = [sl.SaveUser(user=person("anna", name=name)) for name in ("Anna L", "Anna Lund")]
        licensing.apply(changes, by="host")
        assert found(licensing) == found(home.open()) == []


class TestTheSealKey:
    """It is given from the first write on, or never."""

    @pytest.mark.parametrize("key", [b"", b"k" * 31, "k" * 32])
    def test_has_32_bytes(self, home: Home, key: object) -> None:
        with pytest.raises(sl.InvalidValueError, match="seal_key"):
            home.open(seal_key=key)

    def test_is_needed_to_write_to_a_sealed_store(self, home: Home) -> None:
        without = home.open(seal_key=None)
        assert without.gate.login("anna", WEB).allowed
        with pytest.raises(sl.TamperedStoreError, match="no seal key was given"):
            without.seats.release("anna", SALES, by="admin")
        assert found(home.open()) == []

    def test_that_is_another_one_believes_nothing(self, home: Home) -> None:
        other = home.open(seal_key=bytes(32))
        assert "tampered" in codes(other.gate.login("anna", WEB))
        assert codes(other.gate.administer("root")) == ["tampered"]

    def test_comes_too_late_for_what_was_written_without(self, clock: Clock) -> None:
        home = Home(clock)
        without = home.open(seal_key=None)
        without.users.save(ADMIN)
        late = home.open()
        assert found(late) == ["head_missing", "entry_edited", "row_edited"]
        with pytest.raises(sl.TamperedStoreError, match="head is not the one that was sealed"):
            late.users.save(person("anna"))
        assert found(without) == []


# Table, key, what is written there, what is found, whom it bars.
EVERYBODY = {"anna", "bo", "root"}
WRITTEN: list[tuple[str, Table, str, Callable[[StoredRow], StoredRow | None], list[str], set[str]]] = [
    ("a user", Table.USERS, "anna", lambda row: with_noun(row, name="Eve"), ["row_edited"], {"anna"}),
    (
        "who a user was saved by",
        Table.USERS,
        "anna",
        lambda row: row._replace(started_by="eve"),
        ["row_edited"],
        {"anna"},
    ),
    ("a seal", Table.USERS, "anna", lambda row: row._replace(seal=None), ["row_edited"], {"anna"}),
    ("a user's key", Table.USERS, "anna", lambda row: row._replace(key="eve"), ["row_edited"], set()),
    (
        "what no store can read",
        Table.USERS,
        "anna",
        unreadable,
        ["row_unreadable"],
        {"anna"},
    ),
    (
        "a seat",
        Table.ASSIGNMENTS,
        ANNAS_SEAT,
        lambda row: with_noun(row, comment="x"),
        ["row_edited"],
        {"anna"},
    ),
    (
        "a seat no store can read",
        Table.ASSIGNMENTS,
        ANNAS_SEAT,
        unreadable,
        ["row_unreadable"],
        {"anna"},
    ),
    (
        "a seat nobody can make out",
        Table.ASSIGNMENTS,
        ANNAS_SEAT,
        lambda row: unreadable(row)._replace(key="anna\n"),
        ["row_unreadable"],
        {"anna"},
    ),
    ("a deleted seat", Table.ASSIGNMENTS, ANNAS_SEAT, lambda _: None, ["count_differs", "row_missing"], {"anna"}),
    ("a deleted user", Table.USERS, "anna", lambda _: None, ["count_differs", "row_missing"], set()),
    ("a package", Table.PACKAGES, "superoffice", lambda row: row._replace(started_by="eve"), ["row_edited"], EVERYBODY),
    (
        "a package no store can read",
        Table.PACKAGES,
        "superoffice",
        unreadable,
        ["row_unreadable", "document_broken"],
        EVERYBODY,
    ),
    ("a root", Table.ROOTS, "1", lambda row: row._replace(started_by="eve"), ["row_edited"], EVERYBODY),
    (
        "a root no store can read",
        Table.ROOTS,
        "1",
        unreadable,
        ["row_unreadable", "document_broken"],
        EVERYBODY,
    ),
    (
        "a root nobody can make out",
        Table.ROOTS,
        "1",
        lambda row: unreadable(row)._replace(key="one"),
        ["row_unreadable"],
        EVERYBODY,
    ),
    ("a site", Table.SITES, "aarhus", lambda row: row._replace(started_by="eve"), ["row_edited"], set()),
    (
        "a site no store can read",
        Table.SITES,
        "aarhus",
        unreadable,
        ["row_unreadable"],
        set(),
    ),
]


@pytest.mark.parametrize(
    ("table", "key", "change", "findings", "kept_out"),
    [case[1:] for case in WRITTEN],
    ids=[case[0] for case in WRITTEN],
)
def test_what_somebody_else_writes_is_named_and_bars_whom_it_concerns(  # noqa: PLR0913, PLR0917 - a decision table
    home: Home,
    table: Table,
    key: str,
    change: Callable[[StoredRow], StoredRow | None],
    findings: list[str],
    kept_out: set[str],
) -> None:
    home.rewrite(table, key, change)
    licensing = home.open()
    assert found(licensing) == findings
    assert barred(licensing) == kept_out


class TestRowsThatShouldNotBe:
    """The journal tells which."""

    def test_an_inserted_row_bars_its_user(self, home: Home) -> None:
        seat = home.shelf.running[Table.ASSIGNMENTS][ANNAS_SEAT]
        key = assignment_key("superoffice.ten-sales", "root")
        forged = with_noun(seat, holder="root")._replace(key=key, sequence=99)
        home.shelf.running[Table.ASSIGNMENTS][key] = forged
        licensing = home.open()
        assert found(licensing) == ["count_differs", "row_inserted"]
        assert barred(licensing) == {"root"}

    def test_a_row_that_is_put_back_bars_its_user_now_and_then(self, home: Home, clock: Clock) -> None:
        before = home.shelf.running[Table.ASSIGNMENTS][ANNAS_SEAT]
        clock.forward(hours=1)
        home.open().seats.release("anna", SALES, by="admin")
        released = clock()
        clock.forward(hours=1)
        home.shelf.ended[Table.ASSIGNMENTS].pop(ANNAS_SEAT)
        home.shelf.running[Table.ASSIGNMENTS][ANNAS_SEAT] = before
        licensing = home.open()
        assert found(licensing) == ["count_differs", "row_put_back"]
        assert barred(licensing) == {"anna"}
        home.open().users.save(person("cy"))
        assert "tampered" in codes(licensing.gate.login("anna", WEB, at=released))
        assert "tampered" not in codes(licensing.gate.login("bo", WEB, at=released))

    def test_a_partners_package_takes_away_the_partners_modules_only(self, home: Home) -> None:
        accepting = home.open(policy=sl.Policy(accept_unsigned=True))
        accepting.packages.adopt_unsigned(partner_package(), by="admin")
        home.rewrite(Table.PACKAGES, "nordvik", lambda row: row._replace(started_by="eve"))
        assert barred(home.open()) == set()
        assert home.open().packages.current("nordvik") is not None
        # An unsigned package hangs on no root.
        home.rewrite(Table.ROOTS, "1", lambda row: row._replace(started_by="eve"))
        assert barred(home.open()) == EVERYBODY

    def test_with_a_journal_that_is_broken_too_nobody_can_tell(self, home: Home) -> None:
        home.rewrite(Table.USERS, "anna", lambda _: None)
        home.edit_entry(4, by="eve")
        licensing = home.open()
        assert found(licensing) == ["count_differs", "entry_edited", "row_missing"][: len(found(licensing))]
        assert barred(licensing) == EVERYBODY


class TestTheHead:
    """A head that is not ours bars everybody, and nothing is written upon it."""

    def test_is_found_by_whoever_opens_the_store(self, home: Home) -> None:
        for head in (None, b"", b"{}", b"[]", b"\xff", home.shelf.head.replace(b'"sequence":8', b'"sequence":9')):
            home.shelf.head, kept = head, home.shelf.head
            licensing = home.open()
            assert found(licensing)[0] == ("head_missing" if head is None else "head_edited")
            assert barred(licensing) == EVERYBODY
            assert licensing.seal_head() is None
            with pytest.raises(sl.TamperedStoreError):
                licensing.users.save(person("cy"))
            home.shelf.head = kept
            assert barred(home.open()) == set()

    def test_does_not_fit_other_counters(self, home: Home) -> None:
        home.shelf.mark = Mark(home.shelf.mark.recorded_at, 99, home.shelf.mark.entries)
        licensing = home.open()
        assert found(licensing) == ["installation_edited"]
        assert barred(licensing) == EVERYBODY

    def test_is_found_by_whoever_has_been_there_before(self, home: Home) -> None:
        licensing = home.open()
        home.shelf.head, kept = b"forged", home.shelf.head
        with pytest.raises(sl.TamperedStoreError):
            licensing.users.save(person("cy"))
        assert barred(licensing) == EVERYBODY
        home.shelf.head = kept
        licensing.users.save(person("cy"))
        assert barred(licensing) == set()

    def test_that_was_noted_has_to_be_part_of_the_journal(self, home: Home) -> None:
        licensing = home.open()
        noted = licensing.seal_head()
        assert noted is not None
        licensing.users.save(person("cy"))
        assert licensing.verify_store(noted).ok
        forged = f"{noted[:-1]}{'0' if noted[-1] != '0' else '1'}"
        (finding,) = licensing.verify_store(forged).findings
        assert (finding.code, finding.number) == ("earlier_head_unknown", 8)

    @pytest.mark.parametrize(
        "noted",
        [
            pytest.param(noted, id=f"case {place}")
            for place, noted in enumerate(["", "8", "8-", "8-xyz", "-" + "0" * 64, "8-" + "0" * 63, "8-" + "G" * 64, 8])
        ],
    )
    def test_that_was_never_given_is_no_question(self, home: Home, noted: object) -> None:
        with pytest.raises(sl.InvalidValueError, match="earlier_head: must be a value that seal_head returned"):
            home.open().verify_store(noted)  # type: ignore[arg-type]  # on purpose


class TestWhatIsWrittenUponATamperedRow:
    """Repairs are ordinary commands, and what was wrong stays wrong where it was."""

    def test_a_user_who_is_saved_again_may_enter_again(self, home: Home) -> None:
        home.edit(Table.USERS, "anna", name="Eve")
        licensing = home.open()
        licensing.users.save(person("anna", name="Eve"))
        assert barred(licensing) == barred(home.open()) == set()
        assert found(licensing) == ["row_edited", "row_changed_before_end"]

    def test_a_user_whom_no_store_can_read_is_replaced(self, home: Home) -> None:
        home.rewrite(Table.USERS, "anna", unreadable)
        licensing = home.open()
        licensing.users.save(person("anna"))
        assert barred(licensing) == barred(home.open()) == set()
        assert licensing.gate.login("anna", WEB).allowed
        assert "row_unreadable" in found(licensing)

    def test_a_seat_is_released_and_assigned_again(self, home: Home) -> None:
        home.edit(Table.ASSIGNMENTS, ANNAS_SEAT, comment="x")
        licensing = home.open()
        licensing.seats.release("anna", SALES, by="root")
        assert barred(licensing) == barred(home.open()) == set()
        licensing.seats.assign("anna", SALES, by="root")
        assert home.open().gate.login("anna", WEB).allowed
        assert found(licensing) == ["row_edited", "row_changed_before_end"]

    def test_a_site_is_saved_again(self, home: Home) -> None:
        home.rewrite(Table.SITES, "aarhus", lambda row: row._replace(started_by="eve"))
        licensing = home.open()
        licensing.sites.save(sl.Site(id="aarhus", name="Aarhus"))
        assert list(home.shelf.ended[Table.SITES]["aarhus"]) == [6]
        assert found(home.open()) == ["row_edited", "row_changed_before_end"]

    def test_a_package_is_activated_again(self, home: Home) -> None:
        home.rewrite(Table.PACKAGES, "superoffice", unreadable)
        licensing = home.open()
        licensing.packages.activate(licensing.packages.preview(issued(1)), by="root")
        assert barred(licensing) == barred(home.open()) == set()

    def test_a_deleted_user_is_saved_again(self, home: Home) -> None:
        home.rewrite(Table.USERS, "anna", lambda _: None)
        licensing = home.open()
        licensing.users.save(person("anna"))
        assert barred(licensing) == barred(home.open()) == set()
        assert found(licensing) == ["count_differs", "row_missing"]


class TestAnotherInstance:
    """It follows what others write, and looks at that, too."""

    def test_names_a_row_that_was_tampered_with_before_it_came_by(self, home: Home) -> None:
        follower = home.open()
        home.open().users.save(person("anna", name="Anna Lund"))
        commit = home.shelf.commits[-1]
        home.shelf.commits[-1] = tuple(with_noun(row, name="anna") if row.end is None else row for row in commit)
        assert barred(follower) == {"anna"}
        home.open().users.save(person("anna", name="Anna L"))
        assert barred(follower) == set()

    @pytest.mark.parametrize(
        "forget", ["the first", "the last", "all", "none, twice", "another number", "what no store can read"]
    )
    def test_reads_everything_anew_when_the_store_leaves_something_out(self, home: Home, forget: str) -> None:
        follower = home.open()
        writer = home.open()
        writer.seats.change_plan("anna", SERVICE, by="admin")
        ended, started = home.shelf.commits[-1]
        home.shelf.commits[-1] = {
            "the first": (started,),
            "the last": (ended,),
            "all": (),
            "none, twice": (ended, ended, started),
            "another number": (ended, started._replace(sequence=started.sequence + 1)),
            "what no store can read": (ended, unreadable(started)),
        }[forget]
        assert follower.seats.usage(SERVICE).holders == ("anna",)
        assert follower.seats.usage(SALES).holders == ("bo",)
        assert barred(follower) == set()

    def test_is_not_misled_by_the_order_of_what_it_follows(self, home: Home) -> None:
        follower = home.open()
        home.open().users.save(person("anna", name="Anna Lund"))
        home.shelf.commits[-1] = tuple(reversed(home.shelf.commits[-1]))
        found_user = follower.users.find("anna")
        assert found_user is not None
        assert found_user.name == "Anna Lund"

    def test_reads_everything_anew_when_a_row_is_gone_that_it_wants_to_end(self, home: Home) -> None:
        licensing = home.open()
        home.rewrite(Table.ASSIGNMENTS, ANNAS_SEAT, lambda _: None)
        with pytest.raises(sl.ConflictError):
            licensing.seats.release("anna", SALES, by="admin")
        assert barred(licensing) == {"anna"}
        licensing.seats.assign("anna", SALES, by="admin")
        assert barred(licensing) == set()


class TestTheJournal:
    """Its chain is looked at when the whole store is verified."""

    def edit(self, home: Home, number: int, **fields: Any) -> list[str]:  # noqa: ANN401 - fields of an entry
        home.edit_entry(number, **fields)
        assert barred(home.open()) == set()
        return found(home.open())

    def test_an_edited_entry_is_named(self, home: Home) -> None:
        assert self.edit(home, 3, by="eve") == ["entry_edited"]

    def test_an_entry_that_no_store_can_read_is_named_and_not_told(self, home: Home) -> None:
        assert self.edit(home, 3, record=EntryRecord("?")) == ["entry_unreadable"]
        with pytest.raises(sl.StoreUnavailableError, match="journal entry 3 cannot be read"):
            home.open().journal.entries()
        assert len(home.open().journal.entries(user="bo")) == 2

    def test_entries_that_are_left_out_are_named_by_the_first(self, home: Home) -> None:
        del home.shelf.entries[2:4]
        (finding, *others) = home.open().verify_store().findings
        assert (finding.code, finding.number) == ("entry_missing", 3)
        assert finding.explanation == "journal entries 3 to 4 are missing"
        assert others == []

    def test_one_that_ends_too_early_is_named(self, home: Home) -> None:
        del home.shelf.entries[7]
        (finding,) = home.open().verify_store().findings
        assert (finding.code, finding.explanation) == ("entry_missing", "journal entry 8 is missing")

    def test_one_that_goes_on_after_the_head_is_named(self, home: Home) -> None:
        home.shelf.entries.append((home.shelf.entries[7][0]._replace(number=9), home.shelf.entries[7][1]))
        assert found(home.open()) == ["entry_unknown"]

    def test_one_that_ends_with_another_entry_is_named(self, clock: Clock) -> None:
        """A copy of the installation went another way, and its last entry follows as well as ours does."""
        ours, theirs = Home(clock), Home(clock)
        for home, last in ((ours, "anna"), (theirs, "bo")):
            home.open().users.save(ADMIN)
            home.open().users.save(person(last))
        ours.shelf.entries[1] = theirs.shelf.entries[1]
        (broken, *_) = ours.open().verify_store().findings
        assert broken.explanation == "journal entry 2 is not the last entry of the head"

    def test_answers_by_user_are_compared_with_what_it_tells(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        licensing = home.open()
        with home.store.reading(INSTALLATION) as view:
            kind = type(view.journal)
        whole = kind.entries

        def forgetful(self: Any, **asked: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - the store's own
            return (entry for entry in whole(self, **asked) if asked.get("holder") != "anna" or entry.number != 7)

        monkeypatch.setattr(kind, "entries", forgetful)
        findings = licensing.verify_store().findings
        assert {finding.code for finding in findings} == {"index_differs"}
        assert {finding.key for finding in findings} == {"anna"}


class TestWithoutASealKey:
    """Rows and journal are compared with each other, and that is all."""

    @pytest.fixture
    def bare(self, clock: Clock) -> Home:
        home = Home(clock)
        licensing = home.open(seal_key=None, trust=None)
        furnish(licensing, "anna", ADMIN, holders={"anna": SALES})
        return home

    def test_a_store_is_as_its_journal_tells(self, bare: Home) -> None:
        report = bare.open(seal_key=None, trust=None).verify_store()
        assert (report.ok, report.sealed, report.head, report.rows, report.entries) == (True, False, None, 4, 4)
        assert bare.open(seal_key=None, trust=None).seal_head() is None

    def test_an_edited_row_is_named_and_bars_nobody(self, bare: Home) -> None:
        bare.edit(Table.USERS, "anna", name="Eve")
        licensing = bare.open(seal_key=None, trust=None)
        assert found(licensing) == ["row_edited"]
        assert licensing.gate.login("anna", WEB).allowed

    def test_a_row_that_cannot_be_read_is_a_store_that_cannot_be_read(self, bare: Home) -> None:
        licensing = bare.open(seal_key=None, trust=None)
        bare.rewrite(Table.USERS, "anna", unreadable)
        assert found(licensing) == ["row_unreadable"]
        with pytest.raises(sl.StoreUnavailableError, match=f"row 2 of users: {NOT_JSON}"):
            bare.open(seal_key=None, trust=None)

    def test_a_document_that_does_not_verify_is_named(self, bare: Home) -> None:
        bare.rewrite(Table.PACKAGES, "superoffice", lambda row: row._replace(document=b"forged"))
        assert found(bare.open(seal_key=None, trust=None)) == ["row_edited", "document_broken"]


class _Broken:
    """A store that fails at some point."""

    def __init__(self, store: sl.MemoryStore, what: str) -> None:
        self._store = store
        self.what = what

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Any]:
        if self.what == "reading":
            raise sl.StoreUnavailableError("it is gone")
        with self._store.reading(installation) as view:
            yield _BrokenView(view, self.what)

    def heartbeat(self, installation: sl.Installation) -> None:
        del installation


class _BrokenView:
    def __init__(self, view: Any, what: str) -> None:  # noqa: ANN401 - a view of the memory store
        self._view = view
        self._what = what

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the view has
        if name == self._what:
            raise sl.StoreUnavailableError(f"no {name}")
        return getattr(self._view, name)


class TestAStoreThatFails:
    """It is reported, not raised."""

    @pytest.mark.parametrize(
        ("what", "explanations"),
        [
            ("reading", ["opening the store"]),
            ("journal", ["reading the journal", "querying the journal by user and license"]),
            (
                "facts",
                [
                    "reading the head",
                    "counting the rows",
                    *(f"reading {table}" for table in Table),
                    "reading the documents",
                ],
            ),
        ],
    )
    def test_where_it_fails(self, home: Home, what: str, explanations: list[str]) -> None:
        licensing = home.open()
        licensing._engine.store = _Broken(home.store, what)  # type: ignore[assignment]  # noqa: SLF001 - it breaks
        findings = licensing.verify_store().findings
        told = [finding for finding in findings if finding.code is sl.FindingCode.STORE_UNREADABLE]
        assert [finding.explanation.partition(":")[0] for finding in told] == explanations

    def test_that_cannot_say_how_far_its_records_go_has_a_tampered_head(self, home: Home) -> None:
        licensing = home.open()
        broken = _Broken(home.store, "mark")
        opened = home.open(store=broken)
        assert barred(opened) == EVERYBODY
        assert barred(licensing) == set()
        worlds = licensing._engine.worlds  # noqa: SLF001 - which is to read the store
        worlds.state.heartbeat = None
        worlds.state.expire()
        worlds.updater._store = broken  # type: ignore[assignment]  # noqa: SLF001 - which breaks
        assert barred(licensing) == EVERYBODY

    def test_that_cannot_say_what_was_written_since_is_read_anew(self, home: Home) -> None:
        broken = _Broken(home.store, "rows_since")
        policy = sl.Policy(max_staleness=timedelta(0), stale_grace=timedelta(0))
        opened = [home.open(store=broken, seal_key=key, policy=policy) for key in (SEAL_KEY, None)]
        home.open().users.save(person("cy"))
        assert opened[0].users.find("cy") == person("cy")
        with pytest.raises(sl.StoreUnavailableError, match="no rows_since"):
            opened[1].users.find("cy")


def test_a_closed_month_is_an_entry_of_the_chain(home: Home, clock: Clock) -> None:
    licensing, follower = home.open(meters=()), home.open(meters=())
    clock.forward(days=31)
    licensing.meters.close(sl.Month(2026, 11), by="boss")
    assert home.shelf.entries[-1][0].seal is not None
    assert found(licensing) == found(follower) == found(home.open()) == []
    follower.users.save(person("cy"))
    assert barred(licensing) == barred(home.open()) == set()


@pytest.mark.parametrize(("table", "key"), [(Table.ASSIGNMENTS, ANNAS_SEAT), (Table.PACKAGES, "superoffice")])
def test_history_is_not_told_from_rows_that_no_store_can_read(home: Home, clock: Clock, table: Table, key: str) -> None:
    home.rewrite(table, key, unreadable)
    licensing = home.open()
    with pytest.raises(sl.StoreUnavailableError, match=rf"row \d of {table}: {NOT_JSON}"):
        licensing.meters.usage(sl.Month(2026, 11), at=clock() - timedelta(minutes=1))
    if table is Table.PACKAGES:
        with pytest.raises(sl.StoreUnavailableError, match=f"row 2 of packages: {NOT_JSON}"):
            licensing.packages.history()


def test_an_administrator_whose_row_is_gone_is_whom_the_host_says(home: Home) -> None:
    home.rewrite(Table.USERS, "root", lambda _: None)
    licensing = home.open()
    assert codes(licensing.gate.administer("root")) == ["unknown_user"]
    assert licensing.gate.administer(ADMIN).allowed
    assert not licensing.gate.administer(evolve(ADMIN, administrator=False)).allowed
    home.edit(Table.USERS, "anna", administrator=True)
    assert codes(home.open().gate.administer("anna")) == ["tampered"]
    assert codes(home.open().gate.administer(evolve(ADMIN, id="anna"))) == ["tampered"]

"""What a store holds of a noun and of a journal entry: text that is made once, and read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from superlicense.codec import (
    FORM,
    CorruptRecordError,
    EntryRecord,
    NewerRecordError,
    PersonalText,
    Record,
    RowStep,
    form_of,
    personal_texts,
)
from superlicense.model.month import Month
from superlicense.model.row import Noun, Table
from superlicense.model.seat import Assignment
from superlicense.model.user import User
from superlicense.testing.samples import BARE_NOUNS, FULL_NOUNS, NOON
from tests.for_each import for_each

SAMPLES = [pytest.param(table, noun, id=f"{table}/{key}") for table, key, noun in (*FULL_NOUNS, *BARE_NOUNS)]
SALT = bytes(range(16))
ANNA = User(id="anna", name="Anna Æ\x00", groups=("sales",))
STEPS = (RowStep(3, ended=True), RowStep(4, False, "users", "anna"))  # noqa: FBT003 - of a step
DIGESTS = ("ab" * 32, "cd" * 32)


def recorded(table: Table, noun: Noun) -> Record:
    return Record(table, noun=noun, form=form_of(table, noun), personal=personal_texts(table, noun, lambda: SALT))


def stored(record: Record) -> Record:
    """Return what a store reads of what it wrote."""
    return Record(record.table, text=record.text, form=record.form, personal_text=record.personal_text)


@pytest.mark.parametrize(("table", "noun"), SAMPLES)
class TestEveryNoun:
    def test_it_comes_back_as_it_went(self, table: Table, noun: Noun) -> None:
        record = recorded(table, noun)
        again = stored(record)
        assert again.noun == noun
        assert again == record
        assert hash(again) == hash(record)
        assert again.personal_holds()
        assert record.form == FORM == 1

    def test_its_text_is_canonical_and_plain(self, table: Table, noun: Noun) -> None:
        text = recorded(table, noun).text
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
        assert text.isprintable()

    def test_a_newer_form_is_not_read(self, table: Table, noun: Noun) -> None:
        record = recorded(table, noun)
        with pytest.raises(NewerRecordError):
            _ = Record(table, text=record.text, form=FORM + 1, personal_text=record.personal_text).noun

    def test_an_unknown_field_is_a_newer_versions(self, table: Table, noun: Noun) -> None:
        record = recorded(table, noun)
        text = json.dumps({**json.loads(record.text), "zodiac": 1, "element": 2})
        with pytest.raises(NewerRecordError) as raised:
            _ = Record(table, text=text, personal_text=record.personal_text).noun
        assert raised.value.fields == ("element", "zodiac")


class TestPersonalTexts:
    """They are in no text of a record; a salted hash is."""

    def test_a_name_is_replaced_by_its_salted_hash(self) -> None:
        record = recorded(Table.USERS, ANNA)
        made = hashlib.sha256(b"superlicense/personal/v1\0" + SALT + ANNA.name.encode()).hexdigest()
        assert json.loads(record.text)["name"] == {"sha256": made}
        assert record.personal == (PersonalText("name", SALT, ANNA.name),)
        assert "Anna" not in repr(record)

    def test_what_is_at_its_default_is_not_there(self) -> None:
        for table, noun in (
            (Table.USERS, User(id="anna")),
            (Table.ASSIGNMENTS, Assignment(license="user", holder="a", start=NOON)),
        ):
            record = recorded(table, noun)
            assert (record.personal, record.personal_text, record.blanked() is record) == ((), None, True)

    def test_blanked_it_holds_and_has_its_default(self) -> None:
        record = recorded(Table.USERS, ANNA)
        blank = stored(record.blanked())
        assert (blank.text, blank.form) == (record.text, record.form)
        assert blank.personal == (PersonalText("name", None, None),)
        assert (blank.noun, blank.personal_holds()) == (User(id="anna", groups=("sales",)), True)
        assert SALT.hex() not in (blank.personal_text or "")
        assert blank.blanked() == blank

    @for_each(
        "personal",
        [
            (),
            (PersonalText("name", SALT, "Eve"),),
            (PersonalText("name", bytes(16), ANNA.name),),
            (PersonalText("name", None, ANNA.name),),
            (PersonalText("name", SALT, None),),
            (PersonalText("name", SALT, ANNA.name), PersonalText("comment", SALT, "x")),
            (PersonalText("name", SALT, ANNA.name),) * 2,
        ],
    )
    def test_a_text_that_is_not_the_one_of_the_hash_does_not_hold(self, personal: tuple[PersonalText, ...]) -> None:
        assert not Record(Table.USERS, text=recorded(Table.USERS, ANNA).text, personal=personal).personal_holds()

    def test_a_text_without_a_hash_does_not_hold(self) -> None:
        record = Record(Table.USERS, text='{"id":"anna"}', personal=(PersonalText("name", SALT, "Eve"),))
        assert not record.personal_holds()

    @for_each("text", ["", "7", "[]", "null"])
    def test_of_what_is_no_record_do_not_hold(self, text: str) -> None:
        assert not Record(Table.USERS, text=text, personal=(PersonalText("name", SALT, "Anna"),)).personal_holds()

    @for_each("text", ["", "[]]", "7", "[7]", '[["name"]]', '[["name","x","y"]]', '[["name",7,"y"]]', "null"])
    def test_personal_texts_that_were_not_written_are_corrupt(self, text: str) -> None:
        record = Record(Table.USERS, text=recorded(Table.USERS, ANNA).text, personal_text=text)
        assert not record.personal_holds()
        with pytest.raises(CorruptRecordError):
            _ = record.noun


class TestWhatNoVersionWrote:
    @for_each(
        "text", ["", "{", "null", "[]", "7", "{}", '{"id":1.0}', '{"id":7}', '{"id":"a","id":"b"}', "[" * 100_000]
    )
    def test_is_corrupt(self, text: str) -> None:
        with pytest.raises(CorruptRecordError):
            _ = Record(Table.USERS, text=text).noun

    @for_each(
        "name", ["Anna", None, 7, {}, {"sha256": 7}, {"sha256": "x" * 64}, {"sha256": "ab"}, {"sha256": "ab" * 32}]
    )
    def test_a_name_is_a_hash_with_its_text_beside_it(self, name: object) -> None:
        text, texts = json.dumps({"id": "anna", "name": name}), (PersonalText("name", SALT, "Anna"),)
        for personal in ((), texts) if name != {"sha256": "ab" * 32} else ((),):
            with pytest.raises(CorruptRecordError, match="name must be a hash"):
                _ = Record(Table.USERS, text=text, personal=personal).noun

    def test_a_table_that_is_unknown_is_a_newer_versions(self) -> None:
        with pytest.raises(NewerRecordError):
            _ = Record("vehicles", text="{}").noun


def test_nothing_is_encoded_before_somebody_reads_it() -> None:
    def never() -> tuple[str, ...]:
        raise AssertionError

    entry = EntryRecord(steps=STEPS, digests=never, floor=NOON)
    assert (entry.steps, entry.floor, entry.month) == (STEPS, NOON, None)
    assert Record(Table.USERS, noun=ANNA).noun is ANNA


def test_a_record_is_equal_to_nothing_but_a_record() -> None:
    record = recorded(Table.USERS, ANNA)
    assert record != record.text
    assert record != recorded(Table.USERS, User(id="anna"))


class TestEntries:
    @for_each("month", [None, Month(2026, 11)])
    @for_each("floor", [None, NOON])
    def test_an_entry_comes_back_as_it_went(self, month: Month | None, floor: object) -> None:
        made = EntryRecord(steps=STEPS, digests=lambda: DIGESTS, floor=floor, month=month)  # type: ignore[arg-type]  # as listed
        again = EntryRecord(made.text)
        assert (again.steps, again.digests, again.floor, again.month) == (STEPS, DIGESTS, floor, month)
        assert (again == made, hash(again)) == (True, hash(made))
        assert made.text == json.dumps(json.loads(made.text), sort_keys=True, separators=(",", ":"))

    def test_the_digests_of_terms_come_back(self) -> None:
        made = EntryRecord(steps=STEPS, digests=lambda: DIGESTS, terms={"mailings": "ab", "": "cd"})
        assert dict(EntryRecord(made.text).terms) == {"mailings": "ab", "": "cd"}
        assert dict(EntryRecord(steps=STEPS, digests=lambda: DIGESTS).terms) == {}

    def test_it_is_shown_by_its_text(self) -> None:
        assert repr(EntryRecord('{"rows":[]}')) == """EntryRecord('{"rows":[]}')"""

    def test_it_names_rows_by_sequence_and_digest(self) -> None:
        told = json.loads(EntryRecord(steps=STEPS, digests=lambda: DIGESTS, floor=NOON).text)
        assert told == {
            "floor": "2026-11-24T12:00:00.000000Z",
            "rows": [[3, "ended", "ab" * 32], [4, "started", "cd" * 32, "users", "anna"]],
        }

    @for_each(
        "text",
        [
            "",
            "[]",
            "7",
            '{"floor":7}',
            '{"rows":7}',
            '{"rows":{"a":1}}',
            '{"rows":[7]}',
            '{"rows":[[]]}',
            '{"rows":[[1,"ended"]]}',
            '{"rows":[["1","ended","' + "ab" * 32 + '"]]}',
            '{"rows":[[1,"painted","' + "ab" * 32 + '"]]}',
            '{"rows":[[1,["ended"],"' + "ab" * 32 + '"]]}',
            '{"rows":[[1,"ended","ab"]]}',
            '{"rows":[[1,"started","' + "ab" * 32 + '"]]}',
            '{"rows":[[1,"started","' + "ab" * 32 + '",7,"anna"]]}',
            '{"month":"2026-13"}',
            '{"terms":7}',
            '{"terms":{"mailings":7}}',
        ],
    )
    def test_what_no_version_wrote_is_corrupt(self, text: str) -> None:
        read: list[Callable[[EntryRecord], object]] = [
            lambda one: one.steps,
            lambda one: one.digests,
            lambda one: one.floor,
            lambda one: one.month,
            lambda one: one.terms,
        ]
        for part in read:
            with pytest.raises(CorruptRecordError):
                part(EntryRecord(text))

    def test_an_unknown_field_is_a_newer_versions(self) -> None:
        with pytest.raises(NewerRecordError, match="color"):
            _ = EntryRecord('{"color":"blue","rows":[]}').steps

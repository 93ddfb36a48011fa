"""Nouns as text, and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from attrs import NOTHING, Attribute, AttrsInstance, fields
from hypothesis import given
from hypothesis import strategies as st

from superlicense.codec import RecordFieldsError, dump_noun, form_of, load_noun, read_instant, record_instant
from superlicense.codec.codecs import each, entries, maybe
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.values import TEXT
from superlicense.errors import InvalidValueError, StoreUnavailableError, StoreUnusableError
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Noun, Table
from superlicense.model.site import Site
from superlicense.model.user import User
from superlicense.testing.samples import BARE_NOUNS, FULL_NOUNS, NOON
from tests.for_each import for_each

SAMPLES = [pytest.param(table, noun, id=f"{table}/{key}") for table, key, noun in (*FULL_NOUNS, *BARE_NOUNS)]


def attributes(noun: object) -> list[Attribute[Any]]:
    return [one for one in fields(cast("type[AttrsInstance]", type(noun))) if one.init]


def written(noun: object) -> dict[str, Any]:
    """Return every field that a noun's constructor takes, those without equality included."""
    return {one.name: getattr(noun, one.name) for one in attributes(noun)}


@pytest.mark.parametrize(("table", "noun"), SAMPLES)
class TestEveryNoun:
    def test_it_comes_back_as_it_went(self, table: Table, noun: Noun) -> None:
        again = load_noun(table, dump_noun(table, noun))
        assert type(again) is type(noun)
        assert written(again) == written(noun)
        assert dump_noun(table, again) == dump_noun(table, noun)

    def test_a_field_is_written_unless_it_has_its_default(self, table: Table, noun: Noun) -> None:
        record = json.loads(dump_noun(table, noun))
        required = {one.name for one in attributes(noun) if one.default is NOTHING}
        again = type(noun)(**{name: value for name, value in written(noun).items() if name in required | record.keys()})
        assert set(record) <= set(written(noun))
        assert required <= set(record)
        assert written(again) == written(noun)

    def test_fields_are_in_order(self, table: Table, noun: Noun) -> None:
        text = dump_noun(table, noun)
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))

    def test_the_text_is_plain(self, table: Table, noun: Noun) -> None:
        text = dump_noun(table, noun)
        assert text.isascii()
        assert text.isprintable()

    def test_a_record_that_lacks_a_required_field_is_refused(self, table: Table, noun: Noun) -> None:
        record = json.loads(dump_noun(table, noun))
        for name in (one.name for one in attributes(noun) if one.default is NOTHING):
            lacking = {other: value for other, value in record.items() if other != name}
            with pytest.raises(StoreUnavailableError, match=f"at {name}: is missing"):
                load_noun(table, json.dumps(lacking))

    def test_a_missing_field_has_its_default(self, table: Table, noun: Noun) -> None:
        record = json.loads(dump_noun(table, noun))
        required = {one.name for one in attributes(noun) if one.default is NOTHING}
        bare = load_noun(table, json.dumps({name: value for name, value in record.items() if name in required}))
        assert written(bare) == written(type(noun)(**{name: getattr(noun, name) for name in required}))

    def test_unknown_fields_are_reported_by_name(self, table: Table, noun: Noun) -> None:
        record = json.loads(dump_noun(table, noun)) | {"zodiac": "pisces", "element": 7}
        with pytest.raises(RecordFieldsError, match="at element: is unknown") as refused:
            load_noun(table, json.dumps(record))
        assert refused.value.names == ("element", "zodiac")
        assert refused.value.code == StoreUnusableError.code

    @pytest.mark.parametrize("value", [[[]], {"a": 1}, 1.5, "\x7f\n", -(10**30), {"a": {}}])
    def test_a_field_of_another_kind_is_refused_or_read(self, table: Table, noun: Noun, value: object) -> None:
        record = json.loads(dump_noun(table, noun))
        for name in record:
            try:
                again = load_noun(table, json.dumps(record | {name: value}))
            except StoreUnavailableError:
                continue
            # Free texts may be anything.
            assert getattr(again, name) == value


def test_what_an_import_said_besides_keeps_its_order() -> None:
    (table, _, noun) = FULL_NOUNS[0]
    again = load_noun(table, dump_noun(table, noun))
    assert isinstance(again, InstalledPackage)
    assert list(again.package.unmodeled.items()) == [("Info/Color", "ø")]
    assert list(again.package.licenses[0].unmodeled) == ["Row/@z", "Row/@a"]
    assert type(again.package.licenses[0].grants[0]) is LicenseName


def test_text_may_hold_whatever_a_noun_may_hold() -> None:
    odd = User(id="anna", name='\x00\x1f"\\\u2028\U0001f600Å')
    text = dump_noun(Table.USERS, odd)
    assert text.isascii()
    assert load_noun(Table.USERS, text) == odd


class TestCorruptText:
    @for_each(
        "text",
        [
            "",
            "{",
            "null",
            "[]",
            "7",
            '"anna"',
            "{}",
            "{} {}",
            "NaN",
            "[" * 100_000,
            '{"id":1.0}',
            '{"id":Infinity}',
            '{"id":"anna","id":"bo"}',
            '{"number":' + "9" * 5000 + "}",
        ],
    )
    def test_it_is_a_store_that_cannot_be_read(self, text: str) -> None:
        with pytest.raises(StoreUnavailableError, match="a record is corrupt"):
            load_noun(Table.USERS, text)

    @for_each(
        ("change", "path"),
        [
            ({"id": ""}, "id"),
            ({"id": "x" * 255}, "id"),
            ({"groups": "sales"}, "groups"),
            ({"groups": ["sales", 7]}, r"groups\[1\]"),
            ({"groups": [""]}, "groups"),
            ({"may_log_in": 1}, "may_log_in"),
            ({"type": None}, "type"),
        ],
    )
    def test_what_no_noun_may_hold_is_refused(self, change: dict[str, object], path: str) -> None:
        record = json.loads(dump_noun(Table.USERS, User(id="anna"))) | change
        with pytest.raises(StoreUnavailableError, match=f"a record is corrupt at {path}: "):
            load_noun(Table.USERS, json.dumps(record))

    @for_each(
        ("change", "path"),
        [
            ({"licenses": [{}]}, r"package.licenses\[0\].name"),
            ({"licenses": [{"name": "a", "scope": "user", "grants": ["b"]}]}, r"package.licenses\[0\].grants"),
            ({"unmodeled": [["a", 7]]}, r"package.unmodeled\[0\]\[1\]"),
            ({"unmodeled": [["a", "b"], ["a", "c"]]}, "package.unmodeled"),
            ({"unmodeled": [["a"]]}, "package.unmodeled"),
            ({"unmodeled": {}}, "package.unmodeled"),
            ({"serial_number": "1"}, "package.serial_number"),
            ({"validity": None}, "package.validity"),
        ],
    )
    def test_places_inside_a_package_are_named(self, change: dict[str, object], path: str) -> None:
        (table, _, noun) = FULL_NOUNS[0]
        record = json.loads(dump_noun(table, noun))
        record["package"] |= change
        with pytest.raises(StoreUnavailableError, match=f"a record is corrupt at {path}: "):
            load_noun(table, json.dumps(record))

    def test_names_of_licenses_are_read_strictly(self) -> None:
        (table, _, noun) = FULL_NOUNS[5]
        record = json.loads(dump_noun(table, noun)) | {"license": "a/b"}
        with pytest.raises(StoreUnavailableError, match="at license: "):
            load_noun(table, json.dumps(record))


class TestInstants:
    def test_texts_have_one_width_and_end_in_z(self) -> None:
        assert record_instant(NOON) == "2026-11-24T12:00:00.000000Z"
        assert record_instant(datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)) == "0001-02-03T04:05:06.000007Z"

    def test_any_zone_is_written_in_utc(self) -> None:
        assert record_instant(NOON.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-24T12:00:00.000000Z"

    def test_an_instant_without_a_zone_is_refused(self) -> None:
        with pytest.raises(InvalidValueError):
            record_instant(NOON.replace(tzinfo=None))

    @given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
    def test_texts_come_back_and_sort_as_instants(self, one: datetime, other: datetime) -> None:
        assert read_instant(record_instant(one)) == one
        assert read_instant(record_instant(one)).tzinfo is UTC
        assert (record_instant(one) < record_instant(other)) is (one < other)

    @pytest.mark.parametrize(
        "text", ["", "2026-11-24T12:00:00Z", "2026-02-30T00:00:00.000000Z", "٢026-11-24T12:00:00.000000Z"]
    )
    def test_nothing_else_is_an_instant(self, text: str) -> None:
        with pytest.raises(StoreUnavailableError):
            read_instant(text)


def test_a_string_is_encoded_as_it_is() -> None:
    assert (TEXT.encode("ø"), TEXT.decode("ø")) == ("ø", "ø")


class TestALaterField:
    """A field that form 1 does not have needs the form that has it, where it is not at its default."""

    STONE = noun_codec(Site, (TEXT, "id"), (TEXT, "name@2 company@3"))
    TREE = noun_codec(dict, (maybe(STONE), "one"), (each(STONE), "row"), (entries(STONE), "named"), sparse=False)

    @for_each(
        ("site", "form"),
        [
            (Site(id="a", name=""), 2),
            (Site(id="a", name="A", company="B"), 3),
        ],
    )
    def test_needs_its_form(self, site: Site, form: int) -> None:
        assert self.STONE.form is not None
        assert self.STONE.form(site) == form
        assert self.STONE.decode(self.STONE.encode(site)) == site

    @for_each(
        ("tree", "form"),
        [
            ({"one": None, "row": (), "named": {}}, 1),
            ({"one": Site(id="a", name="A"), "row": (), "named": {}}, 2),
            ({"one": None, "row": (Site(id="a", name="A", company="B"),), "named": {}}, 3),
            ({"one": Site(id="a", name="A"), "row": (), "named": {"b": Site(id="b", name="B", company="B")}}, 3),
        ],
    )
    def test_needs_it_wherever_it_is(self, tree: dict[str, object], form: int) -> None:
        assert self.TREE.form is not None
        assert self.TREE.form(tree) == form

    def test_that_is_at_its_default_needs_none(self) -> None:
        codec = noun_codec(User, (TEXT, "id site@2"))
        assert codec.form is not None
        assert (codec.form(User(id="a")), codec.form(User(id="a", site="aarhus"))) == (1, 2)

    def test_is_not_there_today(self) -> None:
        assert all(form_of(table, noun) == 1 for table, _, noun in FULL_NOUNS)

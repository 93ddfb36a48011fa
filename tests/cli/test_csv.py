"""Users and usage as spreadsheets and directories save them: CSV, and a JSON list."""

from __future__ import annotations

import json

import pytest
from attrs import fields_dict

from superlicense.cli.jsonl import read_objects
from superlicense.errors import InvalidValueError
from superlicense.model.usage import UsageEvent
from superlicense.model.user import User
from tests.cli.shop import Shop
from tests.for_each import for_each

USERS = """id,name,may_log_in,administrator,groups
cy,"Cy ""the boss"", Holm",true,no,sales|oslo
dagny,Dagny Ærø,1,,

emil,,FALSE,yes,
"""
WANTED = [
    {
        "id": "cy",
        "name": 'Cy "the boss", Holm',
        "may_log_in": True,
        "administrator": False,
        "groups": ["sales", "oslo"],
    },
    {"id": "dagny", "name": "Dagny Ærø", "may_log_in": True},
    {"id": "emil", "may_log_in": False, "administrator": True},
]


def read(text: str | bytes) -> list[dict[str, object]]:
    data = text.encode() if isinstance(text, str) else text
    lines = data.splitlines(keepends=True)
    return [line.fields for line in read_objects(lines, "user", known=fields_dict(User), needed=("id",))]


class TestCsv:
    """A header of field names, and a line for each object."""

    @for_each(
        "text",
        [
            USERS,
            "\ufeff" + USERS,
            USERS.replace("\n", "\r\n"),
            USERS.replace('Cy ""the boss"", Holm', 'Cy ""the boss""; Holm')
            .replace(",", ";")
            .replace("; Holm", ", Holm"),
            USERS.replace("id,name", '"id", "name"'),
        ],
    )
    def test_is_read_with_the_types_of_the_fields(self, text: str) -> None:
        assert read(text) == WANTED

    def test_of_users_is_saved(self, shop: Shop) -> None:
        (shop.folder / "users.csv").write_text(USERS, encoding="utf-8")
        shop.told("sync-users", "users.csv")
        saved = shop.open().users.find("cy")
        assert saved is not None
        assert (saved.name, saved.may_log_in, saved.groups) == ('Cy "the boss", Holm', True, ("sales", "oslo"))

    def test_of_usage_is_recorded(self, shop: Shop) -> None:
        text = "source;id;meter;quantity;at\nmailer;a;mailings;250;2026-01-05T09:00:00Z\n"
        assert shop.json("record", "-", stdin=text)["accepted"] == 1

    def test_keeps_text_that_looks_like_a_number(self) -> None:
        assert read("id,name\n007,1e5\n") == [{"id": "007", "name": "1e5"}]
        lines = [b"id,quantity\n", b"a,+5\n", b"b,5.0\n", b"c,%s\n" % (b"9" * 5_000)]
        found = [line.fields for line in read_objects(lines, "x", known=fields_dict(UsageEvent), needed=("id",))]
        assert [fields["quantity"] for fields in found] == [5, "5.0", "9" * 5_000]

    @for_each(
        ("text", "said"),
        [
            ("id,name\ncy,Cy,more\n", "line 2: is a cell without a name in the header"),
            ('id,name\na,b\ncy,"C"y\n', "line 3: must be valid CSV"),
            (b"id,name\ncy,\xff\n", "line 2: must be UTF-8"),
            ("id,name\n,Cy\n", "line 2.id: is missing"),
            ("id,nome\ncy,Cy\n", "line 1: must be a JSON object"),
            ("id,id\ncy,Cy\n", "line 1: must be a JSON object"),
            ("name\nCy\n", "line 1: must be a JSON object"),
            (b"\xff\n", "line 1: must be a JSON object"),
        ],
    )
    def test_with_one_defect_is_refused_with_its_line(self, text: str | bytes, said: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            read(text)
        assert str(refused.value).startswith(said)

    def test_with_a_wrong_flag_is_refused(self, shop: Shop) -> None:
        done = shop.run("sync-users", "-", stdin="id,may_log_in\ncy,perhaps\n")
        assert (done.exit_code, "line 2.may_log_in" in done.stderr) == (3, True)


class TestJsonLists:
    """A list of objects, as directories export it."""

    def test_is_read(self) -> None:
        assert read(json.dumps(WANTED, indent=1)) == WANTED
        assert read("[]") == []

    @for_each(
        ("text", "said"),
        [
            ("[7]", "item 1: must be an object"),
            ('[{"id":"a"},{"nome":1}]', "item 2: is not a field of a user"),
            ("[{}]", "item 1.id: is missing"),
            ("[", "line 1: must begin a JSON list of users"),
        ],
    )
    def test_with_one_defect_is_refused_with_its_place(self, text: str, said: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            read(text)
        assert str(refused.value).startswith(said)

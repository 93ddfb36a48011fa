"""Files of JSON lines: whatever is wrong with a line is told with its number, never as a traceback."""

from __future__ import annotations

import pytest

from superlicense.cli.jsonl import read_objects
from superlicense.errors import InvalidValueError
from tests.cli.shop import Shop

GOOD = b'{"id": "cy"}'
# A line that is no object, by what is wrong with it.
WRONG = {
    "no_utf8": b'{"id": "\xff"}',
    "deep": b"[" * 100_000,
    "deep_in_a_field": b'{"id": ' + b"[" * 400 + b"]" * 400 + b"}",
    "twice": b'{"id": "a", "id": "b"}',
    "pairs": b'[["id", "a"]]',
    "no_fields": b"[]",
    "endless_number": b'{"id": ' + b"9" * 5000 + b"}",
    "cut_off": b'{"id": "a"',
}


def read(data: bytes) -> list[tuple[int, object]]:
    lines = data.splitlines(keepends=True)
    return [(line.number, line.fields["id"]) for line in read_objects(lines, "user", known=("id",), needed=("id",))]


@pytest.mark.parametrize("command", ["record", "sync-users"])
@pytest.mark.parametrize("line", WRONG.values(), ids=WRONG)
def test_a_line_that_is_no_object_is_named(shop: Shop, command: str, line: bytes) -> None:
    (shop.folder / "lines.jsonl").write_bytes(b"\n" + line + b"\n" + GOOD)
    for file, stdin in (("lines.jsonl", None), ("-", b"\n" + line + b"\n" + GOOD)):
        done = shop.run(command, file, stdin=stdin or "")
        assert done.exit_code == 3
        assert done.stderr.startswith("superlicense: invalid_value: line 2")
        # A recording says how to go on as well.
        assert len(done.stderr.splitlines()) == (3 if command == "record" else 1)
    assert shop.open().users.find("cy") is None


def test_a_line_is_shown_as_far_as_it_can_be() -> None:
    with pytest.raises(InvalidValueError, match=r"line 1: .* got '\{\"id\": \"\\\\xff\"\}'"):
        read(WRONG["no_utf8"])


def test_files_of_windows_are_read() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD + b'\r\n\r\n{"id": "\xc3\xb8"}\r\n') == [(1, "cy"), (3, "ø")]


def test_a_good_line_is_not_held_back_by_a_wrong_one_behind_it() -> None:
    lines = iter(read_objects([GOOD, b"nope"], "user", known=("id",), needed=()))
    assert next(lines).fields == {"id": "cy"}
    with pytest.raises(InvalidValueError, match="line 2"):
        next(lines)

from __future__ import annotations

import json

import pytest

from superlicense.codec.strict_json import JsonReader, canonical
from superlicense.document.payload import read_fields
from superlicense.errors import MalformedJsonError, MalformedRootError, NotCanonicalError


def decode(data: bytes, *, most_depth: int) -> object:
    return JsonReader(MalformedJsonError, depth=most_depth, digits=16).read_object(data)


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ('{"a":[{"b":[]}]}', 4),
        ('{"a":"[[[[[{{{{","b":"\\"[[[["}', 1),
        ('{"a":["]","}",[]]}', 3),
        ('{"a":[],"b":[],"c":[]}', 2),
    ],
)
def test_nesting_is_counted_outside_of_texts(text: str, depth: int) -> None:
    assert decode(text.encode(), most_depth=depth) == json.loads(text)
    with pytest.raises(MalformedJsonError, match=f"nests deeper than {depth - 1}"):
        decode(text.encode(), most_depth=depth - 1)


@pytest.mark.parametrize("data", [b'{"a":' * 200_000, b'"' * 300_001, b'{"' + b"\\" * 300_000, b"[" * 500_000])
def test_hostile_text_is_refused_and_not_recursed_into(data: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        decode(data, most_depth=4)


def test_integers_have_at_most_sixteen_digits() -> None:
    for number in (10**16 - 1, 1 - 10**16):
        assert decode(f'{{"a":{number}}}'.encode(), most_depth=1) == {"a": number}
    with pytest.raises(MalformedJsonError, match="16 digits"):
        decode(b'{"a":-12345678901234567}', most_depth=1)


def test_a_canonical_text_is_the_writers() -> None:
    fields = {"b": [True, None, "\u00f8\u2028\u007f"], "a": -1}
    assert read_fields(canonical(fields)) == fields
    with pytest.raises(NotCanonicalError):
        read_fields(b'{"a":"\\u00f8"}')


def test_json_is_read_from_bytes() -> None:
    with pytest.raises(TypeError, match="not from str"):
        decode("{}", most_depth=1)  # type: ignore[arg-type]  # the defect


def test_half_a_surrogate_pair_is_not_written() -> None:
    with pytest.raises(MalformedJsonError, match="lone surrogate"):
        canonical({"a": "\ud800"})


class TestOptions:
    """What a format allows."""

    def test_errors_are_of_the_format(self) -> None:
        with pytest.raises(MalformedRootError, match="not valid JSON") as refused:
            JsonReader(MalformedRootError).read(b"{")
        assert refused.value.path == ""

    @pytest.mark.parametrize("data", [b"", b"{} {}", b"[" * 100_000, b"9" * 5000, b"\xff", b'"\n"', b"nul"])
    def test_without_limits_those_of_the_interpreter_are_errors_too(self, data: bytes) -> None:
        with pytest.raises(MalformedJsonError):
            JsonReader(MalformedJsonError).read(data)

    def test_a_duplicate_key_is_the_path(self) -> None:
        with pytest.raises(MalformedJsonError, match="duplicate key 'b'") as refused:
            JsonReader(MalformedJsonError).read(b'{"a":[{"b":1,"c":2,"b":1}]}')
        assert refused.value.path == "b"

    def test_keys_may_be_compared_without_case(self) -> None:
        data = b'{"Ab":1,"aB":2}'
        assert JsonReader(MalformedJsonError).read(data) == {"Ab": 1, "aB": 2}
        folding = JsonReader(MalformedJsonError, fold_case=True)
        assert folding.read(b'{"Ab":1}') == {"ab": 1}
        with pytest.raises(MalformedJsonError, match="duplicate key 'ab'"):
            folding.read(data)

    @pytest.mark.parametrize("text", ["1.0", "1e3", "NaN", "-Infinity"])
    def test_fractions_are_refused_unless_they_are_read(self, text: str) -> None:
        with pytest.raises(MalformedJsonError):
            JsonReader(MalformedJsonError).read_text(text)
        assert isinstance(JsonReader(MalformedJsonError, fraction=float).read_text(text), float)

    def test_size_is_counted_in_bytes(self) -> None:
        reader = JsonReader(MalformedJsonError, size=4)
        assert reader.read('"ø"'.encode()) == "ø"
        with pytest.raises(MalformedJsonError, match="more than 4 bytes"):
            reader.read('"øø"'.encode())

    def test_a_byte_order_mark_is_refused_unless_it_is_allowed(self) -> None:
        data = b"\xef\xbb\xbf7"
        assert JsonReader(MalformedJsonError, byte_order_mark=True).read(data) == 7
        with pytest.raises(MalformedJsonError, match="byte order mark"):
            JsonReader(MalformedJsonError).read(data)

    def test_an_object_is_asked_for_as_such(self) -> None:
        with pytest.raises(MalformedJsonError, match="must be an object"):
            JsonReader(MalformedJsonError).read_object(b"[]")

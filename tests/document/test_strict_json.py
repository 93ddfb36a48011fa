from __future__ import annotations

import json

import pytest

from superlicense.document.strict_json import decode, decode_canonical, encode
from superlicense.errors import MalformedJsonError, NotCanonicalError


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
    assert decode_canonical(encode(fields)) == fields
    with pytest.raises(NotCanonicalError):
        decode_canonical(b'{"a":"\\u00f8"}')


def test_json_is_read_from_bytes() -> None:
    with pytest.raises(TypeError, match="not from str"):
        decode("{}", most_depth=1)  # type: ignore[arg-type]  # the defect


def test_half_a_surrogate_pair_is_not_written() -> None:
    with pytest.raises(MalformedJsonError, match="lone surrogate"):
        encode({"a": "\ud800"})

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.layered import Layered

STEP = st.tuples(
    st.dictionaries(st.integers(0, 30), st.integers(), max_size=6),
    st.lists(st.integers(0, 30), max_size=4, unique=True),
)


@given(base=st.dictionaries(st.integers(0, 30), st.integers()), steps=st.lists(STEP, max_size=30))
def test_it_is_what_a_dict_would_be_and_older_versions_stay_as_they_were(
    base: dict[int, int], steps: list[tuple[dict[int, int], list[int]]]
) -> None:
    expected = dict(base)
    versions: list[tuple[Layered[int, int], dict[int, int]]] = [(Layered(dict(base)), dict(base))]
    for items, without in steps:
        for key in without:
            expected.pop(key, None)
        expected.update(items)
        versions.append((versions[-1][0].with_items(items, without=tuple(without)), dict(expected)))
    for version, content in versions:
        assert dict(version) == dict(version.items()) == content
        assert sorted(version.values()) == sorted(content.values())
        assert len(version) == len(content)
        assert all((key in version) is (key in content) for key in range(31))


def test_what_was_taken_out_is_missing() -> None:
    version = Layered({number: number for number in range(100)}).with_items({}, without=(7,))
    with pytest.raises(KeyError):
        version[7]
    assert version.get(8) == 8


def test_nothing_new_is_the_same_version() -> None:
    version = Layered({1: 1})
    assert version.with_items({}) is version


def test_it_shows_its_size() -> None:
    assert repr(Layered({1: 1})) == "<Layered of 1>"

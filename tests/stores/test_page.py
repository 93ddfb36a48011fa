"""The store of the page on writing one's own keeps every promise of the ports."""

from __future__ import annotations

from tests.stores.page import namespace

_PAGE = namespace()
TestKeyValueStore = _PAGE["TestKeyValueStore"]
test_stories = _PAGE["test_stories"]

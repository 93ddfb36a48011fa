"""The store of the page on writing one's own keeps every promise of the ports."""

from __future__ import annotations

import pytest

from tests.pages import defined_by

pytestmark = pytest.mark.slow

_PAGE = defined_by("how-to/write-your-own-store.md")
TestFileStore = _PAGE["TestFileStore"]
test_stories = _PAGE["test_stories"]

"""Runs every example: the code blocks of Markdown pages and the docstrings of the source.

Each page and each source file is one namespace, in the order it is read. Only Python runs;
console blocks are for people.
"""

from doctest import ELLIPSIS

from hypothesis import settings
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

# A deadline would measure the machine. The parent is the profile hypothesis chose: under CI
# it tries the same examples every time.
chosen = settings.get_profile(settings.get_current_profile_name())
settings.register_profile("house", chosen, deadline=None)
settings.load_profile("house")

python_blocks = [PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)]
pages = Sybil(path="docs", patterns=["*.md"], parsers=python_blocks)
readme = Sybil(patterns=["README.md"], excludes=["*/README.md"], parsers=python_blocks)
docstrings = Sybil(
    path="src",
    patterns=["*.py"],
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    document_types={".py": PythonDocStringDocument},
)

pytest_collect_file = SybilCollection((pages, readme, docstrings)).pytest()

"""Elements: an XML document taken apart by local name, and nothing of it lost.

Rule 1: a document is measured before it is processed: bytes, elements,
nesting, and the length of a path, so that no error message and no mapping of
what is left over grows with what is sent.

Rule 2: a field that is taken is a string, `None` where it is left out, nil or
empty. What is not taken stays readable as strings by path below its part: repeated
elements are counted from 0 (``Host[1]``), an attribute is ``Host@kind``, and
text beside the elements of a part is ``text()``, as XPath calls it.

Source: domain sections 2.8 and 16. Needs the extra ``xml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from superlicense.codec.file_bytes import BYTE_ORDER_MARK, bytes_of_file
from superlicense.errors import MalformedPackageError
from superlicense.interop.superoffice.words import WordError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["Part", "element_of", "measure", "parse"]

T = TypeVar("T")

LARGEST_BYTES: Final = 2 * 1024 * 1024
# The vendor's packages have some two hundred rows of fifteen elements.
_MOST_ELEMENTS: Final = 100_000
_DEEPEST: Final = 32
# Of a path below the root, without counts; the vendor's widest name column holds 254 characters.
_LONGEST_PATH: Final = 254
_WHITESPACE: Final = b" \t\r\n"
_SCHEMA: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


def parse(data: bytes) -> Part:
    """Parse a document, without reading a document type, an entity, or anything that lies elsewhere.

    A byte order mark and blank lines before it, as mail programs and editors add them, are ignored.

    Raises:
        MalformedPackageError: it is not XML, too large, or holds one of those.
        InvalidValueError: *data* is not bytes.
        ImportError: the extra ``xml`` is not installed.
    """
    data = bytes_of_file(data, "data").lstrip(_WHITESPACE).removeprefix(BYTE_ORDER_MARK)
    if len(data) > LARGEST_BYTES:
        raise MalformedPackageError("", f"has more than {LARGEST_BYTES} bytes")
    # Imported here: an extra, and most hosts read no XML.
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - see above
    from xml.parsers.expat import ErrorString  # noqa: PLC0415 - see above

    try:
        from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
        from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - see above
    except ImportError as error:
        message = "reading XML needs the extra xml: pip install 'superlicense[xml]'"
        raise ImportError(message, name=error.name) from error
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise MalformedPackageError("", "has a document type or entities") from error
    except ParseError as error:
        # Not the text of the error, which repeats names of the document.
        line, column = error.position
        raise MalformedPackageError(
            "", f"is not XML: {ErrorString(error.code)}: line {line}, column {column}"
        ) from error
    # A host may have made errors of warnings, and some codecs that a document may name warn.
    except (ValueError, LookupError, Warning) as error:
        raise MalformedPackageError("", "is not XML, or not in an encoding that can be read") from error
    measure(root)
    return Part(root, _local(root.tag))


def element_of(value: object, name: str) -> Element:
    """Return JSON data as an element called *name*: fields become elements, lists repeated ones.

    A field that is null, and a list without items, become nothing.
    """
    from xml.etree.ElementTree import Element  # noqa: PLC0415 - most hosts read neither XML nor JSON of the vendor

    root = Element(name)
    waiting: list[tuple[Element, object]] = [(root, value)]
    while waiting:
        element, content = waiting.pop()
        if isinstance(content, dict | list):
            fields = content.items() if isinstance(content, dict) else [("Item", content)]
            for key, field in fields:
                for item in field if isinstance(field, list) else [field]:
                    if item is not None:
                        child = Element(key)
                        element.append(child)
                        waiting.append((child, item))
        else:
            element.text = str(content).lower() if isinstance(content, bool) else str(content)
    return root


def measure(root: Element) -> None:
    """Refuse what is too much, level by level, because a parser's depth is not ours to recurse into."""
    level, depth, count = [(root, len(_local(root.tag)))], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > _DEEPEST:
            raise MalformedPackageError("", f"nests deeper than {_DEEPEST}")
        if count > _MOST_ELEMENTS:
            raise MalformedPackageError("", f"has more than {_MOST_ELEMENTS} elements")
        for element, length in level:
            names = (len(_local(name)) for name in element.attrib)
            if length + max(names, default=0) > _LONGEST_PATH:
                raise MalformedPackageError("", f"has a path of more than {_LONGEST_PATH} characters")
        level = [(child, length + 1 + len(_local(child.tag))) for element, length in level for child in element]


def _local(name: object) -> str:
    """Return the name of an element or attribute without its namespace."""
    return str(name).rpartition("}")[2]


def _is_nil(element: Element) -> bool:
    return element.get(f"{_SCHEMA}nil", "").strip() in {"true", "1"}


def _text(element: Element) -> str:
    """Return the text of *element* and, where it has elements, the text between them."""
    return "".join((element.text or "", *(child.tail or "" for child in element))).strip()


class Part:
    """An element whose fields are taken out by name, in any case.

    Attributes:
        path: Where it is in the document, from the root.
    """

    def __init__(self, element: Element, path: str) -> None:
        """Sort the children of *element*, which is at *path*."""
        self.path = path
        self._element = element
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(_local(child.tag).lower(), []).append(child)
        self._taken: set[str] = set()
        self._apart: set[str] = set()

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the document because of one field."""
        raise MalformedPackageError(f"{self.path}.{name}", problem)

    def part(self, name: str) -> Part | None:
        """Return and remove the child called *name* as a part of its own, which keeps what is left of it."""
        found = self._only(name, self._apart)
        return None if found is None else Part(found, f"{self.path}.{name}")

    def parts(self, name: str) -> list[Part]:
        """Return and remove every child called *name* as a part, counted from 0 in its path."""
        self._apart.add(name.lower())
        found = enumerate(self._children.get(name.lower(), ()))
        return [Part(child, f"{self.path}.{name}[{place}]") for place, child in found if not _is_nil(child)]

    def text(self, name: str) -> str | None:
        """Return and remove the text of a field; `None` where it is left out, nil or empty."""
        found = self._only(name, self._taken)
        if found is None:
            return None
        if len(found):
            self.refuse(name, "must be a string")
        return (found.text or "").strip() or None

    def _only(self, name: str, taken: set[str]) -> Element | None:
        taken.add(name.lower())
        found = self._children.get(name.lower(), [])
        if len(found) > 1:
            self.refuse(name, "is a duplicate")
        return None if not found or _is_nil(found[0]) else found[0]

    def has(self, *names: str) -> bool:
        """Return whether there are children with all of these *names*."""
        return all(name.lower() in self._children for name in names)

    def below(self) -> Iterator[Part]:
        """Yield this part and every one below it, at most `_DEEPEST` levels; nothing is removed."""
        yield self
        for child, path in _with_paths(self._element, self.path):
            yield from Part(child, path).below()

    @property
    def name(self) -> str:
        """The local name of the element."""
        return _local(self._element.tag)

    def required(self, name: str) -> str:
        """Return and remove the text of a field that must be there."""
        text = self.text(name)
        if text is None:
            self.refuse(name, "is missing")
        return text

    def read(self, name: str, kind: Callable[[str], T], default: T) -> T:
        """Return and remove a field as *kind* reads it, *default* where it is left out."""
        text = self.text(name)
        if text is None:
            return default
        try:
            return kind(text)
        except WordError as error:
            raise MalformedPackageError(f"{self.path}.{name}", str(error)) from error

    def keep(self, name: str) -> None:
        """Leave a field that was taken to the unmodeled ones, too."""
        self._taken.discard(name.lower())

    def unmodeled(self, above: str = "") -> dict[str, str]:
        """Return the text of everything that was not taken, by path below this part.

        Args:
            above: Path to put in front, where this part is shown as a piece of
                the one that it lies in.
        """
        left: dict[str, str] = {}
        _put(left, _attributes(self._element, above))
        if text := _text(self._element):
            _put(left, [(f"{above}.text()" if above else "text()", text)])
        for child, path in _with_paths(self._element, above):
            name = _local(child.tag).lower()
            if name in self._taken:
                _put(left, _attributes(child, path))
            elif name not in self._apart:
                _put(left, _all_below(child, path))
        return left


def _put(left: dict[str, str], found: Iterable[tuple[str, str]]) -> None:
    """Add to *left*; of two that have one path in spite of all, as ``a.b`` in ``a`` can, both stay."""
    for path, text in found:
        free, count = path, 0
        while free in left:
            count += 1
            free = f"{path}[{count}]"
        left[free] = text


def _with_paths(element: Element, above: str) -> Iterator[tuple[Element, str]]:
    """Return the children of *element* with their paths; repeated ones are counted from 0."""
    counts = Counter(_local(child.tag) for child in element)
    places: Counter[str] = Counter()
    for child in element:
        name = _local(child.tag)
        place = f"{name}[{places[name]}]" if counts[name] > 1 else name
        places[name] += 1
        yield child, f"{above}.{place}" if above else place


def _attributes(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Return the attributes that carry data, which those that describe the schema do not."""
    for name, value in element.attrib.items():
        if not name.startswith(_SCHEMA):
            yield f"{path}@{_local(name)}", value


def _all_below(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Return attributes and texts of *element* and of all below it, at most `_DEEPEST` levels."""
    yield from _attributes(element, path)
    text = _text(element)
    if text or not (len(element) or _is_nil(element)):
        yield path, text
    for child, below in _with_paths(element, path):
        yield from _all_below(child, below)

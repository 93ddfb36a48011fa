"""Records: what a store holds of a noun, the bytes that seals are made over.

Rule 1: a record is canonical JSON text with a form number beside it. It is made
of a noun when its text is first read, and read when its noun is, so a store that
keeps objects never encodes, and one that keeps text never decodes.

Rule 2: a field at its default is not written, and a missing field has its
default. What a form does not have needs the next form number, which a store has
from its `migrate` on.

Rule 3: text about a person stands apart. In its place the text of the record
has a salted hash, so it can be blanked, and everything that covers the text of
the record still holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from superlicense.codec.codecs import DecodeError, UnknownFieldsError
from superlicense.codec.nouns import NOUNS, PERSONAL
from superlicense.codec.records import dump_json, load_json
from superlicense.errors import StoreUnavailableError
from superlicense.model.row import TABLES, Noun, Table

__all__ = ["FORM", "SALT_BYTES", "CorruptRecordError", "NewerRecordError", "PersonalText", "Record", "personal_texts"]

FORM: Final = 1
"""The newest form that this version writes."""
SALT_BYTES: Final = 16
"""The length of a salt."""

_PERSONAL_PREFIX: Final = b"superlicense/personal/v1\0"
_SHA256: Final = re.compile("[0-9a-f]{64}")


class CorruptRecordError(Exception):
    """A record that no version has written; the front door turns it into an error of ours.

    Attributes:
        problem: What is wrong with it, in English.
    """

    def __init__(self, problem: str) -> None:
        """Keep the *problem*."""
        super().__init__(problem)
        self.problem = problem


class NewerRecordError(Exception):
    """A record that only a newer version can have written; the front door turns it into an error of ours.

    Attributes:
        fields: The fields that this version does not know, sorted; none where
            the form or the table is unknown.
    """

    def __init__(self, fields: Iterable[str] = ()) -> None:
        """Name the *fields*."""
        self.fields = tuple(fields)
        super().__init__(", ".join(self.fields))


class PersonalText(NamedTuple):
    """One text about a person, apart from the record that it belongs to.

    Attributes:
        field: The field of the noun.
        salt: 16 random bytes; `None` once it is blanked.
        text: The text; `None` once it is blanked.
    """

    field: str
    salt: bytes | None
    text: str | None

    @property
    def sha256(self) -> str | None:
        """The salted hash that binds it to its record, in hex; `None` once it is blanked."""
        if self.salt is None or self.text is None:
            return None
        # A text from a database may hold lone surrogates.
        return hashlib.sha256(_PERSONAL_PREFIX + self.salt + self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Record:
    """The stored form of one noun.

    It never changes, and equals a record of the same text, form and personal texts.

    Attributes:
        table: The table of the noun; one that this version does not know, too.
        form: The form of the text, 1 or more.
    """

    __slots__ = ("_noun", "_personal", "_personal_text", "_text", "form", "table")

    def __init__(  # noqa: PLR0913 - two kinds, each with its own names
        self,
        table: str,
        *,
        noun: Noun | None = None,
        text: str | None = None,
        form: int = FORM,
        personal: tuple[PersonalText, ...] = (),
        personal_text: str | None = None,
    ) -> None:
        """Make the record of a *noun*, or of a *text* that was stored.

        Args:
            table: The table of the noun.
            noun: The noun, with the *personal* texts that `personal_texts` returns.
            text: What `text` was.
            form: What `form` was.
            personal: The personal texts.
            personal_text: What `personal_text` was, instead of *personal*.
        """
        self.table = table
        self.form = form
        self._noun = noun
        self._text = text
        self._personal = personal if personal_text is None else None
        self._personal_text = personal_text

    @property
    def text(self) -> str:
        """The noun as canonical JSON in ASCII, with salted hashes in the place of personal texts."""
        if self._text is None:
            table = Table(self.table)
            told = NOUNS[table].codec.encode(self._noun)
            for one in self.personal:
                told[one.field] = {"sha256": one.sha256}
            self._text = dump_json(told)
        return self._text

    @property
    def noun(self) -> Any:  # noqa: ANN401 - of its table
        """The noun.

        Raises:
            NewerRecordError: its table, its form or a field is unknown.
            CorruptRecordError: no version has written it.
        """
        if self._noun is None:
            self._noun = self._decoded()
        return self._noun

    def _decoded(self) -> Noun:
        table = TABLES.get(self.table)
        if table is None or self.form > FORM:
            raise NewerRecordError
        try:
            told = load_json(self._text or "")
            if table in PERSONAL:
                self._put_personal(PERSONAL[table], told)
            noun: Noun = NOUNS[table].codec.decode(told)
        except UnknownFieldsError as error:
            raise NewerRecordError(error.names) from error
        except DecodeError as error:
            raise CorruptRecordError(f"{error.path} {error.problem}".strip()) from error
        except StoreUnavailableError as error:
            raise CorruptRecordError(error.detail) from error
        return noun

    def _put_personal(self, names: Iterable[str], told: object) -> None:
        """Put the personal texts of *names* where their hashes are; a text that is blanked leaves the default."""
        if not isinstance(told, dict):
            return
        texts = {field: text for field, _, text in self.personal} if self._personal != () else {}
        for name in names:
            if name not in told:
                continue
            if name not in texts or not _is_hash(told[name]):
                raise CorruptRecordError(f"{name} must be a hash, with its text beside the record")
            text = texts[name]
            if text is None:
                del told[name]
            else:
                told[name] = text

    @property
    def personal(self) -> tuple[PersonalText, ...]:
        """The personal texts, in the order of their fields.

        Raises:
            CorruptRecordError: no version has written them.
        """
        if self._personal is None:
            self._personal = _load_personal(self._personal_text or "")
        return self._personal

    @property
    def personal_text(self) -> str | None:
        """The personal texts and their salts as text in ASCII; `None` where there are none."""
        if self._personal_text is None and self._personal:
            self._personal_text = dump_json(
                [[one.field, None if one.salt is None else one.salt.hex(), one.text] for one in self._personal]
            )
        return self._personal_text

    def personal_holds(self) -> bool:
        """Return whether the personal texts are those of the hashes in the record; a blanked text is."""
        try:
            told = load_json(self.text)
            texts = self.personal
        except (StoreUnavailableError, CorruptRecordError):
            return False
        if not isinstance(told, dict):
            return False
        hashes = {name: value.get("sha256") for name, value in told.items() if isinstance(value, dict)}
        blank = {one.field for one in texts if one.salt is None and one.text is None}
        made = {one.field: one.sha256 for one in texts}
        due = {name: hashes.get(name) for name in PERSONAL.get(self.table, ()) if name in told}
        return (
            len(made) == len(texts)
            and due.keys() == made.keys()
            and all(name in blank or made[name] == digest for name, digest in due.items())
        )

    def blanked(self) -> Record:
        """Return this record with its personal texts and their salts gone."""
        texts = tuple([PersonalText(one.field, None, None) for one in self.personal])
        return Record(self.table, text=self.text, form=self.form, personal=texts) if texts else self

    def __eq__(self, other: object) -> bool:
        """Compare what is stored."""
        if not isinstance(other, Record):
            return NotImplemented
        return self is other or self._stored() == other._stored()

    def __hash__(self) -> int:
        """Hash what is stored."""
        return hash(self._stored())

    def _stored(self) -> tuple[object, ...]:
        return self.table, self.text, self.form, self.personal_text

    def __repr__(self) -> str:
        """Show no personal text."""
        return f"Record({str(self.table)!r}, form={self.form})"


def personal_texts(table: str, noun: Noun, draw: Callable[[], bytes]) -> tuple[PersonalText, ...]:
    """Return the texts of *noun* that are personal and not at their default.

    Args:
        table: The table of the noun.
        noun: The noun.
        draw: Returns 16 random bytes, new ones at each call.
    """
    texts = []
    for field, default in PERSONAL[table].items() if table in PERSONAL else ():
        text = getattr(noun, field)
        if text != default(noun):
            texts.append(PersonalText(field, draw(), text))
    return tuple(texts)


def _is_hash(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    digits = value.get("sha256")
    return isinstance(digits, str) and _SHA256.fullmatch(digits) is not None


def _load_personal(text: str) -> tuple[PersonalText, ...]:
    try:
        return tuple(
            [
                PersonalText(
                    str(field), None if salt is None else bytes.fromhex(salt), None if said is None else str(said)
                )
                for field, salt, said in load_json(text)
            ]
        )
    except (StoreUnavailableError, ValueError, TypeError) as error:
        raise CorruptRecordError("the personal texts are not what was written") from error

"""Tokens of forms: who was shown what, signed, so that a form can be trusted when it comes back.

Rule 1: a token holds for one user, one installation and one form, for twelve hours.
It is valid for every worker that has the secret, and nothing is stored.

Rule 2: it names the rows that the page showed. What has changed since then is a
conflict, and is not overwritten.

Source: design section 13; ADR 54.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Final

from attrs import field, frozen

from superlicense.errors import InvalidValueError

__all__ = ["SECRET_BYTES", "Shown", "StaleTokenError", "Tokens", "WrongTokenError", "digest_of"]

SECRET_BYTES: Final = 32
_LIFETIME: Final = timedelta(hours=12)
_PURPOSE: Final = b"superlicense.web form token 1"
_MAX_LENGTH: Final = 400_000  # of a token; a user card with hundreds of licenses needs a tenth


class WrongTokenError(Exception):
    """The token is missing, forged, or of another user, installation or form."""


class StaleTokenError(Exception):
    """The token is genuine, and its time is up."""


def digest_of(noun: object) -> str:
    """Return a short digest of *noun*, which differs where its state does."""
    return sha256(repr(noun).encode("utf-8", "backslashreplace")).hexdigest()[:32]


@frozen
class Shown:
    """What a page showed.

    Attributes:
        at: When.
        rows: The state of each row that the form is about, by name.
    """

    at: datetime
    rows: Mapping[str, str]


def _secret(value: object) -> bytes:
    if type(value) is not bytes or len(value) != SECRET_BYTES:
        # The value itself must not appear in a traceback.
        raise InvalidValueError("secret", type(value).__name__, f"must be {SECRET_BYTES} bytes")
    return digest(value, _PURPOSE, "sha256")


@frozen
class Tokens:
    """Makes and checks the tokens of one installation.

    Attributes:
        key: The key that signs, derived from the secret.
        installation: The key of the installation.
    """

    key: bytes = field(converter=_secret, repr=False)
    installation: str

    def make(self, user: str, form: str, rows: Mapping[str, str], now: datetime) -> str:
        """Return a token for the *form* that *user* is shown with *rows* at *now*."""
        payload = json.dumps({"at": now.isoformat(), "rows": dict(rows)}, separators=(",", ":")).encode()
        return f"{_text(payload)}.{_text(self._mac(user, form, payload))}"

    def read(self, token: str, user: str, form: str, now: datetime) -> Shown:
        """Return what *token* says was shown.

        Raises:
            WrongTokenError: It was not made for *user* and *form* with this secret.
            StaleTokenError: It is too old.
        """
        payload, mac = _parts(token)
        if not compare_digest(mac, self._mac(user, form, payload)):
            raise WrongTokenError
        data = json.loads(payload)
        shown = Shown(datetime.fromisoformat(data["at"]).astimezone(UTC), data["rows"])
        if now - shown.at > _LIFETIME:
            raise StaleTokenError
        return shown

    def _mac(self, user: str, form: str, payload: bytes) -> bytes:
        bound = json.dumps([self.installation, user, form]).encode()
        return digest(self.key, sha256(bound).digest() + payload, "sha256")


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii")


def _parts(token: str) -> tuple[bytes, bytes]:
    payload, _, mac = token.partition(".")
    if len(token) > _MAX_LENGTH or not token.isascii():
        raise WrongTokenError
    try:
        return urlsafe_b64decode(payload), urlsafe_b64decode(mac)
    except (Error, ValueError) as error:
        raise WrongTokenError from error

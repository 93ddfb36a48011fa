"""The envelope: DSSE v1 with Ed25519, for any payload type and any keys.

Rule 1: bytes are verified before they are parsed. `verify` returns the
payload, so that unverified bytes cannot be used by accident.

Rule 2: key ids are hints of the writer of the envelope and grant nothing. What
counts are the distinct public keys whose signatures are good.

Source: DSSE protocol 1.0.2; documents.md, "Envelope" and "Order of checks".
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from superlicense.codec.strict_json import JsonReader, canonical
from superlicense.document.keys import PublicKey, SigningKey
from superlicense.errors import (
    DocumentTooLargeError,
    InvalidValueError,
    MalformedEnvelopeError,
    MalformedJsonError,
    TooManyVerificationsError,
    UntrustedKeyError,
    WrongPayloadTypeError,
)

__all__ = ["Opened", "open_envelope", "pae", "sign", "unverified_payload", "verify"]

LARGEST_DOCUMENT_BYTES = 512 * 1024
LARGEST_PAYLOAD_BYTES = 384 * 1024
_read_json = JsonReader(MalformedJsonError, depth=4, digits=16).read_object
_MOST_SIGNATURES = 16
_LONGEST_KEY_ID = 128
_SIGNATURE_BYTES = 64
_MOST_VERIFICATIONS = 256
# Standard or URL-safe alphabet, not both in one string.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}", re.ASCII)
_TO_STANDARD = str.maketrans("-_", "+/")


@frozen(kw_only=True)
class Opened:
    """A verified envelope.

    Attributes:
        payload: The very bytes that were signed.
        signed_by: The distinct keys whose signatures are good, in order of id.
    """

    payload: bytes
    signed_by: tuple[PublicKey, ...]


@frozen(kw_only=True)
class _Signature:
    hint: str | None
    raw: bytes


def pae(payload_type: str, body: bytes) -> bytes:
    """Return the bytes that are signed: type and body with their lengths in bytes.

    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b" ".join((b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(body), body))


def sign(body: bytes, *, payload_type: str, signers: Sequence[SigningKey]) -> bytes:
    """Put *body* into an envelope signed by every one of *signers*.

    Signatures are in order of key id, so the same keys give the same bytes.

    Raises:
        InvalidValueError: no signers, duplicate ones, or more than 16.
        DocumentTooLargeError: *body* is longer than 384 KiB.
    """
    distinct = {signer.public.key_id: signer for signer in signers}
    if not 1 <= len(distinct) <= _MOST_SIGNATURES or len(distinct) != len(signers):
        raise InvalidValueError("signers", len(signers), f"must be 1 to {_MOST_SIGNATURES} different keys")
    if len(body) > LARGEST_PAYLOAD_BYTES:
        raise DocumentTooLargeError("payload", len(body), LARGEST_PAYLOAD_BYTES)
    message = pae(payload_type, body)
    signatures = [
        {"keyid": key_id, "sig": base64.b64encode(signer.sign(message)).decode()}
        for key_id, signer in sorted(distinct.items())
    ]
    payload = base64.b64encode(body).decode()
    return canonical({"payload": payload, "payloadType": payload_type, "signatures": signatures})


def verify(document: bytes, *, payload_type: str, keys: Iterable[PublicKey], threshold: int = 1) -> bytes:
    """Verify that at least *threshold* of *keys* have signed *document*.

    Args:
        document: The envelope as received.
        payload_type: The only type that is accepted.
        keys: Who may sign.
        threshold: How many distinct keys must have, 1 or more.

    Returns:
        The payload, byte for byte.

    Raises:
        InvalidValueError: *threshold* is below 1 or above the number of distinct
            keys.
        DocumentTooLargeError: more than 512 KiB, or a payload of more than 384.
        MalformedJsonError: it is not strict JSON.
        MalformedEnvelopeError: it is not an envelope.
        WrongPayloadTypeError: another type.
        TooManyVerificationsError: signatures and keys make more than 256 trials.
        UntrustedKeyError: too few of *keys* have signed.
    """
    distinct = set(keys)
    if isinstance(threshold, bool) or not 1 <= threshold <= len(distinct):
        raise InvalidValueError("threshold", threshold, f"must be 1 to {len(distinct)}, the number of keys")
    opened = open_envelope(document, payload_type=payload_type, keys=distinct)
    if len(opened.signed_by) < threshold:
        raise UntrustedKeyError(len(opened.signed_by), threshold)
    return opened.payload


def open_envelope(document: bytes, *, payload_type: str, keys: Iterable[PublicKey]) -> Opened:
    """Open *document* and return which of *keys* have signed it; at least one has.

    Raises:
        SuperlicenseError: as `verify` does, with a threshold of 1.
    """
    payload, signatures = _parts(document, payload_type)
    signed_by = _verified(pae(payload_type, payload), signatures, sorted(keys, key=lambda key: key.key_id))
    if not signed_by:
        raise UntrustedKeyError(0, 1)
    return Opened(payload=payload, signed_by=signed_by)


def unverified_payload(document: bytes, *, payload_type: str) -> bytes:
    """Return the payload without verifying anything: only for what the host has pinned.

    Raises:
        SuperlicenseError: as steps 1 to 5 of `verify`.
    """
    return _parts(document, payload_type)[0]


def _parts(document: bytes, payload_type: str) -> tuple[bytes, tuple[_Signature, ...]]:
    """Return the payload and the signatures of an envelope: steps 1 to 5."""
    if len(document) > LARGEST_DOCUMENT_BYTES:
        raise DocumentTooLargeError("", len(document), LARGEST_DOCUMENT_BYTES)
    fields = _read_json(document)
    payload, kind, listed = (fields.get(name) for name in ("payload", "payloadType", "signatures"))
    if not isinstance(payload, str):
        raise MalformedEnvelopeError("payload", "must be a string")
    if not isinstance(kind, str):
        raise MalformedEnvelopeError("payloadType", "must be a string")
    if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST_SIGNATURES:
        raise MalformedEnvelopeError("signatures", f"must be a list of 1 to {_MOST_SIGNATURES}")
    signatures = tuple(_signature(f"signatures[{place}]", one) for place, one in enumerate(listed))
    if kind != payload_type:
        raise WrongPayloadTypeError(kind, payload_type)
    body = _from_base64("payload", payload)
    if len(body) > LARGEST_PAYLOAD_BYTES:
        raise DocumentTooLargeError("payload", len(body), LARGEST_PAYLOAD_BYTES)
    return body, signatures


def _signature(path: str, one: object) -> _Signature:
    if not isinstance(one, dict):
        raise MalformedEnvelopeError(path, "must be an object")
    hint, sig = one.get("keyid"), one.get("sig")
    if hint is not None and (not isinstance(hint, str) or len(hint) > _LONGEST_KEY_ID):
        raise MalformedEnvelopeError(f"{path}.keyid", f"must be a string of at most {_LONGEST_KEY_ID} characters")
    if not isinstance(sig, str):
        raise MalformedEnvelopeError(f"{path}.sig", "must be a string")
    raw = _from_base64(f"{path}.sig", sig)
    if len(raw) != _SIGNATURE_BYTES:
        raise MalformedEnvelopeError(f"{path}.sig", f"must encode {_SIGNATURE_BYTES} bytes")
    return _Signature(hint=hint, raw=raw)


def _from_base64(path: str, text: str) -> bytes:
    if not _BASE64.fullmatch(text):
        raise MalformedEnvelopeError(path, "must be base64")
    standard = text.translate(_TO_STANDARD)
    try:
        raw = base64.b64decode(standard, validate=True)
    except binascii.Error as error:
        raise MalformedEnvelopeError(path, "must be base64 with its padding") from error
    if base64.b64encode(raw).decode() != standard:
        raise MalformedEnvelopeError(path, "must be base64 without spare bits")
    return raw


def _verified(message: bytes, signatures: Iterable[_Signature], keys: Sequence[PublicKey]) -> tuple[PublicKey, ...]:
    """Find the keys that made *signatures*: steps 6 and 7.

    A hint only says which key to try first; a wrong one costs a trial.
    """
    trials = 0
    found: set[PublicKey] = set()
    for signature in signatures:
        hinted = [key for key in keys if key.key_id == signature.hint]
        for key in (*hinted, *(key for key in keys if key.key_id != signature.hint)):
            if key in found:
                continue
            trials += 1
            if trials > _MOST_VERIFICATIONS:
                raise TooManyVerificationsError(_MOST_VERIFICATIONS)
            if key.verifies(signature.raw, message):
                found.add(key)
                break
    return tuple(sorted(found, key=lambda key: key.key_id))

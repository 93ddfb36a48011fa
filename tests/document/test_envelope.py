from __future__ import annotations

import base64
import json

import pytest

from superlicense.document import envelope
from superlicense.document.keys import SigningKey
from superlicense.errors import (
    DocumentTooLargeError,
    InvalidValueError,
    MalformedEnvelopeError,
    MalformedJsonError,
    TooManyVerificationsError,
    UntrustedKeyError,
)

KIND = "application/x-a/é"
KEYS = [SigningKey.from_seed(bytes([number]) * 32) for number in range(1, 40)]
ONE, TWO = KEYS[:2]


def verified(document: bytes, *keys: SigningKey, threshold: int = 1) -> bytes:
    return envelope.verify(
        document, payload_type=KIND, keys=[key.public for key in keys or (ONE,)], threshold=threshold
    )


def signed(*signers: SigningKey, body: bytes = b"body") -> bytes:
    return envelope.sign(body, payload_type=KIND, signers=signers or [ONE])


def changed(document: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(document), **fields}).encode()


class TestPreAuthenticationEncoding:
    """DSSE protocol, section "PAE"."""

    def test_of_the_published_example(self) -> None:
        assert (
            envelope.pae("http://example.com/HelloWorld", b"hello world")
            == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        )

    def test_counts_bytes_not_characters(self) -> None:
        assert envelope.pae("a/é", b"\xc3\xa9") == b"DSSEv1 4 a/\xc3\xa9 2 \xc3\xa9"


class TestVerifying:
    """Enough distinct keys have signed the very bytes that come back."""

    def test_gives_the_payload(self) -> None:
        assert verified(signed()) == b"body"

    def test_counts_distinct_keys(self) -> None:
        assert verified(signed(ONE, TWO), ONE, TWO, threshold=2) == b"body"
        (one,) = json.loads(signed())["signatures"]
        twice = changed(signed(), signatures=[one, one])
        with pytest.raises(UntrustedKeyError) as refused:
            verified(twice, ONE, TWO, threshold=2)
        assert (refused.value.found, refused.value.needed) == (1, 2)

    @pytest.mark.parametrize("threshold", [0, -1, 2, True])
    def test_refuses_a_threshold_that_means_nothing(self, threshold: int) -> None:
        with pytest.raises(InvalidValueError, match="threshold"):
            envelope.verify(signed(), payload_type=KIND, keys=[ONE.public, ONE.public], threshold=threshold)

    def test_with_no_keys_trusts_nobody(self) -> None:
        with pytest.raises(UntrustedKeyError):
            envelope.open_envelope(signed(), payload_type=KIND, keys=[])

    def test_is_not_moved_by_key_ids(self) -> None:
        (one,) = json.loads(signed())["signatures"]
        for hint in (None, "", TWO.public.key_id, "k" * 128):
            assert verified(changed(signed(), signatures=[{**one, "keyid": hint}]), ONE, TWO) == b"body"
        forged = {"keyid": ONE.public.key_id, "sig": json.loads(signed(TWO))["signatures"][0]["sig"]}
        with pytest.raises(UntrustedKeyError):
            verified(changed(signed(), signatures=[forged]))

    def test_does_not_mind_a_bad_signature_beside_a_good_one(self) -> None:
        (one,) = json.loads(signed())["signatures"]
        bad = {"sig": base64.b64encode(b"s" * 64).decode()}
        assert verified(changed(signed(), signatures=[bad, one])) == b"body"

    def test_reads_both_alphabets_and_unknown_fields(self) -> None:
        body = b"\xff\xfe\xfb" * 5
        document = json.loads(signed(body=body))
        for one in (document, *document["signatures"]):
            one["later"] = "x"
        document["payload"] = base64.urlsafe_b64encode(body).decode()
        document["signatures"][0]["sig"] = document["signatures"][0]["sig"].replace("+", "-").replace("/", "_")
        assert verified(json.dumps(document).encode()) == body

    def test_takes_any_type_and_any_bytes(self) -> None:
        assert verified(signed(body=b"")) == b""


class TestLimits:
    """Each is tested at the limit and one above."""

    def test_a_document_of_512_kib(self) -> None:
        document = signed()
        limit = 512 * 1024
        assert verified(document + b" " * (limit - len(document))) == b"body"
        with pytest.raises(DocumentTooLargeError) as refused:
            verified(document + b" " * (limit - len(document) + 1))
        assert (refused.value.size_bytes, refused.value.limit_bytes, refused.value.path) == (limit + 1, limit, "")

    def test_a_payload_of_384_kib_which_is_what_fits(self) -> None:
        limit = envelope.LARGEST_PAYLOAD_BYTES
        with pytest.raises(DocumentTooLargeError):
            signed(body=b"x" * (limit + 1))
        with pytest.raises(DocumentTooLargeError, match="document"):
            verified(signed(body=b"x" * limit))

    def test_a_payload_over_the_limit_in_a_document_under_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(envelope, "LARGEST_PAYLOAD_BYTES", 4)
        assert verified(signed(body=b"1234")) == b"1234"
        document = signed(body=b"1234")
        monkeypatch.setattr(envelope, "LARGEST_PAYLOAD_BYTES", 3)
        with pytest.raises(DocumentTooLargeError) as refused:
            verified(document)
        assert refused.value.path == "payload"

    def test_sixteen_signatures(self) -> None:
        assert verified(signed(*KEYS[:16])) == b"body"
        with pytest.raises(InvalidValueError, match="signers"):
            signed(*KEYS[:17])
        seventeen = json.loads(signed(*KEYS[:16]))["signatures"] + json.loads(signed(KEYS[16]))["signatures"]
        with pytest.raises(MalformedEnvelopeError):
            verified(changed(signed(), signatures=seventeen))

    def test_a_key_id_of_128_characters(self) -> None:
        (one,) = json.loads(signed())["signatures"]
        with pytest.raises(MalformedEnvelopeError):
            verified(changed(signed(), signatures=[{**one, "keyid": "k" * 129}]))

    def test_four_levels(self) -> None:
        assert verified(changed(signed(), extra=[[["]]]]"]]])) == b"body"
        with pytest.raises(MalformedJsonError):
            verified(changed(signed(), extra=[[[[]]]]))

    def test_256_verifications(self) -> None:
        bad = [{"sig": base64.b64encode(bytes([number]) * 64).decode()} for number in range(16)]
        document = changed(signed(), signatures=bad)
        with pytest.raises(UntrustedKeyError):
            verified(document, *KEYS[:16])
        with pytest.raises(TooManyVerificationsError) as refused:
            verified(document, *KEYS[:17])
        assert refused.value.limit == 256


@pytest.mark.parametrize("signers", [[], [ONE, ONE]])
def test_signing_takes_different_keys(signers: list[SigningKey]) -> None:
    with pytest.raises(InvalidValueError, match="signers"):
        envelope.sign(b"body", payload_type=KIND, signers=signers)

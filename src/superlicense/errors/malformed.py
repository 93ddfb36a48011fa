"""Documents and keys that cannot be read."""

from __future__ import annotations

from typing import ClassVar

from superlicense.errors.base import SuperlicenseError, escaped_path, quoted


class _MalformedError(SuperlicenseError):
    """A document that is not what it should be.

    Attributes:
        path: Where in the document, empty for the whole.
        problem: What is wrong there, in English.
    """

    subject: ClassVar[str]

    def __init__(self, path: str, problem: str) -> None:
        """Say what the *problem* is and where."""
        place = escaped_path(path)
        super().__init__(f"{self.subject}{f' at {place}' if place else ''}: {problem}")
        self.path = place
        self.problem = problem


class MalformedPackageError(_MalformedError):
    """A license package that cannot be read."""

    code = "malformed_package"
    subject = "license package"


class MalformedRootError(_MalformedError):
    """A trust root that says what no root may say."""

    code = "malformed_root"
    subject = "trust root"


class MalformedJsonError(_MalformedError):
    """A text that is no JSON, or JSON that can be understood in two ways."""

    code = "malformed_json"
    subject = "JSON"


class MalformedEnvelopeError(_MalformedError):
    """A document that is no envelope with signatures."""

    code = "malformed_envelope"
    subject = "envelope"


class MalformedPrincipalError(_MalformedError):
    """A principal payload that cannot be read."""

    code = "malformed_principal"
    subject = "principal"


class MalformedKeyError(SuperlicenseError):
    """A key that cannot be read. Nothing of the key is quoted.

    Attributes:
        problem: What is wrong, in English.
    """

    code = "malformed_key"

    def __init__(self, problem: str, path: str = "key") -> None:
        """Say what the *problem* is."""
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class WeakKeyError(MalformedKeyError):
    """A public key with which anybody could forge signatures."""

    code = "weak_key"


class NotCanonicalError(SuperlicenseError):
    """A payload whose bytes are not the ones that its writer would make."""

    code = "not_canonical"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("payload: its bytes are not the canonical ones")
        self.path = "payload"


class DocumentTooLargeError(SuperlicenseError):
    """A document, or its payload, with more bytes than any has.

    Attributes:
        path: Empty for the whole document.
        size_bytes: How large it is.
        limit_bytes: The most that is accepted.
    """

    code = "document_too_large"

    def __init__(self, path: str, size_bytes: int, limit_bytes: int) -> None:
        """Say how large *path* is, and how large it may be."""
        super().__init__(f"{path or 'document'}: {size_bytes} bytes are more than {limit_bytes}")
        self.path = path
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class WrongPayloadTypeError(SuperlicenseError):
    """An envelope around something else than was asked for.

    Attributes:
        found: The type it names.
        expected: The only type accepted here.
    """

    code = "wrong_payload_type"

    def __init__(self, found: str, expected: str) -> None:
        """Say which type was *found* where *expected* was."""
        super().__init__(f"payloadType: {quoted(found)} where {expected} is expected")
        self.path = "payloadType"
        self.found = found
        self.expected = expected


class TooManyVerificationsError(SuperlicenseError):
    """An envelope that would cost more verifications than anybody may ask for.

    Attributes:
        limit: The most that are made.
    """

    code = "too_many_verifications"

    def __init__(self, limit: int) -> None:
        """Say that *limit* trials were not enough."""
        super().__init__(f"signatures: more than {limit} verifications")
        self.path = "signatures"
        self.limit = limit

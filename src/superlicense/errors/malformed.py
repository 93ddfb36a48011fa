"""Documents and keys that cannot be parsed."""

from __future__ import annotations

from typing import ClassVar

from superlicense.errors.base import SuperlicenseError, escaped_path, escaped_problem, quoted


class _MalformedError(SuperlicenseError):
    """A document that cannot be parsed.

    Attributes:
        path: Path of the invalid field, empty for the whole document.
        problem: What is wrong with it, in English.
    """

    subject: ClassVar[str]

    def __init__(self, path: str, problem: str) -> None:
        """Initialize from the *path* of the field and the *problem*."""
        place, what = escaped_path(path), escaped_problem(problem)
        super().__init__(f"{self.subject}{f' at {place}' if place else ''}: {what}")
        self.path = place
        self.problem = what


class MalformedPackageError(_MalformedError):
    """A license package that cannot be parsed."""

    code = "malformed_package"
    subject = "license package"


class MalformedRootError(_MalformedError):
    """A trust root that cannot be parsed, or contradicts itself."""

    code = "malformed_root"
    subject = "trust root"


class MalformedJsonError(_MalformedError):
    """Text that is not valid JSON, or is ambiguous JSON."""

    code = "malformed_json"
    subject = "JSON"


class MalformedEnvelopeError(_MalformedError):
    """A document that is not a signed envelope."""

    code = "malformed_envelope"
    subject = "envelope"


class MalformedPrincipalError(_MalformedError):
    """A principal payload that cannot be parsed."""

    code = "malformed_principal"
    subject = "principal"


class MalformedKeyError(SuperlicenseError):
    """A key that cannot be read. The message quotes no part of the key.

    Attributes:
        problem: What is wrong, in English.
    """

    code = "malformed_key"

    def __init__(self, problem: str, path: str = "key") -> None:
        """Initialize from the *problem*."""
        place, what = escaped_path(path), escaped_problem(problem)
        super().__init__(f"{place}: {what}")
        self.path = place
        self.problem = what


class WeakKeyError(MalformedKeyError):
    """A public key under which signatures can be forged."""

    code = "weak_key"


class NotCanonicalError(SuperlicenseError):
    """A payload that is not in canonical form."""

    code = "not_canonical"

    def __init__(self) -> None:
        """Initialize without arguments."""
        super().__init__("payload: not in canonical form")
        self.path = "payload"


class DocumentTooLargeError(SuperlicenseError):
    """A document or payload that exceeds the size limit.

    Attributes:
        path: Empty for the whole document.
        size_bytes: Its size.
        limit_bytes: The largest size accepted.
    """

    code = "document_too_large"

    def __init__(self, path: str, size_bytes: int, limit_bytes: int) -> None:
        """Initialize from the actual and the largest accepted size."""
        super().__init__(f"{path or 'document'}: {size_bytes} bytes, the limit is {limit_bytes}")
        self.path = path
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class WrongPayloadTypeError(SuperlicenseError):
    """An envelope with another payload type than expected.

    Attributes:
        found: The payload type of the envelope.
        expected: The payload type that is accepted.
    """

    code = "wrong_payload_type"

    def __init__(self, found: str, expected: str) -> None:
        """Initialize from the *found* and the *expected* type."""
        super().__init__(f"payloadType: expected {expected}, got {quoted(found)}")
        self.path = "payloadType"
        self.found = found
        self.expected = expected


class TooManyVerificationsError(SuperlicenseError):
    """An envelope that would take too many signature verifications.

    Attributes:
        limit: The largest number of verifications.
    """

    code = "too_many_verifications"

    def __init__(self, limit: int) -> None:
        """Initialize from the *limit* that was exceeded."""
        super().__init__(f"signatures: more than {limit} verifications")
        self.path = "signatures"
        self.limit = limit

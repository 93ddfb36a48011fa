"""The bytes of a file that a host passes on: checked, and without the byte order mark that editors write.

Rule 1: one leading byte order mark is removed by everything that takes files.
Verification and the readers of payloads refuse it, because it was not signed.
"""

from __future__ import annotations

from typing import Final

from superlicense.errors import InvalidValueError

__all__ = ["BYTE_ORDER_MARK", "bytes_of_file"]

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def bytes_of_file(data: object, path: str = "document") -> bytes:
    r"""Return *data* without one leading UTF-8 byte order mark.

    >>> bytes_of_file(b"\xef\xbb\xbf{}")
    b'{}'

    Raises:
        InvalidValueError: *data* is not bytes; *path* names the argument.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise InvalidValueError(path, data, "must be bytes")
    return bytes(data).removeprefix(BYTE_ORDER_MARK)

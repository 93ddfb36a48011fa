"""Integrity: seals, signed documents, and the checks that stored records have not been tampered with."""

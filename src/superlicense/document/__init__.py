"""How a package looks on disk."""

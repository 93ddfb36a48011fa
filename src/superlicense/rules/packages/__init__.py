"""Packages: what an activation checks, changes and previews."""

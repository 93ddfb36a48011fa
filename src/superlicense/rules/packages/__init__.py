"""Packages: checks, activation and preview of license packages."""

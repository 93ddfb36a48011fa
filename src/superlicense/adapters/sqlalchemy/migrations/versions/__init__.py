"""The versions, one a file, oldest first."""

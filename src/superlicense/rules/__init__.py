"""The licensing rules: pure functions of a world, one topic per file."""

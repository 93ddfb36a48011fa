"""What exists: the frozen nouns of licensing. Nothing here knows a rule."""

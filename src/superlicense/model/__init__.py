"""The frozen nouns of licensing, without any rules."""

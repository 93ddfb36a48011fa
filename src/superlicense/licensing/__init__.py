"""The facade: load, decide, save. It holds no rule."""

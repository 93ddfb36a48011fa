"""The front door: load, decide, save. It holds no rule."""

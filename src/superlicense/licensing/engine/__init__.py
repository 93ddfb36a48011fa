"""The engine: keeps a world up to date with the store, and writes changes to it."""

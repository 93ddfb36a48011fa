"""Stores: what keeps facts. The default keeps them in memory."""

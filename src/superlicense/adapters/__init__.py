"""Stores: where facts are stored. The default stores them in memory."""

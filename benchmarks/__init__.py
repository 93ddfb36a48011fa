"""Benchmarks: what things cost beside the least that they could cost. Run them with `python -m benchmarks`."""

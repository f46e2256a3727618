"""Measurements of speed and of SQL statements. What they mean: ``docs/reference/benchmarks.md``."""

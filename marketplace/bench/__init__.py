"""Benchmarks: what we promise of speed, measured beside what is possible, in one run."""

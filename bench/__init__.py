"""Benchmarks: what we claim to be quick, side by side with a named baseline. Apart from the tests."""

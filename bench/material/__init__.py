"""What the benchmarks work on: invented registers and files of a given size."""

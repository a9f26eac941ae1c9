"""What is measured, each with one command; the figures stand in docs/benchmarks.md."""

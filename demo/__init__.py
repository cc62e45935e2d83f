"""The demo: an outlet with articles in every language, its pictures and accounts, and texts for benchmarks."""

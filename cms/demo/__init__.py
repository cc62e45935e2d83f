"""The demo: an outlet with articles in every language, its pictures and accounts, and generated texts for benchmarks."""

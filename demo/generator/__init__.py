"""Many believable articles, fast: for benchmarks and for seeing how the site behaves when it is full."""

from __future__ import annotations

from demo.generator.services import GeneratorError, generate_articles

__all__ = ["GeneratorError", "generate_articles"]

"""Many believable articles, fast: for benchmarks and for seeing how the site behaves when it is full."""

from __future__ import annotations

from demo.generator.services import GenerateReport, GeneratorError, generate_articles

__all__ = ["GenerateReport", "GeneratorError", "generate_articles"]

"""Answers about very many documents, kept for a while: docs/decisions/common-words.md says what that means."""

from __future__ import annotations

import time

MANY = 1_000  # results
KEPT_FOR = 60.0  # seconds


class KeptAnswers[Answer]:
    """Answers by their questions, at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, tuple[float, Answer]] = {}

    def get(self, question: str) -> Answer | None:
        """Return what was kept of a question, unless that is too old."""
        until, answer = self._kept.get(question, (0.0, None))
        return answer if until > time.monotonic() else None

    def keep(self, question: str, answer: Answer, results: int) -> None:
        """Keep an answer with so many results, if they are very many."""
        if results <= MANY:
            return
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[question] = (time.monotonic() + KEPT_FOR, answer)

    def clear(self) -> None:
        """Forget everything, since the index was written to."""
        self._kept.clear()

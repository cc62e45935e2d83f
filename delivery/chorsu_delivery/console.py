"""A mail backend for work on one's own machine: prints what a person would read."""

from __future__ import annotations

from typing import Any

from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class ReadableConsoleBackend(ConsoleBackend):
    """Print recipient, subject and text. Django's own prints the encoded mail, where long links are broken in two."""

    def write_message(self, message: Any) -> None:
        """Write one mail to the stream."""
        self.stream.write(f"To: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n{message.body}\n")
        self.stream.write("-" * 79 + "\n")

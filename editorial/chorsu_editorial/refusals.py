"""Why an approval is refused. Each is a ``PermissionDenied`` whose text is shown to the person.

No model imports: the finish action uses this while Wagtail's models load.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


class Refusal(PermissionDenied):
    """A request of the workflow that is refused; ``str()`` explains it, ``status`` is the HTTP status."""

    status = 403


class NotAReviewer(Refusal):
    """The person isn't of the approving groups."""


class OwnWork(Refusal):
    """The person submitted this version or had a share in its text."""


class ShareExceeded(Refusal):
    """The person changed more of the text while it waited than an approver may."""


class NotInReview(Refusal):
    """The page isn't, or no longer, at this step of its workflow."""

    status = 409


class ChangedSince(Refusal):
    """The text isn't what the person's screen showed."""

    status = 409


class ReasonMissing(Refusal):
    """Whoever approves alone writes why, and whoever sends a text back what should be changed."""


class NothingApproved(Refusal):
    """A workflow would end, and publish, without anybody's approval of this text."""


class FileInUse(Refusal):
    """A picture or document can't be deleted or changed, since pages use it."""

    status = 409


class NotHeld(Refusal):
    """The approval of a page isn't held, or not any more."""

    status = 409


class AnswerMissing(Refusal):
    """Something has to be answered first; ``question`` is its name, and the text asks it: see ``answers``.

    ``button`` is the label of a button that answers yes, where nothing has to be written.
    """

    def __init__(self, text: str, *, question: str, button: str = "") -> None:
        super().__init__(text)
        self.question = question
        self.button = button

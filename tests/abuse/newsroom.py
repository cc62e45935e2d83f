"""The newsroom that is tried: its people's sessions, and pages that they wrote, sent to review and put live."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any
from uuid import uuid4

from requests import Response

from demo.accounts import PASSWORD
from tests.abuse.sessions import Fields, Session

# Who plays which part. A role of one language says so.
PEOPLE = {
    "journalist": "farhod",
    "other_journalist": "aigul",
    "translator": "nozanin",
    "editor": "malika",
    "editor_tg": "sayyora",
    "editor_en": "anna",
    "chief": "timur",
    "other_chief": "gulnora",
    "admin": "admin",
}
FORM = "#page-edit-form"
PAGES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Article:
    """An analysis that an attempt wrote; ``word`` stands in its headline and its one paragraph, and nowhere else."""

    pk: int
    word: str
    block: str

    @property
    def edit(self) -> str:
        """Return the address of its editor."""
        return f"/admin/pages/{self.pk}/edit/"


def paragraph(text: str, link: Fields | None = None) -> str:
    """Return a text of one paragraph as the editor sends it; ``link`` is behind its first five letters."""
    block = {
        "key": "first",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"offset": 0, "length": 5, "key": 0}] if link else [],
        "data": {},
    }
    entities = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": link}} if link else {}
    return json.dumps({"blocks": [block], "entityMap": entities})


@dataclass
class Newsroom:
    """A server with the demo, and one session per role."""

    base_url: str
    sessions: dict[str, Session] = field(default_factory=dict)

    def visitor(self) -> Session:
        """Return a new session that is not signed in."""
        return Session(self.base_url)

    @cached_property
    def reader(self) -> Session:
        """Return a reader's session."""
        return self.visitor()

    def __getattr__(self, role: str) -> Session:
        """Return the session of a role of ``PEOPLE``, signed in at its first use."""
        if role not in PEOPLE:
            raise AttributeError(role)
        if role not in self.sessions:
            session = self.visitor()
            answer = session.sign_in(f"{PEOPLE[role]}@demo.example", PASSWORD)
            assert answer.status_code == 302, f"{role} can't sign in: is the demo loaded? {answer.status_code}"
            self.sessions[role] = session
        return self.sessions[role]

    def pages(self, session: Session | None = None) -> dict[str, int]:
        """Return the live pages' ids by their paths, such as ``/ru/analysis/``."""
        found: dict[str, int] = {}
        # Pages may be made meanwhile: what counts is how far the list was read, not how many pages were in it.
        for offset in count(step=PAGES_AT_ONCE):
            path = f"/admin/api/main/pages/?limit={PAGES_AT_ONCE}&offset={offset}"
            items = (session or self.admin).get(path).json()["items"]
            if not items:
                break
            for item in items:
                address = item["meta"]["html_url"] or f"//none/{item['id']}"
                found["/" + address.split("/", 3)[3]] = item["id"]
        return found

    @cached_property
    def sections(self) -> dict[str, int]:
        """Return the ids of the sections of analysis by their languages."""
        return {path.split("/")[1]: pk for path, pk in self.pages().items() if path.endswith("/analysis/")}

    def write(self, session: Session | None = None, *, language: str = "ru", **changes: Any) -> Article:
        """Write a draft in the editor, by default as the journalist, and return it."""
        session = session or self.journalist
        word, block = f"zx{uuid4().hex[:12]}", str(uuid4())
        path = f"/admin/pages/add/chorsu_articles/analysispage/{self.sections[language]}/"
        fields = session.fields(path, FORM)
        answer = session.post(path, {**fields, **self.text(word, block), "slug": word, **changes})
        assert answer.status_code == 302, f"The draft was not saved: {answer.status_code}"
        return Article(int(answer.headers["Location"].split("/pages/")[1].split("/")[0]), word, block)

    def text(self, word: str, block: str) -> Fields:
        """Return the form fields of headline, lead and the one paragraph."""
        return {
            "title": f"Headline {word}",
            "lead": f"Lead {word}",
            "body-count": "1",
            "body-0-id": block,
            "body-0-type": "paragraph",
            "body-0-order": "0",
            "body-0-deleted": "",
            "body-0-value": paragraph(f"Words {word}."),
            "key_points-count": "0",
            "references-count": "0",
        }

    def form(self, article: Article, session: Session | None = None, **changes: Any) -> Fields:
        """Return what the editor would send for an article of ``write``, with changes."""
        fields = (session or self.journalist).fields(article.edit, FORM)
        return {**fields, **self.text(article.word, article.block), **changes}

    def press(self, article: Article, button: str, session: Session | None = None, **changes: Any) -> Response:
        """Load the editor and press a button, such as ``action-submit``."""
        session = session or self.journalist
        return session.post(article.edit, {**self.form(article, session, **changes), button: "1"})

    def submit(self, article: Article, session: Session | None = None, **changes: Any) -> None:
        """Send a draft to review."""
        answer = self.press(article, "action-submit", session, **changes)
        assert answer.status_code == 302, f"Not submitted: {answer.status_code}"

    def act(self, article: Article, action: str, session: Session | None = None, **changes: Any) -> Response:
        """Press a button of the review, such as ``approve``, in the editor as it is now; by default as the editor."""
        session = session or self.editor
        pressed = {"action-workflow-action": "true", "workflow-action-name": action}
        return session.post(article.edit, {**self.form(article, session, **changes), **pressed})

    def publish(self, *, language: str = "ru", **changes: Any) -> Article:
        """Return an article that the journalist wrote and the editor approved; readers see it."""
        article = self.write(language=language, **changes)
        self.submit(article, **changes)
        self.act(article, "approve", **changes)
        assert self.is_live(article), "The editor's approval did not put it live."
        return article

    def address(self, article: Article, language: str = "ru") -> str:
        """Return where readers find an article."""
        return f"/{language}/analysis/{article.word}/"

    def is_live(self, article: Article, language: str = "ru") -> bool:
        """Tell whether readers see an article."""
        answer = self.reader.get(self.address(article, language))
        return answer.status_code == 200 and article.word in answer.text

    def shows(self, word: str, path: str) -> bool:
        """Tell whether readers see a word at an address."""
        return word in self.reader.get(path).text

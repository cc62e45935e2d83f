"""People at their browsers, as far as HTTP goes: sessions that sign in, read forms and send what no screen offers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag
from requests import Response

TIMEOUT_SECONDS = 60
Fields = dict[str, Any]


class Session:
    """One person's session with the server at ``base_url``; follows no redirect unless told to."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self.http.headers["User-Agent"] = "attempts"

    def url(self, path: str) -> str:
        """Return the whole address of a path; an address of the newsroom's own name is taken to this server."""
        parts = urlsplit(path)
        return urljoin(self.base_url, parts._replace(scheme="", netloc="").geturl())

    def get(self, path: str, **options: Any) -> Response:
        """Ask for a page, following redirects; keywords are those of ``requests``."""
        return self.http.get(self.url(path), **{"timeout": TIMEOUT_SECONDS, **options})

    def post(self, path: str, data: Any = None, **options: Any) -> Response:
        """Send a form as the newsroom's own pages would, with the token against forged requests."""
        headers = {
            "Referer": self.url(path),
            "X-CSRFToken": self.http.cookies.get("csrftoken") or "",
            **options.pop("headers", {}),
        }
        settings = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, **options}
        return self.http.post(self.url(path), data=data, headers=headers, **settings)

    def fields(self, path: str, form: str = "form[method=post]") -> Fields:
        """Return what a browser would send for the form of a page that the CSS selector names.

        Raises LookupError where the page has no such form.
        """
        answer = self.get(path)
        found = BeautifulSoup(answer.text, "html.parser").select_one(form)
        if found is None:
            raise LookupError(f"{path} answered {answer.status_code} without a form {form}")
        return form_fields(found)

    def sign_in(self, email: str, password: str) -> Response:
        """Send the sign-in form and return the answer: a redirect where the password was right."""
        self.get("/admin/login/")
        return self.post("/admin/login/", {"username": email, "password": password, "next": "/admin/"})


def form_fields(form: Tag) -> Fields:
    """Return names and values of a form's fields; of several of one name, a list."""
    fields: Fields = {}
    for element in form.select("input[name], textarea[name], select[name]"):
        name = str(element["name"])
        if element.name == "select":
            chosen = element.select("option[selected]")
            if not chosen and not element.has_attr("multiple"):
                chosen = element.select("option")[:1]
            values = [str(option.get("value", option.text)) for option in chosen]
        elif element.name == "textarea":
            # The first line break after the tag is not part of the value.
            values = [element.text.removeprefix("\n")]
        elif element.get("type") in {"checkbox", "radio"}:
            values = [str(element.get("value", "on"))] if element.has_attr("checked") else []
        elif element.get("type") in {"submit", "button", "image", "file"}:
            values = []
        else:
            values = [str(element.get("value", ""))]
        for value in values:
            fields[name] = value if name not in fields else [*_list(fields[name]), value]
    return fields


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

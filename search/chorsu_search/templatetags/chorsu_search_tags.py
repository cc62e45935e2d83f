"""Links between the pages of the results, and to searches like this one."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def page_query(context: Any, number: int = 1, *, text: str = "", exact: bool = False, **changes: str) -> str:
    """Return the query string of another page of the results, from what the view made of this one.

    ``text`` asks for other words, ``exact`` for the words as they were typed, without other readings of them; further
    names are parameters of the address, empty to be left out.
    """
    asked = context["asked"]
    if text:
        changes |= {"q": text, "exact": ""}
    if exact:
        changes["exact"] = "1"
    if changes.get("language") == asked.current:
        changes["language"] = ""
    if number > 1:
        changes["page"] = str(number)
    address: str = asked.address(**changes)
    return address

"""Links between the pages of the results."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict

register = template.Library()


@register.simple_tag(takes_context=True)
def page_query(context: Any, number: int) -> str:
    """Return the query string of another page of the results, from what the view made of this one."""
    query = context["query"]
    parameters = QueryDict(mutable=True)
    parameters["q"] = query.text
    if context["language"] != context["current_language"]:
        parameters["language"] = context["language"]
    for name, value in query.filters.items():
        parameters[name] = value
    if number > 1:
        parameters["page"] = str(number)
    return f"?{parameters.urlencode()}"

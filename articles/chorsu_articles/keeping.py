"""What a site may keep of what its pages read. Where nobody keeps, each request reads it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def always(_value: Any) -> bool:
    """Say that what is kept is good as long as it is kept."""
    return True


def kept[Value](
    request: HttpRequest, name: str, make: Callable[[], Value], good: Callable[[Value], bool] = always
) -> Value:
    """Return what the site keeps under a name for the address of the request, or make it.

    A site that keeps sets ``request.keep_reading``, a function of ``name``, ``make`` and ``good``, which must forget
    with any change that readers could see. What is kept is pickled. ``good`` tells whether it still holds, such as
    what changes with time.
    """
    keep: Callable[..., Value] | None = getattr(request, "keep_reading", None)
    return keep(name, make, good) if keep else make()

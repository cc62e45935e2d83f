"""Uploading pictures: those uploaded together share one credit, and the last one used comes filled in."""

from __future__ import annotations

from typing import Any

from wagtail.images.views.multiple import AddView

from articles.forms.pictures import last_credit
from articles.models import Picture

SHARED_FIELDS = ("credit", "licence")


class AddTogetherView(AddView):
    """Wagtail's page for many pictures, with credit and licence asked for once."""

    template_name = "articles/admin/pictures_add_multiple.html"

    def save_object(self, form: Any) -> Picture:
        """Save one picture with the credit and licence given for all."""
        for name in SHARED_FIELDS:
            value = self.request.POST.get(name, "").strip()
            field = Picture._meta.get_field(name)
            setattr(form.instance, name, value[: field.max_length])
        picture: Picture = super().save_object(form)
        return picture

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the last credit of this user."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        fields = {name: Picture._meta.get_field(name) for name in SHARED_FIELDS}
        last = last_credit(self.request.user)
        context["shared_fields"] = [
            {
                "name": name,
                "label": str(field.verbose_name).capitalize(),
                "help_text": field.help_text,
                "max_length": field.max_length,
                "value": last.get(name, ""),
            }
            for name, field in fields.items()
        ]
        return context

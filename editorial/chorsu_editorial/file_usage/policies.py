"""Rights on the library's files: nobody deletes what pages use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.documents import get_document_model
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from chorsu_editorial.file_usage.files import frozen_fields, in_use
from chorsu_locales.wagtail_compat import replace_library_policy


class FilePolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's own policy of pictures and documents, without the right to delete one that is in use."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """Leave the right to delete out where the file is in use; a superuser has it neither."""
        wanted = set(actions)
        if "delete" in wanted and in_use(instance):
            wanted.remove("delete")
        return bool(wanted) and bool(super().user_has_any_permission_for_instance(user, wanted, instance))


def install_policies() -> None:
    for model in frozen_fields():
        auth_model = "wagtaildocs.Document" if model is get_document_model() else "wagtailimages.Image"
        replace_library_policy(model, FilePolicy(model, auth_model=auth_model, owner_field_name="uploaded_by_user"))

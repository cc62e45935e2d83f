"""Names of Wagtail 8 for Wagtail 7.4. When 7.4 ends: delete this file, and import ``policy_registry`` from Wagtail."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail import VERSION

if VERSION >= (8,):
    from wagtail.permissions import policy_registry, register_permission_policy

    def replace_library_policy(model: type[Model], policy: Any) -> None:
        """Let a permission policy decide about the library's pictures or documents, in whatever order apps load."""
        register_permission_policy(model, policy, exact_class=True)
else:
    from wagtail.documents import get_document_model
    from wagtail.documents import permissions as document_permissions
    from wagtail.images import get_image_model
    from wagtail.images import permissions as image_permissions
    from wagtail.permission_policies import ModelPermissionPolicy

    class _Policies:
        def get_by_type(self, model: type[Model]) -> Any:
            if model is get_image_model():
                return image_permissions.permission_policy
            if model is get_document_model():
                return document_permissions.permission_policy
            return ModelPermissionPolicy(model)

    policy_registry = _Policies()

    def register_permission_policy(*_args: Any, **_options: Any) -> None:
        """Leave a policy to the ``permission_policy`` of its viewset."""

    def replace_library_policy(model: type[Model], policy: Any) -> None:
        """Let a permission policy decide about the library's pictures or documents.

        Wagtail's views hold on to the policy of 7.4, so it becomes what the new one is.
        """
        policy_registry.get_by_type(model).__class__ = type(policy)


__all__ = ["policy_registry", "register_permission_policy", "replace_library_policy"]

"""Where imports and files of articles join Wagtail's admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from chorsu_archive import views
from chorsu_archive.article_views import article_file, offer_files
from chorsu_locales.menus import MenuItemFor

hooks.register("register_page_header_buttons", offer_files)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", views.ListView.as_view(), name="imports"),
        path("new/", views.NewView.as_view(), name="new"),
        path("<int:pk>/", views.RunView.as_view(), name="run"),
        path("<int:pk>/choices/", views.ChoicesView.as_view(), name="choices"),
        path("<int:pk>/start/", views.StartView.as_view(), name="start"),
        path("<int:pk>/undo/", views.UndoView.as_view(), name="undo"),
        path("<int:pk>/report/<str:kind>/", views.ReportView.as_view(), name="report"),
    ]
    article = path("archive/articles/<int:page_id>/<str:ending>/", article_file, name="chorsu_archive_article")
    return [article, path("archive/", include((own, "chorsu_archive")))]


@hooks.register("register_reports_menu_item")
def register_imports_menu_item() -> MenuItem:
    return MenuItemFor(
        _("Imports"),
        reverse("chorsu_archive:imports"),
        shown_to=lambda user: user.has_perm(views.PERMISSION),
        name="imports",
        icon_name="upload",
        order=870,
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_archive", codename="import_archive")

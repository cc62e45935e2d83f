"""Joins Wagtail's admin where the extra is installed; a site without it gets as far as the check that says so."""

from __future__ import annotations

from importlib import import_module

from chorsu_archive.checks import missing_packages

if not missing_packages():
    import_module("chorsu_archive.admin_hooks")

"""Scheduled publication, and the editor's requests in transactions."""

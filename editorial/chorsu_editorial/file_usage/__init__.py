"""Pictures and documents that pages use: where they are used, and that nobody changes them under a page.

docs/decisions/files-in-use.md
"""

"""The newsroom's texts as files: everything as JSON with its media, one article as docx, Markdown or ninjs."""

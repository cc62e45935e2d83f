"""Forms of the admin: pages, pictures, vocabularies."""

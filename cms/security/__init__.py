"""What keeps strangers out, and what is written down when something goes wrong."""
